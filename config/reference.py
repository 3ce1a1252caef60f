"""The API's description, for staff: as OpenAPI and as a page."""

from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller
from accounts.models import User
from accounts.people import person
from lib import openapi, problems


class ForStaff(BasePermission):
    """To everybody else there is nothing here, whatever they try."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        _let_in(caller(request))
        return True


class Schema(SpectacularAPIView):
    permission_classes = [ForStaff]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().get(request, *args, **kwargs)
        return response


@login_not_required
def docs(request: HttpRequest) -> HttpResponse:
    _let_in(person(request))
    return _docs(request)


@require_safe
def _docs(request: HttpRequest) -> HttpResponse:
    context = {"reference": _reference(get_language() or ""), "statuses": problems.SENTENCES}
    return render(request, "api/reference.html", context)


def _let_in(user: User | None) -> None:
    if user is None or not user.is_reporting:
        raise Http404


@cache
def _reference(language: str) -> openapi.Reference:
    """Kept: it changes with the code only, and with the language it is written in."""
    return openapi.read(SchemaGenerator().get_schema(request=None, public=True))
