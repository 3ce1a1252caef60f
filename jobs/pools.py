"""The commands that run workers: one for each queue, each with the pool that suits its work."""

import os
import sys

from .models import Queue

CORES = os.cpu_count() or 1
# Threads wait for programs, devices and C code that lets others run. Processes compute, one for a core; those that
# compute for minutes are replaced before they have grown (memory in kilobytes).
POOLS: dict[str, dict[str, str | int]] = {
    Queue.MEDIA: {"--pool": "threads", "--concurrency": CORES},
    Queue.SPEECH: {"--pool": "threads", "--concurrency": 1},
    Queue.SCORING: {"--pool": "prefork", "--concurrency": CORES},
    Queue.BULK: {
        "--pool": "prefork",
        "--concurrency": 1,
        "--max-tasks-per-child": 50,
        "--max-memory-per-child": 500_000,
    },
}
# In a container everything runs as root, and Celery would say so at length for each worker.
HUSH = ["-W", "ignore:You're running the worker with superuser privileges"]
CELERY = [sys.executable, *HUSH, "-m", "celery", "--quiet", "--app", "config.celery"]


def worker(queue: str, concurrency: int | None = None) -> list[str]:
    """concurrency: how many jobs at a time; None for what suits the queue on this machine."""
    pool = POOLS[queue] | ({"--concurrency": concurrency} if concurrency else {})
    options = [str(word) for option in pool.items() for word in option]
    # Workers need not know of each other: the rows say who does what.
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [*CELERY, "worker", "--queues", queue, "--hostname", f"{queue}@%h", *alone, *options]


def beat() -> list[str]:
    # Its plan is kept in memory: a file would have to survive kill -9, and nothing is planned for long.
    return [*CELERY, "beat", "--scheduler", "celery.beat:Scheduler", "--pidfile", ""]
