"""The questions and mock tests of a course as the database holds them: as texts, with the rows behind them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from courses.models import Chapter, Course, Lesson
from lessons.models import Concept
from quizzes import bank
from quizzes.drafts import Draft
from quizzes.models import Attempt, MockTest, Question, Section, Slot

from . import mock_keys
from .draws import Shelves
from .mock_texts import PoolText, RulesText, SectionText, SlotText, TestText
from .texts import normal, one_line

# Columns that are as they are in the text.
SAME = (
    "way",
    "minutes",
    "attempts_allowed",
    "wait_hours",
    "pass_percent",
    "preset",
    "floor",
    "with_certainty",
    "shuffle_questions",
    "shuffle_options",
    "counts",
    "opens_at",
    "closes_at",
    "position",
)


@dataclass
class StoredTests:
    """questions: all of the course, those out of use too. drafts: of those in use, as texts, in order."""

    questions: dict[str, Question] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    rows: dict[str, MockTest] = field(default_factory=dict)
    tests: dict[str, TestText] = field(default_factory=dict)

    def of_lesson(self, slug: str) -> tuple[Draft, ...]:
        return tuple(draft for draft in self.drafts.values() if draft.lesson == slug)


def read(
    course: Course, chapters: Iterable[Chapter], lessons: Iterable[Lesson], concepts: Iterable[Any]
) -> StoredTests:
    """Four queries. concepts: of all the lessons, in their order."""
    names = _Names(chapters, lessons, concepts)
    found = StoredTests()
    rows = Question.objects.filter(course=course).select_related("current__revision", "concept", "lesson")
    for question in rows.order_by("position", "pk"):
        question.name = one_line(question.name)
        found.questions[question.name] = question
        if question.retired_at is None and question.current_id:
            draft = bank.draft_of(question)
            found.drafts[draft.name] = replace(draft, concept=names.concept(question))
    sections: dict[int, list[Section]] = defaultdict(list)
    slots: dict[int, list[Slot]] = defaultdict(list)
    for section in Section.objects.filter(test__course=course).order_by("position", "pk"):
        sections[section.test_id].append(section)
    for slot in Slot.objects.filter(section__test__course=course).select_related("question").order_by("position", "pk"):
        slots[slot.section_id].append(slot)
    for test in MockTest.objects.filter(course=course).order_by("position", "slug"):
        found.rows[test.slug] = test
        texts = tuple(
            SectionText(one_line(section.title), tuple(filter(None, map(names.slot, slots[section.pk]))))
            for section in sections[test.pk]
        )
        found.tests[test.slug] = names.test(test, texts)
    return found


class _Names:
    """Ids → what a file calls them."""

    def __init__(self, chapters: Iterable[Chapter], lessons: Iterable[Lesson], concepts: Iterable[Concept]) -> None:
        self.chapters = {chapter.pk: chapter.slug for chapter in chapters}
        self.lessons = {lesson.pk: lesson.slug for lesson in lessons}
        self.concepts = {row.pk: (self.lessons[row.lesson_id], one_line(row.name)) for row in concepts}
        self.shelves = Shelves(concepts=list(self.concepts.values()))

    def concept(self, question: Question) -> str:
        """Its name; with the lesson's address before it where the name alone would not be understood."""
        lesson, name = self.concepts.get(question.concept_id or 0, ("", ""))
        if not name:
            return ""
        if question.lesson_id:
            is_clear = self.lessons.get(question.lesson_id) == lesson
        else:
            is_clear = self.shelves.concepts_called(name) == [(lesson, name)]
        return name if is_clear else f"{lesson}/{name}"

    def slot(self, slot: Slot) -> SlotText | None:
        points = mock_keys.decimal(slot.points)
        if slot.question:
            # One out of use is asked no more.
            return None if slot.question.retired_at else SlotText(one_line(slot.question.name), points=points)
        pool = slot.pool or {}
        named = {
            name: tuple(known[pk] for pk in pool.get(name) or () if pk in known)
            for name, known in (("lessons", self.lessons), ("chapters", self.chapters), ("concepts", self.concepts))
        }
        if any(pool.get(name) and not found for name, found in named.items()):
            return None  # all that it drew from is gone: that is not the whole course
        text = PoolText(
            **named,  # type: ignore[arg-type]
            difficulties=tuple(pool.get("difficulties") or ()),
            kinds=tuple(pool.get("kinds") or ()),
            tags=tuple(map(one_line, pool.get("tags") or ())),
        )
        return SlotText(pool=text, draw=slot.draw, points=points)

    def test(self, test: MockTest, sections: tuple[SectionText, ...]) -> TestText:
        lesson = self.lessons.get(test.lesson_id or 0, "")
        return TestText(
            slug=test.slug,
            title=one_line(test.title),
            lesson=lesson,
            chapter="" if lesson else self.chapters.get(test.chapter_id or 0, ""),
            introduction=normal(test.introduction),
            rules=_rules(test),
            published_at=test.published_at,
            archived_at=test.archived_at,
            sections=sections,
        )


def _rules(test: MockTest) -> RulesText:
    values = {name: getattr(test, name) for name in SAME}
    if test.preset == MockTest.Preset.OWN:
        marks = ("right_marks", "wrong_marks", "blank_marks")
        values |= {name: mock_keys.decimal(getattr(test, name)) for name in marks}
    return RulesText(**values, review=mock_keys.review_of(test.review))


def attempted(tests: Sequence[MockTest]) -> set[int]:
    """Ids of those that somebody has sat."""
    rows = Attempt.objects.filter(test__in=[test.pk for test in tests]).order_by()
    return set(rows.values_list("test", flat=True).distinct()) - {None}
