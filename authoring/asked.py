"""The questions and mock tests of a whole course folder: what its files say about each other."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from quizzes.drafts import Draft

from . import mock_tests, tests_folder
from .draws import Shelves
from .mock_texts import TestText
from .problems import Problems, Tell
from .texts import ChapterText, CourseText, LessonText

Placed = tuple[str, Draft]  # the file a question stands in


def shelves_of(course: CourseText) -> Shelves:
    lessons = [lesson for chapter in course.chapters for lesson in chapter.lessons]
    return Shelves(
        lessons=[lesson.slug for lesson in lessons],
        chapters=[chapter.slug for chapter in course.chapters],
        concepts=[(lesson.slug, concept.name) for lesson in lessons for concept in lesson.concepts],
    )


def parse(course: CourseText, files: dict[str, str], problems: Problems) -> CourseText:
    """The course with its tests and questions. files: path → text, of tests/ and questions.gift."""
    shelves = shelves_of(course)
    found = tests_folder.parse(files, shelves, problems)
    course = replace(course, chapters=tuple(_clear(chapter, shelves, problems) for chapter in course.chapters))
    found.questions = [(path, _settled(draft, shelves, problems.at(path))) for path, draft in found.questions]
    placed = [*_of_lessons(course), *found.questions]
    places: dict[str, tuple[str, int]] = {}
    for path, draft in placed:
        if draft.name in places:
            wrong = _("“%(name)s” is the name of a question in %(path)s, line %(line)d, too.")
            other = {"name": draft.name, "path": places[draft.name][0], "line": places[draft.name][1]}
            problems.at(path)(draft.line, wrong % other, _("Give each question of the course a name of its own."))
        places.setdefault(draft.name, (path, draft.line))
    _check_slots(found.tests, places, problems)
    _check_addresses(course, found.tests, problems)
    questions = sorted((draft for _path, draft in found.questions), key=_name)
    tests = sorted(found.tests, key=_slug)
    return replace(course, tests=tuple(tests), questions=tuple(questions), places=places)


def _of_lessons(course: CourseText) -> Iterator[Placed]:
    for chapter in course.chapters:
        for lesson in chapter.lessons:
            path = _path(chapter, lesson)
            yield from ((path, draft) for draft in lesson.questions)


def _clear(chapter: ChapterText, shelves: Shelves, problems: Problems) -> ChapterText:
    """The chapter with the concepts of other lessons, that its questions name, looked up."""
    lessons = (
        replace(
            lesson,
            questions=tuple(
                _settled(draft, shelves, problems.at(_path(chapter, lesson))) for draft in lesson.questions
            ),
        )
        for lesson in chapter.lessons
    )
    return replace(chapter, lessons=tuple(lessons))


def _settled(draft: Draft, shelves: Shelves, tell: Tell) -> Draft:
    """With its concept as short as it can be said."""
    if not draft.concept or (draft.lesson, draft.concept) in shelves.concepts:
        return draft
    found = shelves.concepts_called(draft.concept)
    if len(found) != 1:
        wrong = _("“%(name)s” is not one key concept of this course.") % {"name": draft.concept}
        known = ", ".join("/".join(both) for both in found)
        remedy = _("Write one of: %(known)s.") % {"known": known} if known else _("Write lesson-address/name.")
        tell(draft.line, wrong, remedy)
        return replace(draft, concept="")
    lesson, name = found[0]
    is_clear = lesson == draft.lesson if draft.lesson else shelves.concepts_called(name) == found
    return replace(draft, concept=name if is_clear else f"{lesson}/{name}")


def _name(draft: Draft) -> str:
    return draft.name


def _slug(test: TestText) -> str:
    return test.slug


def _path(chapter: ChapterText, lesson: LessonText) -> str:
    return f"{chapter.position:02d}-{chapter.slug}/{lesson.position:02d}-{lesson.slug}.md"


def _check_slots(tests: Iterable[TestText], places: dict[str, tuple[str, int]], problems: Problems) -> None:
    for test in tests:
        asked: set[str] = set()
        for slot in (slot for section in test.sections for slot in section.slots if slot.question):
            tell = problems.at(test.path)
            if slot.question not in places:
                wrong = _("There is no question “%(name)s” in this course.") % {"name": slot.question}
                tell(slot.line, wrong, _("Write the name of one as it stands between its colons."))
            elif slot.question in asked:
                wrong = _("“%(name)s” is asked twice in this test.") % {"name": slot.question}
                tell(slot.line, wrong, _("Keep one of them."))
            asked.add(slot.question)


def _check_addresses(course: CourseText, tests: Iterable[TestText], problems: Problems) -> None:
    taken: dict[str, str] = {}
    own = ((lesson.mock_test, lesson.slug) for chapter in course.chapters for lesson in chapter.lessons)
    for test, name in [*((test, slug) for test, slug in own if test), *((test, test.path) for test in tests)]:
        if test.slug in taken:
            wrong = _("The mock test of %(other)s has the same address, “%(slug)s”.")
            remedy = _("Rename this file, or write “- address: …” in the lesson.")
            problems.at(name)(0, wrong % {"other": taken[test.slug], "slug": test.slug}, remedy)
        taken.setdefault(test.slug, name)


def write(course: CourseText) -> dict[str, str]:
    """The files of tests/, and questions.gift."""
    return tests_folder.write(course.tests, course.questions, shelves_of(course))


def in_files(lesson: LessonText, tests: list[TestText]) -> LessonText:
    """The lesson with that of its tests which its own file can say, taken out of `tests`."""
    own = (test for test in tests if test.lesson == lesson.slug and mock_tests.fits(test, lesson.questions))
    chosen = next(own, None)
    if chosen:
        tests.remove(chosen)
    return replace(lesson, mock_test=chosen)
