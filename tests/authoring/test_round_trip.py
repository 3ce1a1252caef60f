"""A course leaves as a folder and comes back without loss, whatever its texts hold."""

from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from authoring import apply, folder, lesson_text, plan, stored, tree
from authoring.problems import Problems
from authoring.texts import CourseText, LessonText
from courses.models import Course, Lesson
from quizzes.models import MockTest
from tests import factories
from tests.authoring import texts

PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.filter_too_much]}
DEMOS = sorted(path.parent for path in (settings.ROOT / "demo").glob("*/course.yaml"))


@given(texts.lesson_texts(["Nora", "Dr. *B\\*: C", "Ben:"]))
@hypothesis_settings(max_examples=200, **PATIENT)
def test_any_lesson_reads_back_as_it_was_written(lesson: LessonText) -> None:
    problems = Problems()
    source = lesson_text.write(lesson)
    again = lesson_text.parse(
        source, slug=lesson.slug, position=lesson.position, cast=["Nora", "Dr. *B\\*: C", "Ben:"], tell=problems.at("x")
    )
    assert not problems
    assert again == lesson
    assert lesson_text.write(again) == source


@pytest.mark.django_db
@given(texts.course_texts())
@hypothesis_settings(max_examples=20, **PATIENT)
def test_any_course_goes_out_in_and_out_again_with_the_same_bytes(course: CourseText) -> None:
    _remove(course.slug)
    apply.apply(course)
    first = _exported(course.slug)
    # Not `plan.checked`: it would tell that nobody here has set up such voices.
    again, problems = folder.parse(first, course.slug)
    assert not problems
    assert plan.plan(again).is_empty
    _remove(course.slug)
    apply.apply(again)
    assert _exported(course.slug) == first


@pytest.mark.parametrize("path", DEMOS, ids=lambda path: path.name)
@pytest.mark.django_db
def test_a_demo_course_goes_in_and_out_unchanged(path: Path) -> None:
    files = tree.read_disk(path)
    apply.apply(plan.checked(files, path.name))
    assert _exported(path.name) == files


@pytest.mark.parametrize("path", DEMOS, ids=lambda path: path.name)
@pytest.mark.django_db
def test_learners_find_a_mock_test_in_each_demo_lesson_and_a_timed_final(path: Path) -> None:
    apply.apply(plan.checked(tree.read_disk(path), path.name))
    found = list(MockTest.objects.visible_to(None).filter(course__slug=path.name))
    assert {test.lesson_id for test in found} == {None, *Lesson.objects.values_list("pk", flat=True)}
    assert all(test.minutes for test in found)


def test_rows_that_no_form_has_tidied_go_out_in_and_out_again(db: None) -> None:
    lesson = factories.full_lesson()
    course = lesson.course
    factories.full_lesson(course=course, position=lesson.position)
    factories.ExampleFactory(lesson=lesson, title="Two\r\nlines ", body="\r\n```python\r\nx = 1\n\n")
    factories.CardFactory(lesson=lesson, kind="question", front="  **a** :: b\x07", back="(concept: none)")
    first = _exported(course.slug)
    assert plan.plan(plan.checked(first, course.slug)).is_empty
    _remove(course.slug)
    apply.apply(plan.checked(first, course.slug))
    assert _exported(course.slug) == first


def _exported(slug: str) -> tree.Tree:
    return folder.write(stored.read(Course.objects.get(slug=slug)).text)


def _remove(slug: str) -> None:
    Course.objects.filter(slug=slug).delete()
