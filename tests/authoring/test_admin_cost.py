"""Long lists and long lessons cost the admin no more queries than short ones."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Course
from lessons.models import Episode
from tests import factories
from tests.authoring.adminforms import filled

CARDS_FEW, CARDS_MANY = 5, 50


@pytest.fixture
def author(cast, client):
    client.force_login(cast.instructor)
    return client


def add_cards(lesson, number: int) -> None:
    concept = lesson.concepts.first()
    for count in range(number):
        factories.CardFactory(lesson=lesson, concept=concept if count % 2 else None)


def queries(call: Callable[[], object]) -> int:
    """How many `call` makes. What a process reads once and keeps, such as content types, was asked for before."""
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


def test_a_lesson_with_many_cards_opens_with_the_queries_of_one_with_few(cast, author):
    page = reverse("admin:courses_lesson_change", args=[cast.lesson.pk])
    add_cards(cast.lesson, CARDS_FEW)
    author.get(page)
    few = queries(lambda: author.get(page))
    add_cards(cast.lesson, CARDS_MANY)
    for _ in range(5):
        factories.ConceptFactory(lesson=cast.lesson)
        factories.TurnFactory(episode=cast.lesson.episodes.first())
    assert queries(lambda: author.get(page)) == few
    assert few <= 20


def test_saving_a_lesson_unchanged_costs_the_same_with_many_cards(cast, author):
    page = reverse("admin:courses_lesson_change", args=[cast.lesson.pk])
    add_cards(cast.lesson, CARDS_FEW)
    author.post(page, filled(author, page))
    data = filled(author, page)
    few = queries(lambda: author.post(page, data))
    add_cards(cast.lesson, CARDS_MANY)
    data = filled(author, page)
    assert queries(lambda: author.post(page, data)) == few
    assert few <= 55  # seven of them have the audio follow the text


def test_a_long_episode_opens_with_the_queries_of_a_short_one(cast, author):
    episode = Episode.objects.get(lesson=cast.lesson)
    page = reverse("admin:lessons_episode_change", args=[episode.pk])
    author.get(page)
    few = queries(lambda: author.get(page))
    for _ in range(40):
        factories.TurnFactory(episode=episode)
    assert queries(lambda: author.get(page)) == few
    assert few <= 12


def test_a_card_offers_the_concepts_of_its_own_lesson_only(cast, author):
    stranger = factories.ConceptFactory(name="Of another lesson")
    html = author.get(reverse("admin:courses_lesson_change", args=[cast.lesson.pk])).content.decode()
    assert stranger.name not in html


@pytest.mark.parametrize(
    ("page", "most"),
    [
        ("courses_course", 9),
        ("courses_lesson", 8),
        ("lessons_episode", 7),
        ("courses_chapter", 7),
        ("enrollment_enrollment", 12),
    ],
)
def test_a_long_list_costs_the_queries_of_a_short_one(cast, author, page, most):
    address = reverse(f"admin:{page}_changelist")
    author.get(address)
    short = queries(lambda: author.get(address))
    for _ in range(4):
        lesson = factories.full_lesson()
        factories.TeachingFactory(course=lesson.course, user=cast.instructor)
        factories.EnrollmentFactory(course=lesson.course)
    assert queries(lambda: author.get(address)) == short
    assert short <= most


@pytest.mark.parametrize(("page", "most"), [("courses_track", 6), ("accounts_user", 7)])
def test_lists_of_superusers_cost_the_same_however_long(cast, client, page, most):
    client.force_login(cast.superuser)
    address = reverse(f"admin:{page}_changelist")
    client.get(address)
    short = queries(lambda: client.get(address))
    for _ in range(4):
        factories.TeachingFactory()
    assert queries(lambda: client.get(address)) == short
    assert short <= most


def test_no_choice_has_more_than_two_hundred_options(cast, client):
    """With many courses, chapters and people, whatever can be chosen from is searched, not listed."""
    Course.objects.bulk_create(
        Course(slug=f"many-{n}", title=f"Many {n}", track=cast.course.track, promise="x", level="beginner")
        for n in range(210)
    )
    client.force_login(cast.superuser)
    pages = [reverse("admin:courses_lesson_add"), reverse("admin:enrollment_enrollment_add")]
    pages += [reverse("admin:courses_lesson_changelist"), reverse("admin:courses_course_change", args=[cast.course.pk])]
    for page in pages:
        html = client.get(page).content.decode()
        assert html.count("Many ") < 60, page
        assert max((part.count("<option") for part in html.split("<select")[1:]), default=0) <= 200
