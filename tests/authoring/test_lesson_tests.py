"""A lesson's questions and tests stand on its page, and its tests appear with it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from courses.models import Lesson
from quizzes.models import MockTest, Slot
from tests import factories
from tests.authoring.adminforms import filled, lesson_page
from tests.authoring.tests_desk import question


@pytest.fixture
def author(cast, client):
    client.force_login(cast.instructor)
    return client


@pytest.fixture
def draft(cast):
    """A lesson nobody can read yet."""
    Lesson.objects.filter(pk=cast.lesson.pk).update(published_at=None)
    cast.lesson.refresh_from_db()
    return cast.lesson


def a_test_of(lesson: Lesson, *, pool: dict | None = None, draw: int = 1, **fields) -> MockTest:
    asked = [] if pool is not None else [factories.question(lesson.course, lesson=lesson)]
    test = factories.mock_test(lesson.course, asked, **{"lesson": lesson, "published_at": None} | fields)
    if pool is not None:
        Slot.objects.create(section=test.sections.get(), pool=pool, draw=draw)
    return test


def said(answer) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def publish(author, *lessons: Lesson) -> str:
    data = {"action": "publish", "_selected_action": [lesson.pk for lesson in lessons]}
    return said(author.post(reverse("admin:courses_lesson_changelist"), data, follow=True))


def test_publishing_a_lesson_publishes_its_tests_and_says_so(author, draft):
    test = a_test_of(draft, title="Locks, tested")
    words = publish(author, draft)
    test.refresh_from_db()
    assert test.is_published
    assert "Its mock test is published with it: Locks, tested." in words


def test_the_button_on_its_page_does_so_too(author, draft):
    test = a_test_of(draft)
    author.post(lesson_page(draft), filled(author, lesson_page(draft)) | {"_publish": "1"})
    test.refresh_from_db()
    assert test.is_published


def test_a_pool_of_the_lesson_itself_counts_once_the_lesson_is_published(author, draft):
    factories.question(draft.course, lesson=draft)
    test = a_test_of(draft, pool={"lessons": [draft.pk]})
    publish(author, draft)
    test.refresh_from_db()
    assert test.is_published


def test_a_test_that_cannot_be_sat_stays_a_draft_with_a_reason(author, draft):
    test = a_test_of(draft, pool={"lessons": [draft.pk]}, draw=3, title="Too much")
    words = publish(author, draft)
    draft.refresh_from_db()
    test.refresh_from_db()
    assert (draft.is_published, test.published_at) == (True, None)
    assert "“Too much” is not published" in words


def test_a_test_appears_at_the_moment_its_lesson_does(author, draft):
    test = a_test_of(draft)
    moment = (now() + timedelta(days=3)).replace(microsecond=0)
    day = {"published_at_0": f"{moment:%Y-%m-%d}", "published_at_1": "12:00:00"}
    answer = author.post(lesson_page(draft), filled(author, lesson_page(draft)) | day, follow=True)
    draft.refresh_from_db()
    test.refresh_from_db()
    assert test.published_at == draft.published_at is not None
    assert "appears at the same moment" in said(answer)
    publish(author, draft)
    draft.refresh_from_db()
    test.refresh_from_db()
    assert draft.is_published
    assert test.published_at == draft.published_at


def test_tests_that_were_archived_or_drafted_later_are_left_alone(author, cast, draft):
    archived = a_test_of(draft, archived_at=now())
    publish(author, draft)
    archived.refresh_from_db()
    assert archived.published_at is None
    later = a_test_of(draft)
    publish(author, draft)  # it is published already
    later.refresh_from_db()
    assert later.published_at is None


def test_the_page_of_a_lesson_leads_to_its_questions_and_tests(cast, author):
    question(cast)
    test = a_test_of(cast.lesson, title="Locks, tested")
    page = author.get(lesson_page(cast.lesson)).content.decode()
    assert "Locks, tested" in page
    assert reverse("admin:quizzes_mocktest_change", args=[test.pk]) in page
    begin = author.get(lesson_page(cast.lesson)).context_data["beside"].to_new_test
    author.post(begin, {"course": cast.course.pk, "title": "New", "slug": "new-one"})
    assert MockTest.objects.get(slug="new-one").lesson == cast.lesson


def test_a_question_begun_at_a_lesson_belongs_to_it(cast, author):
    begin = author.get(lesson_page(cast.lesson)).context_data["beside"].to_new_question
    form = author.get(f"{begin}&kind=truefalse").context_data["editor"]
    assert form.head.instance.lesson == cast.lesson
    other = cast.outsider.teachings.get().course
    strange = author.get(begin.replace(f"course={cast.course.pk}", f"course={other.pk}") + "&kind=truefalse")
    assert strange.status_code == 422
