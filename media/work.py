"""The background work of audio: speaking a script, and making the files that people hear."""

import errno
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from jobs.kinds import kind
from jobs.models import Queue
from jobs.running import Failure, Work

from . import files, making, production, speech, sweeping
from .ffmpeg import Unusable
from .ffmpeg.run import Beat, no_room
from .models import Asset, Source, State
from .production import speech_name
from .timeline import dump_chapters, dump_cues

SPEAKING_ENDS = 50  # per cent of the whole, where both jobs are needed
MOST_ROUNDS = 2  # times the same is spoken when it is gone before it could be encoded
LETTERS_A_SECOND, BYTES_A_SECOND = 12, 48_000  # of speech: for how much room it takes
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

Store = Callable[[], None]


@kind(
    production.SPEAK, queue=Queue.SPEECH, deadline=timedelta(hours=2), when_lost=production.lost, title=_lazy("Speak")
)
def speak(work: Work) -> Store | None:
    asset = production.asset_of(work)
    if asset is None:
        return None
    digest, asked_by = production.wanted(asset), work.job.asked_by
    if asset.source != Source.SCRIPT or not digest or production.is_made(asset, digest):
        return lambda: production.look_again(asset.pk, asked_by)
    production.enter(asset, State.SPEAKING)
    with sentences():
        unspoken = kept_speech(asset, digest) if has_speech(asset, digest) else say(asset, digest, work)
    return lambda: production.spoken(asset.pk, digest, unspoken, work.payload.get("round", 1), asked_by)


def say(asset: Asset, digest: str, work: Work) -> list[dict]:
    """Speak the script into storage. Returns what could not be said."""
    letters = sum(len(line.text) for line in asset.words.lines)
    if not files.has_room(letters // LETTERS_A_SECOND * BYTES_A_SECOND):
        raise Unusable(no_room())
    with files.workspace(work.job.pk) as folder:
        wave, known = folder / "speech.wav", folder / "speech.json"
        spoken = speech.render(asset.words, wave, beat_of(work, 0, SPEAKING_ENDS, _("Speaking")))
        facts = {
            "cues": dump_cues(spoken.cues),
            "chapters": dump_chapters(spoken.chapters),
            "unspoken": spoken.unspoken,
        }
        known.write_text(json.dumps(facts), encoding="utf-8")
        # What is known comes last: where it is, the sound is too.
        files.keep(wave, speech_name(asset, digest, "wav"))
        files.keep(known, speech_name(asset, digest, "json"))
    return spoken.unspoken


def has_speech(asset: Asset, digest: str) -> bool:
    return all(files.exists(speech_name(asset, digest, suffix)) for suffix in ("json", "wav"))


def kept_speech(asset: Asset, digest: str) -> list[dict]:
    with files.local(speech_name(asset, digest, "json")) as path:
        return json.loads(path.read_text(encoding="utf-8"))["unspoken"]


@kind(
    production.ENCODE,
    queue=Queue.MEDIA,
    deadline=timedelta(hours=1),
    when_lost=production.lost,
    title=_lazy("Convert audio"),
)
def encode(work: Work) -> Store | None:
    asset = production.asset_of(work)
    if asset is None:
        return None
    digest, asked_by, begin = production.wanted(asset), work.job.asked_by, 0
    if not digest or production.is_made(asset, digest):
        return lambda: production.look_again(asset.pk, asked_by)
    if asset.source == Source.SCRIPT:
        if not has_speech(asset, digest):
            return respoken(asset, work)
        begin = SPEAKING_ENDS
    production.enter(asset, State.ENCODING)
    with sentences(), files.workspace(work.job.pk) as folder:
        made = making.make(asset, digest, folder, beat_of(work, begin, 100, _("Converting")))
    return lambda: production.finish(asset.pk, digest, made, asked_by)


def respoken(asset: Asset, work: Work) -> Store:
    """Nothing was spoken for what is wanted now, or it is gone: swept away, or on the disk of another machine."""
    if (spoken := work.payload.get("round", 0)) >= MOST_ROUNDS:
        raise Failure(
            _("The speech was made, but is not found here. Ask the operator to let all workers share one storage.")
        )
    return lambda: production.speak_again(asset.pk, spoken + 1, work.job.asked_by)


def beat_of(work: Work, begin: float, end: float, message: str) -> Beat:
    """The share of one step, as progress of the whole."""
    return lambda share: work.beat(begin + share * (end - begin), message)


@contextmanager
def sentences() -> Iterator[None]:
    """What trying again cannot help is a failure with its sentence."""
    try:
        yield
    except (Unusable, speech.CannotSpeak) as refusal:
        raise Failure(str(refusal))
    except OSError as problem:
        if problem.errno in FULL:
            raise Failure(no_room())
        raise


@kind("media.sweep", queue=Queue.MEDIA, deadline=timedelta(minutes=30), title=_lazy("Take away old files"))
def sweep(work: Work) -> None:
    sweeping.sweep()
