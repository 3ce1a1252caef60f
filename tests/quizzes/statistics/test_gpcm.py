import numpy as np
import pytest

from quizzes.statistics import gpcm, irt

from . import people


def test_what_was_put_in_is_found_again():
    slopes, thresholds, points = people.points(1, 3_000, 30)
    found = gpcm.calibrate(points)
    assert people.rmse(found.slopes, slopes) < 0.06
    assert people.rmse(found.thresholds, thresholds) < 0.15


def test_unseen_questions_say_nothing():
    slopes, _thresholds, points = people.points(2, 4_000, 20)
    points[np.random.default_rng(2).random(points.shape) < 0.4] = -1
    assert people.rmse(gpcm.calibrate(points).slopes, slopes) < 0.08


def test_with_two_categories_it_is_the_model_of_right_and_wrong():
    rng = np.random.default_rng(3)
    data = people.answers(rng, people.bank(rng, 20), 2_000)
    found, other = gpcm.calibrate(data, tolerance=1e-4), irt.calibrate(data, tolerance=1e-4)
    assert found.log_likelihood == pytest.approx(other.log_likelihood, abs=0.05)
    assert np.abs(found.slopes - other.slopes).max() < 0.01
    assert np.abs(found.thresholds[:, 1] + other.slopes * other.difficulties).max() < 0.01


def test_questions_may_have_different_numbers_of_points():
    slopes, _thresholds, points = people.points(4, 3_000, 20)
    points[:, :10] = np.minimum(points[:, :10], 1)
    found = gpcm.calibrate(points)
    assert np.isnan(found.thresholds[:10, 2:]).all()
    assert np.isfinite(found.thresholds[10:]).all()
    assert np.isfinite(found.slopes).all()
    assert people.rmse(found.slopes[10:], slopes[10:]) < 0.08


@pytest.mark.parametrize("points", [-1, 0, 1, 3])
def test_answers_that_are_all_alike_give_finite_numbers(points):
    found = gpcm.calibrate(np.full((5, 3), points, np.int8))
    assert np.isfinite(found.slopes).all()
    assert np.isfinite(found.thresholds[:, :2]).all()


def test_no_answers_at_all_are_an_error():
    with pytest.raises(ValueError, match="no answers"):
        gpcm.calibrate(np.empty((0, 3), np.int8))
