"""Numbers as people write them, their tolerances and their units: A15."""

import pytest

from quizzes import grading
from quizzes.grading import State, numbers, units
from quizzes.grading.result import Unreadable

POINT = {"decimal": "."}
COMMA = {"decimal": ","}


def key(value="9.81", kind="abs", tol="0.02", **more):
    return {"answers": [{"value": value, "kind": kind, "tol": tol, "fraction": 1}], **more}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1 234.5", 1234.5),
        ("1\u00a0234.5", 1234.5),
        ("1\u2009234\u2009567", 1234567),
        ("1,234.5", 1234.5),
        ("1,234,567", 1234567),
        ("1'234.5", 1234.5),
        ("4.5e-3", 0.0045),
        ("4.5E3", 4500),
        ("4.5x10^-3", 0.0045),
        ("4.5 × 10⁻³", 0.0045),
        ("4.5*10**-3", 0.0045),
        ("4.5·10^(-3)", 0.0045),
        ("10^3", 1000),
        ("-10²", -100),
        ("3/4", 0.75),
        ("−3/4", -0.75),
        ("½", 0.5),
        ("−9.81", -9.81),
        ("+ 9.81", 9.81),
        (".5", 0.5),
        ("5.", 5),
        ("９.８１", 9.81),
        ("٣.٥", 3.5),
        ("  0.0  ", 0),
    ],
)
def test_numbers_are_read_as_people_write_them(written, value):
    number = numbers.read(numbers.clean(written))
    assert (number.value, number.unit) == (pytest.approx(value, rel=1e-15), "")
    assert grading.unreadable("numeric", POINT, written) is None


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("9,81", "Write 9.81, not 9,81."),
        ("1,234", "Write 1,234 with a point, or without a comma: 1.234 or 1234."),
        ("1,2345.6", "“1,2345.6” is not a number we can read. Write it like 9.81, −3, 4.5e-3 or 3/4."),
        ("1.2.3", "“1.2.3” is not a number we can read. Write it like 9.81, −3, 4.5e-3 or 3/4."),
        ("2½", "“2 1” is not a number we can read. Write it like 9.81, −3, 4.5e-3 or 3/4."),
        ("nine", "“nine” is not a number we can read. Write it like 9.81, −3, 4.5e-3 or 3/4."),
        ("1/0", "Nothing can be divided by 0. Check the fraction."),
        ("1e400", "This number is too large or too small to read. Check its exponent."),
        ("1e-400", "This number is too large or too small to read. Check its exponent."),
        ("1e999999999", "This number is too large or too small to read. Check its exponent."),
        ("9" * 65, "This is too long to read. Write at most 64 characters."),
        ("9.81 m", "Write the number alone, without “m”."),
        (["9.81"], "Write your answer as text."),
        (True, "Write your answer as text."),
    ],
)
def test_what_cannot_be_read_is_told_and_never_called_wrong(written, sentence):
    assert grading.unreadable("numeric", POINT, written) == sentence
    assert grading.grade("numeric", POINT, key(), written)[:2] == (0, State.INVALID)


@pytest.mark.parametrize(("written", "value"), [("9,81", 9.81), ("1.234,5", 1234.5), ("1 234,5", 1234.5), (9.81, 9.81)])
def test_where_the_decimal_sign_is_a_comma_a_comma_is_read(written, value):
    assert grading.grade("numeric", COMMA, key(str(value)), written).state == State.RIGHT


def test_where_the_decimal_sign_is_a_comma_a_lone_point_is_not_guessed():
    assert grading.unreadable("numeric", COMMA, "9.81") == "Write 9,81, not 9.81."


@pytest.mark.parametrize(
    ("answer", "inside", "outside"),
    [
        # The ends of 0.3 ± 0.1 count, though 0.3 + 0.1 is not 0.4 in binary.
        (key("0.3", "abs", "0.1"), ["0.2", "0.4", "0.3"], ["0.19999", "0.40001"]),
        (key("200", "rel", "0.02"), ["196", "204"], ["195.99", "204.01"]),
        (key("200", "rel", "2 %"), ["196", "204"], ["195.99", "204.01"]),
        (key("-200", "rel", "0.02"), ["-196", "-204"], ["196", "-204.01"]),
        (key("0", "abs", ""), ["0", "-0", "0.0"], ["1e-9"]),
        (key("7", "abs", ""), ["7", "7.0", "14/2"], ["7.000001"]),
        (key("9.80665", "sig", "3"), ["9.81", "9.806", "9.805", "9.815"], ["9.8", "9.8049", "9.8151"]),
        (key("1200", "sig", "2"), ["1200", "1.2e3", "1249"], ["1251", "1149"]),
        (key("0.00123", "sig", "2"), ["0.0012", "1.2e-3"], ["0.0013", "0.00112"]),
        (
            {"answers": [{"value": "1.5", "kind": "range", "to": "2", "fraction": 1}]},
            ["1.5", "2", "1.7"],
            ["1.49", "2.01"],
        ),
    ],
)
def test_tolerances_hold_at_their_ends(answer, inside, outside):
    for written in inside:
        assert grading.grade("numeric", POINT, answer, written).state == State.RIGHT, written
    for written in outside:
        assert grading.grade("numeric", POINT, answer, written).state == State.WRONG, written


@pytest.mark.parametrize(
    ("written", "ppm"), [("9.81", 1_000_000), ("9.8066", 750_000), ("9810e-3", 1_000_000), ("9.8", 0)]
)
def test_more_figures_than_asked_for_cost_their_part(written, ppm):
    grade = grading.grade("numeric", POINT, key("9.80665", "sig", "3", sig_penalty=0.25), written)
    assert grade.ppm == ppm
    assert any(code == "figures" for code, _ in grade.why) == (ppm == 750_000)


def test_expected_mistakes_are_tried_in_order_and_speak_for_themselves():
    answers = [
        {"value": "9.81", "kind": "abs", "tol": "0.01", "fraction": 1},
        {"value": "-9.81", "kind": "abs", "tol": "0.01", "fraction": 0.5, "feedback": "Mind the sign."},
        {"value": "0", "kind": "range", "to": "100", "fraction": 0.1},
    ]
    grade = grading.grade("numeric", POINT, {"answers": answers}, "-9.81")
    assert grade[:2] == (500_000, State.PARTIAL)
    assert grade.why[-1] == ["feedback", "Mind the sign."]
    assert grading.grade("numeric", POINT, {"answers": answers}, "9.9").ppm == 100_000
    assert grading.grade("numeric", POINT, {"answers": answers}, "9.81").state == State.RIGHT


SPEED = {"decimal": ".", "asks_unit": True}


@pytest.mark.parametrize(
    ("written", "ppm"),
    [
        ("9.81 m/s", 1_000_000),
        ("9.81m/s", 1_000_000),
        ("9.81 m s^-1", 1_000_000),
        ("9.81 m·s⁻¹", 1_000_000),
        ("35.316 km/h", 1_000_000),
        ("981 cm/s", 1_000_000),
        ("9.81 km/h", 600_000),  # the number is right, its unit is not
        ("9.81 kg", 600_000),
        ("9.81", 600_000),
        ("9.81 m/s²", 600_000),
        ("35.316 m/s", 0),
        ("9.9 m/s", 0),
    ],
)
def test_units_are_converted_and_cost_their_part_when_wrong(written, ppm):
    assert grading.grade("numeric", SPEED, key(unit="m/s", unit_penalty=0.4), written).ppm == ppm


def test_a_missing_unit_costs_everything_unless_the_author_says_less():
    assert grading.grade("numeric", SPEED, key(unit="m/s"), "9.81")[:2] == (0, State.WRONG)


def test_both_penalties_are_taken_off_but_never_more_than_all():
    answer = key("9.81", "sig", "3", unit="m/s", unit_penalty=0.4, sig_penalty=0.25)
    assert grading.grade("numeric", SPEED, answer, "9.811").ppm == 350_000
    assert grading.grade("numeric", SPEED, answer | {"unit_penalty": 0.9}, "9.811").ppm == 0


def test_temperatures_count_as_differences():
    answer = key("20", "abs", "0", unit="K")
    assert grading.grade("numeric", SPEED, answer, "20 °C").state == State.RIGHT
    assert grading.grade("numeric", SPEED, answer, "36 °F").state == State.RIGHT
    assert grading.grade("numeric", SPEED, key("20", unit="°C"), "293.15 K").state == State.WRONG


@pytest.mark.parametrize(
    "text",
    [
        "m**9**9**9",
        "m^22",
        "m**-99",
        "m*m*m*m*m*m*m",
        "m//s",
        "*m",
        "m*",
        "a" * 17,
        "(m)",
        "m^(9)",
        "m;s",
        "__import__",
        "m s s s s s s s s",
        "9",
    ],
)
def test_units_beyond_the_grammar_never_reach_pint(text, monkeypatch):
    def fail():
        raise AssertionError("pint was asked")

    monkeypatch.setattr(units, "_named", lambda name: units.Unit(1.0, ()))
    monkeypatch.setattr(units, "_registry", fail)
    with pytest.raises(Unreadable):
        units.read.__wrapped__(text)


@pytest.mark.parametrize("text", ["furlongz", "dB", "nan", "inf", "lambda x", "if"])
def test_units_that_nobody_knows_are_told(text):
    assert grading.unreadable("numeric", SPEED, f"5 {text}")
