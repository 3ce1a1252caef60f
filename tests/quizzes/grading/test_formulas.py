"""Formulas: A14's pairs and hostile strings, and what the grammar says."""

import random

import pytest

from quizzes import grading
from quizzes.grading import State
from quizzes.grading.formula import equality
from quizzes.grading.formula.parser import parse
from quizzes.grading.result import Unreadable
from tests.quizzes.grading.formulas import DIFFERENT, EQUAL, HOSTILE

POSITIVE = {"vars": ["x", "y"], "domain": "positive"}
REAL = {"vars": ["x", "y"], "domain": "real"}


def judged(wanted, given, body=POSITIVE):
    return grading.grade("formula", body, {"answers": [{"expr": wanted, "fraction": 1}]}, given)


@pytest.mark.parametrize(("wanted", "given"), EQUAL)
def test_equal_formulas_are_equal_both_ways(wanted, given):
    assert judged(wanted, given).state == State.RIGHT
    assert judged(given, wanted).state == State.RIGHT


@pytest.mark.parametrize(("wanted", "given"), DIFFERENT)
def test_different_formulas_are_different_both_ways(wanted, given):
    assert judged(wanted, given).state == State.WRONG
    assert judged(given, wanted).state == State.WRONG


@pytest.mark.parametrize(
    ("given", "means"),
    [
        ("-x^2", "0-(x*x)"),
        ("2^3^2", "512"),
        ("x^-2", "1/(x*x)"),
        ("2x^2y", "2*x*x*y"),
        ("1/2x", "x/2"),
        ("x−−y", "x+y"),
        ("3(x+1)(x-1)", "3*x^2-3"),
        ("xy", "x*y"),
        ("x²y³", "x*x*y*y*y"),
        ("½x", "0.5*x"),
        ("x**2", "x*x"),
        ("2·x÷y", "2*x/y"),
        ("[x+1]*{y}", "(x+1)*y"),
        ("X^2+Y", "x^2+y"),
        ("√(x)", "sqrt(x)"),
        ("2π", "2*pi"),
        ("Sin(x)", "sin(x)"),
        ("xsin(y)", "x*sin(y)"),
        ("x e^x", "x*exp(x)"),
        ("2(-x)", "-2x"),
        ("-2^2", "-4"),
    ],
)
def test_the_grammar(given, means):
    assert judged(means, given).state == State.RIGHT


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("2,5x", "Write numbers with a point: 2.5, not 2,5."),
        ("y=2x", "Write only the expression, without = or <."),
        ("2z", "We do not know “z” here. Use the variables of the question."),
        ("x2", "Write a sign before 2, such as ^2 or *2."),
        ("2 3", "Write a sign before 3, such as ^3 or *3."),
        ("log(x)", "Write ln(x) for the natural logarithm, lg(x) for the one of base 10."),
        ("sin x", "Put brackets after sin, as in sin(x)."),
        ("sin^2(x)", "Put brackets after sin, as in sin(x)."),
        ("(x+1", "A bracket has no partner. Check the brackets."),
        ("x+1)", "A bracket has no partner. Check the brackets."),
        ("()", "A bracket has no partner. Check the brackets."),
        ("x+", "The formula stops too early. Something is missing at its end."),
        ("x*/y", "“/” is not expected here. Use + - * / ^ and brackets."),
        ("x!", "“!” is not expected here. Use + - * / ^ and brackets."),
        ("(" * 25 + "x" + ")" * 25, "This formula has too many brackets within brackets. Simplify it."),
        ("-" * 30 + "x", "This formula has too many brackets within brackets. Simplify it."),
        ("x+" * 120 + "x", "This formula is too long to check. Shorten it."),
        ("x" * 257, "This is too long to read. Write at most 256 characters."),
    ],
)
def test_half_a_formula_is_told_and_never_called_wrong(given, sentence):
    assert grading.unreadable("formula", POSITIVE, given) == sentence
    assert judged("x", given).state == State.INVALID


@pytest.mark.parametrize("given", HOSTILE)
def test_hostile_formulas_earn_nothing_and_break_nothing(given):
    assert judged("(x+1)^2", given).ppm == 0


def test_values_that_cannot_be_computed_are_left_to_a_person():
    assert judged("(x+1)^2", "9^9^9^9^9")[:2] == (0, State.MANUAL)
    assert judged("(x+1)^2", "1/(x-x)")[:2] == (0, State.MANUAL)


def test_a_huge_exponent_of_a_polynomial_is_still_exact():
    large = "9" * 100
    assert judged(f"x^{large}*x", f"x*x^{large}").state == State.RIGHT
    assert judged(f"x^{large}*x", f"x^{large}").state == State.WRONG


def test_the_domain_decides():
    assert judged("sqrt(x^2)", "x", POSITIVE).state == State.RIGHT
    assert judged("sqrt(x^2)", "x", REAL).state == State.WRONG
    assert judged("sqrt(x^2)", "abs(x)", REAL).state == State.RIGHT
    assert judged("sqrt(-x)", "sqrt(0-x)", REAL).state == State.RIGHT
    assert judged("ln(-x)", "ln(0-x)", REAL).state == State.RIGHT
    assert judged("cbrt(x)", "x^(1/3)", REAL).state == State.RIGHT
    assert judged("cbrt(x)^2", "x^(2/3)", REAL).state == State.RIGHT
    assert judged("1/cbrt(x)", "x^(-1/3)", REAL).state == State.RIGHT
    assert judged("abs(x)^(1/2)", "x^(1/2)", REAL).state == State.WRONG


@pytest.mark.parametrize(
    ("wanted", "given", "state"),
    [
        ("0", "sin(x)^2+cos(x)^2-1", State.RIGHT),
        ("10^-20*sin(x)", "10^-20*sin(x)*1.1", State.WRONG),
        ("10^-20*sin(x)", "sin(x)/10^20", State.RIGHT),
        ("sin(x)", "sin(x)+0.00001", State.WRONG),
        ("pi", "3.14159265358979", State.RIGHT),
        ("pi", "3.14", State.WRONG),
        ("tan(x)", "sin(x)/cos(x)", State.RIGHT),
        ("1/cos(x)", "sec(x)", State.RIGHT),
        ("cosh(x)", "(e^x+e^(-x))/2", State.RIGHT),
        ("lg(x)", "ln(x)/ln(10)", State.RIGHT),
        ("log2(8)", "3", State.RIGHT),
        ("cbrt(x)", "x^(1/3)", State.RIGHT),
        ("sqrt((-x)^(-0.5)*(-x)^(-0.5))", "sqrt(-1/x)", State.RIGHT),  # rounding stands on the other side of the cut
        ("arcsin(x/10)", "asin(x/10)", State.RIGHT),
    ],
)
def test_small_differences_count_and_rounding_does_not(wanted, given, state):
    assert judged(wanted, given).state == state


def test_expected_mistakes_are_tried_in_order():
    answers = [
        {"expr": "x^2/2+C", "fraction": 1},
        {"expr": "x^2/2", "fraction": 0.5, "feedback": "You forgot the constant."},
    ]
    body = {"vars": ["x", "C"], "domain": "real"}
    grade = grading.grade("formula", body, {"answers": answers}, "0.5x^2")
    assert grade[:2] == (500_000, State.PARTIAL)
    assert grade.why[-1] == ["feedback", "You forgot the constant."]
    assert grading.grade("formula", body, {"answers": answers}, "C+x²/2").state == State.RIGHT


def test_names_of_variables_come_before_those_of_functions():
    body = {"vars": ["t", "v_0", "a1"], "domain": "positive"}
    assert judged("v_0*t+a1*t^2/2", "a1 t^2/2 + v_0 t", body).state == State.RIGHT


def test_random_strings_raise_nothing_but_our_own():
    chance = random.Random(14)
    pieces = [
        "x",
        "y",
        "(",
        ")",
        "+",
        "-",
        "*",
        "/",
        "^",
        "2",
        "0.5",
        "sin(",
        "ln(",
        "sqrt(",
        "e",
        "pi",
        " ",
        ".",
        "9^9",
    ]
    wanted = parse("x*sin(y)", ("x", "y"))
    for _ in range(6_000):
        text = "".join(chance.choices(pieces, k=chance.randrange(1, 40)))
        try:
            tree = parse(text, ("x", "y"))
        except Unreadable:
            continue
        assert equality.equal(wanted, tree, ("x", "y"), "real") in (True, False, None)
