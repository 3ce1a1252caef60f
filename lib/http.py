"""Answering requests: whole pages, their parts, safe ways back."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece to swap in, not for a page to show or restore."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx and not htmx.history_restore_request and not htmx.boosted)


def render_part(request: HttpRequest, page: str, part: str, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
    """`part` for an htmx request, else the whole `page` that includes it."""
    response = render(request, part if wants_part(request) else page, context, **kwargs)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


def safe_next(request: HttpRequest, fallback: str) -> str:
    """The local path asked for by `next`, or `fallback`: nobody is sent to another site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if is_local_path(wanted) else fallback


def is_local_path(address: str) -> bool:
    """Whether a browser that follows `address` stays here. Full addresses never count, not even our own."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)


def see_other(request: HttpRequest, address: str) -> HttpResponse:
    """After a POST, on to `address`, fragment included: reloading that page sends nothing again."""
    htmx = getattr(request, "htmx", None)
    if not htmx:
        return HttpResponse(status=303, headers={"Location": iri_to_uri(address)})
    # A browser that is told to go to another fragment of the page it shows only scrolls: nothing new would load.
    if urlsplit(htmx.current_url_abs_path or "").path == urlsplit(address).path:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return HttpResponse(status=204, headers={"HX-Redirect": iri_to_uri(address)})
