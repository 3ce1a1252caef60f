import math

import pytest

from quizzes.statistics import health
from quizzes.statistics.items import BadKey, Option

SOUND = {"n": 500, "facility": 0.6, "discrimination": 0.4}


def codes(**more: object) -> list[str]:
    return [flag["code"] for flag in health.flags(health.Item(**SOUND | more))]


def option(share: float) -> Option:
    return Option(share, [share] * 5, 0.0, round(500 * share))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"facility": 0.96}, "too_easy"),
        ({"facility": 0.14}, "too_hard"),
        ({"slope": 0.34}, "low_discrimination"),
        ({"slope": -0.5, "discrimination": -0.3}, "negative_discrimination"),
        ({"moved": -3.5}, "drift"),
        ({"rapid_share": 0.2}, "rapid"),
        ({"times_median": 5.0}, "slow"),
        ({"exposure": 0.3}, "over_exposed"),
    ],
)
def test_what_is_wrong_has_a_name(more, code):
    assert codes(**more) == [code]


def test_a_sound_question_has_no_flags():
    assert codes(slope=1.0, moved=1.0, rapid_share=0.0, times_median=1.0, exposure=0.2) == []


def test_what_is_not_known_is_not_flagged():
    assert health.flags(health.Item(n=500, facility=math.nan, discrimination=math.nan)) == []


def test_few_answers_flag_nothing():
    assert health.flags(health.Item(n=29, facility=0.0, discrimination=-0.9)) == []


def test_a_wrong_option_that_nobody_takes_is_named():
    item = health.Item(
        **SOUND,
        names=["a", "b", "c"],
        options=[option(0.6), option(0.395), option(0.005)],
        right=[True, False, False],
        offered=["a", "b", "c", "d"],
    )
    assert [flag["option"] for flag in health.flags(item)] == ["c", "d"]


def test_a_wrong_key_comes_first_and_harms_most():
    bad = health.Item(
        n=500, facility=0.1, discrimination=-0.3, names=["a", "b"], options=[option(0.1), option(0.9)],
        right=[True, False], bad_key=BadKey(8.0, 1),
    )  # fmt: skip
    flags = health.flags(bad)
    assert flags[0] == {"code": "bad_key", "z": 8.0, "proposed": "b"}
    assert "negative_discrimination" not in [flag["code"] for flag in flags]
    easy = health.Item(**SOUND | {"facility": 0.99})
    assert health.harm(flags, bad) > health.harm(health.flags(easy), easy) > 0


def test_harm_grows_with_weight_and_with_how_many_meet_it():
    flags = [{"code": "too_easy", "z": 1.0}]
    assert health.harm(flags, health.Item(**SOUND, weight=2.0, share_of_attempts=0.5)) == pytest.approx(1)
    assert health.harm([], health.Item(**SOUND, weight=2.0)) == 0
