"""What Celery runs: whoever is woken looks into the rows. Messages may be lost, doubled or late."""

import logging
import time
from collections import defaultdict, deque
from threading import Lock
from typing import Any

from celery import shared_task
from celery.signals import task_prerun, worker_init, worker_ready, worker_shutting_down
from django.db import Error, connections
from django.utils.timezone import now

from . import kinds, running, sweeping, waking
from . import queue as asking
from .models import Job, State
from .releasing import released

GO_ON = 5.0  # seconds for which a woken worker looks for more; then it lets Celery have its say
GLANCE = 50  # due jobs looked up at a time

log = logging.getLogger(__name__)


class Backlog:
    """What is due, looked up for all threads of a process together: else each would try what the others just took."""

    def __init__(self) -> None:
        self.looking = Lock()
        self.found: dict[str, deque[str]] = defaultdict(deque)

    def next(self, queue: str) -> str | None:
        """The oldest due job that this process has not tried yet; None when nothing is due."""
        with self.looking:
            found = self.found[queue]
            if not found:
                found.extend(look_up(queue))
            return found.popleft() if found else None


backlog = Backlog()


def look_up(queue: str) -> list[str]:
    due = Job.objects.filter(state=State.WAITING, queue=queue, due_at__lte=now()).order_by("due_at")
    return [str(pk) for pk in due.values_list("pk", flat=True)[:GLANCE]]


@shared_task(name="jobs.run", ignore_result=True)
def run(queue: str, pk: str | None = None) -> None:
    """Do this job, then whatever else is due in its queue, oldest first."""
    end = time.monotonic() + GO_ON
    pk = pk or backlog.next(queue)
    while pk and not released.is_set():
        running.run(pk)
        if time.monotonic() > end:
            waking.ring(queue)
            return
        pk = backlog.next(queue)


@shared_task(name="jobs.sweep", ignore_result=True)
def sweep() -> None:
    sweeping.sweep()


@shared_task(name="jobs.ask", ignore_result=True)
def ask(kind: str) -> None:
    """Periodic work that takes long: a job of this kind, unless one is waiting or running."""
    asking.enqueue(kind, "periodic")


@worker_init.connect
def learn_the_kinds(**_: object) -> None:
    """Before processes are forked: each would load all of the apps with somebody waiting for its first job."""
    kinds.load()


@task_prerun.connect
def freshen(**_: object) -> None:
    """A restart of the database leaves broken connections behind; Celery is told to leave them to us."""
    running.fresh_connection()


@worker_ready.connect
def look_around(sender: Any, **_: object) -> None:
    """Begin with what has been waiting: its wake-ups may have been lost while no worker was there."""
    try:
        for queue in sender.app.amqp.queues.consume_from:
            for pk in look_up(queue):
                waking.bell.ring(queue, pk)
    except Error as problem:
        log.warning("The database does not answer yet (%s)", problem)
    finally:
        connections.close_all()
    log.info("Ready for work")


@worker_shutting_down.connect
def release(**_: object) -> None:
    released.set()
