"""Too many tries: how long to wait, and the page that says so. django-allauth counts, in the shared cache."""

import time
from math import ceil

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from lib import errors

SHORTEST_WAIT = 10  # seconds

# What is counted by the page one is on (allauth names neither the limit nor the wait when it refuses).
COUNTED = {
    "account_login": ("login", "confirm_email"),
    "account_signup": ("signup", "confirm_email"),
    "account_reset_password": ("reset_password",),
    "account_reset_password_from_key": ("reset_password_from_key",),
    "account_email": ("manage_email", "confirm_email"),
    "account_change_password": ("change_password",),
    "account_set_password": ("change_password",),
    "account_reauthenticate": ("reauthenticate",),
    "mfa_reauthenticate": ("reauthenticate",),
}


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """The answer of django-allauth's own limits (`handler429`)."""
    page = request.resolver_match.url_name if request.resolver_match else None
    key = (request.POST.get("email") or request.POST.get("login") or "").strip().lower()
    waits = [seconds_left(request, action, key) for action in COUNTED.get(page or "", ())]
    return refusal(request, max(waits, default=SHORTEST_WAIT))


def refusal(request: HttpRequest, seconds: int) -> HttpResponse:
    response = errors.page(request, 429, "accounts/too_many.html", seconds=seconds, minutes=ceil(seconds / 60))
    response["Retry-After"] = str(seconds)
    return response


def seconds_left(request: HttpRequest, action: str, key: str) -> int:
    """Seconds until `action` is allowed again for this caller, user and key; at least SHORTEST_WAIT."""
    waits: list[float] = [SHORTEST_WAIT]
    for rate in ratelimit.get_rates(app="allauth.account", action=action):
        if rate.per == "user" and not request.user.is_authenticated:
            continue
        place = ratelimit.get_cache_key(request, app="allauth.account", action=action, rate=rate, key=key)
        history = cache.get(place, [])  # newest first
        if len(history) >= rate.amount:
            waits.append(history[-1] + rate.duration - time.time())
    return ceil(max(waits))
