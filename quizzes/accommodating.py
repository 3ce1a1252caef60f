"""What is different for one learner: extra time, extra attempts, other opening and closing times."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q

from . import deadlines
from .models import Accommodation, MockTest

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Terms:
    """What counts for one learner in one test."""

    opens_at: datetime | None
    closes_at: datetime | None
    limit: timedelta | None
    attempts: int | None  # allowed in all
    extra_percent: int = 0
    extra_minutes: int = 0

    def deadline(self, started_at: datetime) -> datetime | None:
        return deadlines.deadline(started_at, self.limit, self.closes_at)

    def as_data(self) -> dict[str, Any]:
        """For Attempt.terms: why this attempt lasts as long as it does."""
        extra = {"extra_percent": self.extra_percent, "extra_minutes": self.extra_minutes}
        return {name: value for name, value in extra.items() if value}


def terms(user: "User", test: MockTest) -> Terms:
    """What was granted for this test adds to nothing that was granted for the whole course: the better of both counts.

    Times of one's own are the test's own row's, else the course's.
    """
    rows = Accommodation.objects.filter(Q(test=test) | Q(test=None), course=test.course_id, learner=user)
    granted = list(rows.order_by(F("test").desc(nulls_last=True)))
    percent, minutes, attempts = (
        max((getattr(row, name) for row in granted), default=0)
        for name in ("extra_percent", "extra_minutes", "extra_attempts")
    )
    return Terms(
        opens_at=next((row.opens_at for row in granted if row.opens_at), test.opens_at),
        closes_at=next((row.closes_at for row in granted if row.closes_at), test.closes_at),
        limit=deadlines.allowed(test.minutes, extra_percent=percent, extra_minutes=minutes),
        attempts=None if test.attempts_allowed is None else test.attempts_allowed + attempts,
        extra_percent=percent,
        extra_minutes=minutes,
    )


def last_closing(test: MockTest) -> datetime | None:
    """When the test is closed to everybody, also to those with more time. None: never."""
    if test.closes_at is None:
        return None
    shifted = Accommodation.objects.filter(Q(test=test) | Q(test=None), course=test.course_id, closes_at__isnull=False)
    return max([test.closes_at, *shifted.values_list("closes_at", flat=True)])  # type: ignore[type-var]
