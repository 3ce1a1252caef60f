"""Ending attempts: by the learner, by an instructor, or because time is up. Once, whoever comes first (P2, R4–R6)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now

from accounts.models import User
from jobs import queue

from .deadlines import GRACE
from .models import Attempt, AttemptEvent

SCORE = "quizzes.score"  # the kind of job
AT_ONCE = 1000  # overdue attempts closed in one sweep; the next comes half a minute later

ClosedBy = Attempt.ClosedBy


def submit(
    attempt: Attempt, by: str = ClosedBy.LEARNER, at: datetime | None = None, *, who: User | None = None
) -> bool:
    """Close `attempt` and ask for its score.

    by: of Attempt.ClosedBy. who: an instructor who closes it. False, changing nothing, when it was closed already
    (double click, second tab, time was up).
    """
    at = at or now()
    rows = Attempt.objects.filter(pk=attempt.pk)
    closed = _close(attempt, rows.filter(Q(deadline=None) | Q(deadline__gt=at - GRACE)), by, at, who)
    if not closed:
        close_overdue(at, among=rows)
        attempt.refresh_from_db(fields=["state", "finished_at", "closed_by"])
    return closed


def close_overdue(at: datetime | None = None, *, among: QuerySet[Attempt] | None = None) -> int:
    """Close what is past its deadline and its grace. Every read and write does, and the beat; returns how many."""
    at = at or now()
    rows = Attempt.objects.all() if among is None else among
    overdue = rows.filter(state=Attempt.State.OPEN, deadline__lte=at - GRACE)
    found = list(overdue.order_by("deadline").only("learner", "started_at", "deadline")[:AT_ONCE])
    # Looked at again in the UPDATE: an instructor may have given more time since.
    rows = Attempt.objects.filter(deadline__lte=at - GRACE)
    return sum(_close(one, rows.filter(pk=one.pk), ClosedBy.TIME, at) for one in found)


def _close(attempt: Attempt, rows: QuerySet[Attempt], by: str, at: datetime, who: User | None = None) -> bool:
    # A clock that was set back must not give a negative duration (R9).
    end = max(min(attempt.deadline or at, at), attempt.started_at)
    with transaction.atomic():
        still = rows.filter(state=Attempt.State.OPEN)
        closed = still.update(state=Attempt.State.SUBMITTED, finished_at=end, closed_by=by)
        if closed:
            what = AttemptEvent.What.TIMED_OUT if by == ClosedBy.TIME else AttemptEvent.What.SUBMITTED
            by_id = who.pk if who else attempt.learner_id if by == ClosedBy.LEARNER else None
            AttemptEvent.objects.create(attempt_id=attempt.pk, what=what, at=at, by_id=by_id)
            # In this transaction: a worker that sees the job sees the closed attempt.
            queue.enqueue(SCORE, str(attempt.pk))
    if closed:
        attempt.state, attempt.finished_at, attempt.closed_by = Attempt.State.SUBMITTED, end, by
    return bool(closed)
