import numpy as np
import pytest

from quizzes.statistics import times


@pytest.mark.parametrize(
    ("median", "seconds", "rapid"),
    [
        (60, 5.9, True),  # a tenth of the median
        (60, 6, False),
        (4, 0.9, True),  # nobody reads in less than a second
        (4, 1, False),
        (600, 9.9, True),  # and ten seconds are time enough to read
        (600, 10, False),
        (60, np.nan, False),
        (np.nan, 0.1, False),
    ],
)
def test_a_rapid_guess(median, seconds, rapid):
    assert bool(times.rapid(np.array([[seconds]], np.float32), np.array([float(median)]))[0, 0]) is rapid


def test_medians_are_of_the_known_times():
    found = times.medians(np.array([[10, np.nan], [20, np.nan], [np.nan, np.nan]], np.float32))
    assert found[0] == 15
    assert np.isnan(found[1])
