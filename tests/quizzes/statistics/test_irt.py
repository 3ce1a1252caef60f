import numpy as np
import pytest

from quizzes.statistics import ability, irt

from . import people


@pytest.fixture(scope="module")
def drawn():
    """2,000 x 50: (what is true, the answers). Other programs have calibrated the same data."""
    rng = np.random.default_rng(1)
    known = people.bank(rng, 50)
    return known, people.answers(rng, known, 2_000)


@pytest.fixture(scope="module")
def known(drawn):
    return drawn[0]


@pytest.fixture(scope="module")
def data(drawn):
    return drawn[1]


@pytest.fixture(scope="module")
def found(data):
    return irt.calibrate(data)


def test_what_was_put_in_is_found_again(known, found):
    assert people.rmse(found.slopes, known.slopes) <= 0.080
    assert people.rmse(found.difficulties, known.difficulties) <= 0.071


def test_the_greatest_likelihood_is_the_one_that_other_programs_find(data, found):
    assert found.log_likelihood == pytest.approx(-55_382.88, abs=1.0)
    assert irt.calibrate(data, prior=False, tolerance=1e-5).log_likelihood == pytest.approx(-55_382.88, abs=0.02)


def test_leaps_end_where_plain_steps_end(data, found):
    plain = irt.calibrate(data, leaps=False, tolerance=1e-5)
    assert found.log_likelihood == pytest.approx(plain.log_likelihood, abs=0.1)
    assert np.abs(found.slopes - plain.slopes).max() < 0.005
    assert np.abs(found.difficulties - plain.difficulties).max() < 0.005
    assert found.cycles < plain.cycles / 2


def test_the_likelihood_never_falls_by_plain_steps(data):
    path = irt.calibrate(data, leaps=False).path
    assert np.diff(path).min() > -0.01  # what rounding takes of 55,000


def test_missing_answers_are_no_wrong_answers(known):
    half = people.answers(np.random.default_rng(3), known, 4_000, missing=0.5)
    found = irt.calibrate(half)
    assert people.rmse(found.slopes, known.slopes) <= 0.09
    assert people.rmse(found.difficulties, known.difficulties) <= 0.09


def test_many_people_are_fitted_by_a_sample_first_and_end_at_the_same(known, monkeypatch):
    data = people.answers(np.random.default_rng(4), known, 8_000)
    whole = irt.calibrate(data, tolerance=1e-4)
    monkeypatch.setattr(irt, "MANY", 4_000)
    by_sample = irt.calibrate(data, tolerance=1e-4)
    assert by_sample.log_likelihood == pytest.approx(whole.log_likelihood, abs=0.05)


def test_an_earlier_calibration_saves_cycles(data, found):
    again = irt.calibrate(data, found)
    assert again.cycles < found.cycles
    assert again.log_likelihood == pytest.approx(found.log_likelihood, abs=0.1)


def test_new_items_may_join_an_earlier_calibration(data, found):
    slopes, difficulties = found.slopes.copy(), found.difficulties.copy()
    slopes[:5] = difficulties[:5] = np.nan
    again = irt.calibrate(data, ability.Parameters(slopes, difficulties))
    assert np.abs(again.slopes - found.slopes).max() < 0.01


def test_standard_errors_tell_how_far_estimates_are_off():
    slopes, difficulties = [], []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        known = people.bank(rng, 30)
        found = irt.calibrate(people.answers(rng, known, 1_000))
        slopes.append((found.slopes - known.slopes) / found.slope_errors)
        difficulties.append((found.difficulties - known.difficulties) / found.difficulty_errors)
    assert 0.85 < np.sqrt(np.mean(np.square(slopes))) < 1.15
    assert 0.85 < np.sqrt(np.mean(np.square(difficulties))) < 1.15


def test_items_without_information_stay_finite_and_a_reversed_one_is_negative(known):
    data = people.answers(np.random.default_rng(5), known, 2_000)
    data[:, 0] = 1
    data[:, 1] = 0
    data[:, 2] = 1 - data[:, 2]
    data[:, 3] = -1
    data[0] = 1
    data[1] = 0
    data[2] = -1
    found = irt.calibrate(data)
    for values in (found.slopes, found.difficulties, found.slope_errors, found.difficulty_errors):
        assert np.isfinite(values).all()
    assert found.difficulties[0] < -3
    assert found.difficulties[1] > 3
    assert found.slopes[2] < -0.5
    assert (np.delete(found.slopes, 2) > 0).all()
    theta, error = ability.eap(found, data)
    assert np.isfinite(theta).all()
    assert np.isfinite(error).all()
    assert theta[0] > 2
    assert theta[1] < -2
    assert (theta[2], error[2]) == pytest.approx((0, 1), abs=0.01)


def test_a_clearly_reversed_item_stays_negative_from_a_positive_start(known, data):
    turned = data.copy()
    turned[:, 7] = 1 - turned[:, 7]
    start = ability.Parameters(np.ones(50), np.zeros(50))
    assert irt.calibrate(turned, start).slopes[7] < 0


def test_few_people_do_not_give_wild_slopes(known):
    few = people.answers(np.random.default_rng(6), known, 100)
    with_prior, without = irt.calibrate(few), irt.calibrate(few, prior=False)
    assert people.rmse(with_prior.slopes, known.slopes) < 0.35
    assert people.rmse(with_prior.slopes, known.slopes) < people.rmse(without.slopes, known.slopes)


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (5, 1), (1, 40)])
@pytest.mark.parametrize("answer", [-1, 0, 1])
def test_the_smallest_data_gives_finite_numbers(shape, answer):
    found = irt.calibrate(np.full(shape, answer, np.int8))
    for values in (found.slopes, found.difficulties, found.slope_errors, found.difficulty_errors):
        assert np.isfinite(values).all()


def test_no_answers_at_all_are_an_error():
    with pytest.raises(ValueError, match="no answers"):
        irt.calibrate(np.empty((0, 5), np.int8))


def test_the_same_data_gives_the_same_numbers(data, found):
    assert (irt.calibrate(data).slopes == found.slopes).all()
