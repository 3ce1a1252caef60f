"""Slopes, difficulties and abilities from rows."""

import numpy as np
import pytest

from jobs.models import Job
from quizzes import figures
from quizzes.models import (
    Calibration,
    GradedAnswer,
    ItemFigures,
    ItemParameters,
    KeyRevision,
    Score,
)
from tests import factories
from tests.jobs.work import run_all
from tests.quizzes import crowd
from tests.quizzes.crowd import exam
from tests.quizzes.statistics import people

pytestmark = pytest.mark.django_db


def test_a_course_is_calibrated_once_enough_people_came(cast):
    questions = crowd.choices(cast.course, 20)
    test = factories.mock_test(cast.course, questions)
    rng = np.random.default_rng(1)
    known = people.bank(rng, 20)
    crowd.sat(test, questions, crowd.words(people.choices(rng, known, 400)))
    figures.ask(test)
    run_all()
    run = Calibration.objects.get()
    assert (run.people, run.items) == (400, 20)
    rows = list(ItemParameters.objects.order_by("version"))
    assert people.rmse(np.array([row.difficulty for row in rows]), known.difficulties) < 0.3
    assert people.rmse(np.array([row.slope for row in rows]), known.slopes) < 0.25
    assert {row.n for row in rows} == {400}
    assert all(row.slope_error and row.difficulty_error and row.moved is None for row in rows)
    # Then everybody's ability is known, with its error, and nothing is left to do.
    assert not Score.objects.filter(ability=None).exists()
    assert np.corrcoef(*zip(*Score.objects.values_list("ability", "share_ppm"), strict=True))[0, 1] > 0.9
    assert not Job.objects.active().exists()


def test_too_few_answers_leave_a_question_uncalibrated(cast, test, questions):
    crowd.sat(test, questions, crowd.words(exam(1, 99)))
    figures.calibrate(cast.course)
    assert not Calibration.objects.exists()
    crowd.sat(test, questions[:11], crowd.words(exam(2, 1, items=11)))
    figures.calibrate(cast.course)
    assert ItemParameters.objects.count() == 11


def test_a_learners_first_answer_counts(cast, test, questions):
    learners = crowd.people(120)
    first, again = exam(1, 120), np.zeros((120, 12), int)
    crowd.sat(test, questions, crowd.words(again), learners=learners, number=2)
    crowd.sat(test, questions, crowd.words(first), learners=learners, number=1)
    figures.calibrate(cast.course)
    assert Calibration.objects.get().people == 120
    hardest = int((first == 0).mean(axis=0).argmin())
    row = ItemParameters.objects.get(version=questions[hardest].current_id)
    assert row.difficulty > 0  # everybody has it right the second time
    assert row.difficulty == max(ItemParameters.objects.values_list("difficulty", flat=True))
    assert row.n == 120


def test_calibrating_again_tells_which_questions_moved(cast, test, questions):
    crowd.sat(test, questions, crowd.words(exam(1, 300)))
    figures.calibrate(cast.course)
    easy = exam(2, 700)
    easy[:, 4] = 0  # it has become known
    crowd.sat(test, questions, crowd.words(easy))
    figures.calibrate(cast.course)
    figures.refresh(test)
    moved = {row.version_id: row.moved for row in ItemParameters.objects.all()}
    assert min(moved, key=moved.get) == questions[4].current_id
    assert moved[questions[4].current_id] < -3
    flags = ItemFigures.objects.get(version=questions[4].current_id).flags
    assert "drift" in [flag["code"] for flag in flags]
    assert Calibration.objects.count() == 2


def test_a_corrected_key_is_calibrated_anew_and_has_not_drifted(test, questions):
    crowd.sat(test, questions, crowd.words(exam(1, 150)))
    figures.calibrate(test.course)
    assert not figures.needs_calibration(test.course_id)
    version = questions[2].current
    key = {"options": {"a": 0.0, "b": 1.0, "c": 1.0, "d": 1.0}}
    version.revision = KeyRevision.objects.create(version=version, number=2, key=key)
    version.save()
    for row in GradedAnswer.objects.filter(version=version):
        GradedAnswer.objects.filter(pk=row.pk).update(score_ppm=1_000_000 - row.score_ppm)
    assert figures.needs_calibration(test.course_id)
    figures.calibrate(test.course)
    assert not figures.needs_calibration(test.course_id)
    row = ItemParameters.objects.get(version=version)
    assert row.slope < 0
    assert row.moved is None


def test_abilities_follow_a_new_calibration(test, questions):
    crowd.sat(test, questions, crowd.words(exam(1, 150)))
    figures.calibrate(test.course)
    figures.refresh(test)
    before = dict(Score.objects.values_list("attempt", "ability"))
    ItemParameters.objects.update(difficulty=2.0)
    figures.refresh(test)
    after = dict(Score.objects.values_list("attempt", "ability"))
    assert all(after[pk] > before[pk] for pk in before)
