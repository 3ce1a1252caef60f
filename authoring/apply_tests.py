"""Writing the questions and mock tests of a course folder. Attempts keep what they hold: questions are retired and
tests archived where somebody has met them."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from accounts.models import User
from courses.models import Course, Lesson
from lessons.models import Concept
from quizzes import bank
from quizzes.bank import Wish
from quizzes.drafts import Draft
from quizzes.models import MockTest, Question, Section, Slot

from . import asked
from .draws import Shelves
from .mock_texts import PoolText, RulesText, SlotText, TestText
from .plan_tests import missing_tests, partners, questions_of, tests_of
from .stored_tests import StoredTests
from .texts import CourseText, one_line


def write(course: Course, old: StoredTests, new: CourseText, *, by: User | None = None) -> None:
    """Call it in the transaction, when chapters, lessons and concepts are written."""
    rows = _Rows(course, new)
    partner = partners(old, new)
    wishes = [
        rows.wish(draft, partner[draft.name], place)
        for drafts in questions_of(new)
        for place, draft in enumerate(drafts)
    ]
    kept = {question.pk for question in partner.values() if question}
    bank.retire(course, [row.pk for row in old.questions.values() if row.retired_at is None and row.pk not in kept])
    questions = {question.name: question for question in bank.put(course, wishes, by)}
    for text in tests_of(new).values():
        if old.tests.get(text.slug) != text:
            _write_test(rows, old.rows.get(text.slug), text, questions)
    deleted, archived = missing_tests(old, new)
    MockTest.objects.filter(pk__in=[test.pk for test in deleted]).delete()
    MockTest.objects.filter(pk__in=[test.pk for test in archived]).update(archived_at=timezone.now())


class _Rows:
    """Names → rows."""

    def __init__(self, course: Course, new: CourseText) -> None:
        self.course = course
        self.lessons = {lesson.slug: lesson for lesson in Lesson.objects.filter(course=course)}
        self.chapters = {chapter.slug: chapter for chapter in course.chapters.all()}
        concepts = Concept.objects.filter(lesson__course=course).select_related("lesson")
        self.concepts = {(row.lesson.slug, one_line(row.name)): row for row in concepts}
        self.shelves: Shelves = asked.shelves_of(new)

    def wish(self, draft: Draft, question: Question | None, place: int) -> Wish:
        own = self.concepts.get((draft.lesson, draft.concept))
        if own is None and draft.concept:
            own = next((self.concepts[both] for both in self.shelves.concepts_called(draft.concept)), None)
        return Wish(draft, question, self.lessons.get(draft.lesson), own, place)

    def pool(self, text: PoolText) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {
            "lessons": [self.lessons[slug].pk for slug in text.lessons],
            "chapters": [self.chapters[slug].pk for slug in text.chapters],
            "concepts": [self.concepts[both].pk for both in text.concepts],
            "difficulties": list(text.difficulties),
            "kinds": list(text.kinds),
            "tags": list(text.tags),
        }
        return {name: values for name, values in found.items() if values}


def _write_test(rows: _Rows, test: MockTest | None, text: TestText, questions: dict[str, Question]) -> None:
    values = {
        "title": text.title,
        "introduction": text.introduction,
        "lesson": rows.lessons.get(text.lesson),
        "chapter": rows.chapters.get(text.chapter),
        "published_at": text.published_at,
        "archived_at": text.archived_at,
        **_columns(text.rules),
    }
    test = test or MockTest(course=rows.course, slug=text.slug)
    for name, value in values.items():
        setattr(test, name, value)
    test.save()
    # Attempts hold no section and no slot: what was asked stands in them.
    Section.objects.filter(test=test).delete()
    sections = [Section(test=test, title=section.title, position=place) for place, section in enumerate(text.sections)]
    Section.objects.bulk_create(sections)
    Slot.objects.bulk_create(
        _slot(rows, section, slot, place, questions)
        for section, written in zip(sections, text.sections, strict=True)
        for place, slot in enumerate(written.slots)
    )


def _slot(rows: _Rows, section: Section, text: SlotText, place: int, questions: dict[str, Question]) -> Slot:
    question = questions[text.question] if text.question else None
    pool = rows.pool(text.pool) if text.pool is not None else None
    return Slot(section=section, position=place, question=question, pool=pool, draw=text.draw, points=text.points)


def _columns(rules: RulesText) -> dict[str, Any]:
    marks: Iterable[str] = ("right_marks", "wrong_marks", "blank_marks")
    values = {name: value for name, value in vars(rules).items() if name != "review"}
    if rules.preset != MockTest.Preset.OWN:
        # Others do not look at them; what an editor once typed may stay.
        values = {name: value for name, value in values.items() if name not in marks}
    return values | {"review": {moment: list(things) for moment, things in rules.review}}
