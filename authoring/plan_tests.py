"""What an import would do to questions and mock tests."""

from collections.abc import Iterator, Mapping

from courses.models import Course
from quizzes import bank
from quizzes.drafts import Draft
from quizzes.exchange import planning
from quizzes.models import Answer, MockTest, Question

from .mock_texts import TestText
from .plan_words import Action, Change, differing
from .problems import Problem
from .stored_tests import StoredTests, attempted
from .texts import CourseText


def questions_of(course: CourseText) -> Iterator[tuple[Draft, ...]]:
    """Of each lesson, then those of none."""
    for chapter in course.chapters:
        yield from (lesson.questions for lesson in chapter.lessons)
    yield course.questions


def tests_of(course: CourseText) -> dict[str, TestText]:
    own = (lesson.mock_test for chapter in course.chapters for lesson in chapter.lessons)
    return {test.slug: test for test in (*own, *course.tests) if test}


def partners(old: StoredTests, new: CourseText) -> dict[str, Question | None]:
    """For each question of the folder the row that it is; a name that differs only in case is the same name."""
    names = [draft.name for drafts in questions_of(new) for draft in drafts]
    found: dict[str, Question | None] = {name: old.questions.get(name) for name in names}
    taken = {question.pk for question in found.values() if question}
    free = {name.casefold(): row for name, row in old.questions.items() if row.pk not in taken}
    for name in names:
        if found[name] is None:
            found[name] = free.pop(name.casefold(), None)
    return found


def changes(old: StoredTests, new: CourseText) -> Iterator[Change]:
    yield from _question_changes(old, new)
    for text in tests_of(new).values():
        before = old.tests.get(text.slug)
        place = text.lesson or text.chapter
        if before is None:
            yield Change(Action.ADDED, "tests", text.title, place)
        elif details := (
            *differing(before, text, skip=("slug", "rules", "path")),
            *differing(before.rules, text.rules),
        ):
            yield Change(Action.CHANGED, "tests", text.title, place, details)
    deleted, archived = missing_tests(old, new)
    for test in deleted:
        yield Change(Action.REMOVED, "tests", test.title)
    for test in archived:
        yield Change(Action.ARCHIVED, "tests", test.title)


def _question_changes(old: StoredTests, new: CourseText) -> Iterator[Change]:
    partner = partners(old, new)
    rekeyed = _rekeyed(old, new, partner)
    order = {question.pk: place for place, question in enumerate(old.questions.values())}
    for drafts in questions_of(new):
        last = -1
        for draft in drafts:
            question = partner[draft.name]
            if question is None:
                yield Change(Action.ADDED, "questions", draft.name, draft.lesson)
                continue
            before = old.drafts.get(question.name)
            details = planning.differing(before, draft) if before else ("retired",)
            if not details and order[question.pk] < last:
                details = ("position",)
            last = max(last, order[question.pk])
            if details:
                yield Change(
                    Action.CHANGED, "questions", draft.name, draft.lesson, details, is_rekeyed=draft.name in rekeyed
                )
    kept = {question.pk for question in partner.values() if question}
    for name, draft in old.drafts.items():
        if old.questions[name].pk not in kept:
            yield Change(Action.RETIRED, "questions", name, draft.lesson)


def _rekeyed(old: StoredTests, new: CourseText, partner: Mapping[str, Question | None]) -> set[str]:
    """Names of questions that get another key after learners were scored by the one they have."""
    candidates = {}
    for draft in (draft for drafts in questions_of(new) for draft in drafts):
        question = partner[draft.name]
        before = old.drafts.get(question.name) if question else None
        if question and before and planning.rekeys(before, draft) and question.current_id:
            candidates[question.current_id] = draft.name
    held = bank.held(candidates) if candidates else set()
    return {candidates[version] for version in held}


def missing_tests(old: StoredTests, new: CourseText) -> tuple[list[MockTest], list[MockTest]]:
    """(to be deleted, to be archived): what the folder no longer has. Those that somebody sat stay as they are."""
    named = tests_of(new)
    gone = [test for slug, test in old.rows.items() if slug not in named]
    sat = attempted(gone) if gone else set()
    return (
        [test for test in gone if test.pk not in sat],
        [test for test in gone if test.pk in sat and not test.archived_at],
    )


def problems(course_slug: str, new: CourseText) -> Iterator[Problem]:
    """Questions that would change their kind though somebody has answered them."""
    rows = Question.objects.filter(course__slug=course_slug).only("name", "kind")
    kinds = {row.name.casefold(): row for row in rows}
    other = {}
    for draft in (draft for drafts in questions_of(new) for draft in drafts):
        row = kinds.get(draft.name.casefold())
        if row and row.kind != draft.kind:
            other[row.pk] = draft
    if other:
        shown = (
            Answer.objects.filter(version__question__in=other).order_by().values_list("version__question", flat=True)
        )
        asked = {question for question, _version in bank.on_forms(Course.objects.filter(slug=course_slug))}
        for pk in other.keys() & {*shown, *asked}:
            path, line = new.places.get(other[pk].name, ("", 0))
            yield Problem(path, line, bank.kind_kept(other[pk].name), "")
