"""Running one job: claim it, hold the claim, end it once. Celery plays no part here, so a thread or a test will do."""

import logging
import math
import random
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, close_old_connections, connection, transaction
from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lib.outages import is_outage

from . import claiming, kinds, leases
from .kinds import Kind
from .models import Job, JobQuerySet, State
from .releasing import released

WRITE_EVERY = 1.0  # seconds between two writes of progress; a cancel is noticed within that
BACK_OFF = timedelta(seconds=30)  # before the second attempt; times 4 before each one after it
MOST_MESSAGE = 200  # characters
PATIENCE = 300  # milliseconds for a row that somebody else holds; well below PostgreSQL's deadlock_timeout of 1 s
MOST_STEPS_BACK = 30
LOCKED = ("55P03", "40P01")  # lock_not_available, deadlock_detected
JITTER = 0.2  # of the back-off, so that what failed together does not come back together

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The work is no longer wanted from this worker: kill what was started and let this through."""


class Cancelled(Stopped):
    """Somebody asked for it."""


class Lost(Stopped):
    """The job belongs to another worker now, or is gone."""


class TooLate(Stopped):
    """The deadline of the kind has passed."""


class Released(Stopped):
    """This process ends; another one goes on, and the attempt does not count."""


class Failure(Exception):
    """Failed for good: trying again would change nothing.

    sentence: for the person who asked; what happened, what is safe, what to do.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Work:
    """A job in the hands of its handler."""

    def __init__(self, job: Job, deadline: timedelta) -> None:
        self.job = job
        self.subject = job.subject
        self.payload: dict[str, Any] = job.payload
        self.attempt = job.attempts  # 1 for the first
        self.stopped: Stopped | None = None
        self.written = time.monotonic()
        self.ends = self.written + deadline.total_seconds()
        self._unwritten: dict[str, Any] = {}

    def beat(self, progress: float | None = None, message: str | None = None) -> None:
        """Show a sign of life. Cheap: call it often, outside transactions.

        progress: 0 to 100; message: what happens now, for people. Raises a `Stopped` when the work is to end here.
        """
        if self.stopped:
            raise self.stopped
        if progress is not None and not math.isnan(progress):
            self._unwritten["progress"] = round(min(max(progress, 0), 100))
        if message is not None:
            self._unwritten["message"] = storable(message)[:MOST_MESSAGE]
        if time.monotonic() > self.ends:
            self.stop(TooLate())
        if released.is_set():
            self.stop(Released())
        if time.monotonic() - self.written >= WRITE_EVERY:
            self.write()

    def write(self) -> None:
        self.written = time.monotonic()
        try:
            kept = self.mine().filter(cancel_asked_at=None).update(lease_until=leases.until(), **self._unwritten)
            if not kept:
                self.stop(Cancelled() if self.mine().exists() else Lost())
        except Exception as error:
            # A database that restarts ends no work: the lease outlasts it, and the end asks who owns the job.
            if not is_outage(error):
                raise
            log.warning("Job %s: the database did not take a sign of life", self.job.pk)
            fresh_connection()
        else:
            self._unwritten.clear()

    def stop(self, why: Stopped) -> None:
        """Raises `why`, now and at every later beat, should the handler swallow it."""
        self.stopped = why
        raise why

    def mine(self) -> JobQuerySet:
        """The row, for as long as this worker owns it."""
        return Job.objects.filter(pk=self.job.pk, token=self.job.token, state=State.RUNNING)


# --- From claim to end ----------------------------------------------------------------------------------------------


def run(pk: uuid.UUID | str) -> State | None:
    """Do the job if it is due and nobody else does it. Returns its state then; None when it was not ours to change."""
    fresh_connection()
    try:
        job = claiming.claim(pk)
        return _carry_out(job) if job else None
    finally:
        fresh_connection()


def drain(queue: str | None = None, *, most: int | None = None) -> int:
    """Run what is due, oldest first, in this thread, until nothing is. Returns how many were run."""
    count = 0
    while (most is None or count < most) and not released.is_set():
        due = Job.objects.filter(state=State.WAITING, due_at__lte=now()).order_by("due_at", "created_at")
        pk = (due.filter(queue=queue) if queue else due).values_list("pk", flat=True).first()
        if pk is None:
            break
        run(pk)
        count += 1
    return count


def _carry_out(job: Job) -> State | None:
    kind = kinds.find_or_unknown(job)
    work = Work(job, kind.deadline)
    try:
        with leases.kept(work):
            store = kind.handler(work)
        # After minutes of silence the connection may have been dropped.
        fresh_connection()
        return _finish(work, store)
    except (KeyboardInterrupt, SystemExit):
        _give_back(work, kind, now(), attempts=F("attempts") - 1)
        raise
    except Exception as error:
        fresh_connection()
        # What was raised after a stop, such as by a killed child, came of the stop.
        return _end_badly(work, kind, work.stopped or error)


def _finish(work: Work, store: Callable[[], None] | None) -> State:
    def write() -> bool:
        # The state goes first: `store` may ask for the same work again.
        if not claiming.finish(work.job):
            return False
        if store:
            store()
        return True

    if not (_together(write) if store else write()):
        raise Lost
    return State.DONE


def _end_badly(work: Work, kind: Kind, error: Exception) -> State | None:
    try:
        match error:
            case Lost():
                log.warning("Job %s (%s) went to another worker", work.job.pk, work.job)
                return None
            case Cancelled():
                return _cancelled(work, kind) or _give_back(work, kind, now(), attempts=F("attempts") - 1)
            case Released():
                # Due since it was: who has begun already does not wait behind everybody else.
                return _give_back(work, kind, work.job.due_at, attempts=F("attempts") - 1)
            case TooLate():
                return _fail(work, kind, too_late_sentence(kind.deadline))
            case Failure():
                return _fail(work, kind, error.sentence)
        log.error("Job %s (%s): attempt %d failed", work.job.pk, work.job, work.attempt, exc_info=error)
        if work.attempt >= kind.attempts:
            return _fail(work, kind, fault_sentence(work.attempt))
        return _give_back(
            work, kind, now() + back_off(work.attempt), message=_("Did not work. It will be tried again.")
        )
    except Exception:
        # The lease runs out, and the sweeper decides.
        log.exception("Job %s (%s): its end could not be written", work.job.pk, work.job)
        return None


def _fail(work: Work, kind: Kind, sentence: str) -> State | None:
    return State.FAILED if end(work, kind, work.mine(), State.FAILED, sentence) else None


def _cancelled(work: Work, kind: Kind) -> State | None:
    """None where somebody has asked for the work again meanwhile."""
    asked = work.mine().filter(cancel_asked_at__isnull=False)
    return State.CANCELLED if end(work, kind, asked, State.CANCELLED) else None


def _give_back(work: Work, kind: Kind, due: datetime, **fields: Any) -> State | None:
    """Into the queue again, except when nobody wants it any more."""
    fields |= {"state": State.WAITING, "due_at": due, "lease_until": None, "offered_at": None}
    if work.mine().filter(cancel_asked_at=None).update(**fields):
        return State.WAITING
    return _cancelled(work, kind)


def end(work: Work, kind: Kind, among: JobQuerySet, state: State, sentence: str = "") -> bool:
    """Fail or cancel the job if it is still `among` these, and tell its kind; both or neither."""
    sentence = storable(sentence)
    fields = {"state": state, "error": sentence, "message": "", "lease_until": None, "finished_at": now()}

    def write() -> bool:
        if not among.update(**fields):
            return False
        if kind.when_lost:
            kind.when_lost(work, sentence)
        return True

    try:
        return _together(write)
    except Exception as error:
        if is_outage(error):
            raise
        # A job that cannot end would be tried for ever.
        log.exception("Job %s (%s): telling its kind of the end failed", work.job.pk, work.job)
        return bool(among.update(**fields))


def fresh_connection() -> None:
    """What a request does at its ends: forget a connection that is old or broken, check the kept one before its use."""
    if not connection.in_atomic_block:  # a test's own transaction
        close_old_connections()


def _together(write: Callable[[], bool]) -> bool:
    """In one transaction.

    A request that changed the subject and then asks for its work holds the subject and waits for the job; we hold the
    job and wait for the subject. Before PostgreSQL ends one of the two, we step back and begin again.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        with transaction.atomic():
            return write()
    for _attempt in range(MOST_STEPS_BACK):
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = %s", [PATIENCE])
                return write()
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") not in LOCKED:
                raise
            time.sleep(random.uniform(0, PATIENCE / 1000))
    with transaction.atomic():
        return write()


def storable(text: object) -> str:
    """Without what PostgreSQL keeps in no text: names of files and words of programs may hold anything."""
    return str(text).replace("\0", "").encode(errors="replace").decode()


def back_off(attempt: int, chance: float | None = None) -> timedelta:
    """How long to wait after attempt 1, 2, …; chance: 0 to 1."""
    share = random.random() if chance is None else chance
    return BACK_OFF * 4 ** (attempt - 1) * (1 + JITTER * share)


# --- Sentences ------------------------------------------------------------------------------------------------------


def fault_sentence(attempts: int) -> str:
    return _(
        "This did not work in %(number)d attempts, because of a fault in the program or in what it needs. Nothing "
        "else was changed. Try again later; if it fails again, tell whoever runs this site."
    ) % {"number": attempts}


def too_late_sentence(deadline: timedelta) -> str:
    return _(
        "This was stopped because it took longer than %(minutes)d minutes. Nothing was changed. Try again when less "
        "is going on, or with something smaller."
    ) % {"minutes": max(round(deadline.total_seconds() / 60), 1)}


def vanished_sentence(attempts: int) -> str:
    return _(
        "This was begun %(number)d times, and each time the program that did it ended without a word, perhaps for lack "
        "of memory. Nothing was changed. Try again later, or with something smaller."
    ) % {"number": attempts}
