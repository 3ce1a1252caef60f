"""How often a caller may ask. Each process counts for itself: comfort for the others, not security."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.cache import caches
from rest_framework.permissions import SAFE_METHODS
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Throttle(SimpleRateThrottle):
    cache = caches["throttles"]
    scope: str

    def get_rate(self) -> str | None:
        # Read at each request, so that a test may change it.
        rates: dict[str, str | None] = api_settings.DEFAULT_THROTTLE_RATES  # type: ignore[assignment]
        return rates[self.scope]

    def key(self, ident: object) -> str:
        return self.cache_format % {"scope": self.scope, "ident": ident}


class VisitorThrottle(Throttle):
    """By network address, as told by the proxies that are trusted."""

    scope = "visitor"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return None if request.user.is_authenticated else self.key(self.get_ident(request))


class PersonThrottle(Throttle):
    scope = "person"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return self.key(request.user.pk) if request.user.is_authenticated else None


class WriteThrottle(Throttle):
    """What changes something, counted once more."""

    scope = "write"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        if request.method in SAFE_METHODS or not request.user.is_authenticated:
            return None
        return self.key(request.user.pk)
