"""Asking for background work, and no longer wanting it."""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import PermissionsMixin
from django.db import connection, transaction
from django.utils.timezone import now

from . import kinds, running, waking
from .models import ACTIVE, Job, State

TRIES = 5  # a job changes between looking at it and ending it at most this often in a row

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
        pk = _insert_or_join(wanted)
        if pk != wanted.pk:
            return _joined(pk, wanted)
        wanted._state.adding = False
        if wanted.offered_at:
            transaction.on_commit(lambda: wake(wanted), robust=True)
    return wanted


# Joining writes the row of the active job, which also holds it until our transaction is over: a worker that starts or
# ends it meanwhile waits, and then sees what we changed. Otherwise nobody would see a change that is made while the job
# ends. And who asks again wants it to go on.
INSERT_OR_JOIN = """
INSERT INTO jobs_job AS job ({columns}) VALUES ({places})
ON CONFLICT (kind, subject) WHERE state IN ('waiting', 'running') DO UPDATE
SET payload = EXCLUDED.payload, cancel_asked_at = NULL,
    due_at = CASE WHEN EXCLUDED.due_at < job.due_at THEN EXCLUDED.due_at ELSE job.due_at END
RETURNING id
"""


def _insert_or_join(wanted: Job) -> UUID:
    """The id of the active job that does what is wanted: of `wanted` itself when there was none. One statement."""
    fields = Job._meta.concrete_fields
    query = INSERT_OR_JOIN.format(
        columns=", ".join(str(field.column) for field in fields), places=", ".join(["%s"] * len(fields))
    )
    given = [field.get_db_prep_save(field.pre_save(wanted, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        (pk,) = cursor.fetchone()
    return pk if isinstance(pk, UUID) else UUID(pk)


def _joined(pk: UUID, wanted: Job) -> Job:
    job = Job.objects.get(pk=pk)
    if job.state == State.WAITING and job.offered_at is None and wanted.offered_at:
        Job.objects.filter(pk=pk).update(offered_at=wanted.offered_at)
        transaction.on_commit(lambda: wake(job), robust=True)
    return job


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
