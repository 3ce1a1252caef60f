"""Whole pages kept for visitors, compressed once: reading must cost no more than finding out what to send."""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import get_language

from .http import wants_part

VARY = ["Cookie", "Accept-Encoding", "HX-Request", "HX-History-Restore-Request"]


@dataclass(frozen=True)
class Stored:
    html: bytes
    gzipped: bytes
    etag: str


def for_visitors(request: HttpRequest, name: str, make: Callable[[], HttpResponse], seconds: int = 60) -> HttpResponse:
    """The page called `name`, made by `make` once and then kept by this process.

    name: says everything the page depends on, revisions included; `seconds` bounds what it cannot say, such as
    lessons whose hour of publishing comes. Only for pages that show nothing of any person: no session, no CSRF token.
    """
    name = f"page:{name}:{'part' if wants_part(request) else 'page'}:{get_language()}"
    cache = caches["pages"]
    stored = cache.get(name)
    if stored is None:
        response = make()
        if response.status_code != 200 or response.cookies:
            return response
        html = response.content
        stored = Stored(html, gzip.compress(html, 6, mtime=0), f'W/"{hashlib.sha256(html).hexdigest()[:20]}"')
        cache.set(name, stored, seconds)
    return _reply(request, stored)


def _reply(request: HttpRequest, stored: Stored) -> HttpResponse:
    response: HttpResponse
    if stored.etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified()
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(stored.gzipped)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(stored.html)
    response["ETag"] = stored.etag
    # Kept by the browser, asked about each time: an edit shows at once.
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, VARY)
    return response
