"""The two writes that every job takes: it is ours, it is done.

As SQL, since putting them together takes Django several times as long as a database takes to carry them out, and that
is most of what a small job costs. Both are conditional: of any number of callers one wins.
"""

import uuid
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.timezone import now

from . import leases
from .models import Job

CLAIM = """
UPDATE jobs_job
SET state = 'running', token = %s, attempts = attempts + 1, lease_until = %s, started_at = %s, progress = 0,
    message = '', error = ''
WHERE id = %s AND state = 'waiting' AND due_at <= %s
RETURNING *
"""
FINISH = """
UPDATE jobs_job
SET state = 'done', progress = 100, message = '', lease_until = NULL, finished_at = %s
WHERE id = %s AND token = %s AND state = 'running'
"""


def claim(pk: uuid.UUID | str) -> Job | None:
    """Its row, running now, when it is due and nobody else has it."""
    at = _moment(now())
    # All rows are taken, if it is only one: SQLite ends its transaction with the last.
    won = list(Job.objects.raw(CLAIM, [_id(uuid.uuid4()), _moment(leases.until()), at, _id(pk), at]))
    return won[0] if won else None


def finish(job: Job) -> bool:
    """It is done. False when it belongs to somebody else now."""
    with connection.cursor() as cursor:
        cursor.execute(FINISH, [_moment(now()), _id(job.pk), _id(job.token)])
        return cursor.rowcount == 1


def _moment(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _id(value: uuid.UUID | str | None) -> Any:
    return Job._meta.pk.get_db_prep_value(value, connection)
