"""Runs ffmpeg: within limits, reporting its progress, gone at once when nobody wants it any more."""

import contextlib
import functools
import logging
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from . import Unusable

LIMITS = Path(__file__).with_name("limits.py")
TICK = 0.2  # seconds between two looks at the clock and at the caller's wish
STALL = 30.0  # seconds without any progress: it hangs
GRACE = 2.0  # seconds from asking to end to killing
KEPT = 64 * 1024  # bytes of each end of what it says; a broken file can make it say gigabytes
# Each arena of malloc takes 64 MB of address space, whether it is used or not.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "AV_LOG_FORCE_NOCOLOR": "1", "MALLOC_ARENA_MAX": "2"}

Beat = Callable[[float], None]  # told the share done, 0–1; raises when the work shall stop

logger = logging.getLogger(__name__)


class Gone(Exception):
    """ffmpeg was killed by somebody else, or hangs: trying again may help."""


@dataclass(frozen=True)
class Limits:
    processor: float  # seconds of computing
    wall: float  # seconds by the clock
    largest: int  # bytes of one written file


@dataclass
class Said:
    """What a run told us, as it comes in."""

    head: bytes = b""
    tail: bytes = b""
    seconds: float = 0.0  # how far it got in the sound
    code: int = 0
    _line: bytes = field(default=b"", repr=False)

    @property
    def text(self) -> str:
        return (self.head + self.tail).decode(errors="replace")

    def hear(self, piece: bytes) -> None:
        room = KEPT - len(self.head)
        self.head += piece[:room]
        self.tail = (self.tail + piece[room:])[-KEPT:]

    def follow(self, piece: bytes) -> bool:
        """Progress lines; True when it came further."""
        before = self.seconds
        *lines, rest = (self._line + piece).split(b"\n")
        self._line = rest[-1024:]
        for line in lines:
            name, _equals, value = line.partition(b"=")
            if name == b"out_time_us" and value.strip().lstrip(b"-").isdigit():
                self.seconds = max(self.seconds, int(value) / 1e6)
        return self.seconds > before


@functools.cache
def program() -> str:
    """The setting, else what is on the path, else the one that was installed with us."""
    if settings.FFMPEG_BINARY:
        return settings.FFMPEG_BINARY
    if found := shutil.which("ffmpeg"):
        return found
    import imageio_ffmpeg

    return imageio_ffmpeg.get_ffmpeg_exe()


def run(arguments: Sequence[str], beat: Beat, *, folder: Path, limits: Limits, seconds: float = 0.0) -> Said:
    """Run ffmpeg with `arguments` in `folder`. seconds: length of what comes out, for the share told to `beat`.

    Raises Unusable with the reason when it refuses or breaks a limit, Gone when it was killed or hangs, and whatever
    `beat` raises; then the child is gone.
    """
    command = [sys.executable, "-I", "-S", str(LIMITS), str(os.getpid()), str(settings.FFMPEG_MEMORY)]
    command += [str(int(limits.processor) + 1), str(limits.largest), program(), "-progress", "pipe:1", *arguments]
    said = Said()
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=ENVIRONMENT,
        start_new_session=True,
    ) as process:
        try:
            watch(process, said, beat, limits, seconds)
        finally:
            end(process)
    said.code = process.returncode
    if said.code:
        logger.info("ffmpeg ended with %s: %s", said.code, said.text[-1000:])
        raise reason(said)
    return said


def watch(process: subprocess.Popen[bytes], said: Said, beat: Beat, limits: Limits, seconds: float) -> None:
    begun = moved = told = time.monotonic()
    assert process.stdout is not None
    assert process.stderr is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        selector.register(process.stderr, selectors.EVENT_READ)
        while selector.get_map() or process.poll() is None:
            for key, _events in selector.select(TICK) if selector.get_map() else wait(process):
                piece = os.read(key.fd, KEPT)
                if not piece:
                    selector.unregister(key.fileobj)
                elif key.fileobj is process.stderr:
                    said.hear(piece)
                elif said.follow(piece):
                    moved = time.monotonic()
            if (at := time.monotonic()) - told >= TICK:
                told = at
                beat(min(said.seconds / seconds, 1.0) if seconds else 0.0)
                if at - begun > limits.wall:
                    raise Unusable(_("Converting this file takes too long. Export it again as MP3 and upload that."))
                if at - moved > STALL:
                    raise Gone(f"ffmpeg stood still for {STALL:.0f} s")


def wait(process: subprocess.Popen[bytes]) -> tuple[()]:
    """It closed its pipes and still runs."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(TICK)
    return ()


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask the whole group to end, then make it. Nothing to do when it has ended by itself."""
    if process.poll() is not None:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
            return


def reason(said: Said) -> Exception:
    """The exception that tells a person why ffmpeg gave up."""
    if said.code == -signal.SIGXCPU:
        return Unusable(_("This file needs more computing than is allowed. Export it again as MP3 and upload that."))
    if said.code < 0:
        return Gone(f"ffmpeg was ended by signal {-said.code}")
    text = said.text
    if "pthread_create() failed" in text:
        return Gone("ffmpeg got no thread")
    for sign, sentence in (
        ("No space left on device", no_room()),
        ("File too large", _("The audio would grow beyond what is allowed. Split it into shorter parts.")),
        ("matches no streams", _("There is no sound in this file. Upload one that has an audio track.")),
        ("no decoder found", _("Its kind of compression is not known here. Export it as MP3, M4A, WAV or FLAC.")),
        ("Cannot allocate memory", _("This file needs more memory than is allowed. Export it as MP3 and upload that.")),
    ):
        if sign in text:
            return Unusable(sentence)
    return Unusable(_("This cannot be read as sound; the file may be damaged. Export it again as MP3, M4A or WAV."))


def no_room() -> str:
    return _("The server’s disk is full, so nothing was changed. Ask the operator to make room, then try again.")
