"""Keeps child processes running, and ends with all of them: warm when asked, at once when killed."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

TICK = 0.2  # seconds between two looks at the children
GRACE = 30.0  # seconds for running requests and tasks to finish after a stop
STEADY = 60.0  # seconds after which a child that ends counts as having worked
MOST_FAILURES = 5  # in a row, each within STEADY: then a restart will not help
LONGEST_PAUSE = 64  # seconds before a child that keeps failing is tried again
SIGTERM_ON_PARENT_DEATH = 1  # PR_SET_PDEATHSIG

LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
printing = threading.Lock()


def say(name: str, text: str) -> None:
    with printing:
        print(f"{time.strftime('%H:%M:%S')} {name:<7} {text}", flush=True)


class Child:
    """One supervised process, leader of a process group of its own.

    after: it begins when this is set; nice: how far it stands back for others when processors are scarce, 0 to 19;
    is_vital: when it cannot be kept, nothing is kept; repair: called before it starts again after failing repeatedly.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        cwd: Path,
        pass_fds: Sequence[int] = (),
        after: threading.Event | None = None,
        nice: int = 0,
        is_vital: bool = True,
        repair: Callable[[], None] | None = None,
    ) -> None:
        self.name, self.argv, self.cwd, self.pass_fds = name, argv, cwd, pass_fds
        self.after, self.nice, self.is_vital, self.repair = after, nice, is_vital, repair
        self.failures = 0
        self.due_at: float | None = None
        self.has_started = False

    def start(self) -> None:
        self.started_at, self.due_at, self.has_started = time.monotonic(), None, True
        self.process = subprocess.Popen(
            self.argv,
            cwd=self.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=self.pass_fds,
            start_new_session=True,
            preexec_fn=die_with(os.getpid(), self.nice),
        )
        self.relaying = threading.Thread(target=self.relay, args=(self.process,), daemon=True)
        self.relaying.start()

    def relay(self, process: subprocess.Popen[bytes]) -> None:
        for line in process.stdout or ():
            say(self.name, line.decode(errors="replace").rstrip())

    def tend(self) -> None:
        """Start when it is time; notice an end, and start again when the pause after it is over."""
        if not self.has_started:
            if self.after is None or self.after.is_set():
                self.start()
        elif self.due_at is not None:
            if time.monotonic() > self.due_at:
                if self.repair and self.failures > 1:
                    self.repair()
                self.start()
        elif self.process.poll() is not None:
            self.signal(signal.SIGKILL, whole_group=True)
            steady = time.monotonic() - self.started_at > STEADY
            self.failures = 1 if steady else self.failures + 1
            pause = min(2**self.failures, LONGEST_PAUSE)
            self.due_at = time.monotonic() + pause
            say("serve", f"{self.name} ended ({self.ending()}); starting it again in {pause} s")

    def ending(self) -> str:
        code = self.process.returncode
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def signal(self, number: int, *, whole_group: bool = False) -> None:
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if whole_group else os.kill)(self.process.pid, number)

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None


def die_with(parent: int, nice: int = 0) -> Callable[[], None]:
    """For the child, before it becomes its program: the kernel tells it when we die, also by kill -9."""

    def tie() -> None:
        os.nice(nice)
        if LIBC:
            LIBC.prctl(SIGTERM_ON_PARENT_DEATH, signal.SIGTERM)
        if os.getppid() != parent:  # it happened before the tie held
            os._exit(1)

    return tie


class Supervisor:
    """Runs groups of children: started first to last, stopped last to first, each group wholly before the next."""

    def __init__(self, groups: Sequence[Sequence[Child]], *, parent: int | None = None) -> None:
        self.groups, self.parent = groups, parent
        self.stops = 0

    def run(self) -> int:
        """Until a signal, or the end of `parent`. Returns the exit code: 0, or 1 when a child could not be kept."""
        # SIGHUP stays ignored under nohup.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self.ask_to_stop)
        try:
            return self.keep()
        finally:
            self.stop()

    def ask_to_stop(self, *_: object) -> None:
        self.stops += 1

    def keep(self) -> int:
        children = [child for group in self.groups for child in group]
        while not self.stops:
            if self.parent and os.getppid() != self.parent:
                say("serve", "the program that started this has ended, so this stops too")
                break
            for child in children:
                child.tend()
                if child.is_vital and child.failures > MOST_FAILURES:
                    say("serve", f"{child.name} ended {child.failures} times in a row: see its messages above")
                    return 1
            time.sleep(TICK)
        return 0

    def stop(self) -> None:
        """Ask each leader to finish its work; a second signal, or the end of the grace, ends the waiting."""
        asked = self.stops
        for group in reversed(self.groups):
            group = [child for child in group if child.has_started]
            for child in group:
                child.signal(signal.SIGTERM)
            end = time.monotonic() + GRACE
            while any(child.is_running for child in group) and time.monotonic() < end and self.stops == asked:
                time.sleep(TICK / 4)
            for child in group:
                child.signal(signal.SIGKILL, whole_group=True)
                child.process.wait()
                child.relaying.join(1)  # its last words
