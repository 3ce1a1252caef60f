"""A course as plain data: what stands between the files of a course folder and the rows of the database.

All values are in their normal form (`one_line`, `normal`), so two of them are equal when nothing has to be done.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from lessons.texts import FENCE, fenced, tidy

if TYPE_CHECKING:
    from .recordings import AudioFile

# What no text editor shows: control characters, except tab and line feed, and halves of a character.
INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
BLANK_LINES_AHEAD = re.compile(r"\A(?:[^\S\n]*\n)+")


@dataclass(frozen=True)
class TurnText:
    speaker: str
    text: str


@dataclass(frozen=True)
class EpisodeText:
    title: str
    turns: tuple[TurnText, ...]


@dataclass(frozen=True)
class SummaryText:
    tier: str
    body: str


@dataclass(frozen=True)
class ChunkText:
    title: str
    excerpt: str
    explanation: str
    analogy: str


@dataclass(frozen=True)
class ConceptText:
    name: str
    description: str


@dataclass(frozen=True)
class ExampleText:
    title: str
    body: str


@dataclass(frozen=True)
class AidText:
    kind: str
    body: str


@dataclass(frozen=True)
class CardText:
    kind: str
    front: str
    back: str
    concept: str  # its name; empty for none


@dataclass(frozen=True)
class RecordingText:
    part: str  # conversation or audiobook
    name: str  # of the file in the folder's audio/
    digest: str  # SHA-256 of its bytes


@dataclass(frozen=True)
class LessonText:
    slug: str
    position: int
    title: str
    objective: str
    minutes: int
    published_at: datetime | None = None
    archived_at: datetime | None = None
    episodes: tuple[EpisodeText, ...] = ()
    summaries: tuple[SummaryText, ...] = ()
    chunks: tuple[ChunkText, ...] = ()
    concepts: tuple[ConceptText, ...] = ()
    examples: tuple[ExampleText, ...] = ()
    memory_aids: tuple[AidText, ...] = ()
    cards: tuple[CardText, ...] = ()
    recordings: tuple[RecordingText, ...] = ()  # the conversation's first


@dataclass(frozen=True)
class ChapterText:
    slug: str
    position: int
    title: str
    lessons: tuple[LessonText, ...] = ()


@dataclass(frozen=True)
class SpeakerText:
    name: str
    role: str
    voice: str = ""  # id of a voice; empty: the speech engine's choice


DEFAULT_PAUSE, DEFAULT_FORMAT = 0.45, "m4a"
# Who speaks where the course names nobody.
DEFAULT_CAST = (SpeakerText("Teacher", "teacher"), SpeakerText("Student", "student"))


@dataclass(frozen=True)
class CourseText:
    slug: str
    title: str
    track: str
    level: str
    promise: str
    language: str = "en"
    outcomes: tuple[str, ...] = ()
    instructors: tuple[str, ...] | None = None  # e-mail addresses; None leaves them as they are
    seats: int | None = None
    cast: tuple[SpeakerText, ...] = DEFAULT_CAST
    narrator: str = ""  # id of a voice
    speech: str = ""  # id of a speech engine
    pause: float = DEFAULT_PAUSE  # seconds between two turns
    audio_format: str = DEFAULT_FORMAT
    pronunciation: tuple[tuple[str, str], ...] = ()  # word, what to say for it; in the order of the words
    published_at: datetime | None = None
    archived_at: datetime | None = None
    chapters: tuple[ChapterText, ...] = ()
    cover: bytes | None = field(default=None, repr=False)
    # Name → file, for each that a lesson names; the lessons hold what tells one from another.
    recordings: Mapping[str, "AudioFile"] = field(default_factory=dict, compare=False, repr=False)
    # Where in course.yaml a value stands ("track", "instructors:0"), for problems that only the database knows.
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)


def one_line(text: str) -> str:
    """A title, a name: one line, single spaces."""
    return " ".join(INVISIBLE.sub(" ", text).split())


def normal(text: str) -> str:
    """Markdown without what would not survive a file: odd line ends, blank lines around, code that nobody closes."""
    text = tidy(BLANK_LINES_AHEAD.sub("", INVISIBLE.sub("", tidy(text))))
    lines = text.split("\n")
    opened = fenced(lines)[1]
    if opened is not None and (fence := FENCE.match(lines[opened])):
        text += "\n" + " " * len(fence[1]) + fence[2]
    return text
