"""Whatever goes wrong in the API, in one shape (RFC 9457): title, status, detail, code, errors.

`handler` gives it to what REST framework's views raise, `answer` to everything else below /api/.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: _("Bad request"),
    401: _("Not signed in"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Method not allowed"),
    406: _("Not acceptable"),
    409: _("Conflict"),
    410: _("Gone"),
    413: _("Too large"),
    415: _("Unsupported media type"),
    429: _("Too many requests"),
    500: _("Server error"),
    503: _("Not available"),
}
# What happened and what to do, where nobody nearer to it says so. By code; the first of a status is its own.
SENTENCES = {
    "invalid": (400, _("Some of what you sent cannot be used. “errors” says which part and why.")),
    "bad_request": (400, _("The request could not be read. Check how it is written.")),
    "not_authenticated": (401, _("This is personal. Send a token of yours: Authorization: Bearer ff_…")),
    "authentication_failed": (401, _("This token does not work: mistyped, expired or revoked. Make a new one.")),
    "permission_denied": (403, _("This is not open to you.")),
    "csrf_failed": (403, _("The CSRF token is missing or wrong. Send X-CSRFToken, or use a token of yours instead.")),
    "not_found": (404, _("There is nothing here that you may see. Check the address.")),
    "method_not_allowed": (405, _("This address does not do that. The Allow header lists what it does.")),
    "not_acceptable": (406, _("Answers are JSON. Send Accept: application/json.")),
    "conflict": (409, _("This cannot be done as things stand.")),
    "gone": (410, _("What was here is gone for good.")),
    "too_large": (413, _("The body is too large. Send at most 1 MB.")),
    "unsupported_media_type": (415, _("Bodies are JSON. Send Content-Type: application/json.")),
    "throttled": (429, _("Too many requests. Wait as many seconds as Retry-After says, then go on.")),
    "server_error": (500, _("Something went wrong on our side. Try again in a moment.")),
    "unavailable": (503, _("Fivefold is being looked after. Try again in a minute.")),
}
# REST framework's own words for these add nothing to ours.
REWORDED = (
    exceptions.NotAuthenticated,
    exceptions.AuthenticationFailed,
    exceptions.MethodNotAllowed,
    exceptions.NotAcceptable,
    exceptions.UnsupportedMediaType,
    exceptions.Throttled,
)


class Conflict(exceptions.APIException):
    """What was asked for cannot be had as things stand now; say why."""

    status_code = 409
    default_code = "conflict"
    default_detail = SENTENCES["conflict"][1]


class TooLarge(exceptions.APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = SENTENCES["too_large"][1]


def document(status: int, *, code: str = "", detail: object = "", errors: Sequence[Any] = ()) -> dict[str, Any]:
    """The body. Without a code it is the status's own, without detail the code's own sentence."""
    own = [name for name, (of_status, _sentence) in SENTENCES.items() if of_status == status and name != "invalid"]
    code = code or (own[0] if own else "error")
    detail = detail or SENTENCES.get(code, (status, ""))[1] or (SENTENCES[own[0]][1] if own else "")
    title = TITLES.get(status, _("Error"))
    return {"title": str(title), "status": status, "detail": str(detail), "code": code, "errors": list(errors)}


def answer(request: HttpRequest, status: int, code: str = "", more: Mapping[str, object] | None = None) -> JsonResponse:
    """A problem that arose outside REST framework's views.

    more: further members of the document; RFC 9457 lets clients ignore them.
    """
    response = JsonResponse(document(status, code=code) | dict(more or {}), status=status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    return response


def handler(exception: Exception, context: Mapping[str, Any]) -> Response | None:
    """REST framework's EXCEPTION_HANDLER. None: not ours, Django answers (and logs) it."""
    problem = _known(exception)
    if problem is None:
        return None
    headers = {}
    if challenge := getattr(problem, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if isinstance(problem, exceptions.Throttled):
        headers["Retry-After"] = str(max(1, ceil(getattr(problem, "wait", None) or 1)))
    if isinstance(problem, exceptions.ValidationError):
        body = document(problem.status_code, code="invalid", errors=list(flat(problem.detail)))
    else:
        body = document(problem.status_code, code=_code(problem), detail=_detail(problem))
    return Response(body, status=problem.status_code, headers=headers, content_type=MEDIA_TYPE)


def flat(detail: Any, field: str = "") -> Iterator[dict[str, str]]:
    """The messages in a serializer's errors, each with the path of its field, such as "read.3"; "" for the whole."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from flat(inner, field if name == "non_field_errors" else f"{field}.{name}".strip("."))
    elif isinstance(detail, list):
        for number, inner in enumerate(detail):
            yield from flat(inner, f"{field}.{number}" if isinstance(inner, (Mapping, list)) else field)
    else:
        yield {"field": field, "message": str(detail)}


def _known(exception: Exception) -> exceptions.APIException | None:
    # Answers that Django's own exceptions stand for; their words are ours and worth keeping.
    if isinstance(exception, Http404):
        return exceptions.NotFound(*exception.args[:1])
    if isinstance(exception, PermissionDenied):
        return exceptions.PermissionDenied(*exception.args[:1])
    if isinstance(exception, RequestDataTooBig):
        return TooLarge()
    if isinstance(exception, BadRequest):
        return exceptions.ParseError(*exception.args[:1])
    return exception if isinstance(exception, exceptions.APIException) else None


def _code(problem: exceptions.APIException) -> str:
    code = problem.get_codes()
    return "bad_request" if code == exceptions.ParseError.default_code else str(code)


def _detail(problem: exceptions.APIException) -> str:
    """The exception's own sentence, unless it is the framework's general one."""
    if isinstance(problem, REWORDED) or str(problem.detail) == str(problem.default_detail):
        return ""
    return str(problem.detail)
