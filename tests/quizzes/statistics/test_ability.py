import math

import numpy as np
import pytest

from quizzes.statistics import ability, irt

from . import people


def test_one_person_and_many_are_judged_alike():
    rng = np.random.default_rng(1)
    known = people.bank(rng, 30)
    data = people.answers(rng, known, 5)
    theta, error = ability.eap(ability.Parameters(known.slopes, known.difficulties), data)
    for person in range(5):
        assert ability.one(known.slopes, known.difficulties, data[person] == 1) == pytest.approx(
            (theta[person], error[person]), abs=0.001
        )


def test_one_right_answer_by_hand():
    # The mean of t · N(t) · s(t) over that of N(t) · s(t), s being the logistic curve: 2 · E[t s(t)] by integration.
    t = np.linspace(-8, 8, 200_001)
    weight = np.exp(-t * t / 2) / (1 + np.exp(-t))
    assert ability.one([1.0], [0.0], [True])[0] == pytest.approx(float((t * weight).sum() / weight.sum()), abs=1e-3)


def test_nothing_answered_says_what_is_known_of_anybody():
    assert ability.one([], [], []) == pytest.approx((0, 1), abs=0.001)


def test_who_has_all_right_is_able_but_not_without_end():
    theta, error = ability.one([1.0] * 40, [0.0] * 40, [True] * 40)
    assert 2 < theta < 4
    assert 0 < error < 1


def test_unseen_items_say_nothing():
    known = people.bank(np.random.default_rng(2), 20)
    data = people.answers(np.random.default_rng(3), known, 200)
    some = data.copy()
    some[:, 10:] = -1
    parameters = ability.Parameters(known.slopes, known.difficulties)
    first = ability.Parameters(known.slopes[:10], known.difficulties[:10])
    assert np.allclose(ability.eap(parameters, some)[0], ability.eap(first, data[:, :10])[0], atol=1e-3)


def test_stated_errors_are_the_errors_made():
    rng = np.random.default_rng(4)
    known = people.bank(rng, 40)
    able = rng.normal(size=3_000)
    chance = 1 / (1 + np.exp(-known.slopes * (able[:, None] - known.difficulties)))
    data = (rng.random(chance.shape) < chance).astype(np.int8)
    theta, error = ability.eap(ability.Parameters(known.slopes, known.difficulties), data)
    assert np.sqrt(np.mean(((theta - able) / error) ** 2)) == pytest.approx(1, abs=0.05)
    assert ability.reliability(theta, error) == pytest.approx(1 - np.mean(error**2), abs=0.03)


def test_reversed_items_can_be_judged_by():
    found = irt.Parameters(np.array([-1.0]), np.array([0.0]), *(np.zeros(1),) * 2, 0.0, 1, ())
    theta, _error = ability.eap(found, np.array([[1], [0]], np.int8))
    assert theta[0] < 0 < theta[1]


@pytest.mark.parametrize(
    ("theta", "error", "group", "expected"),
    [
        (0.0, 1.0, [-2.0, 0.0, 0.0, 2.0], (50, 25, 75)),
        (9.0, 1.0, [1.0, 2.0], (100, 100, 100)),
        (-9.0, 1.0, [1.0, 2.0], (0, 0, 0)),
        (2.0, 0.5, [1.0, 2.0, 3.0, 4.0], (37.5, 25, 50)),
    ],
)
def test_percentiles_are_mid_ranks_with_an_interval(theta, error, group, expected):
    assert ability.percentile(theta, error, np.array(group)) == pytest.approx(expected)


def test_without_a_group_there_is_no_percentile():
    assert all(math.isnan(value) for value in ability.percentile(0.0, 1.0, np.empty(0)))


def test_more_information_wants_a_finer_grid():
    assert len(ability.nodes(0)[0]) == 32
    assert len(ability.nodes(20)[0]) == 32
    assert len(ability.nodes(60)[0]) == 64
    assert all(len(ability.nodes(told)[0]) % ability.LANES == 0 for told in range(0, 200, 7))
