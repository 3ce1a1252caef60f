"""How background work stands, in numbers: for /metrics and for the ledger."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.utils.timezone import now

from .models import Job, Queue, State

OVERDUE = timedelta(minutes=10)


@dataclass(frozen=True)
class Figures:
    jobs: dict[tuple[str, str], int]  # (queue, state) → how many; all of them, zeros too
    oldest_waiting: dict[str, float]  # queue → seconds since its oldest waiting job fell due; 0 when none is due
    overdue: int  # leases that ran out so long ago that the sweeper cannot be running: 0 in a sound ledger


def take(at: datetime | None = None) -> Figures:
    at = at or now()
    jobs = {(queue, state): 0 for queue in Queue.values for state in State.values}
    for queue, state, count in Job.objects.order_by().values_list("queue", "state").annotate(Count("pk")):
        jobs[queue, state] = count
    due = Job.objects.filter(state=State.WAITING, due_at__lte=at).order_by()
    oldest = dict(due.values_list("queue").annotate(Min("due_at")))
    return Figures(
        jobs=jobs,
        oldest_waiting={queue: (at - oldest.get(queue, at)).total_seconds() for queue in Queue.values},
        overdue=Job.objects.filter(state=State.RUNNING, lease_until__lt=at - OVERDUE).count(),
    )
