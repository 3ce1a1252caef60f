import math

import numpy as np
import pytest

from quizzes.statistics import items

from . import people

# Four people, three items, worked by hand: totals 3, 2, 1, 0.
GUTTMAN = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]], np.float32)


def shares(rng_seed: int, size: tuple[int, int] = (600, 20), missing: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(rng_seed)
    data = people.answers(rng, people.bank(rng, size[1]), size[0], missing).astype(np.float32)
    data[data < 0] = np.nan
    return data


def test_facility_and_alpha_by_hand():
    found = items.analyse(GUTTMAN)
    assert found.facility == pytest.approx([0.75, 0.5, 0.25])
    # Sample variances 1/4, 1/3, 1/4 and 5/3 of the totals: 3/2 · (1 - (5/6) / (5/3)).
    assert found.alpha == pytest.approx(0.75)
    assert found.mean == pytest.approx(0.5)
    assert found.n.tolist() == [4, 4, 4]


def test_the_rest_does_not_hold_the_item_itself():
    data = shares(1)
    found = items.analyse(data)
    for item in range(data.shape[1]):
        rest = np.delete(data, item, axis=1).sum(axis=1)
        assert found.discrimination[item] == pytest.approx(np.corrcoef(data[:, item], rest)[0, 1], abs=1e-5)


def test_the_rest_of_different_forms_is_what_that_person_saw():
    data = shares(2, missing=0.3)
    found = items.analyse(data)
    for item in range(data.shape[1]):
        seen = ~np.isnan(data[:, item])
        rest = np.nanmean(np.delete(data, item, axis=1)[seen], axis=1)
        assert found.discrimination[item] == pytest.approx(np.corrcoef(data[seen, item], rest)[0, 1], abs=1e-5)
    assert math.isnan(found.alpha)
    assert math.isnan(found.omega)
    assert math.isnan(found.error)


def test_alpha_without_an_item_is_the_alpha_of_the_others():
    data = shares(3)
    found = items.analyse(data)
    for item in (0, 7):
        assert found.alpha_without[item] == pytest.approx(items.analyse(np.delete(data, item, axis=1)).alpha, abs=1e-5)


def test_upper_less_lower_compares_the_best_27_per_cent_with_the_worst():
    data = shares(4)
    order = np.argsort(data.mean(axis=1), kind="stable")
    size = round(0.27 * len(data))
    expected = data[order[-size:]].mean(axis=0) - data[order[:size]].mean(axis=0)
    assert items.analyse(data).upper_lower == pytest.approx(expected, abs=1e-5)


def test_omega_of_one_factor_is_what_its_loadings_say():
    rng = np.random.default_rng(5)
    loadings = np.linspace(0.4, 0.8, 12)
    able = rng.normal(size=(40_000, 1))
    data = (able * loadings + rng.normal(size=(40_000, 12)) * np.sqrt(1 - loadings**2)).astype(np.float32)
    found = items.analyse(data)
    expected = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())
    assert found.omega == pytest.approx(expected, abs=0.005)
    assert found.alpha < found.omega


def test_the_error_of_measurement_follows_from_alpha():
    found = items.analyse(shares(6))
    assert found.error == pytest.approx(found.deviation * math.sqrt(1 - found.alpha))


@pytest.mark.parametrize(
    "data",
    [
        np.empty((0, 3)),
        np.ones((1, 1)),
        np.ones((5, 3)),
        np.zeros((5, 3)),
        np.full((4, 3), np.nan),
        np.array([[1, np.nan], [np.nan, 0]]),
    ],
)
def test_data_that_says_nothing_gives_nan_and_no_error(data):
    found = items.analyse(data.astype(np.float32))
    assert np.isnan(found.discrimination).all()
    assert not found.alpha > 0


def test_a_table_of_options_by_fifths_of_ability():
    chosen = np.array([0, 0, 1, 1, 1, 2, 0, 0, items.BLANK, items.UNSEEN], np.int16)
    fifth = items.fifths(np.arange(10, dtype=float))
    assert fifth.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    found = items.options(chosen, 3, np.arange(10, dtype=float), fifth)
    assert [option.n for option in found] == [4, 3, 1]
    assert found[0].share == pytest.approx(4 / 9)
    assert found[0].fifths == pytest.approx([1, 0, 0, 1, 0])
    assert found[1].fifths == pytest.approx([0, 1, 0.5, 0, 0])
    assert found[1].rest == pytest.approx(np.corrcoef(chosen[:9] == 1, np.arange(9))[0, 1])


def flagged(seed: int, n: int, wrong: tuple[int, ...]) -> dict[int, int]:
    """Item → proposed option, of a test where option 1 is called right in the `wrong` items."""
    rng = np.random.default_rng(seed)
    chosen = people.choices(rng, people.bank(rng, 50), n)
    keys = [1 if item in wrong else 0 for item in range(50)]
    data = (chosen == keys).astype(np.float32)
    found = items.analyse(data)
    fifth = items.fifths(found.totals)
    told = {}
    for item, key in enumerate(keys):
        options = items.options(chosen[:, item], 4, found.rests.of(data[:, item]), fifth)
        bad = items.bad_key(options, [place == key for place in range(4)], found.discrimination[item], n)
        if bad:
            told[item] = bad.proposed
    return told


def test_wrong_keys_are_found_and_the_right_ones_proposed():
    wrong = (3, 17, 40)
    told = [flagged(seed, 500, wrong) for seed in range(8)]
    found = sum(one.get(item) == 0 for one in told for item in wrong)
    assert found >= 0.95 * 8 * len(wrong)
    assert sum(item not in wrong for one in told for item in one) <= 0.05 * 8


def test_sound_keys_raise_no_alarm_among_few_people():
    assert not any(flagged(seed, 50, ()) for seed in range(8))


def test_an_option_that_hardly_anybody_chose_is_not_proposed():
    options = [
        items.Option(0.96, [], -0.1, 480),
        items.Option(0.04, [], 0.9, 20),
    ]
    assert items.bad_key(options, [True, False], -0.1, 500) is None


def test_a_key_that_nobody_chose_can_be_wrong():
    options = [items.Option(0.0, [], math.nan, 0), items.Option(0.6, [], 0.4, 300), items.Option(0.4, [], -0.4, 200)]
    assert items.bad_key(options, [True, False, False], math.nan, 500).proposed == 1
