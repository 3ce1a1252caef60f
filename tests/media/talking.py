"""An engine for tests: each character a tone of 50 ms, each word at a known time, no model."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from media.scripts import Line, Script, Section
from media.speech import Span, Speech, Voice, choosing

RATE = 16_000
A_CHARACTER = 0.05


class Talker:
    """Says English in four voices, and notes what it was asked to say."""

    id = "talker"
    version = "1"
    tells_times = True

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []  # (voice, sentence)
        self.problems: dict[str, Exception] = {}  # sentence → raised instead
        self.silent: set[str] = set()
        self.loudness = 0.3

    def available(self) -> bool:
        return True

    def voices(self, language: str) -> Sequence[Voice]:
        roles = {"anna": "teacher", "bert": "student", "carl": "student2", "dora": "narrator"}
        voices = [Voice(id, id.title(), "en", "", self.id, (role,)) for id, role in roles.items()]
        return voices if language.startswith("en") else []

    def speaks(self, character: str, language: str) -> bool:
        return character.isascii()

    def synthesize(self, sentence: str, voice: Voice, *, beat: Callable[[], None], speed: float = 1.0) -> Speech:
        self.heard.append((voice.id, sentence))
        if sentence in self.problems:
            raise self.problems[sentence]
        seconds = np.arange(int(len(sentence) * A_CHARACTER * RATE)) / RATE
        tone = self.loudness * np.sin(2 * np.pi * 220 * seconds)
        if sentence in self.silent:
            tone *= 0
        quiet = np.zeros(RATE // 2)
        spans, at = [], 0
        for word in sentence.split():
            start = 0.5 + at * A_CHARACTER
            spans.append(Span(start, start + len(word) * A_CHARACTER, word))
            at += len(word) + 1
        pcm = np.concatenate([quiet, tone, quiet]).astype(np.float32)
        return Speech(pcm, RATE, spans if self.tells_times else [])


class Deaf(Talker):
    """Tells no times, like an engine whose model hides them."""

    id = "deaf"
    tells_times = False


class Absent(Talker):
    id = "absent"

    def available(self) -> bool:
        return False


def script(*texts: str, **kwargs: object) -> Script:
    """One section, one speaker."""
    return Script("en", (Section("All", tuple(Line(text) for text in texts)),), **kwargs)  # type: ignore[arg-type]


def set_up(settings: Any, folder: Path, *engines: str) -> Talker:
    """Let the named engines of this module speak, with a cache of their own. Returns the first."""
    settings.SPEECH_ENGINES = [f"{__name__}.{name}" for name in engines or ("Talker",)]
    settings.SPOKEN_CACHE = folder / "spoken"
    settings.SPOKEN_CACHE_MB = 16
    choosing._made.cache_clear()
    first = choosing._made(settings.SPEECH_ENGINES[0])
    assert isinstance(first, Talker)
    return first
