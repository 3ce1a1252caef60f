"""Attempts that are too much alike."""

import pytest

from quizzes import figures
from quizzes.models import (
    Attempt,
    PairFlag,
    Score,
)
from tests import factories
from tests.quizzes import crowd
from tests.quizzes.crowd import exam

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_test(cast):
    questions = crowd.choices(cast.course, 40)
    return factories.mock_test(cast.course, questions), questions


def test_a_pair_that_is_too_alike_is_shown_to_staff(long_test):
    test, questions = long_test
    chosen = exam(1, 120, items=40)
    chosen[1] = chosen[0]
    attempts = crowd.sat(test, questions, crowd.words(chosen))
    figures.screen(test)
    flag = PairFlag.objects.get()
    assert {flag.first_id, flag.second_id} == {attempts[0].pk, attempts[1].pk}
    assert flag.alike == 40
    assert flag.alike_wrong == int((chosen[0] != 0).sum())
    assert flag.z > 6.2
    assert Score.objects.get(attempt=attempts[1]).passed is None  # nothing else changed


def test_what_was_looked_at_stays_and_the_rest_follows_the_answers(long_test):
    test, questions = long_test
    chosen = exam(1, 120, items=40)
    chosen[1], chosen[3] = chosen[0], chosen[2]
    attempts = crowd.sat(test, questions, crowd.words(chosen))
    figures.screen(test)
    assert PairFlag.objects.count() == 2
    seen = PairFlag.objects.filter(first__in=[attempts[0].pk, attempts[1].pk]).get()
    seen.seen_at, seen.note = attempts[0].started_at, "They are the same person."
    seen.save()
    Attempt.objects.filter(pk__in=[attempts[1].pk, attempts[3].pk]).update(state="voided")
    figures.screen(test)
    assert PairFlag.objects.get().note == "They are the same person."


def test_ones_own_second_attempt_is_no_copy(long_test):
    test, questions = long_test
    learners = crowd.people(60)
    chosen = crowd.words(exam(2, 60, items=40))
    crowd.sat(test, questions, chosen, learners=learners)
    crowd.sat(test, questions, chosen, learners=learners, number=2)
    figures.screen(test)
    assert not PairFlag.objects.exists()


def test_a_rare_mistake_in_words_is_evidence(cast):
    typed = [factories.question(cast.course, "short") for _ in range(30)]
    test = factories.mock_test(cast.course, typed)
    lines = [[f"word {person} {item}" for item in range(30)] for person in range(60)]
    lines[7] = lines[3]
    attempts = crowd.sat(test, typed, lines)
    figures.screen(test)
    flag = PairFlag.objects.get()
    assert {flag.first_id, flag.second_id} == {attempts[3].pk, attempts[7].pk}
    assert flag.alike_wrong == 30


def test_a_small_class_is_not_screened(long_test):
    test, questions = long_test
    crowd.sat(test, questions, [["b"] * 40] * 10)
    figures.screen(test)
    assert not PairFlag.objects.exists()
