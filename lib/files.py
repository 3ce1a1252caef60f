"""What files need from the middleware round them: no sessions, and no compression where there is nothing to gain."""

from collections.abc import Callable

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.urls import resolve

from . import errors

GetResponse = Callable[[HttpRequest], HttpResponse]
Answer = Callable[[HttpRequest], HttpResponseBase]
DENSE = ("audio/", "image/png", "image/webp", "image/jpeg", "font/woff2")


class CookielessMiddleware:
    """Below `COOKIELESS` the address itself is the key: who is signed in there is neither asked nor told.

    A player asks for a piece of a file every few seconds. That goes straight to its view, past sessions, forms and
    everything else that is about people; the views there answer GET and HEAD only.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        # What a view raises becomes its error page here already, so that it gets the headers below.
        self.answer: Answer = convert_exception_to_response(_answer)  # type: ignore[assignment]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(settings.COOKIELESS):
            return self.get_response(request)
        request.COOKIES = {}
        response = self.answer(request)
        # The key goes to nobody, and what it does not open now it may open later.
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Cache-Control", "private, no-store")
        if not response.streaming and not response.has_header("Content-Length"):
            response.headers["Content-Length"] = str(len(response.content))  # type: ignore[attr-defined]
        return response


def _answer(request: HttpRequest) -> HttpResponseBase:
    match = request.resolver_match = resolve(request.path_info)
    try:
        answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return answer
    except errors.Gone:
        return errors.page(request, 410)


class CompressionMiddleware(GZipMiddleware):
    """Django's, but for what is dense already. A piece of a file must not be packed at all: its length is promised."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code in (206, 416) or response.get("Content-Type", "").startswith(DENSE):
            return response
        return super().process_response(request, response)
