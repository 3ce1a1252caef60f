import numpy as np
import pytest

from quizzes.statistics.climbing import MOST_CYCLES, Climber


def climb(step, height, start: float, **how: object) -> tuple[float, int]:
    """(where it ends, cycles) of a climber in one dimension."""
    climber = Climber(lambda x: (height(float(x[0])), None), lambda x, _: step(x), lambda x: x, tolerance=1e-6, **how)
    return float(climber.climb(np.array([start]))[0]), climber.cycles


def halfway(x: np.ndarray) -> np.ndarray:
    return x / 2


def at_most_one(x: np.ndarray) -> np.ndarray:
    return x - np.clip(x, -1, 1)


def hill(x: float) -> float:
    return -x * x


def test_leaps_reach_the_top_in_fewer_cycles():
    plain, leapt = climb(halfway, hill, 8.0, leaps=False), climb(halfway, hill, 8.0)
    assert (plain[0], leapt[0]) == pytest.approx((0, 0), abs=1e-5)
    assert leapt[1] < plain[1] / 3


def test_a_leap_that_lands_lower_is_not_taken():
    # Steps of one size look as if the top were endlessly far away.
    assert climb(at_most_one, hill, 20.0)[0] == pytest.approx(0, abs=1e-6)


def test_a_leap_into_nothing_is_not_taken():
    assert climb(at_most_one, lambda x: hill(x) if x > -5 else float("nan"), 20.0)[0] == pytest.approx(0, abs=1e-6)


def test_a_climb_without_end_ends():
    assert climb(lambda x: x + 1, lambda x: x, 0.0, leaps=False)[1] == MOST_CYCLES
