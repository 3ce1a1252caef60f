"""Times of sentences as text that an author can correct: WebVTT with a number for each sentence.

Only times are taken from it: what is said stands in the lesson.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media.timeline import Cue, Word

TIMES = re.compile(r"(?P<start>[\d:.]+)[ \t]+-->[ \t]+(?P<end>[\d:.]+)[ \t]*$")
CLOCK = re.compile(r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]\d)\.(\d{3})")
MARK = "NOTE approximate"
SLACK = 0.0015  # seconds: what is rounded away
MOST_PROBLEMS = 10


class CueProblems(Exception):
    """`sentences` say what is wrong, the first ones of them."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = list(sentences)
        super().__init__("\n".join(self.sentences))


@dataclass(frozen=True)
class Times:
    row: int  # line of the text, from 1
    start: float
    end: float


def written(cues: Sequence[Cue]) -> str:
    return "\n".join(["WEBVTT", "", *(line for number, cue in enumerate(cues, 1) for line in _block(number, cue))])


def _block(number: int, cue: Cue) -> Iterator[str]:
    if cue.is_approximate:
        yield from (MARK, "")
    yield str(number)
    yield f"{clock(cue.start)} --> {clock(cue.end)}"
    words = " ".join(cue.text.split()).replace("-->", "→")
    yield f"{cue.speaker}: {words}" if cue.speaker else words
    yield ""


def clock(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"


def corrected(text: str, cues: Sequence[Cue], seconds: float) -> list[Cue]:
    """The cues with the times that `text` gives them. Raises CueProblems.

    seconds: length of the audio. A cue whose times change is no longer approximate.
    """
    found, problems = _times(text)
    if len(found) != len(cues):
        said = ngettext("There is %(found)d sentence", "There are %(found)d sentences", len(found))
        wrong = said + _(" with times, and %(wanted)d are spoken. Keep each sentence, and change only its times.")
        problems.append(wrong % {"found": len(found), "wanted": len(cues)})
    problems += _wrong_order(found, seconds)
    if problems:
        raise CueProblems(problems[:MOST_PROBLEMS])
    return [_moved(cue, times) for cue, times in zip(cues, found, strict=True)]


def _times(text: str) -> tuple[list[Times], list[str]]:
    found, problems = [], []
    for row, line in enumerate(text.splitlines(), 1):
        if "-->" not in line:
            continue
        match = TIMES.match(line.strip())
        start, end = (_seconds(match["start"]), _seconds(match["end"])) if match else (None, None)
        if start is None or end is None:
            wrong = _("Line %(row)d: these are no times. Write them like 00:01:02.500 --> 00:01:04.000.")
            problems.append(wrong % {"row": row})
            start = end = 0
        found.append(Times(row, start, end))
    return found, problems


def _seconds(text: str) -> float | None:
    match = CLOCK.fullmatch(text)
    if not match:
        return None
    hours, minutes, seconds, milliseconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000


def _wrong_order(found: Sequence[Times], seconds: float) -> Iterator[str]:
    before = 0.0
    for times in found:
        if times.end <= times.start:
            yield _("Line %(row)d: it ends before it begins.") % {"row": times.row}
        elif times.start < before - SLACK:
            yield _("Line %(row)d: it begins before the sentence above it has ended.") % {"row": times.row}
        elif times.end > seconds + SLACK:
            wrong = _("Line %(row)d: it ends after the audio, which is %(length)s long.")
            yield wrong % {"row": times.row, "length": clock(seconds)}
        before = max(before, times.end)


def _moved(cue: Cue, times: Times) -> Cue:
    if abs(cue.start - times.start) < SLACK and abs(cue.end - times.end) < SLACK:
        return cue
    return replace(cue, start=times.start, end=times.end, words=_stretched(cue, times), is_approximate=False)


def _stretched(cue: Cue, times: Times) -> tuple[Word, ...]:
    """The words within the new times, as they were spread over the old ones."""
    scale = (times.end - times.start) / max(cue.end - cue.start, 0.001)

    def moved(at: float) -> float:
        return min(max(times.start + (at - cue.start) * scale, times.start), times.end)

    return tuple(replace(word, start=moved(word.start), end=moved(word.end)) for word in cue.words)
