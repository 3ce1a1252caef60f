"""Wakes workers. Whoever calls this waits for nothing and hears of no trouble: the row is there, and the sweeper looks.

One thread of each process publishes. A broker that accepts and never answers holds up that thread and nobody else.
"""

import atexit
import logging
import os
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from queue import Full, Queue
from threading import Lock, Thread
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from . import broker
from .models import Job

MOST_WAITING = 10_000  # wake-ups; what comes on top is left to the sweeper
# A worker that was woken goes on with whatever else is due, so a crowd of jobs needs no crowd of messages.
BELLS = 16  # for one queue at a time: about as many as there are threads to wake
TIMEOUT = 1.0  # seconds for each step of talking to the broker
REST = 10.0  # seconds without trying after it failed; the sweeper looks as often
LAST_WORDS = 1.5  # seconds at most between the end of a command and the end of its process

log = logging.getLogger(__name__)


class Bell:
    """Wake-ups on their way, in this process."""

    def __init__(self) -> None:
        self.waiting: Queue[tuple[str, str] | None] = Queue(MOST_WAITING)
        self.starting = Lock()
        self.thread: Thread | None = None
        self.rests_until = 0.0
        self.connection: Any = None
        self.producer: Any = None

    def ring(self, queue: str, pk: str = "") -> None:
        if settings.BROKER_URL == broker.NOBODY:
            return
        try:
            self.waiting.put_nowait((queue, pk))
        except Full:
            return
        with self.starting, suppress(RuntimeError):  # a process that is ending begins no threads
            if self.thread is None:
                thread = Thread(target=self.publish, name="waking", daemon=True)
                thread.start()
                self.thread = thread

    def publish(self) -> None:
        going_on = True
        while going_on:
            taken = [self.waiting.get()]
            while not self.waiting.empty():
                taken.append(self.waiting.get())
            going_on = None not in taken
            try:
                if time.monotonic() >= self.rests_until:
                    self.send(messages(filter(None, taken)))
            except Exception as problem:
                self.rests_until = time.monotonic() + REST
                log.warning("The broker takes no messages (%s). Waiting work begins when it does again.", problem)
            finally:
                for _ in taken:
                    self.waiting.task_done()
        self.hang_up()

    def send(self, wanted: list[tuple[str, str]]) -> None:
        for queue, pk in wanted:
            try:
                self.send_one(queue, pk)
            except Exception:
                # The connection may only have grown old: one more try, on a new one.
                self.hang_up()
                self.send_one(queue, pk)

    def send_one(self, queue: str, pk: str) -> None:
        app = import_string(settings.WORK_APPLICATION)
        if self.producer is None:
            options = broker.options(settings.BROKER_URL, settings.MESSAGES_ROOT)
            options |= {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT, "max_retries": 0}
            self.connection = app.connection_for_write(
                settings.BROKER_URL, connect_timeout=TIMEOUT, transport_options=options
            )
            self.producer = app.amqp.Producer(self.connection)
        told = {"queue": queue, "pk": pk or None}
        app.send_task("jobs.run", kwargs=told, queue=queue, producer=self.producer, retry=False, ignore_result=True)

    def hang_up(self) -> None:
        connection, self.connection, self.producer = self.connection, None, None
        if connection is not None:
            with suppress(Exception):
                connection.collect()  # without a last word to a broker that may not answer

    def flush(self, within: float) -> bool:
        """Wait until all is sent or given up. False when that takes longer than `within` seconds."""
        with self.waiting.all_tasks_done:
            return self.waiting.all_tasks_done.wait_for(lambda: not self.waiting.unfinished_tasks, within)

    def close(self, within: float) -> None:
        """Send what waits, then end; a broker that does not answer is not waited for."""
        if self.thread:
            with suppress(Full):
                self.waiting.put_nowait(None)
            self.thread.join(within)


bell = Bell()


def wake(job: Job) -> None:
    """Tell a worker that this job is due. Call it after the commit; never waits and never raises."""
    bell.ring(job.queue, str(job.pk))


def ring(queue: str) -> None:
    """Tell a worker that this queue has more. Like `wake`."""
    bell.ring(queue)


def messages(taken: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What to send for these wake-ups: the first few of each queue."""
    queues: dict[str, dict[str, None]] = defaultdict(dict)
    for queue, pk in taken:
        queues[queue][pk] = None
    return [(queue, pk) for queue, pks in queues.items() for pk in list(pks)[:BELLS]]


def begin_anew() -> None:
    """In a forked child: the thread stayed behind, and nobody knows who held its locks."""
    global bell
    bell = Bell()


os.register_at_fork(after_in_child=begin_anew)
atexit.register(lambda: bell.close(LAST_WORDS))
