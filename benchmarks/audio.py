"""Making audio, against bare ffmpeg with the same arguments; and speaking one changed turn, against speaking all."""

import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from jobs import running
from jobs.models import Job
from media import files, making, production, speech
from media.ffmpeg import encode, limits, loudness
from media.ffmpeg import run as runner
from media.ffmpeg.probe import probe
from media.models import Asset, Source, State
from media.scripts import Line, Script, Section

from .harness import Bar

TURNS = 60
WORDS_A_TURN = 26  # 60 such turns take about ten minutes
PARALLEL = 2
FILES = 4
TEXT = """A thread waits while the other works and the lock decides who may go first so we measure before we change
the number of workers because waiting costs nothing but switching does"""

Command = tuple[list[str], Path]  # arguments of one ffmpeg, and where it runs


@dataclass(frozen=True)
class Cost:
    wall: float
    cpu: float  # of this process and its children, in seconds


def measure(*, quick: bool) -> list[Bar]:
    call_command("migrate", verbosity=0)
    settings.MEDIA_ROOT = Path(settings.DATA, "media")
    # Always the same ten minutes: with less, the start of a process would be what is measured.
    rounds = 3 if quick else 7
    with tempfile.TemporaryDirectory(prefix="fivefold-audio-") as folder:
        recording, speaking = speak(Path(folder))
        bars = [*encoding(recording, rounds), *pipeline(recording, rounds), *side_by_side(recording, rounds)]
    return [*bars, *speaking]


def cost(work: Callable[[], object]) -> Cost:
    def used() -> float:
        both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
        return sum(one.ru_utime + one.ru_stime for one in both)

    begun, before = time.perf_counter(), used()
    work()
    return Cost(time.perf_counter() - begun, used() - before)


def in_turn(ours: Callable[[], object], floor: Callable[[], object], rounds: int) -> tuple[list[Cost], list[Cost]]:
    """Both, as often as `rounds` says, each time the other one first."""
    costs: tuple[list[Cost], list[Cost]] = ([], [])
    for number in range(rounds):
        for side, work in sorted(enumerate((ours, floor)), reverse=bool(number % 2)):
            costs[side].append(cost(work))
    return costs


def ratio(ours: Sequence[Cost], floor: Sequence[Cost], what: str) -> float:
    """Of the least of each: what else runs on the machine only adds."""
    return least(ours, what) / least(floor, what)


def least(costs: Sequence[Cost], what: str) -> float:
    return min(getattr(one, what) for one in costs)


def bare(command: Command) -> None:
    """ffmpeg without our guards, at the same priority."""
    arguments, folder = command
    nice = ["nice", "-n", str(limits.NICENESS), runner.program(), *arguments]
    subprocess.run(nice, cwd=folder, check=True, stdin=subprocess.DEVNULL, capture_output=True)


def quiet(share: float) -> None:
    pass


# --- Speech ---------------------------------------------------------------------------------------------------------


def script(turns: int, changed: int = -1) -> Script:
    known = TEXT.split()

    def words(turn: int) -> str:
        picked = [known[(turn * 7 + number * (turn % 5 + 1)) % len(known)] for number in range(WORDS_A_TURN)]
        return f"Turn {turn + 1}: {' '.join(picked)}{', again' if turn == changed else ''}."

    roles = ("teacher", "student")
    return Script(sections=(Section("All", tuple(Line(words(turn), role=roles[turn % 2]) for turn in range(turns))),))


def speak(folder: Path) -> tuple[Path, list[Bar]]:
    """The recording that the rest works on, and what it costs to speak it again with one turn changed."""
    speech.render(Script(sections=(Section("", (Line("Warm up."),)),)), folder / "warm.wav", quiet)
    out = folder / "speech.wav"
    whole = cost(lambda: speech.render(script(TURNS), out, quiet))
    part = cost(lambda: speech.render(script(TURNS, changed=TURNS // 2), folder / "again.wav", quiet))
    name = f"one changed turn of {TURNS}: spoken again / all spoken"
    return out, [
        Bar(f"{name}, wall", part.wall / whole.wall, "<=", 0.15),
        Bar(f"{name}, CPU", part.cpu / whole.cpu, "<=", 0.15),
    ]


# --- Encoding -------------------------------------------------------------------------------------------------------


def encoding(recording: Path, rounds: int) -> list[Bar]:
    bars = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = making.alone(recording, folder)
        measured = probe(source, quiet)
        plan = loudness.first(measured.loudness, measured.peak)
        (folder / "meta.txt").write_text(encode.metadata("Bench", [], measured.seconds))
        for form, codec in encode.CODECS.items():
            paths = (folder / "meta.txt", plan, codec, folder / f"out.{form}", folder / "wave")
            arguments = encode.arguments(source, *paths)
            within = encode.limits(measured.seconds)

            def ours(arguments: list[str] = arguments, within: runner.Limits = within) -> None:
                runner.run(arguments, quiet, folder=source.parent, limits=within, seconds=measured.seconds)

            def floor(arguments: list[str] = arguments) -> None:
                bare((arguments, source.parent))

            mine, theirs = in_turn(ours, floor, rounds)
            bars += [
                Bar(
                    f"{form} of {measured.seconds / 60:.0f} min / bare ffmpeg, {what}",
                    ratio(mine, theirs, what),
                    "<=",
                    1.05,
                )
                for what in ("wall", "cpu")
            ]
    return bars


# --- All of it ------------------------------------------------------------------------------------------------------


def pipeline(recording: Path, rounds: int) -> list[Bar]:
    """A job from its claim to its end, against the ffmpegs that it started."""
    commands = recorded(recording)
    wishes = [wish(recording) for _round in range(rounds)]
    mine, theirs = in_turn(lambda: work([wishes.pop()]), lambda: replay(commands), rounds)
    over = least(mine, "wall") - least(theirs, "wall") * 1.03
    forget(commands)
    return [Bar("whole job: seconds beyond 1.03 × its bare ffmpegs", over, "<=", 0.5)]


def side_by_side(recording: Path, rounds: int) -> list[Bar]:
    sets, rounds = [recorded(recording) for _file in range(FILES)], max(rounds - 2, 1)
    wishes = [[wish(recording) for _file in range(FILES)] for _round in range(rounds)]

    def floor() -> None:
        with ThreadPoolExecutor(PARALLEL) as pool:
            list(pool.map(replay, sets))

    mine, theirs = in_turn(lambda: work(wishes.pop()), floor, rounds)
    for commands in sets:
        forget(commands)
    return [Bar(f"{FILES} files on {PARALLEL} threads / bare ffmpegs, wall", ratio(mine, theirs, "wall"), "<=", 1.15)]


def wish(recording: Path) -> Job:
    """A job that will encode `recording`."""
    asset = Asset(title="Bench", source=Source.UPLOAD)
    copy = files.folder(files.WORK) / f"{asset.pk}.wav"
    shutil.copyfile(recording, copy)
    asset.recording, asset.recording_digest = files.recording_name(asset.pk, asset.pk.hex), asset.pk.hex
    files.keep(copy, asset.recording)
    asset.save()
    job = production.request(asset)
    assert job is not None
    return job


def work(wishes: list[Job]) -> None:
    """As Celery's pool of threads does it, which is this same executor."""

    def one(job: Job) -> None:
        try:
            running.run(job.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PARALLEL) as pool:
        list(pool.map(one, wishes))
    pks = [job.subject.removeprefix(production.PREFIX) for job in wishes]
    if Asset.objects.filter(pk__in=pks, state=State.READY).count() != len(wishes):
        raise RuntimeError("not all files were made")


def recorded(recording: Path) -> list[Command]:
    """The ffmpegs that a job starts, with a folder of their own in which they can be started again."""
    commands: list[Command] = []
    real = runner.run

    def remember(arguments: list[str], *rest: object, folder: Path, **named: object) -> runner.Said:
        commands.append((list(arguments), folder))
        return real(arguments, *rest, folder=folder, **named)  # type: ignore[arg-type]

    targets = ("media.ffmpeg.encode.run", "media.ffmpeg.probe.run")
    with mock.patch(targets[0], remember), mock.patch(targets[1], remember):
        work([wish(recording)])
    old, new = commands[0][1].parent, Path(tempfile.mkdtemp(prefix="fivefold-bare-"))
    making.alone(recording, new)
    (new / "meta.txt").write_text(encode.metadata("Bench", [], 1))

    def moved(command: Command) -> Command:
        arguments, folder = command
        return [one.replace(str(old), str(new)) for one in arguments], Path(str(folder).replace(str(old), str(new)))

    return [moved(command) for command in commands]


def replay(commands: list[Command]) -> None:
    for command in commands:
        bare(command)


def forget(commands: list[Command]) -> None:
    shutil.rmtree(commands[0][1].parent)
