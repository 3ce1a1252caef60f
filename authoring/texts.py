"""A course as plain data: what stands between the files of a course folder and the rows of the database.

All values are in their normal form (`one_line`, `normal`), so two of them are equal when nothing has to be done.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from lessons.texts import INVISIBLE, normal, one_line

if TYPE_CHECKING:
    from quizzes.drafts import Draft

    from .mock_texts import TestText
    from .recordings import AudioFile

__all__ = ["INVISIBLE", "normal", "one_line"]  # said here for all who read or write a course folder


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
    questions: "tuple[Draft, ...]" = ()
    mock_test: "TestText | None" = None  # the one that stands in the lesson's file


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
    tests: "tuple[TestText, ...]" = ()  # those with files of their own, by address
    questions: "tuple[Draft, ...]" = ()  # of no lesson, by name
    cover: bytes | None = field(default=None, repr=False)
    # Name → file, for each that a lesson names; the lessons hold what tells one from another.
    recordings: Mapping[str, "AudioFile"] = field(default_factory=dict, compare=False, repr=False)
    # Where in course.yaml a value stands ("track", "instructors:0"), for problems that only the database knows.
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
    # Where a question stands: its name → (file, line).
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict, compare=False, repr=False)
