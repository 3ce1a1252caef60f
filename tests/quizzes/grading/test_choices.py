"""One option, true or false, several options: tables worked by hand."""

from itertools import permutations

import pytest

from quizzes import grading
from quizzes.grading import State, choices, ids

FOUR = {"options": [{"id": name, "text": name} for name in "abcd"]}
SINGLE = {"options": {"a": 0, "b": 1, "c": 0.3}, "feedback": {"c": "Nearly."}, "misconceptions": {"a": "sign"}}


@pytest.mark.parametrize(
    ("response", "ppm", "state"),
    [
        ("b", 1_000_000, State.RIGHT),
        ("c", 300_000, State.PARTIAL),
        ("a", 0, State.WRONG),
        ("d", 0, State.WRONG),  # no share is named
        ("e", 0, State.INVALID),
        ("", 0, State.BLANK),
        (None, 0, State.BLANK),
        (["b"], 0, State.INVALID),
        (1, 0, State.INVALID),
        ({"b": "b"}, 0, State.INVALID),
    ],
)
def test_an_option_earns_its_share(response, ppm, state):
    assert grading.grade("single", FOUR, SINGLE, response)[:2] == (ppm, state)


def test_an_option_brings_its_feedback_and_misconception():
    assert grading.grade("single", FOUR, SINGLE, "c").why == [
        ["option", {"id": "c", "ppm": 300_000}],
        ["feedback", "Nearly."],
    ]
    assert ["misconception", "sign"] in grading.grade("single", FOUR, SINGLE, "a").why


def test_shares_below_zero_earn_nothing():
    key = {"options": {"a": -0.5, "b": 1}}
    assert grading.grade("single", FOUR, key, "a")[:2] == (0, State.WRONG)


@pytest.mark.parametrize(
    ("response", "state"),
    [("true", State.RIGHT), (True, State.RIGHT), ("false", State.WRONG), (False, State.WRONG), ("yes", State.INVALID)],
)
def test_true_and_false_may_be_words_or_values(response, state):
    assert grading.grade("truefalse", {}, {"options": {"true": 1, "false": 0}}, response).state == state


# n = 5 options, a b c are right; h hits, f wrong ticks.
FIVE = {"options": [{"id": name, "text": name} for name in "abcde"]}
TABLE = {
    # response: all, plus_minus h/3 - f/2, per_option (5 - misses - f)/5, capped, no_wrong
    "abc": (1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000),
    "ab": (0, 666_667, 800_000, 666_667, 666_667),
    "a": (0, 333_333, 600_000, 333_333, 333_333),
    "ad": (0, 0, 400_000, 333_333, 0),
    "abd": (0, 166_667, 600_000, 666_667, 0),
    "abcd": (0, 500_000, 800_000, 0, 0),
    "abcde": (0, 0, 600_000, 0, 0),
    "d": (0, 0, 200_000, 0, 0),
    "de": (0, 0, 0, 0, 0),
}


@pytest.mark.parametrize("rule", choices.RULES)
@pytest.mark.parametrize("ticked", TABLE)
def test_the_five_rules_for_several_options(rule, ticked):
    key = {"right": ["a", "b", "c"], "rule": rule}
    expected = TABLE[ticked][choices.RULES.index(rule)]
    assert grading.grade("multiple", FIVE, key, list(ticked)).ppm == expected


def test_the_reason_counts_the_ticks():
    key = {"right": ["a", "b", "c"], "rule": "plus_minus", "feedback": {"d": "Not d."}}
    grade = grading.grade("multiple", FIVE, key, ["d", "a"])
    counts = {"right": 1, "wrong": 1, "missed": 2, "of": 3, "rule": "plus_minus"}
    assert grade.why == [["ticks", counts], ["feedback", "Not d."]]


def test_when_every_option_is_right_each_counts():
    key = {"right": list("abcde"), "rule": "plus_minus"}
    assert grading.grade("multiple", FIVE, key, list("abcd")).ppm == 800_000


@pytest.mark.parametrize("response", [["a", "z"], ["a", 1], "a", {"a": "b"}, [["a"]]])
def test_ticks_of_something_else_cannot_be_read(response):
    assert grading.grade("multiple", FIVE, {"right": ["a"]}, response).state == State.INVALID
    assert grading.unreadable("multiple", FIVE, response) == "Choose among the options."


def test_no_tick_is_a_blank():
    assert grading.grade("multiple", FIVE, {"right": ["a"]}, []).state == State.BLANK


def test_ids_tell_neither_the_order_nor_change():
    texts = ["Mitosis", "Meiosis", "Fission", "Mitosis"]
    names = ids.new(texts)
    assert len(set(names)) == 4
    for order in permutations(range(3)):
        shuffled = ids.new([texts[at] for at in order])
        assert shuffled == [names[at] for at in order]
    assert all(name.isalnum() and name.islower() for name in names)
