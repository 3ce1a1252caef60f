"""Responses that no browser of ours sends: refused or unreadable, without a crash."""

import json
import sys

import pytest

from quizzes import grading
from quizzes.grading import Refused, State, refuse
from tests.quizzes.grading.hostile import HOSTILE, LONG, nested
from tests.quizzes.samples import SAMPLES


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_with_a_sentence(name):
    response = HOSTILE[name]()
    with pytest.raises(Refused) as refusal:
        refuse(response)
    assert refusal.value.sentence.endswith(".")


@pytest.mark.parametrize(
    "response",
    [
        None,
        "",
        "b",
        ["a", "b"],
        {"1": "p"},
        {"1": ["a"], "2": "9.81"},
        "x" * 100 * 1024,
        9.81,
        10**50,
        True,
        "日本語",
        [],
    ],
)
def test_what_browsers_send_is_not_refused(response):
    refuse(response)


def test_what_is_not_refused_can_be_kept_and_graded():
    wide = ["x" * 50] * 1_999
    refuse(wide)
    for kind, sample in SAMPLES.items():
        grade = grading.grade(kind, sample.body, sample.key, wide)
        assert grade.state == State.INVALID
        assert len(grading.canonical(kind, sample.body, wide)) < 100


@pytest.mark.parametrize("text", LONG, ids=lambda text: f"{text[:2]!a} {len(text)}")
@pytest.mark.parametrize("kind", ["numeric", "short", "formula", "cloze"])
def test_a_hundred_thousand_letters_are_never_read(kind, text):
    sample = SAMPLES[kind]
    response = dict.fromkeys(sample.body["gaps"], text) if kind == "cloze" else text
    grade = grading.grade(kind, sample.body, sample.key, response)
    assert grading.unreadable(kind, sample.body, response) or grade.state == State.BLANK
    assert grade.ppm == 0


def test_nothing_here_recurses():
    deep = nested(sys.getrecursionlimit() * 2, lambda inner: [inner])
    with pytest.raises(Refused):
        refuse(deep)


def test_the_mark_of_the_unreadable_cannot_be_forged_into_anything_else():
    for code in ("option", "long", "nonsense", "", None, ["long"], "gap"):
        for kind, sample in SAMPLES.items():
            grade = grading.grade(kind, sample.body, sample.key, {"?": code})
            assert grade.state in (State.INVALID, State.BLANK)
            text = grading.canonical(kind, sample.body, {"?": code})
            assert len(json.dumps(grade.why)) < 200
            assert grading.canonical(kind, sample.body, grading.response_of(text)) == text
            if grade.state == State.INVALID:
                assert grading.unreadable(kind, sample.body, {"?": code})
