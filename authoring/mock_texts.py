"""Mock tests as plain data, between the files of a course folder and the rows of the database."""

from dataclasses import dataclass, field
from datetime import datetime

from quizzes.models import MockTest

ONE_POINT = "1"


@dataclass(frozen=True)
class PoolText:
    """What is drawn from. Nothing in a tuple does not narrow it; concepts are (address of the lesson, name)."""

    lessons: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()
    concepts: tuple[tuple[str, str], ...] = ()
    difficulties: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class SlotText:
    """One question, by its name, or `draw` of a pool. points: a decimal without trailing zeros."""

    question: str = ""
    pool: PoolText | None = None
    draw: int = 1
    points: str = ONE_POINT
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class SectionText:
    title: str
    slots: tuple[SlotText, ...] = ()


@dataclass(frozen=True)
class RulesText:
    """The settings of a test, as columns of MockTest with the same names."""

    way: str = MockTest.Way.FIXED.value
    minutes: int | None = None
    attempts_allowed: int | None = None
    wait_hours: int = 0
    pass_percent: int | None = None
    preset: str = MockTest.Preset.PLAIN.value
    right_marks: str = "1"
    wrong_marks: str = "0"
    blank_marks: str = "0"
    floor: str = "test"
    with_certainty: bool = False
    shuffle_questions: bool = True
    shuffle_options: bool = True
    counts: str = MockTest.Counts.BEST.value
    review: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (moment, what is shown), in order
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    position: int = 0


@dataclass(frozen=True)
class TestText:
    """lesson, chapter: the address of what it belongs to; neither is a test of the whole course."""

    __test__ = False  # pytest would take it for a test

    slug: str
    title: str
    lesson: str = ""
    chapter: str = ""
    introduction: str = ""
    rules: RulesText = RulesText()
    published_at: datetime | None = None
    archived_at: datetime | None = None
    sections: tuple[SectionText, ...] = ()
    path: str = field(default="", compare=False, repr=False)  # the file it stands in
