"""Keeps the leases of running jobs alive while their handlers are busy, such as in one long call into C.

One thread for all jobs of a process. It starts with the first job and ends some time after the last, so that many
small jobs cost nothing.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock, Thread
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.timezone import now

if TYPE_CHECKING:
    from .running import Work

LEASE = timedelta(seconds=60)  # how long a worker is believed without a sign of life; several machines: equal clocks

log = logging.getLogger(__name__)

_lock = Lock()
_held: set["Work"] = set()
_keeper: Thread | None = None


def until() -> datetime:
    return now() + LEASE


@contextmanager
def kept(work: "Work") -> Iterator[None]:
    """Renews the lease, but never past the deadline: who hangs loses the job to the sweeper."""
    global _keeper
    with _lock:
        _held.add(work)
        if _keeper is None or not _keeper.is_alive():
            _keeper = Thread(target=_keep, name="leases", daemon=True)
            _keeper.start()
    try:
        yield
    finally:
        with _lock:
            _held.discard(work)


def _keep() -> None:
    global _keeper
    while True:
        time.sleep(_pause())
        with _lock:
            if not _held:
                _keeper = None
                return
            running = list(_held)
        try:
            for work in running:
                _renew(work)
        finally:
            # This thread needs it again in some time or never.
            connection.close()


def _renew(work: "Work") -> None:
    at = time.monotonic()
    if at > work.ends:
        log.error("Job %s (%s) is past its deadline and does not answer", work.job.pk, work.job)
        return
    if at - work.written < _pause() / 2:
        return
    try:
        work.mine().update(lease_until=until())
    except Exception:
        log.warning("Job %s (%s): its lease could not be renewed", work.job.pk, work.job, exc_info=True)


def _pause() -> float:
    """Three chances in every lease."""
    return LEASE.total_seconds() / 3
