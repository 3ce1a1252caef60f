"""A stand-in for the speech engines: quick, and it says what it is told to."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from media import speech
from media.scripts import Script
from media.timeline import Chapter, Cue
from tests.media import sounds

SECONDS_A_WORD = 0.4


class Voice:
    """Counts how often it spoke; `problem` is raised instead of speaking."""

    def __init__(self) -> None:
        self.scripts: list[Script] = []
        self.problem: Exception | None = None
        self.meanwhile: Callable[[], object] = lambda: None
        self.version = "1"

    def recipe(self, script: Script) -> str:
        return f"stand-in {self.version}"

    def render(self, script: Script, out: Path, beat: Callable[[float], None]) -> speech.Spoken:
        self.scripts.append(script)
        cues, chapters, at, number = [], [], 0.0, 0
        for section in script.sections:
            chapters.append(Chapter(at, section.title))
            for line in section.lines:
                end = at + SECONDS_A_WORD * len(line.text.split())
                cues.append(Cue(at, end, number, line.text, 0, line.speaker, line.key))
                at, number = end, number + 1
        beat(0.5)
        self.meanwhile()
        if self.problem:
            raise self.problem
        sound = sounds.speech(at)
        sounds.write(out, np.pad(sound, (0, 240)))
        beat(1.0)
        return speech.Spoken(at, cues, chapters, [], True)
