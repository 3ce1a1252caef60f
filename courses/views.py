"""The catalogue, search, and the covers they show."""

from dataclasses import replace

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.people import person
from lib import pages

from . import catalogue, covers, filters, search, seo
from .models import Track


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """All courses, below what Fivefold is."""
    return _catalogue(request, "")


@login_not_required
@require_safe
def track(request: HttpRequest, track: str) -> HttpResponse:
    return _catalogue(request, track)


def _catalogue(request: HttpRequest, slug: str) -> HttpResponse:
    revision = catalogue.revision()
    overview = catalogue.overview(revision)
    current = overview.track(slug)
    if slug and current is None:
        raise Http404(_("There is no such track."))
    chosen = filters.Filters.read(request.GET, slug, overview)
    count = overview.count(chosen)
    page = catalogue.page(chosen, count, request.GET.get("page", 1))

    def make() -> HttpResponse:
        context = {
            "place": "explore",
            "track": current,
            "page": page,
            "count": count,
            "filters": chosen,
            "tabs": _tabs(chosen, overview),
            "facets": list(filters.facets(chosen, overview)),
            "relief": None if count else filters.relief(chosen, overview),
            "canonical": seo.absolute(_plain_address(slug, page.number)),
            "social_image": seo.image(),
            "is_front": not slug and not chosen.chosen and page.number == 1,
            "structured": seo.website() if not slug else None,
        }
        return render(request, "courses/catalogue.html", context)

    if person(request):
        return make()
    return pages.for_visitors(request, f"catalogue:{revision}:{chosen.address}:{page.number}", make)


def _plain_address(track: str, number: int) -> str:
    """What search engines should know: the list without filters."""
    plain = filters.Filters(track=track)
    return plain.address if number == 1 else f"{plain.page_address}{number}"


def _tabs(chosen: filters.Filters, overview: catalogue.Overview) -> list[dict[str, object]]:
    """All tracks and each one, with how many courses fit the other filters."""
    tabs = []
    for title, slug in [(_("All"), ""), *((track.title, track.slug) for track in overview.tracks)]:
        there = replace(chosen, track=slug)
        is_current = slug == chosen.track
        tabs.append(
            {"title": title, "address": there.address, "count": overview.count(there), "is_current": is_current}
        )
    return tabs


@login_not_required
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    results = search.find(request.GET.get("q", ""), kind, request.GET.get("page", 1))
    kind = kind if kind in results.counts else ""
    query = urlencode({"q": results.query})
    context = {
        "place": "search",
        "results": results,
        "kind": kind,
        "kinds": [
            {"name": name, "label": label, "count": results.counts[name]}
            for name, label in search.KIND_LABELS.items()
            if results.counts[name]
        ],
        "total": results.counts.total(),
        "query": query,
        "page_address": f"?{query}&kind={kind}&page=" if kind else f"?{query}&page=",
        "tracks": Track.objects.all(),
        "canonical": seo.absolute(request.path),
    }
    return render(request, "courses/search.html", context)


COVER_HEADERS = {
    # The name is the content's hash: what is behind an address never changes.
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    # Should anything but a picture ever get here, it may do nothing.
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@login_not_required
@require_safe
def cover(request: HttpRequest, name: str) -> FileResponse:
    path = f"{covers.FOLDER}/{name}"
    if not covers.NAME.fullmatch(name) or not default_storage.exists(path):
        raise Http404(_("There is no such cover."))
    kind = "image/png" if name.endswith(".png") else "image/webp"
    return FileResponse(default_storage.open(path), content_type=kind, headers=COVER_HEADERS)
