"""Answers that code far from a view gives by raising: the page has moved (301), or is gone (410)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse

from . import errors

GetResponse = Callable[[HttpRequest], HttpResponse]


class Moved(Exception):
    """The page asked for has another address: the same one with `parts` of it replaced.

    parts: new values of the route's parameters, such as `course="new-slug"`.
    """

    def __init__(self, **parts: str) -> None:
        super().__init__(parts)
        self.parts = parts


class AnswersMiddleware:
    """Turns `Moved` and `Gone` into answers, whichever view they come from; refuses verbs that packages let pass."""

    # The admin takes a PUT for a GET, django-allauth takes it for a POST.
    LENIENT = ("allauth.", "django.contrib.admin.")
    VERBS = ("GET", "HEAD", "POST")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., object], *parts: object) -> HttpResponse | None:
        match = request.resolver_match
        is_lenient = view.__module__.startswith(self.LENIENT) or bool(match and match.app_name == "admin")
        return HttpResponseNotAllowed(self.VERBS) if is_lenient and request.method not in self.VERBS else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Moved):
            return moved(request, exception)
        if isinstance(exception, errors.Gone):
            return errors.page(request, 410)
        return None


def moved(request: HttpRequest, move: Moved) -> HttpResponse:
    """The same page, query included, at its new address."""
    match = request.resolver_match
    assert match, "only a view can find that its page has moved"
    address = reverse(match.view_name, kwargs=match.kwargs | move.parts)
    if query := request.META.get("QUERY_STRING"):
        address += f"?{query}"
    # 308 lets a form sent to the old address arrive whole; 301 would turn it into a GET.
    return HttpResponse(status=301 if request.method in {"GET", "HEAD"} else 308, headers={"Location": address})
