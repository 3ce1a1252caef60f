"""What holds for every kind and every response: one way to grade, whoever asks and in whichever order things stand."""

import json
import random
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes import grading
from quizzes.grading import FULL, State, why
from tests.quizzes.samples import SAMPLES

KINDS = sorted(SAMPLES)
LETTERS = st.text(
    st.one_of(
        st.sampled_from('0123456789 .,-+*/^()exπ²½−[{"?abm\u0301\u00ad\u200b\u00a0'), st.characters(codec="utf-8")
    ),
    max_size=20,
)
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False), LETTERS)
ANYTHING = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(LETTERS, inner, max_size=4), max_leaves=8
)


def ids_of(body):
    found = [item["id"] for part in ("options", "left", "right", "items") for item in body.get(part, ())]
    for inner in body.get("gaps", {}).values():
        found += ids_of(inner)
    return found


def responses(kind):
    """Mostly of the right shape, with ids that exist; now and then anything at all."""
    sample = SAMPLES[kind]
    name = st.sampled_from([*ids_of(sample.body), "true", "false", "unknown"])
    word = st.one_of(name, LETTERS, st.sampled_from(["9.81 m/s", "9,81", "x^2+1", "(x+1)^2", "x/", "mitosis"]))
    shaped = {
        "multiple": st.lists(name, max_size=5),
        "ordering": st.permutations(ids_of(sample.body)) | st.lists(name, max_size=5),
        "matching": st.dictionaries(name, name | st.none() | st.just(""), max_size=4),
        "cloze": st.dictionaries(
            st.sampled_from([*sample.body.get("gaps", {}), "99", "?"]), word | ANYTHING, max_size=4
        ),
    }.get(kind, word)
    return st.one_of(st.just(sample.right), st.just(sample.wrong), shaped, shaped, ANYTHING)


PAIRS = st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(st.just(kind), responses(kind)))


@given(PAIRS)
@settings(max_examples=600, deadline=None)
def test_grading_a_response_is_grading_its_text(pair):
    kind, response = pair
    body, key = SAMPLES[kind].body, SAMPLES[kind].key
    text = grading.canonical(kind, body, response)
    grade = grading.grade(kind, body, key, response)
    assert grade == grading.grade_text(kind, body, key, text)
    # The text says all that counts, and saying it again changes nothing.
    assert grading.canonical(kind, body, grading.response_of(text)) == text
    assert len(text) < 2_000
    # What it says can be kept, and somebody has words for it.
    assert json.loads(json.dumps(grade.why)) == grade.why
    assert {code for code, _ in grade.why} <= why.CODES
    holds = {
        State.BLANK: not text and not grade.ppm,
        State.WRONG: grade.ppm == 0,
        State.PARTIAL: 0 < grade.ppm < FULL,
        State.RIGHT: grade.ppm == FULL,
        State.INVALID: grade.ppm == 0,
        State.MANUAL: grade.ppm == 0,
    }
    assert holds[grade.state]


@given(PAIRS)
@settings(max_examples=400, deadline=None)
def test_what_cannot_be_read_is_told_before_it_is_graded(pair):
    kind, response = pair
    sample = SAMPLES[kind]
    told = grading.unreadable(kind, sample.body, response)
    grade = grading.grade(kind, sample.body, sample.key, response)
    codes = {code for code, _ in grade.why}
    for code, datum in grade.why:
        if code == "gap":
            codes |= {inner for inner, _ in datum["why"]}
    assert (told is not None) == ("unreadable" in codes)
    assert told is None or told[-1] in ".:"


@given(st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(st.just(kind), st.lists(responses(kind), max_size=12))))
@settings(max_examples=200, deadline=None)
def test_a_batch_is_each_of_its_answers(pair):
    kind, given_responses = pair
    sample = SAMPLES[kind]
    texts = [grading.canonical(kind, sample.body, response) for response in given_responses]
    found = grading.batch(kind, sample.body, sample.key, iter(texts))
    assert found.keys() == set(texts)
    for response, text in zip(given_responses, texts, strict=True):
        assert found[text] == grading.grade(kind, sample.body, sample.key, response)


@given(PAIRS, st.booleans())
@settings(max_examples=300, deadline=None)
def test_another_key_never_lowers_and_a_void_question_is_full_for_all(pair, is_void):
    kind, response = pair
    sample = SAMPLES[kind]
    text = grading.canonical(kind, sample.body, response)
    alone = grading.grade_text(kind, sample.body, sample.key, text)
    both = grading.grade_revision(kind, sample.body, sample.key, [sample.key], is_void, text)
    assert both == ((FULL, State.RIGHT, [["void", None]]) if is_void else alone)


def test_the_better_of_two_keys_counts_and_says_which():
    body = {"options": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]}
    first, second = {"options": {"a": 1}}, {"options": {"b": 1}}
    grade = grading.grade_revision("single", body, first, [{"options": {}}, second], False, "b")
    assert grade == (FULL, State.RIGHT, [["also", {"index": 1}], ["option", {"id": "b", "ppm": FULL}]])
    assert grading.grade_revision("single", body, first, [second], False, "").state == State.BLANK


@given(PAIRS)
@settings(max_examples=500, deadline=None)
def test_the_order_in_which_things_arrive_does_not_matter(pair):
    kind, response = pair
    sample = SAMPLES[kind]
    if kind == "ordering":
        return  # the order is the answer
    turned = response
    if isinstance(response, list):
        turned = [*reversed(response), *response]
    elif isinstance(response, dict):
        turned = dict(reversed(response.items()))
    assert grading.canonical(kind, sample.body, turned) == grading.canonical(kind, sample.body, response)


@pytest.mark.parametrize("kind", KINDS)
def test_shuffled_options_change_no_grade(kind):
    """A18: a thousand orders of whatever a question offers."""
    sample = SAMPLES[kind]
    expected = [grading.grade(kind, sample.body, sample.key, answer) for answer in (sample.right, sample.wrong, None)]
    assert kind == "essay" or expected[0].ppm == FULL > expected[1].ppm
    for seed in range(1_000):
        body = shuffled(deepcopy(sample.body), random.Random(seed))
        found = [grading.grade(kind, body, sample.key, answer) for answer in (sample.right, sample.wrong, None)]
        assert found == expected


def shuffled(body, chance):
    for part in ("options", "left", "right", "items"):
        chance.shuffle(body.get(part, []))
    for inner in body.get("gaps", {}).values():
        shuffled(inner, chance)
    return body


def test_a_digest_is_that_of_the_text():
    assert grading.digest("") == "cae66941d9efbd404e4d88758ea67670"
    assert len({grading.digest(text) for text in ("a", "b", '["a"]', "ä", "\ud800")}) == 5
