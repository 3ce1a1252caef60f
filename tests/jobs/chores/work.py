"""Jobs that leave a row in a table without constraints, so that one done twice shows."""

import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db import connection

from jobs.kinds import kind
from jobs.models import Queue
from jobs.running import Stopped, Work

MINUTE = timedelta(minutes=1)
ATTEMPTS = 6


def leave_a_row(subject: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO chores_done VALUES (%s)", [subject])


@kind("chores.quick", queue=Queue.MEDIA, deadline=MINUTE, attempts=ATTEMPTS)
def quick(work: Work) -> Callable[[], None]:
    work.beat(50)
    return partial(leave_a_row, work.subject)


@kind("chores.child", queue=Queue.MEDIA, deadline=MINUTE, attempts=ATTEMPTS)
def with_child(work: Work) -> Callable[[], None]:
    """As ffmpeg is run: a child that does it, and the runner who asks how far it is."""
    follow(work, 0.4)
    return partial(leave_a_row, work.subject)


@kind("chores.long", queue=Queue.MEDIA, deadline=MINUTE)
def long(work: Work) -> Callable[[], None]:
    follow(work, 50)
    return partial(leave_a_row, work.subject)


@kind("chores.heavy", queue=Queue.BULK, deadline=MINUTE)
def heavy(work: Work) -> Callable[[], None]:
    follow(work, 50)
    return partial(leave_a_row, work.subject)


@kind("chores.sum", queue=Queue.BULK, deadline=MINUTE)
def sum_up(work: Work) -> Callable[[], None]:
    return partial(leave_a_row, work.subject)


def follow(work: Work, seconds: float) -> None:
    child = subprocess.Popen(["sleep", str(seconds)])
    try:
        while child.poll() is None:
            work.beat()
            time.sleep(0.05)
    except Stopped:
        child.kill()
        raise
    finally:
        child.wait()
    if child.returncode:
        raise RuntimeError(f"the child ended with {child.returncode}")
