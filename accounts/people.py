"""Who is asking, without waking the session for visitors."""

from django.conf import settings
from django.http import HttpRequest

from .models import User

TIER_COOKIE = "tier"  # how deep a visitor reads; signing up takes it over


def person(request: HttpRequest) -> User | None:
    """The signed-in user, or None.

    A visitor who sends no session cookie costs no query and leaves the session untouched, so the
    page can be cached for everybody.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES and not hasattr(request, "_cached_user"):
        return None
    user = request.user
    return user if user.is_authenticated else None


def signed_in(request: HttpRequest) -> User:
    """The signed-in user, on a page that nobody else reaches."""
    if not isinstance(request.user, User):
        raise TypeError("this page is open to visitors: ask `person`")
    return request.user
