"""What an author is told to mend, and that a whole question has nothing to mend."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.grading import mistakes
from tests.quizzes.samples import SAMPLES

OPTIONS = {"options": [{"id": "a", "text": "One"}, {"id": "b", "text": "Two"}]}
NUMBER = {"value": "9.81", "kind": "abs", "tol": "0.01", "fraction": 1}
X = {"vars": ["x"], "domain": "real"}
GAP = {"text": "It is [[1]].", "gaps": {"1": {"kind": "short"}}}
WORD = {"text": "osmosis", "fraction": 1}
PAIRS = {"left": OPTIONS["options"], "right": [{"id": "p", "text": "P"}, {"id": "q", "text": "Q"}]}


def told(kind, body, key, stem="What holds?"):
    return [(mistake.where, mistake.sentence) for mistake in mistakes(kind, body, key, stem)]


def items(*texts):
    return [{"id": f"i{at}", "text": text} for at, text in enumerate(texts)]


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_whole_question_has_no_mistakes(kind):
    assert told(kind, SAMPLES[kind].body, SAMPLES[kind].key) == []


@pytest.mark.parametrize(
    ("kind", "body", "key", "where", "part"),
    [
        ("single", OPTIONS, {"options": {"a": 0.5}}, "options", "Mark one option as right."),
        ("single", OPTIONS, {"options": {"a": 1, "z": 0}}, "options", "“z”, which is not there"),
        ("single", OPTIONS, {"options": {"a": 1}, "feedback": {"y": "No."}}, "options", "“y”, which is not there"),
        ("single", OPTIONS, {"options": {"a": 1, "b": -0.25}}, "options", "between 0 and 1"),
        ("single", {"options": items("One")}, {"options": {"i0": 1}}, "options", "Write 2 to 50"),
        ("single", {"options": items("One", " one ")}, {"options": {"i0": 1}}, "options", None),
        ("single", {"options": items("One", "One")}, {"options": {"i0": 1}}, "options", "“One” stands there twice"),
        ("single", {"options": items("One", " ")}, {"options": {"i0": 1}}, "options", "One of them is empty."),
        ("truefalse", {}, {"options": {"true": 0, "false": 0}}, "options", "Mark one option as right."),
        ("truefalse", {}, {"options": {"yes": 1}}, "options", "“yes”, which is not there"),
        ("multiple", OPTIONS, {"right": []}, "options", "add an option “None of these”"),
        ("multiple", OPTIONS, {"right": ["z"]}, "options", "“z”, which is not there"),
        ("multiple", OPTIONS, {"right": ["a"], "rule": "some"}, "rule", "Choose one of: all, plus_minus"),
        ("numeric", {}, {"answers": []}, "answers", "at least one answer that earns everything"),
        ("numeric", {}, {"answers": [NUMBER | {"value": "9,81"}]}, "answers", "Answer 1: Write 9.81, not 9,81."),
        ("numeric", {}, {"answers": [NUMBER | {"value": ""}]}, "answers", "Answer 1: “” is not a number"),
        ("numeric", {}, {"answers": [NUMBER | {"tol": "wide"}]}, "answers", "“wide” is not a number"),
        ("numeric", {}, {"answers": [NUMBER | {"tol": "-1"}]}, "answers", "A tolerance cannot be below 0."),
        (
            "numeric",
            {},
            {"answers": [NUMBER | {"kind": "sig", "tol": "0.5"}]},
            "answers",
            "how many significant figures",
        ),
        ("numeric", {}, {"answers": [NUMBER | {"kind": "sig", "tol": "16"}]}, "answers", "1 to 15 significant"),
        ("numeric", {}, {"answers": [NUMBER | {"kind": "range"}]}, "answers", "Write where the range ends."),
        ("numeric", {}, {"answers": [NUMBER | {"kind": "range", "to": "9"}]}, "answers", "ends before it begins"),
        ("numeric", {}, {"answers": [NUMBER | {"kind": "about"}]}, "answers", "abs, rel, sig or range"),
        ("numeric", {}, {"answers": [NUMBER, NUMBER]}, "answers", "Answer 2 is the same as answer 1."),
        ("numeric", {}, {"answers": [NUMBER], "unit": "m**9**9"}, "unit", "is not a unit we can read"),
        ("numeric", {}, {"answers": [NUMBER], "unit": "flurb"}, "unit", "We do not know the unit “flurb”."),
        ("numeric", {"asks_unit": True}, {"answers": [NUMBER]}, "unit", "Write the unit that is asked for."),
        ("numeric", {}, {"answers": [NUMBER], "sig_penalty": 25}, "sig_penalty", "between 0 and 1"),
        ("numeric", {"decimal": ";"}, {"answers": [NUMBER]}, "decimal", "a point or a comma"),
        ("short", {}, {"answers": [{"text": " ", "fraction": 1}]}, "answers", "Write what is accepted"),
        ("short", {}, {"answers": [WORD, {"text": "Osmosis."}]}, "answers", "Answer 2 is the same as answer 1."),
        ("short", {}, {"answers": [WORD], "reject": [{"text": "OSMOSIS"}]}, "reject", "both accepted and rejected"),
        ("short", {}, {"answers": [{"text": "a" * 301}]}, "answers", "at most 300 characters"),
        ("short", {}, {"answers": [{"text": "half", "fraction": 0.5}]}, "answers", "earns everything"),
        ("cloze", GAP | {"text": "It is."}, {"gaps": {}}, "gaps", "Write at least one gap into the text: [[1]]."),
        ("cloze", GAP, {"gaps": {}}, "gaps", "Say what belongs into gap [[1]]."),
        ("cloze", GAP | {"text": "[[1]] [[2]]"}, {"gaps": {"1": {"answers": [WORD]}}}, "gaps", "gap [[2]]"),
        ("cloze", GAP | {"text": "[[1]] [[1]]"}, {"gaps": {"1": {"answers": [WORD]}}}, "gaps", "twice"),
        ("cloze", GAP, {"gaps": {"1": {"answers": [WORD]}, "2": {}}}, "gaps", "Write [[2]] into the text"),
        ("cloze", GAP, {"gaps": {"1": {"answers": []}}}, "gaps", "Gap 1: Write at least one answer"),
        ("cloze", GAP, {"gaps": {"1": {"answers": [WORD], "weight": 0}}}, "gaps", "Gap 1: Its weight must be above 0."),
        ("cloze", GAP | {"gaps": {"1": {"kind": "essay"}}}, {"gaps": {"1": {}}}, "gaps", "A gap takes a word"),
        ("matching", PAIRS, {"pairs": {"a": "p"}}, "pairs", "Say what “Two” belongs to."),
        ("matching", PAIRS, {"pairs": {"a": "p", "b": "z"}}, "pairs", "“z”, which is not there"),
        ("matching", PAIRS | {"right": items("P", "P")}, {"pairs": {"a": "i0", "b": "i1"}}, "pairs", "twice"),
        ("matching", PAIRS, {"pairs": {"a": "p", "b": "q"}, "rule": "kendall"}, "rule", "part, all"),
        ("ordering", {"items": items("1", "2")}, {"order": ["i0"]}, "items", "the right order of all items"),
        ("ordering", {"items": items("1", "2")}, {"order": ["i0", "i0"]}, "items", "each of them once"),
        ("formula", X, {"answers": [{"expr": "(x+1"}]}, "answers", "Answer 1: A bracket has no partner."),
        ("formula", X, {"answers": [{"expr": "x+y"}]}, "answers", "We do not know “y” here."),
        ("formula", X, {"answers": [{"expr": "9^9^9^9"}]}, "answers", "It has no value we can compute"),
        ("formula", X, {"answers": [{"expr": "2x"}, {"expr": "x+x"}]}, "answers", "Answer 2 is the same as answer 1."),
        ("formula", X | {"vars": ["sin"]}, {"answers": [{"expr": "2"}]}, "vars", "“sin” cannot be a variable."),
        ("formula", X | {"vars": ["x", "x"]}, {"answers": [{"expr": "x"}]}, "vars", "each variable once"),
        ("formula", X | {"domain": "complex"}, {"answers": [{"expr": "x"}]}, "domain", "real or positive"),
        ("essay", {"words": 0}, {"rubric": [{"id": "c", "title": "T", "levels": [0, 1]}]}, "words", "1 to 20,000"),
        ("essay", {}, {"rubric": []}, "rubric", "at least one criterion"),
        ("essay", {}, {"rubric": [{"id": "c", "title": "T", "levels": [2, 1]}]}, "rubric", "rising levels"),
        ("essay", {}, {"rubric": [{"id": "c", "title": "", "levels": [0, 1]}]}, "rubric", "what each criterion asks"),
        ("riddle", {}, {}, "kind", "There is no such kind of question."),
        ("single", {"options": "a"}, {"options": {"a": 1}}, "body", "of the wrong type"),
        ("single", OPTIONS, None, "body", "of the wrong type"),
        ("single", OPTIONS, {"options": {"a": True}}, "body", "of the wrong type"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(kind, body, key, where, part):
    found = told(kind, body, key)
    if part is None:
        assert found == []
    else:
        assert any(place == where and part in sentence for place, sentence in found), found


def test_a_question_without_words_is_told_so():
    assert told("truefalse", {}, SAMPLES["truefalse"].key, stem=" ") == [("stem", "Write the question.")]
    assert told("cloze", GAP, {"gaps": {"1": {"answers": [WORD]}}}, stem="") == []


LEAVES = st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=5)
SCRAPS = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner))


@st.composite
def damaged(draw):
    """A whole question in which something somewhere is replaced by something else."""
    kind = draw(st.sampled_from(sorted(SAMPLES)))
    both = {"body": SAMPLES[kind].body, "key": SAMPLES[kind].key}
    return kind, draw_damage(draw, both)


def draw_damage(draw, value):
    if draw(st.integers(0, 5)) == 0:
        return draw(SCRAPS)
    if isinstance(value, dict) and value:
        name = draw(st.sampled_from(sorted(value)))
        return value | {name: draw_damage(draw, value[name])}
    if isinstance(value, list) and value:
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], draw_damage(draw, value[at]), *value[at + 1 :]]
    return draw(SCRAPS)


@given(damaged())
@settings(max_examples=300, deadline=None)
def test_whatever_a_file_holds_is_told_and_nothing_breaks(pair):
    kind, both = pair
    whole = both if isinstance(both, dict) else {}
    for mistake in mistakes(kind, whole.get("body"), whole.get("key"), "What holds?"):
        assert mistake.where
        assert mistake.sentence[-1] in ".:"
