"""Own pages for what can go wrong. They need neither database nor session."""

import logging
import secrets

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

log = logging.getLogger(__name__)


class Gone(Exception):  # noqa: N818 - named for the answer, like Http404
    """What was asked for existed and will not come back (410)."""


def page(request: HttpRequest, status: int, template: str = "", **context: object) -> HttpResponse:
    """The error page for `status`; a problem document for the API."""
    if request.path.startswith("/api/"):
        problem = {"title": TITLES.get(status, "Error"), "status": status} | context
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    html = render_to_string(template or f"errors/{status}.html", {"status": status} | context)
    return HttpResponse(html, status=status)


TITLES = {
    400: "The request could not be read.",
    403: "This is not open to you.",
    404: "There is nothing at this address.",
    410: "This is no longer here.",
    429: "Too many requests. Wait a moment and try again.",
    500: "Something went wrong on our side.",
    503: "Fivefold is being looked after. Try again in a minute.",
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 404)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(request, 403, "errors/403_csrf.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """The page shows a reference, the log has the same one beside the trace."""
    reference = secrets.token_hex(4)
    log.error("error reference %s on %s", reference, request.path)
    return page(request, 500, reference=reference)
