"""Views that only scripts ask: whatever goes wrong is told in JSON, and nobody is sent to a page."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from rest_framework import serializers

from . import problems
from .bodies import JSONParser


def for_script(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A script is told in JSON what went wrong, and never sent to a page."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Exception as error:
            problem = problems.handler(error, {})
            if problem is None:
                raise
            return JsonResponse(problem.data, status=problem.status_code, content_type=problems.MEDIA_TYPE)

    return login_not_required(never_cache(answer))


def read(shape: type[serializers.Serializer], request: HttpRequest) -> dict[str, Any]:
    """What was sent, as `shape` has it. Raises what `for_script` answers."""
    sent = shape(data=JSONParser().parse(BytesIO(request.body)))
    sent.is_valid(raise_exception=True)
    data: dict[str, Any] = sent.validated_data
    return data
