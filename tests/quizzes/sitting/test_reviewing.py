"""What is shown, and when: one rule for pages and API (assessment 1.5, R30)."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from quizzes import reviewing, scoring, sitting
from quizzes.models import Accommodation, MockTest
from quizzes.reviewing import EVERYTHING, Thing
from quizzes.sitting import Item
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def test(cast):
    return factories.mock_test(cast.course, [factories.question(cast.course, "truefalse")], minutes=30)


def ended(user, test):
    attempt = sitting.start(user, test)
    sitting.submit(attempt)
    scoring.score(attempt.pk)
    return sitting.find(user, attempt.pk)


def test_while_it_is_open_one_sees_ones_answers(cast, test):
    attempt = sitting.start(cast.enrolled, test)
    assert reviewing.visible(attempt) == {"response"}
    for thing in set(Thing) - {Thing.RESPONSE}:
        assert not reviewing.may_see(attempt, thing)
    MockTest.objects.update(review={"during": list(Thing), "after": list(Thing)})
    assert reviewing.visible(sitting.find(cast.enrolled, attempt.pk)) == {"response"}
    sitting.submit(attempt)
    assert reviewing.visible(attempt) == {"response"}  # being scored
    scoring.score(attempt.pk)
    assert reviewing.visible(sitting.find(cast.enrolled, attempt.pk)) == EVERYTHING


@pytest.mark.parametrize(
    ("review", "after", "closed"),
    [
        ({}, EVERYTHING, EVERYTHING),
        ({"after": ["marks"]}, {"response", "marks"}, EVERYTHING),
        ({"after": []}, {"response"}, EVERYTHING),
        ({"after": ["marks"], "closed": ["marks", "key"]}, {"response", "marks"}, {"response", "marks", "key"}),
        ({"after": ["nonsense", "key"]}, {"response", "key"}, EVERYTHING),
    ],
)
def test_before_and_after_the_test_is_closed_to_everybody(cast, test, review, after, closed):
    at = now()
    test.review, test.closes_at = review, at + timedelta(hours=1)
    test.save()
    Accommodation.objects.create(
        course=cast.course, test=test, learner=cast.other, reason="Ill", closes_at=at + timedelta(hours=3)
    )
    attempt = ended(cast.enrolled, test)
    assert reviewing.visible(attempt, at) == after
    # Another learner may still sit it.
    assert reviewing.visible(attempt, at + timedelta(hours=2)) == after
    assert reviewing.visible(attempt, at + timedelta(hours=3)) == closed


def test_editors_see_what_is_closed(cast, test):
    MockTest.objects.update(review={"after": []})
    attempt = ended(cast.enrolled, test)
    assert reviewing.visible(attempt, viewer=cast.instructor) == EVERYTHING
    assert reviewing.visible(attempt, viewer=cast.outsider) == {"response"}
    assert reviewing.visible(attempt, viewer=cast.enrolled) == {"response"}
    running = sitting.start(cast.other, test)
    assert reviewing.visible(running, viewer=cast.instructor) == {"response"}


def test_a_preview_shows_all_to_its_editor(cast, test):
    MockTest.objects.update(review={"after": []})
    assert reviewing.visible(ended(cast.instructor, test)) == EVERYTHING


def test_practice_shows_what_was_judged(cast):
    for _number in range(2):
        factories.question(cast.course, "truefalse", lesson=cast.lesson)
    attempt = sitting.practise(cast.enrolled, cast.lesson)
    sitting.save(attempt.pk, cast.enrolled, [Item(1, 1, "true"), Item(2, 1, "true")])
    first, second = attempt.answers.all()
    scoring.judge(first)
    assert reviewing.visible(attempt, answer=first) == EVERYTHING
    assert reviewing.visible(attempt, answer=second) == reviewing.visible(attempt) == {"response"}


def test_an_open_test_with_the_same_questions_hides_earlier_results(cast, test):
    attempt = ended(cast.enrolled, test)
    other = factories.mock_test(cast.course, [factories.question(cast.course)])
    sitting.start(cast.enrolled, other)
    assert reviewing.visible(sitting.find(cast.enrolled, attempt.pk)) == EVERYTHING
    running = sitting.start(cast.enrolled, test)
    hidden = sitting.find(cast.enrolled, attempt.pk)
    assert (reviewing.visible(hidden), reviewing.is_withheld(hidden)) == ({"response"}, True)
    assert reviewing.visible(hidden, viewer=cast.instructor) == EVERYTHING
    sitting.submit(running)
    assert reviewing.visible(sitting.find(cast.enrolled, attempt.pk)) == EVERYTHING
