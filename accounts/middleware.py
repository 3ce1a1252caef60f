from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from .people import person

GetResponse = Callable[[HttpRequest], HttpResponse]


class PersonMiddleware:
    """Times in the learner's own zone; pages made for one person are stored by nobody."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = person(request)
        if user:
            timezone.activate(ZoneInfo(user.time_zone))
        else:
            timezone.deactivate()
        response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        if (user or person(request)) and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response
