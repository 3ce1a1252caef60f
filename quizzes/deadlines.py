"""When a test ends for one learner. Pure: the server's clock comes in as an argument (reliability P3, R6, R7, R10)."""

from datetime import datetime, timedelta

# Saves that arrive so soon after the deadline still count: they were sent in time, over a slow network.
GRACE = timedelta(seconds=10)
MILLISECOND = timedelta(milliseconds=1)


def allowed(minutes: int | None, *, extra_percent: int = 0, extra_minutes: int = 0) -> timedelta | None:
    """How long a learner may take; None: no limit, which extra time does not change."""
    if minutes is None:
        return None
    return timedelta(minutes=minutes) * (100 + extra_percent) / 100 + timedelta(minutes=extra_minutes)


def deadline(started_at: datetime, limit: timedelta | None, closes_at: datetime | None) -> datetime | None:
    """Whatever comes first; None when neither a limit nor a closing time ends the attempt."""
    ends = [started_at + limit] if limit is not None else []
    if closes_at is not None:
        ends.append(closes_at)
    return max(min(ends), started_at) if ends else None


def is_over(ends: datetime | None, at: datetime) -> bool:
    """Whether even a save that was sent in time would have arrived by now."""
    return ends is not None and at >= ends + GRACE


def remaining_ms(ends: datetime | None, at: datetime) -> int | None:
    """What a clock may show, never below 0. None: no deadline."""
    return None if ends is None else max(0, (ends - at) // MILLISECOND)
