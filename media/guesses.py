"""When which sentence is heard, where nobody knows: by its share of the letters. Marked as a guess."""

from itertools import accumulate

from . import words
from .scripts import Script
from .timeline import Chapter, Cue


def spread(script: Script, seconds: float) -> tuple[list[Cue], list[Chapter]]:
    parts = [(number, line, part) for number, line in enumerate(script.lines) for part in words.sentences(line.text)]
    total = sum(len(part.text) for _number, _line, part in parts) or 1
    ends = [seconds * letters / total for letters in accumulate(len(part.text) for _number, _line, part in parts)]
    cues = [
        Cue(start, end, number, part.text, part.at, line.speaker, line.key, is_approximate=True)
        for (number, line, part), start, end in zip(parts, [0.0, *ends], ends, strict=False)
    ]
    return cues, chapters(script, cues)


def chapters(script: Script, cues: list[Cue]) -> list[Chapter]:
    """Each section begins with its first sentence."""
    found: list[Chapter] = []
    first = 0
    for section in script.sections:
        starts = [cue.start for cue in cues if first <= cue.line < first + len(section.lines)]
        if starts:
            found.append(Chapter(min(starts) if found else 0.0, section.title))
        first += len(section.lines)
    return found
