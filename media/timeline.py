"""Cues and chapters: what is heard when. Kept as JSON on a take."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Word:
    start: float  # seconds from the beginning of the audio
    end: float
    at: int  # where the word begins in the cue's text, in characters
    length: int


@dataclass(frozen=True)
class Cue:
    """One sentence."""

    start: float
    end: float
    line: int  # number of the line in the script, from 0
    text: str  # a slice of the line's text
    at: int = 0  # where the slice begins in it, in characters
    speaker: str = ""
    key: str = ""  # of the lesson's paragraph
    words: tuple[Word, ...] = ()
    is_approximate: bool = False


@dataclass(frozen=True)
class Chapter:
    start: float
    title: str


def load_cues(data: Iterable[Mapping[str, Any]]) -> list[Cue]:
    return [Cue(**{**cue, "words": tuple(Word(*word) for word in cue.get("words", ()))}) for cue in data]


def dump_cues(cues: Iterable[Cue]) -> list[dict[str, Any]]:
    """Times to the millisecond; words as [start, end, at, length]."""
    return [
        {
            **asdict(cue),
            "start": round(cue.start, 3),
            "end": round(cue.end, 3),
            "words": [[round(word.start, 3), round(word.end, 3), word.at, word.length] for word in cue.words],
        }
        for cue in cues
    ]


def load_chapters(data: Iterable[Mapping[str, Any]]) -> list[Chapter]:
    return [Chapter(**chapter) for chapter in data]


def dump_chapters(chapters: Sequence[Chapter]) -> list[dict[str, Any]]:
    return [{"start": round(chapter.start, 3), "title": chapter.title} for chapter in chapters]
