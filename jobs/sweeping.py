"""What nobody else would notice: wake-ups that got lost, workers that vanished, rows that are old. Beat calls it."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.timezone import now

from . import kinds, queue, running
from .models import Job, State

OFFER_AGAIN = timedelta(seconds=30)  # after a wake-up that nobody followed; doubles, since queues may be long
MOST_OFFERS = 500  # in one sweep
KEEP_DONE = timedelta(days=30)
KEEP_OTHERS = timedelta(days=180)  # failed and cancelled ones say why something is missing
MOST_DELETED = 5000  # in one sweep, so that it never holds the table for long

log = logging.getLogger(__name__)


def sweep(at: datetime | None = None) -> int:
    """Returns how many jobs it changed. Two sweepers at once do no harm."""
    at = at or now()
    return _recover(at) + _offer(at) + _prune(at)


def _recover(at: datetime) -> int:
    """Jobs whose worker gave no sign of life for a whole lease."""
    silent = Job.objects.filter(state=State.RUNNING, lease_until__lt=at)
    return sum(_take_from_worker(job, at) for job in silent.order_by("lease_until")[:MOST_OFFERS])


def _take_from_worker(job: Job, at: datetime) -> bool:
    kind = kinds.find_or_unknown(job)
    work = running.Work(job, kind.deadline)
    row = work.mine().filter(lease_until__lt=at)
    if job.cancel_asked_at:
        return running.end(work, kind, row.filter(cancel_asked_at__isnull=False), State.CANCELLED)
    if job.attempts >= kind.attempts:
        return running.end(work, kind, row, State.FAILED, running.vanished_sentence(job.attempts))
    log.warning("Job %s (%s): its worker vanished", job.pk, job)
    # The same attempt may have been what ended the worker, such as for lack of memory: it counts.
    return bool(
        row.filter(cancel_asked_at=None).update(state=State.WAITING, due_at=at, lease_until=None, offered_at=None)
    )


def _offer(at: datetime) -> int:
    count = 0
    for job in _unclaimed(at):
        if Job.objects.filter(pk=job.pk, state=State.WAITING, offered_at=job.offered_at).update(offered_at=at):
            queue.wake(job)
            count += 1
        if count == MOST_OFFERS:
            break
    return count


def _unclaimed(at: datetime) -> Iterator[Job]:
    """Never offered ones first, as they fell due; then those that were offered longest ago."""
    due = Job.objects.filter(state=State.WAITING, due_at__lte=at)
    yield from due.filter(offered_at=None).order_by("due_at")[:MOST_OFFERS]
    for job in due.filter(offered_at__lt=at - OFFER_AGAIN).order_by("offered_at").iterator():
        # A message may wait behind others for a long time: the longer it does, the rarer it gets company.
        if job.offered_at and at - job.offered_at > job.offered_at - job.due_at:
            yield job


def _prune(at: datetime) -> int:
    """Deletes what ended long ago."""
    count = 0
    for states, kept in (([State.DONE], KEEP_DONE), ([State.FAILED, State.CANCELLED], KEEP_OTHERS)):
        old = Job.objects.filter(state__in=states, finished_at__lt=at - kept).order_by("finished_at")
        count += Job.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:MOST_DELETED])).delete()[0]
    return count
