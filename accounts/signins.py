"""How long a sign-in lasts, and where a person is signed in."""

import time
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from .models import User

STARTED = "signed_in_at"
USED = "last_used_at"
HELD = "held_until"
NOTE_EVERY = 60  # seconds; a page costs no write, a minute of reading costs one


@dataclass(frozen=True)
class Span:
    idle: timedelta
    whole: timedelta


# ASVS 7.3: who can change or read what belongs to others stays signed in for less long.
LEARNER = Span(idle=timedelta(hours=12), whole=timedelta(days=14))
STAFF = Span(idle=timedelta(minutes=30), whole=timedelta(hours=12))
LONGEST_HOLD = timedelta(hours=24)


def span_for(user: User) -> Span:
    return STAFF if (user.is_staff or user.is_superuser) and not settings.DEMO else LEARNER


def is_over(session: SessionBase, user: User, *, at: float | None = None) -> bool:
    """at: seconds since the epoch. A session without notes counts from now on."""
    now = time.time() if at is None else at
    span = span_for(user)
    if span is LEARNER and now < session.get(HELD, 0):
        return False
    rested = now - session.get(USED, now)
    lasted = now - session.get(STARTED, now)
    return rested > span.idle.total_seconds() or lasted > span.whole.total_seconds()


def note_use(request: HttpRequest, *, at: float | None = None) -> None:
    """Remember that the sign-in is in use, at most once a minute."""
    now = time.time() if at is None else at
    session = request.session
    if STARTED in session and now - session.get(USED, 0) < NOTE_EVERY:
        return
    session.setdefault(STARTED, now)
    session[USED] = now
    UserSession.objects.filter(session_key=session.session_key).update(
        last_seen_at=timezone.now(), ip=get_adapter().get_client_ip(request)
    )


def hold(session: SessionBase, remaining_ms: int | None, *, at: float | None = None) -> None:
    """Let the sign-in of a learner last as long as what is running, such as a test: no limit ends it before.

    remaining_ms: None when it has no end; then it lasts on as if the learner had just come.
    """
    now = time.time() if at is None else at
    longest = LONGEST_HOLD if remaining_ms is not None else LEARNER.idle
    seconds = longest.total_seconds()
    until = now + (seconds if remaining_ms is None else min(remaining_ms / 1000, seconds)) + NOTE_EVERY
    if until - session.get(HELD, 0) > NOTE_EVERY:
        session[HELD] = until


def connect() -> None:
    user_logged_in.connect(_start, dispatch_uid="sign-in starts")
    user_logged_out.connect(_end, dispatch_uid="sign-in ends")


def _start(request: HttpRequest, **kwargs: object) -> None:
    request.session[STARTED] = request.session[USED] = time.time()


def _end(request: HttpRequest | None, **kwargs: object) -> None:
    if request is not None:
        request.has_signed_out = True  # type: ignore[attr-defined]
