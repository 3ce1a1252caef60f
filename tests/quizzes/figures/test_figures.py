"""From rows to figures, by the jobs that compute them."""

import math

import numpy as np
import pytest

from quizzes import figures
from quizzes.models import (
    Attempt,
    Exposure,
    GradedAnswer,
    ItemFigures,
    KeyRevision,
)
from quizzes.models import TestFigures as Whole  # else it would be taken for a test
from tests import factories
from tests.jobs.work import run_all
from tests.quizzes import crowd
from tests.quizzes.crowd import exam

pytestmark = pytest.mark.django_db


def items_of(test) -> list[ItemFigures]:
    return list(ItemFigures.objects.filter(test=test).order_by("version"))


def test_a_small_test_by_hand(test, questions):
    # Three questions are answered, right by three, two and one of four people; see test_items.GUTTMAN.
    answered = [["a", "a", "a"], ["a", "a", "b"], ["a", "c", "b"], ["d", "c", None]]
    crowd.sat(test, questions[:3], answered, seconds=[[10, 20, 30], [20, 40, 30], [30, 60, 30], [40, 80, 5]])
    figures.ask(test)
    run_all()
    whole = Whole.objects.get()
    assert (whole.attempts, whole.mean, whole.median_seconds) == (4, pytest.approx(0.5), 600)
    assert whole.alpha == pytest.approx(0.75)
    assert whole.error == pytest.approx(whole.deviation * 0.5)
    first, second, third = items_of(test)
    assert [one.facility for one in (first, second, third)] == pytest.approx([0.75, 0.5, 0.25])
    assert [one.n for one in (first, second, third)] == [4, 4, 4]
    assert (first.blank_share, third.blank_share) == (0, 0.25)
    assert (first.median_seconds, second.median_seconds, third.median_seconds) == (25, 50, 30)
    assert first.options[0] | {"fifths": None, "rest": None} == {"id": "a", "share": 0.75, "fifths": None, "rest": None}
    assert [option["id"] for option in second.options] == ["a", "c"]
    assert [option["share"] for option in third.options] == [0.5, 0.25]
    assert first.flags == []  # four people tell nothing


def test_the_figures_are_those_of_the_answers(test, questions):
    chosen = exam(1, 300)
    crowd.sat(test, questions, crowd.words(chosen))
    figures.refresh(test)
    right = (chosen == 0).astype(float)
    for item, row in enumerate(items_of(test)):
        rest = np.delete(right, item, axis=1).sum(axis=1)
        assert row.facility == pytest.approx(right[:, item].mean())
        assert row.discrimination == pytest.approx(np.corrcoef(right[:, item], rest)[0, 1], abs=1e-5)
    own, total = right.var(axis=0, ddof=1), right.sum(axis=1).var(ddof=1)
    assert Whole.objects.get().alpha == pytest.approx(12 / 11 * (1 - own.sum() / total), abs=1e-5)


def test_a_wrong_key_is_told_with_the_right_one(cast):
    questions = crowd.choices(cast.course, 12, keys="aaabaaaaaaaa")  # in truth a is right everywhere
    test = factories.mock_test(cast.course, questions)
    crowd.sat(test, questions, crowd.words(exam(2, 400)))
    figures.refresh(test)
    flagged = {
        row.version_id: row.flags[0] for row in items_of(test) if row.flags and row.flags[0]["code"] == "bad_key"
    }
    assert list(flagged) == [questions[3].current_id]
    assert flagged[questions[3].current_id]["proposed"] == "a"
    assert ItemFigures.objects.first().version_id == questions[3].current_id  # worst harm first


def test_only_scored_attempts_at_the_test_itself_count(test, questions):
    crowd.sat(test, questions, crowd.words(exam(3, 20)))
    for number, how in enumerate(({"state": "voided"}, {"purpose": "preview"}, {"state": "submitted"}), 2):
        crowd.sat(test, questions, [["b"] * 12] * 5, number=number, **how)
    other = factories.mock_test(test.course, questions)
    crowd.sat(other, questions, [["b"] * 12] * 5)
    figures.refresh(test)
    assert Whole.objects.get().attempts == 20
    assert {row.n for row in items_of(test)} == {20}


def test_figures_go_when_all_attempts_are_voided(test, questions):
    crowd.sat(test, questions, crowd.words(exam(4, 20)))
    figures.refresh(test)
    Attempt.objects.update(state="voided")
    figures.refresh(test)
    whole = Whole.objects.get()
    assert (whole.attempts, whole.mean, whole.alpha, items_of(test)) == (0, None, None, [])


def test_a_test_that_nobody_sat_has_empty_figures(test):
    figures.refresh(test)
    assert Whole.objects.get().attempts == 0


@pytest.mark.parametrize("what", ["is_void", "is_dropped"])
def test_a_question_that_no_longer_counts_has_no_figures(test, questions, what):
    crowd.sat(test, questions, crowd.words(exam(5, 20)))
    version = questions[0].current
    version.revision = KeyRevision.objects.create(version=version, number=2, key=version.revision.key, **{what: True})
    version.save()
    figures.refresh(test)
    assert len(items_of(test)) == 11


def test_forms_that_differ_have_no_alpha_but_a_reliability_once_calibrated(test, questions):
    chosen = exam(6, 300)
    chosen[np.random.default_rng(6).random(chosen.shape) < 0.4] = -2
    crowd.sat(test, questions, crowd.words(chosen))
    figures.refresh(test)
    assert Whole.objects.get().alpha is None
    figures.calibrate(test.course)
    figures.refresh(test)
    assert 0.2 < Whole.objects.get().alpha < 0.9


def test_essays_wait_for_a_person(cast):
    questions = [*crowd.choices(cast.course, 2), factories.question(cast.course, "essay")]
    test = factories.mock_test(cast.course, questions)
    attempts = crowd.sat(test, questions, [["a", "b", "My words"], ["b", "a", "Others"], ["a", "a", None]])
    attempts[0].answers.filter(slot=3).update(marked_ppm=500_000)
    figures.refresh(test)
    essay = items_of(test)[2]
    assert (essay.n, essay.facility, essay.options) == (2, 0.25, [])


def test_several_right_options_count_each_by_itself(cast):
    body = {"options": crowd.OPTIONS}
    question = factories.question(cast.course, "multiple", body=body, key={"right": ["a", "b"], "rule": "all"})
    questions = [question, *crowd.choices(cast.course, 2)]
    test = factories.mock_test(cast.course, questions)
    ticks = [["a", "b"], ["b", "a"], ["a"], ["c"], None]
    crowd.sat(test, questions, [[ticked, "a", "b"] for ticked in ticks])
    figures.refresh(test)
    row = items_of(test)[0]
    assert {option["id"]: option["share"] for option in row.options} == {"a": 0.6, "b": 0.4, "c": 0.2, "d": 0}
    assert row.facility == pytest.approx(0.4)


def test_typed_answers_are_options_by_their_text(cast):
    questions = [factories.question(cast.course, "short", key={"answers": [{"text": "lock", "fraction": 1}]})]
    questions += crowd.choices(cast.course, 2)
    test = factories.mock_test(cast.course, questions)
    typed = ["Lock", " lock ", "queue", "queue", "timer"]
    crowd.sat(test, questions, [[text, "a", "b"] for text in typed])
    figures.refresh(test)
    row = items_of(test)[0]
    texts = set(GradedAnswer.objects.filter(version=questions[0].current).values_list("text", flat=True))
    assert {option["id"] for option in row.options} == texts
    assert row.facility == pytest.approx(0.4)


def test_guesses_without_reading_are_told_unless_no_time_is_known(test, questions):
    seconds = [[1, *[40] * 11] if person < 3 else [40] * 12 for person in range(10)]
    crowd.sat(test, questions, crowd.words(exam(7, 10)), seconds=seconds)
    crowd.sat(test, questions, crowd.words(exam(8, 10)), seconds=[[0] * 12] * 10)
    figures.refresh(test)
    first, second = items_of(test)[:2]
    assert (first.rapid_share, second.rapid_share) == (pytest.approx(0.3), 0)
    assert second.median_seconds == 40


def test_rows_hold_no_nan(test, questions):
    crowd.sat(test, questions, [["a"] * 12] * 40)
    figures.refresh(test)
    whole = Whole.objects.get()
    values = [whole.mean, whole.deviation, whole.alpha, whole.omega, whole.error]
    for row in items_of(test):
        values += [row.facility, row.discrimination, row.upper_lower, row.alpha_without]
        values += [value for option in row.options for value in (option["share"], option["rest"], *option["fifths"])]
    assert not any(value is not None and math.isnan(value) for value in values)
    assert whole.alpha is None


def test_computing_again_changes_nothing_but_the_date(test, questions):
    crowd.sat(test, questions, crowd.words(exam(9, 50)))
    figures.refresh(test)
    before = list(ItemFigures.objects.values_list("pk", "n", "facility", "flags", "options"))
    figures.refresh(test)
    assert list(ItemFigures.objects.values_list("pk", "n", "facility", "flags", "options")) == before


def test_reading_takes_few_queries(test, questions, django_assert_max_num_queries):
    crowd.sat(test, questions, crowd.words(exam(10, 400)))
    with django_assert_max_num_queries(40):
        figures.refresh(test)


def test_answers_are_read_in_pieces(test, questions, monkeypatch):
    crowd.sat(test, questions, crowd.words(exam(11, 25)))
    figures.refresh(test)
    before = [row.facility for row in items_of(test)]
    monkeypatch.setattr("quizzes.figures_matrix.ATTEMPTS_AT_ONCE", 7)
    figures.refresh(test)
    assert [row.facility for row in items_of(test)] == before


def test_over_exposed_questions_of_an_adaptive_test_are_told(cast, questions):
    test = factories.mock_test(cast.course, questions, way="adaptive")
    crowd.sat(test, questions, crowd.words(exam(12, 40)))
    Exposure.objects.create(test=test, version=questions[5].current, count=30)
    figures.refresh(test)
    told = [row.version_id for row in items_of(test) if any(flag["code"] == "over_exposed" for flag in row.flags)]
    assert told == [questions[5].current_id]
