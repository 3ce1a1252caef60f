"""One take, step by step: decode and measure, find the times, encode, cut the sample, draw the waveform, put away."""

import hashlib
import json
import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jobs.running import Stopped

from . import files, guesses, waveform
from .ffmpeg import Unusable, encode, sniff
from .ffmpeg.encode import Parts
from .ffmpeg.probe import Probe, probe
from .ffmpeg.run import Beat, no_room
from .models import Asset, Rendition, Source
from .production import File, Made, speech_name
from .timeline import Chapter, Cue, load_chapters, load_cues

SAMPLE = 90.0  # seconds; shorter audio gives away half of itself
SENTENCE_WITHIN = 5 / 6  # of the sample's length: a sentence that ends after that may be its last
LAST_BREATH = 0.25  # seconds after that sentence
LISTENING_RATE = 16_000  # Hz, for finding words in a recording
BYTES_A_SECOND = 60_000  # of sound, for all that is written while a take is made

logger = logging.getLogger(__name__)


def make(asset: Asset, digest: str, folder: Path, beat: Beat) -> Made:
    """Raises Unusable with a sentence; FileNotFoundError when what it is made from is not in storage."""
    name = asset.recording if asset.source == Source.UPLOAD else speech_name(asset, digest, "wav")
    parts = Parts(beat, (0.15, 0.2, 0.6, 0.05) if asset.source == Source.UPLOAD else (0.2, 0.0, 0.75, 0.05))
    with files.local(name) as path:
        source = alone(path, folder)
        sniff.check(source)
        measured = probe(source, parts.of(0))
        if not files.has_room(int(measured.seconds * BYTES_A_SECOND)):
            raise Unusable(no_room())
        cues, chapters, unspoken = times(asset, digest, source, folder, measured, parts.of(1))
        whole = encode.encode(source, folder, asset.format, measured, parts.of(2), title=asset.title, chapters=chapters)
        until, fade = sample_end(cues, whole.heard.seconds)
        sample = encode.sample(source, folder, asset.format, whole.plan, until, fade, parts.of(3))
    return Made(
        seconds=whole.heard.seconds,
        loudness=whole.heard.loudness,
        peaks=waveform.peaks(whole.wave),
        cues=within(cues, whole.heard.seconds),
        chapters=chapters,
        unspoken=unspoken,
        files=[
            put(asset, whole.path, Rendition.Purpose.FULL, whole.heard.seconds),
            put(asset, sample, Rendition.Purpose.SAMPLE, until),
        ],
    )


def alone(path: Path, folder: Path) -> Path:
    """The file under a plain name in a folder where there is nothing else to be found."""
    private = folder / "source"
    private.mkdir(mode=0o700)
    source = private / "in"
    try:
        os.link(path, source)
    except OSError:  # another disk, or a file system without links
        source.symlink_to(path)
    return source


def times(
    asset: Asset, digest: str, source: Path, folder: Path, measured: Probe, beat: Beat
) -> tuple[Sequence[Cue], Sequence[Chapter], list[dict[str, Any]]]:
    """The third is what could not be said."""
    if asset.source == Source.SCRIPT:
        with files.local(speech_name(asset, digest, "json")) as path:
            known = json.loads(path.read_text(encoding="utf-8"))
        return load_cues(known["cues"]), load_chapters(known["chapters"]), known["unspoken"]
    if asset.words.is_empty:
        return [], [], []
    return *heard(asset, source, folder, measured, beat), []


def heard(
    asset: Asset, source: Path, folder: Path, measured: Probe, beat: Beat
) -> tuple[Sequence[Cue], Sequence[Chapter]]:
    """When each sentence is heard in a recording. That never fails: the rest of the audio does not depend on it."""
    from . import alignment

    plain, parts = folder / "plain.wav", Parts(beat, (0.2, 0.8))
    try:
        encode.plain(source, plain, LISTENING_RATE, measured.seconds, parts.of(0))
        return alignment.align(plain, asset.words, parts.of(1))
    except Stopped:
        raise
    except Exception:
        logger.exception("The times of %s are guessed", asset.pk)
        return guesses.spread(asset.words, measured.seconds)
    finally:
        plain.unlink(missing_ok=True)


def sample_end(cues: Sequence[Cue], seconds: float) -> tuple[float, float]:
    """(where the sample ends, how long it fades out before), in seconds."""
    most = min(SAMPLE, seconds / 2)
    ends = [cue.end for cue in cues if most * SENTENCE_WITHIN <= cue.end + LAST_BREATH <= most]
    return (max(ends) + LAST_BREATH, LAST_BREATH) if ends else (most, min(encode.SAMPLE_FADE, most / 2))


def within(cues: Sequence[Cue], seconds: float) -> list[Cue]:
    """An encoder may take some milliseconds off the end."""
    return [replace(cue, start=min(cue.start, seconds), end=min(cue.end, seconds)) for cue in cues]


def put(asset: Asset, path: Path, purpose: str, seconds: float) -> File:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    size, name = path.stat().st_size, files.audio_name(asset.pk, digest, asset.format)
    files.keep(path, name)
    return File(purpose, asset.format, name, digest, size, seconds)
