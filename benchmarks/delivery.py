"""Sending audio: what the check of a signed address costs, and pieces of a file against the server's own static files.

Both sides answer the same Range requests on files with the same bytes, under the same server: WhiteNoise, which asks
nobody, and ours, which checks signature and enrolment each time.
"""

import hashlib
import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from accounts.models import User
from courses.models import Chapter, Course, Lesson, Track
from enrollment.models import Enrollment
from lessons.models import LessonAudio
from media import delivery, files
from media.models import Asset, Rendition, State, Take

from .harness import Bar, Client, server, together

SIZE = 5_000_000  # bytes: ten minutes at 64 kbit/s
PIECE = delivery.MOST_AT_ONCE
CLIENTS = 8
CHECKS = 400
STATIC = "bench.m4a"


def measure(*, quick: bool) -> list[Bar]:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    address = something_to_hear()
    bars = [Bar("signed check, CPU ms", check_costs(address), "<=", 1.5)]
    connections.close_all()
    rounds, seconds = (4, 1.0) if quick else (16, 1.0)
    with server() as port:
        paths = (address, f"/static/{STATIC}")
        for path in paths:
            rate(port, path, 1.0)  # both workers have seen it
        ratios = []
        for number in range(rounds):
            # Each time the other one first, so that neither always follows a pause.
            rates = {path: rate(port, path, seconds) for path in (paths if number % 2 else reversed(paths))}
            ratios.append(rates[paths[0]] / rates[paths[1]])
    return [*bars, Bar("pieces of 1 MB, rate / static files", statistics.median(ratios), ">=", 0.9)]


def something_to_hear() -> str:
    """The signed address of a file, as an enrolled learner gets it; a static copy of the file lies beside."""
    data = os.urandom(SIZE)
    Path(settings.STATIC_ROOT, STATIC).write_bytes(data)
    now = "2026-01-05T08:00:00Z"
    course = Course.objects.create(
        track=Track.objects.get(slug="technology"), slug="bench", title="Bench", published_at=now
    )
    chapter = Chapter.objects.create(course=course, slug="one", title="One")
    lesson = Lesson.objects.create(chapter=chapter, slug="one", title="One", minutes=5, published_at=now)
    asset = Asset.objects.create(title="One", state=State.READY, script={"words": "some"})
    take = Take.objects.create(asset=asset, digest="one", seconds=600)
    Asset.objects.filter(pk=asset.pk).update(take=take)
    LessonAudio.objects.create(lesson=lesson, part=LessonAudio.Part.CONVERSATION, asset=asset)
    digest = hashlib.sha256(data).hexdigest()
    name = files.audio_name(asset.pk, digest, "m4a")
    with files.workspace("bench") as folder:
        (folder / "file").write_bytes(data)
        files.keep(folder / "file", name)
    rendition = Rendition.objects.create(take=take, format="m4a", name=name, digest=digest, bytes=SIZE, seconds=600)
    learner = User.objects.create_user("bench@example.org", None)
    enrollment = Enrollment.objects.create(learner=learner, course=course)
    return delivery.address(rendition, bearer=f"enrollment:{enrollment.pk}")


def check_costs(address: str) -> float:
    """Milliseconds of this process for everything between the address and sending the file."""
    signed = address.split("/")[2]
    times = []
    for _number in range(CHECKS):
        begun = time.process_time()
        delivery.read(signed).check()
        times.append(time.process_time() - begun)
    return statistics.median(times) * 1000


@dataclass
class PieceClient(Client):
    """Asks for one piece after the other, from the beginning to the end and again."""

    def __post_init__(self) -> None:
        super().__post_init__()
        head = self.requests[0].removesuffix(b"\r\n")
        starts = range(0, SIZE - PIECE, PIECE)
        self.requests = [head + f"Range: bytes={start}-{start + PIECE - 1}\r\n\r\n".encode() for start in starts]

    def run(self, until: float) -> None:
        while time.perf_counter() < until:
            if (status := self.ask()) != 206:
                raise RuntimeError(f"{self.paths} answered {status}")


def rate(port: int, path: str, seconds: float) -> float:
    """Pieces a second that `CLIENTS` clients get together."""
    asking = [PieceClient(port, path) for _number in range(CLIENTS)]
    took = together(asking, seconds)
    return sum(client.asked for client in asking) / took
