"""Gaps, pairs, orders and essays: tables worked by hand, among them A16's orders."""

from itertools import permutations

import pytest

from quizzes import grading
from quizzes.grading import State, essay

CLOZE = {
    "text": "Water moves by [[1]] at [[2]] m/s, [[3]].",
    "gaps": {
        "1": {"kind": "short"},
        "2": {"kind": "numeric", "decimal": "."},
        "3": {"kind": "single", "options": [{"id": "a", "text": "in"}, {"id": "b", "text": "out"}]},
    },
}
CLOZE_KEY = {
    "gaps": {
        "1": {"answers": [{"text": "osmosis", "fraction": 1}], "weight": 2},
        "2": {"answers": [{"value": "2", "kind": "abs", "tol": "0", "fraction": 1}]},
        "3": {"options": {"a": 1, "b": 0}},
    }
}


@pytest.mark.parametrize(
    ("response", "ppm", "state"),
    [
        ({"1": "osmosis", "2": "2", "3": "a"}, 1_000_000, State.RIGHT),
        ({"1": "osmosis"}, 500_000, State.PARTIAL),
        ({"2": "2", "3": "b"}, 250_000, State.PARTIAL),
        ({"2": "2,5", "1": "osmosis"}, 500_000, State.PARTIAL),
        ({"2": "2,5"}, 0, State.INVALID),
        ({"2": "2,5", "3": "b"}, 0, State.WRONG),
        ({"1": "", "2": " "}, 0, State.BLANK),
        ({"9": "osmosis"}, 0, State.BLANK),
        ({}, 0, State.BLANK),
        ("osmosis", 0, State.INVALID),
        ({"3": "z"}, 0, State.INVALID),
    ],
)
def test_gaps_earn_their_weighted_mean(response, ppm, state):
    assert grading.grade("cloze", CLOZE, CLOZE_KEY, response)[:2] == (ppm, state)


def test_each_gap_is_explained():
    why = grading.grade("cloze", CLOZE, CLOZE_KEY, {"1": "osmosi", "2": "2,5"}).why
    assert [(datum["gap"], datum["state"], datum["why"][-1][0]) for _, datum in why] == [
        ("1", "wrong", "near"),
        ("2", "invalid", "unreadable"),
        ("3", "blank", "blank"),
    ]


def test_an_unreadable_gap_is_told_by_its_number():
    assert grading.unreadable("cloze", CLOZE, {"1": "x", "2": "2,5"}) == "Gap 2: Write 2.5, not 2,5."
    assert grading.unreadable("cloze", CLOZE, {"3": "z"}) == "Gap 3: Choose one of the options."
    assert grading.unreadable("cloze", CLOZE, {"1": ["x"]}) == "Gap 1: Write your answer as text."
    assert grading.unreadable("cloze", CLOZE, {"1": "x"}) is None


PAIRS = {
    "left": [{"id": name, "text": name} for name in "abc"],
    "right": [{"id": name, "text": name} for name in "pqrs"],
}
PAIRS_KEY = {"a": "p", "b": "q", "c": "r"}


@pytest.mark.parametrize(
    ("response", "part", "everything", "state"),
    [
        ({"a": "p", "b": "q", "c": "r"}, 1_000_000, 1_000_000, State.RIGHT),
        ({"a": "p", "b": "q", "c": "s"}, 666_667, 0, State.PARTIAL),
        ({"a": "p"}, 333_333, 0, State.PARTIAL),
        ({"a": "q", "b": "p"}, 0, 0, State.WRONG),
        ({"a": "", "b": None}, 0, 0, State.BLANK),
        ({"z": "p"}, 0, 0, State.INVALID),
        ({"a": "z"}, 0, 0, State.INVALID),
        ({"a": ["p"]}, 0, 0, State.INVALID),
        (["a", "p"], 0, 0, State.INVALID),
    ],
)
def test_pairs_earn_their_share_or_all_or_nothing(response, part, everything, state):
    assert grading.grade("matching", PAIRS, {"pairs": PAIRS_KEY, "rule": "part"}, response)[:2] == (part, state)
    assert grading.grade("matching", PAIRS, {"pairs": PAIRS_KEY, "rule": "all"}, response).ppm == everything


def test_the_wrong_pairs_are_named():
    grade = grading.grade("matching", PAIRS, {"pairs": PAIRS_KEY}, {"a": "p", "c": "q"})
    assert grade.why == [["pairs", {"right": 1, "of": 3, "wrong": ["b", "c"], "rule": "part"}]]


SIX = {"items": [{"id": name, "text": name} for name in "abcdef"]}


def ordered(rule, response):
    return grading.grade("ordering", SIX, {"order": list("abcdef"), "rule": rule}, list(response))


@pytest.mark.parametrize(
    ("response", "kendall", "exact", "place", "adjacent"),
    [
        ("abcdef", 1_000_000, 1_000_000, 1_000_000, 1_000_000),
        ("bacdef", 866_667, 0, 666_667, 600_000),  # 1 - 4/30; ab, bc broken
        ("bcdefa", 333_333, 0, 0, 800_000),  # 5 pairs the wrong way round
        ("fedcba", 0, 0, 0, 0),
        ("defabc", 0, 0, 0, 800_000),  # 9 pairs; only cd broken
    ],
)
def test_orders_by_four_rules(response, kendall, exact, place, adjacent):
    found = [ordered(rule, response).ppm for rule in ("kendall", "exact", "place", "adjacent")]
    assert found == [kendall, exact, place, adjacent]


def test_guessing_an_order_earns_a_seventh():
    """A16: over all 720 orders of six items."""
    mean = sum(ordered("kendall", order).ppm for order in permutations("abcdef")) / 720
    assert round(mean / 1e6, 5) == 0.14481


@pytest.mark.parametrize("response", ["abcde", "abcdee", "abcdez", [], "abcdeff"])
def test_only_an_order_of_all_items_can_be_read(response):
    assert ordered("kendall", response).state == (State.INVALID if response else State.BLANK)


def test_an_essay_waits_for_a_person_and_is_not_kept_by_the_dictionary():
    body, key = {"words": 300}, {"rubric": [], "sample": ""}
    assert grading.grade("essay", body, key, "I think").state == State.MANUAL
    assert grading.grade("essay", body, key, " \n").state == State.BLANK
    assert grading.canonical("essay", body, "I think") == grading.canonical("essay", body, "so do I") == "essay"


def test_levels_of_a_rubric_become_a_share():
    criteria = [{"id": "c1", "levels": [0, 1, 2, 4], "weight": 1}, {"id": "c2", "levels": [0, 2], "weight": 3}]
    assert essay.share({"rubric": criteria}, {"c1": 4, "c2": 2}) == 1_000_000
    assert essay.share({"rubric": criteria}, {"c1": 2, "c2": 0}) == 200_000
    assert essay.share({"rubric": criteria}, {"c2": 2}) == 600_000
    assert essay.share({"rubric": []}, {}) == 0
