"""Ends a grader that does not end by itself: answers and keys are other people's text.

By processor time, so that a busy machine or a slow database stops nobody. Signals reach the main thread only, which is
where the processes of the pool work; elsewhere (a thread of a test) nothing is limited.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from django.utils.translation import gettext as _

from jobs.running import Failure

SOFT = 5.0  # seconds of computing for one attempt; fifty answers take some milliseconds
AGAIN = 0.5  # should somebody swallow it
HARD = 10.0  # then the kernel ends the process, also in the middle of C; the lease runs out, and the sweeper decides


class OutOfTime(BaseException):
    """No `Exception`: a grader that forgives its own errors does not forgive this one."""


@contextmanager
def limited() -> Iterator[None]:
    """Raises Failure where the work inside takes too long."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _stop)
    hard = signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_VIRTUAL, SOFT, AGAIN)
    signal.setitimer(signal.ITIMER_PROF, HARD)
    try:
        yield
    except OutOfTime:
        raise Failure(sentence())
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGVTALRM, before)
        signal.signal(signal.SIGPROF, hard)


def sentence() -> str:
    return _(
        "Scoring was stopped because one answer took too long to grade. All answers are safe. An instructor of the "
        "course can look at the question and have the test scored again."
    )


def _stop(number: int, frame: FrameType | None) -> None:
    raise OutOfTime
