"""Own pages for what can go wrong. They need neither database nor session."""

import logging
import secrets
import sys

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from . import outages, problems

log = logging.getLogger(__name__)


class Gone(Exception):
    """What was asked for existed and will not come back (410)."""


def page(request: HttpRequest, status: int, template: str = "", **context: object) -> HttpResponse:
    """The error page for `status`; a problem document for the API."""
    if is_api(request):
        return problems.answer(request, status, more=context)
    html = render_to_string(template or f"errors/{status}.html", {"status": status} | context)
    return HttpResponse(html, status=status)


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request) and isinstance(exception, RequestDataTooBig):
        return problems.answer(request, 413)
    return page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 404)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if is_api(request):
        return problems.answer(request, 403, "csrf_failed")
    return page(request, 403, "errors/403_csrf.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """The page shows a reference, the log has the same one beside the trace. A database that does not answer is no
    fault of the page: 503, to be tried again."""
    if outages.is_outage(sys.exception()):
        response = page(request, 503)
        response["Retry-After"] = str(outages.RETRY_AFTER)
        return response
    reference = secrets.token_hex(4)
    log.error("error reference %s on %s", reference, request.path)
    return page(request, 500, reference=reference)
