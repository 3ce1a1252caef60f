"""Keeping what learners read and where they are. Evidence only grows; the newest place wins."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.utils import timezone

from accounts.models import User
from courses.models import Lesson

from . import blocks
from .models import Reading

TRIES = 50  # writers of one row at the same moment; each round one of them gets through
LONGEST_VISIT = timedelta(days=2)


@dataclass(frozen=True)
class Place:
    key: str
    at: datetime


def record(
    user: User,
    lesson: Lesson,
    *,
    read: Collection[str] = (),
    place: Place | None = None,
    finished_at: datetime | None = None,
) -> Reading:
    """Add evidence. Safe to repeat, in any order, from any number of tabs.

    Keys that are no blocks of the lesson are ignored. A place older than the stored one changes nothing.
    """
    known = blocks.of(lesson).words
    news = set(read) & known.keys()
    if place and place.key not in known:
        place = None
    for _ in range(TRIES):
        reading = Reading.objects.get_or_create(learner=user, lesson=lesson)[0]
        changes = _changes(reading, news, place, finished_at)
        mine = Reading.objects.filter(pk=reading.pk, rev=reading.rev)
        if not changes or mine.update(rev=reading.rev + 1, **changes):
            for name, value in changes.items():
                setattr(reading, name, value)
            return reading
    raise RuntimeError(f"reading of lesson {lesson.pk} by {user.pk} is written by too many at once")


def _changes(reading: Reading, news: set[str], place: Place | None, finished_at: datetime | None) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if fresh := news - set(reading.read_keys):
        changes["read_keys"] = [*reading.read_keys, *sorted(fresh)]
    if place and (reading.place_at is None or place.at > reading.place_at):
        changes |= {"place_key": place.key, "place_at": place.at}
    if finished_at and not reading.finished_at:
        changes["finished_at"] = finished_at
    return changes


# A page tells when it was made; the browser adds how long it has been open. So a late request of an old tab is
# known to be old, whatever the device's clock says.


def visit_token() -> str:
    return signing.dumps(timezone.now().timestamp(), salt="visit")


def moment_of(token: str, elapsed_ms: int) -> datetime:
    """When something happened on a page, by the server's clock. Raises signing.BadSignature for a forged token."""
    made = signing.loads(token, salt="visit", max_age=LONGEST_VISIT)
    moment = datetime.fromtimestamp(made, tz=timezone.get_default_timezone()) + timedelta(
        milliseconds=max(elapsed_ms, 0)
    )
    return min(moment, timezone.now())
