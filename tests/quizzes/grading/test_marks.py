"""Marks from shares: presets, JEE's table (A16), certainty. All in millionths of a point."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from quizzes import grading
from quizzes.grading import State, marks

FULL, POINT = 1_000_000, 1_000_000


def rules(preset="plain", **changed):
    test = {
        "preset": preset,
        "right_marks": Decimal("1"),
        "wrong_marks": Decimal("0"),
        "blank_marks": Decimal("0"),
        "floor": "none",
        "with_certainty": False,
        "pass_mark": None,
    }
    return marks.of_test(SimpleNamespace(**test | changed))


def earned(given, ppm, state=None, *, weight=POINT, certainty=None, options=4, why=()):
    state = state or (State.RIGHT if ppm == FULL else State.PARTIAL if ppm else State.WRONG)
    return marks.marks(given, ppm, state, list(why), weight, certainty, options)


@pytest.mark.parametrize(
    ("preset", "right", "half", "wrong"),
    [
        ("plain", 1_000_000, 500_000, 0),
        ("jee", 4_000_000, 2_000_000, -1_000_000),
        ("gate1", 1_000_000, 500_000, -333_333),
        ("gate2", 1_000_000, 500_000, -666_667),
        ("formula", 1_000_000, 500_000, -333_333),
    ],
)
def test_presets(preset, right, half, wrong):
    given = rules(preset)
    assert [earned(given, ppm) for ppm in (FULL, FULL // 2, 0)] == [right, half, wrong]
    assert earned(given, 0, State.BLANK) == 0
    assert earned(given, 0, State.INVALID) == 0
    assert marks.possible(given, POINT) == right


@pytest.mark.parametrize(("options", "wrong"), [(2, -1_000_000), (5, -250_000), (None, 0)])
def test_guessing_earns_nothing_on_the_average_under_formula_scoring(options, wrong):
    assert earned(rules("formula"), 0, options=options) == wrong


def test_own_rules_are_read_from_the_test():
    given = rules("own", right_marks=Decimal("2.50"), wrong_marks=Decimal("-0.75"), blank_marks=Decimal("0.10"))
    assert earned(given, FULL, weight=2 * POINT) == 5_000_000
    assert earned(given, 0, weight=2 * POINT) == -1_500_000
    assert earned(given, 0, State.BLANK) == 100_000


def test_the_pass_mark_is_exact():
    assert rules(pass_mark=70)["pass_ppm"] == 700_000
    assert rules()["pass_ppm"] is None


JEE = {"options": [{"id": name, "text": name} for name in "abcd"]}


@pytest.mark.parametrize(
    ("ticked", "points"), [("abc", 4), ("ab", 2), ("a", 1), ("ad", -2), ("abd", -2), ("d", -2), ("", 0)]
)
def test_the_table_of_jee_advanced(ticked, points):
    """A16: of four options a, b and c are right."""
    given = rules("jee") | {"wrong": -2 * FULL}
    grade = grading.grade("multiple", JEE, {"right": list("abc"), "rule": "no_wrong"}, list(ticked))
    assert marks.marks(given, *grade, POINT, None, 4) == points * POINT


def test_partial_answers_may_count_as_wrong():
    assert earned(rules("jee") | {"partial": "none"}, 999_999) == -1_000_000


def test_a_floor_in_the_question():
    assert earned(rules("jee", floor="question"), 0) == 0
    assert earned(rules("jee", floor="test"), 0) == -1_000_000


@pytest.mark.parametrize(
    ("certainty", "right", "half", "wrong"),
    [(1, 1, 0.5, 0), (2, 2, 0, -2), (3, 3, -1.5, -6), (None, 1, 0.5, 0)],
)
def test_certainty_pays_or_costs(certainty, right, half, wrong):
    given = rules("jee", with_certainty=True)
    found = [earned(given, ppm, certainty=certainty) for ppm in (FULL, FULL // 2, 0)]
    assert found == [right * POINT, half * POINT, wrong * POINT]
    assert marks.possible(given, POINT) == 3 * POINT
    assert earned(given, 0, State.BLANK, certainty=certainty) == 0
    assert earned(given, 0, State.INVALID, certainty=certainty) == 0


def test_a_person_takes_nothing_off():
    assert earned(rules("jee"), 0, State.MANUAL) == 0
    assert earned(rules("jee"), FULL // 4, State.MANUAL) == 1_000_000


@pytest.mark.parametrize("with_certainty", [False, True])
def test_a_void_question_gives_everybody_all(with_certainty):
    given = rules("jee", with_certainty=with_certainty)
    grade = grading.grade_revision("single", {}, {}, [], True, "")
    assert marks.marks(given, *grade, POINT, None, 4) == marks.possible(given, POINT)


def test_marks_are_whole_millionths_and_add_up():
    assert earned(rules("gate1"), 333_333, weight=333_333) == 111_111
    assert marks.times(3, 500_000) == 2
    assert marks.times(-3, 500_000) == -2
    assert all(isinstance(earned(rules("own", right_marks=Decimal("0.33")), ppm), int) for ppm in (0, 7, FULL))


def test_practice_counts_a_point_for_right_and_none_for_wrong():
    assert [earned(marks.PRACTICE, ppm) for ppm in (FULL, 0)] == [POINT, 0]


@pytest.mark.parametrize(
    ("kind", "body", "count"), [("single", JEE, 4), ("truefalse", {}, 2), ("multiple", JEE, None), ("short", {}, None)]
)
def test_among_how_many_a_guess_chooses(kind, body, count):
    assert marks.options_of(kind, body) == count
