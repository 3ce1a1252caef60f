"""Every address of the site, as the resolver knows it."""

import re
from collections.abc import Iterator, Mapping

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.http import urlencode

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# A model's pages in the admin: tests/authoring/test_admin_rights.py holds their matrix.
MODEL_PAGE = re.compile(r"admin:\w+_\w+_(?:changelist|add|change|delete|history)")
# Django's old addresses of an object lead on to its change page.
OLD_OBJECT_PAGE = re.compile(r"admin/\w+/\w+/<path:object_id>/")


def everywhere() -> dict[str, str]:
    """Route → the name of its view, or "". A route is written as in urls.py: `courses/<slug:course>/`."""
    return dict(_walk(get_resolver()))


def to_be_listed() -> dict[str, str]:
    """The routes that need a row in the matrix."""
    return {
        route: name
        for route, name in everywhere().items()
        if not MODEL_PAGE.fullmatch(name) and not OLD_OBJECT_PAGE.fullmatch(route)
    }


def fill(route: str, names: Mapping[str, str]) -> str:
    """The address of `route`: each parameter replaced by what `names` has for it."""
    return "/" + PARAMETER.sub(lambda match: names[match[1]], route)


def with_query(address: str, query: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(query)}" if query else address


def _walk(resolver: URLResolver, before: str = "", namespace: str = "") -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, f"{namespace}{entry.name}" if entry.name else ""
        else:
            yield from _walk(entry, route, f"{entry.namespace}:" if entry.namespace else namespace)
