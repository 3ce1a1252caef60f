"""The ledger: what must never be, and that it is noticed; and what nobody needs any more goes."""

import logging
from datetime import timedelta

import pytest
from django.utils.timezone import now

from jobs import kinds, queue, running
from quizzes import ledger, scoring, sweeping
from quizzes.models import Answer, Attempt, GradedAnswer, Score
from tests import factories
from tests.quizzes.scoring import sat

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(cast):
    return factories.mock_test(cast.course, sat.choices(cast.course, 2))


@pytest.fixture
def attempt(cast, exam):
    return sat.sit(cast.enrolled, exam, ["a", "b"])


def promises():
    return [one.promise for one in ledger.check()]


def test_a_sound_ledger_is_empty(attempt, cast, exam):
    factories.open_attempt(cast.other, exam)
    assert ledger.check() == []


def test_what_is_submitted_is_scored_within_two_minutes(cast, exam):
    attempt = sat.sit(cast.enrolled, exam, ["a"], scored=False)
    assert promises() == []
    Attempt.objects.update(finished_at=now() - timedelta(minutes=3))
    (broken,) = ledger.check()
    assert (broken.promise, broken.attempts, broken.count) == (
        "submitted attempts are scored within two minutes",
        [str(attempt.pk)],
        1,
    )


def test_nothing_stays_open_past_its_deadline(cast, exam):
    attempt = factories.open_attempt(cast.enrolled, exam)
    Attempt.objects.filter(pk=attempt.pk).update(deadline=now() - timedelta(seconds=61))
    assert promises() == ["no attempt is open a minute after its deadline"]


def test_a_score_that_is_not_the_sum_of_its_answers_is_noticed(attempt):
    Score.objects.update(sum_ppm=7)
    assert promises() == ["a score equals the sum of its answers"]


def test_a_missing_score_is_noticed(attempt):
    Score.objects.all().delete()
    assert promises() == ["a scored attempt has a score"]


def test_more_answers_than_slots_are_noticed(attempt):
    one = attempt.answers.first()
    Answer.objects.create(attempt=attempt, slot=9, version=one.version, weight_ppm=0, graded=one.graded)
    assert promises() == ["an attempt has no more answers than slots"]


def test_the_job_logs_what_is_broken(attempt, caplog):
    Score.objects.update(sum_ppm=7)
    job = queue.enqueue("quizzes.ledger", "periodic")
    with caplog.at_level(logging.ERROR, "quizzes.ledger"):
        assert running.run(job.pk) == "done"
    assert f"a score equals the sum of its answers (1 attempts, such as {attempt.pk})" in caplog.text


# --- Sweeping -------------------------------------------------------------------------------------------------------


def test_words_go_with_the_last_who_gave_them(cast, exam, attempt):
    other = sat.sit(cast.other, exam, ["a", "a"])
    assert GradedAnswer.objects.count() == 3
    Attempt.objects.filter(pk=attempt.pk).delete()
    assert sweeping.sweep(lambda: None) == 1
    assert GradedAnswer.objects.count() == 2
    assert sat.recounted(other)


def test_practice_that_was_left_goes_and_what_is_used_stays(cast, exam):
    def practice(user, days, saved=None):
        one = factories.open_attempt(user, exam)
        begun = now() - timedelta(days=days)
        Attempt.objects.filter(pk=one.pk).update(purpose="practice", started_at=begun, saved_at=saved)
        return one.pk

    left, used = practice(cast.enrolled, 31), practice(cast.other, 31, now() - timedelta(days=1))
    fresh, mock = practice(cast.instructor, 1), factories.open_attempt(cast.learner, exam)
    Attempt.objects.filter(pk=mock.pk).update(started_at=now() - timedelta(days=400))
    sweeping.sweep(lambda: None)
    assert set(Attempt.objects.values_list("pk", flat=True)) == {used, fresh, mock.pk}
    assert left not in {used, fresh}


def test_the_kinds_of_this_app_are_known():
    known = kinds.load()
    assert {scoring.SCORE, "quizzes.regrade", "quizzes.notices", "quizzes.sweep", "quizzes.ledger"} <= set(known)
    assert known[scoring.SCORE].queue == "scoring"
    assert known["quizzes.regrade"].queue == "bulk"
