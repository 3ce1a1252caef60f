"""Answering requests: whole pages, their parts, safe ways back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece to swap in, not for a page to show or restore."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request and not htmx.boosted


def render_part(request: HttpRequest, page: str, part: str, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
    """`part` for an htmx request, else the whole `page` that includes it."""
    response = render(request, part if wants_part(request) else page, context, **kwargs)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


def safe_next(request: HttpRequest, fallback: str) -> str:
    """The local path asked for by `next`, or `fallback`: nobody is sent to another site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return fallback
