"""When each sentence of a recording is heard: the script is spoken by an engine, and that is laid over the recording.

No recognition of words is needed, so any language works that an engine speaks, even badly.
"""

import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from . import guesses, mfcc, speech, words
from .mfcc import STEP, WINDOW
from .scripts import Line, Script, Section
from .timeline import Chapter, Cue, Word
from .warping import Warp, warp

Mask = npt.NDArray[np.bool_]

SPEAKING_ENDS, LISTENING_ENDS = 0.45, 0.6  # shares of the work
# A sentence is found for sure when it was laid over about as much speech as the others, step by step. What was left out
# of the recording is squeezed, and what was added stretches its neighbour. Measured with other voices, noise, pauses.
SQUEEZED, STRETCHED = 0.7, 1.4  # against the usual length of the recording's sentences
STEADY = 0.78  # share of the steps that move on
SLACK = 4  # steps: short sentences vary more
UNLIKE = 0.98  # see Warp
# Of all: no better than speech that runs backwards, or with no pace in common, it is another text.
NO_BETTER, UNEVEN = 0.985, 0.25
MOSTLY = 0.4  # share of sentences found: below it too
PAUSE = 6  # steps of silence at the edge of a sentence that do not belong to it
EDGE = 2  # steps before the first loud one that do


@dataclass(frozen=True)
class Found:
    """One sentence in the recording."""

    cue: Cue  # in the engine's time
    start: float
    end: float
    ours: int  # steps of speech in it
    theirs: int
    steady: float
    unlike: float


def align(recording_wav: Path, script: Script, beat: Callable[[float], None]) -> tuple[list[Cue], list[Chapter]]:
    """Cues and chapters for a recording (WAV, one channel, 16 bits), for every sentence of the script.

    A sentence that cannot be found for sure is given what is left between its neighbours, and marked.
    beat: gets the share that is done, 0–1. Needs a little room beside the recording.
    """
    with wave.open(str(recording_wav), "rb") as file:
        seconds = file.getnframes() / file.getframerate()
    ours = recording_wav.with_name(recording_wav.stem + "-spoken.wav")
    try:
        spoken = speech.render(_plainly(script), ours, lambda share: beat(share * SPEAKING_ENDS))
        found = _found(ours, recording_wav, spoken.cues, beat)
    except speech.CannotSpeak:
        return guesses.spread(script, seconds)
    finally:
        ours.unlink(missing_ok=True)
    cues = _complete(script, found, seconds)
    return cues, guesses.chapters(script, cues)


def _plainly(script: Script) -> Script:
    """All of it in the clearest voice: nobody will hear it."""
    sections = (
        Section(section.title, tuple(Line(line.text, role="narrator") for line in section.lines))
        for section in script.sections
    )
    return replace(script, sections=tuple(sections))


def _found(ours: Path, theirs: Path, cues: Sequence[Cue], beat: Callable[[float], None]) -> list[Found]:
    half = (LISTENING_ENDS - SPEAKING_ENDS) / 2
    our_bands = mfcc.bands(ours, lambda share: beat(SPEAKING_ENDS + half * share))
    their_bands = mfcc.bands(theirs, lambda share: beat(SPEAKING_ENDS + half * (1 + share)))
    if not len(their_bands):
        return []
    two = mfcc.comparable(our_bands, their_bands)
    speech_of = mfcc.is_speech(our_bands), mfcc.is_speech(their_bands)
    half = (1 - LISTENING_ENDS) / 2
    path = warp(*two, speech_of[1], lambda share: beat(LISTENING_ENDS + half * share))
    nonsense = warp(
        mfcc.backwards(two[0]), two[1], speech_of[1], lambda share: beat(LISTENING_ENDS + half * (1 + share))
    )
    if _unlike(path, speech_of[0]) > NO_BETTER * _unlike(nonsense, speech_of[0][::-1]):
        return []
    return _sure([_heard(cue, path, *speech_of) for cue in cues])


def _heard(cue: Cue, path: Warp, our_speech: Mask, their_speech: Mask) -> Found:
    # A step is heard around the middle of its window.
    last = len(path.unlike) - 1
    first = min(last, max(0, round((cue.start - WINDOW / 2) / STEP + 0.5)))
    final = min(last, max(first, round((cue.end - WINDOW / 2) / STEP - 0.5)))
    begin, end = _trimmed(int(path.first[first]), int(path.last[final]), their_speech)
    said = our_speech[first : final + 1]
    unlike = path.unlike[first : final + 1]
    middle = WINDOW / 2 - STEP / 2
    return Found(
        cue,
        begin * STEP + middle,
        (end + 1) * STEP + middle,
        int(said.sum()),
        int(their_speech[begin : end + 1].sum()),
        float(np.mean(np.diff(path.first[first : final + 1]) > 0)) if final > first else 1.0,
        float(np.mean(unlike[said] if said.any() else unlike)),
    )


def _trimmed(begin: int, end: int, is_speech: Mask) -> tuple[int, int]:
    """Without their silence, which may have been laid over the sentence's first or last sound."""
    heard = np.flatnonzero(is_speech[begin : end + 1])
    if not len(heard):
        return begin, end
    before, after = int(heard[0]), end - begin - int(heard[-1])
    return begin + (before - EDGE if before > PAUSE else 0), end - (after - EDGE if after > PAUSE else 0)


def _unlike(path: Warp, is_speech: Mask) -> float:
    return float(path.unlike[is_speech].mean()) if is_speech.any() else 1.0


def _sure(found: list[Found]) -> list[Found]:
    if not found:
        return []
    usual = float(np.median([each.theirs / max(1, each.ours) for each in found]))

    def fits(each: Found) -> bool:
        expected = usual * each.ours
        return (
            each.unlike < UNLIKE
            and each.steady > STEADY * min(1.0, usual)
            and expected * SQUEEZED - SLACK < each.theirs < expected * STRETCHED + SLACK
        )

    sure = [each for each in found if fits(each)]
    paces = [abs(np.log((each.theirs + 1) / (usual * each.ours + 1))) for each in found]
    is_this_text = np.median(paces) < UNEVEN and len(sure) > MOSTLY * len(found)
    return sure if is_this_text else []


def _complete(script: Script, found: Sequence[Found], seconds: float) -> list[Cue]:
    """All sentences of the script in order: the sure ones where they were found, the others in the gaps."""
    sure = {(each.cue.line, each.cue.at): each for each in found}
    cues: list[Cue] = []
    waiting: list[Cue] = []
    at = 0.0
    for number, line in enumerate(script.lines):
        for part in words.sentences(line.text):
            cue = Cue(0.0, 0.0, number, part.text, part.at, line.speaker, line.key)
            if (each := sure.get((number, part.at))) is None or each.end <= at or each.start >= seconds:
                waiting.append(cue)
                continue
            start, end = max(at, each.start), min(each.end, seconds)
            cues += _between(waiting, at, start)
            waiting = []
            cues.append(replace(cue, start=start, end=end, words=_words(each, start, end)))
            at = end
    return cues + _between(waiting, at, seconds)


def _between(cues: Sequence[Cue], begin: float, end: float) -> list[Cue]:
    """Guesses: by their length, in what is left between two sure ones."""
    total = sum(len(cue.text) for cue in cues)
    result = []
    for cue in cues:
        stop = min(end, begin + (end - begin) * len(cue.text) / total)
        total -= len(cue.text)
        result.append(replace(cue, start=begin, end=stop, is_approximate=True))
        begin = stop
    return result


def _words(found: Found, start: float, end: float) -> tuple[Word, ...]:
    """The engine's words, stretched as the sentence was."""
    span = found.cue.end - found.cue.start
    if span <= 0:
        return ()

    def moved(time: float) -> float:
        return start + (min(max(time, found.cue.start), found.cue.end) - found.cue.start) / span * (end - start)

    return tuple(Word(moved(word.start), moved(word.end), word.at, word.length) for word in found.cue.words)
