"""Running jobs in tests, in this thread, without workers."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from jobs import running

KIND = "tests.work"  # `handles` of conftest.py says what it does


def run_all(queue: str | None = None, *, most: int = 1000, allow_faults: bool = False) -> int:
    """Run all due jobs, oldest first, those that they ask for too. Returns how many were run.

    What a handler raised by mistake is raised here, unless the test is about that.
    """
    with faults() as raised:
        count = running.drain(queue, most=most)
    if raised and not allow_faults:
        raise raised[0]
    return count


@contextmanager
def faults() -> Iterator[list[BaseException]]:
    """What handlers raise that is neither a `Stopped` nor a `Failure`."""
    raised: list[BaseException] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info and record.exc_info[1]:
                raised.append(record.exc_info[1])

    collector = Collector()
    running.log.addHandler(collector)
    try:
        yield raised
    finally:
        running.log.removeHandler(collector)
