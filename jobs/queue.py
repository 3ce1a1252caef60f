"""Asking for background work, and no longer wanting it."""

import logging
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import PermissionsMixin
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Least
from django.utils.timezone import now

from . import kinds, running, waking
from .models import ACTIVE, Job, State

TRIES = 5  # a job ends between looking for it and making one at most this often in a row

log = logging.getLogger(__name__)


def enqueue(
    kind: str,
    subject: str,
    *,
    payload: dict[str, Any] | None = None,
    asked_by: PermissionsMixin | None = None,
    delay: timedelta = timedelta(0),
) -> Job:
    """Want this work done. Call it in the transaction of the change that wants it.

    There is one active job for a kind and subject. One that waits is returned, with the new payload for its next
    attempt; one that runs is returned too, and its `store` has to look whether the subject wants more.
    """
    at = now()
    wanted = Job(
        kind=kind,
        subject=subject,
        queue=kinds.find(kind).queue,
        payload=payload or {},
        asked_by_id=asked_by.pk if asked_by else None,
        due_at=at + delay,
        offered_at=None if delay else at,
    )
    with transaction.atomic(savepoint=False):
        for _attempt in range(TRIES):
            if job := _join(wanted) or _insert(wanted):
                return job
    raise RuntimeError(f"{kind} for {subject} kept beginning and ending")


def _join(wanted: Job) -> Job | None:
    """The active job that does what is wanted, if there is one.

    The write also holds its row until our transaction is over: a worker that starts or ends it meanwhile waits, and
    then sees what we changed. Otherwise nobody would see a change that is made while the job ends. And who asks again
    wants it to go on.
    """
    same = Job.objects.active().filter(kind=wanted.kind, subject=wanted.subject)
    if not same.update(payload=wanted.payload, due_at=Least("due_at", Value(wanted.due_at)), cancel_asked_at=None):
        return None
    job = same.first()
    if job and job.state == State.WAITING and job.offered_at is None and wanted.offered_at:
        same.update(offered_at=wanted.offered_at)
        transaction.on_commit(lambda: wake(job), robust=True)
    return job


def _insert(wanted: Job) -> Job | None:
    try:
        with transaction.atomic():
            wanted.save(force_insert=True)
    except IntegrityError:  # somebody was quicker
        return None
    if wanted.offered_at:
        transaction.on_commit(lambda: wake(wanted), robust=True)
    return wanted


def wake(job: Job) -> None:
    """Tell a worker. Should that fail, the sweeper tells one later."""
    waking.wake(job)


def cancel(job: Job) -> bool:
    """No longer want it: at once when it waits, within about a second when it runs. False when it has ended already."""
    kind = kinds.find_or_unknown(job)
    work = running.Work(job, kind.deadline)
    row = Job.objects.filter(pk=job.pk)
    for _attempt in range(TRIES):
        if running.end(work, kind, row.filter(state=State.WAITING), State.CANCELLED):
            return True
        if row.filter(state=State.RUNNING).update(cancel_asked_at=now()):
            return True
        if not row.filter(state__in=ACTIVE).exists():
            break
    return False


def retry(job: Job) -> Job:
    """Try again what failed or was cancelled, as a job of its own; what waits for its next attempt is due at once.

    What is done, or of a kind that no app knows any more, is returned as it is.
    """
    if job.state == State.DONE or job.kind not in kinds.load():
        return job
    return enqueue(job.kind, job.subject, payload=job.payload, asked_by=job.asked_by)
