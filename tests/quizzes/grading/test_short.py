"""Words: equal after small differences are set aside. A near miss is a hint, never credit."""

import pytest

from quizzes import grading
from quizzes.grading import State

MITOSIS = {
    "answers": [{"text": "mitosis", "fraction": 1}, {"text": "cell division", "fraction": 0.5, "feedback": "Which?"}],
    "reject": [{"text": "meiosis", "feedback": "That halves the chromosomes."}],
}


def judged(response, key=MITOSIS):
    return grading.grade("short", {}, key, response)


def accepting(text, **more):
    return {"answers": [{"text": text, "fraction": 1}], **more}


@pytest.mark.parametrize(
    "response", ["mitosis", "Mitosis", " MITOSIS. ", "mi\u00adtosis", "mitósis", "“mitosis”", "ｍｉｔｏｓｉｓ"]
)
def test_small_differences_do_not_count(response):
    assert judged(response).state == State.RIGHT


def test_a_listed_answer_earns_its_share_and_its_feedback():
    assert judged("Cell  Division")[:2] == (500_000, State.PARTIAL)
    assert judged("cell division").why[-1] == ["feedback", "Which?"]


@pytest.mark.parametrize("response", ["mitosi", "mitozis", "mittosis", "miotsis"])
def test_a_slip_of_the_pen_earns_nothing_but_a_hint(response):
    assert judged(response)[:2] == (0, State.WRONG)
    assert judged(response).why == [["unmatched", None], ["near", {"text": "mitosis"}]]


@pytest.mark.parametrize("response", ["meiosis", "miosis", "meitosis", "osmosis", "photosynthesis", "mitosis meiosis"])
def test_other_words_earn_neither(response):
    grade = judged(response)
    assert grade.ppm == 0
    if response in ("meiosis", "osmosis", "photosynthesis", "mitosis meiosis"):
        assert not any(code == "near" for code, _ in grade.why)


def test_a_rejected_word_says_why():
    assert judged("Meiosis").why == [["rejected", {"text": "meiosis"}], ["feedback", "That halves the chromosomes."]]


def test_a_word_as_near_to_a_rejected_one_is_no_slip():
    # One letter from either.
    key = accepting("affect", reject=[{"text": "effect"}])
    assert judged("iffect", key).why == [["unmatched", None]]


@pytest.mark.parametrize(
    ("key", "response"), [("1000", "10000"), ("1914", "1915"), ("H2O", "H20"), ("version 3", "version 4")]
)
def test_figures_never_hint(key, response):
    grade = judged(response, accepting(key))
    assert grade == (0, State.WRONG, [["unmatched", None]])


@pytest.mark.parametrize(
    ("key", "slips", "hints"),
    [("cell", 1, False), ("nucleus", 1, True), ("nucleus", 2, False), ("chromosome", 2, True)],
)
def test_how_near_depends_on_the_length(key, slips, hints):
    response = "zz"[:slips] + key[slips:]
    assert any(code == "near" for code, _ in judged(response, accepting(key)).why) == hints


def test_hints_can_be_switched_off():
    assert judged("mitosi", MITOSIS | {"hints": False}).why == [["unmatched", None]]


@pytest.mark.parametrize(
    ("key", "response"),
    [("1.5", "15"), ("C#", "C"), ("C++", "C"), ("-5", "5"), ("x-1", "x1"), ("5-x", "5x"), ("!=", "="), ("50 %", "50")],
)
def test_signs_that_carry_meaning_stay(key, response):
    assert judged(key, accepting(key)).state == State.RIGHT
    assert judged(response, accepting(key)).state == State.WRONG


@pytest.mark.parametrize(
    ("key", "response"), [("co-operation", "cooperation"), ("Newton's law", "newtons law"), ("in 1789", "In 1789.")]
)
def test_other_punctuation_goes(key, response):
    assert judged(response, accepting(key)).state == State.RIGHT


def test_case_and_accents_count_where_the_author_says_so():
    assert judged("ma", accepting("mA", case=True)).state == State.WRONG
    assert judged("mA", accepting("mA", case=True)).state == State.RIGHT
    assert judged("resume", accepting("résumé", accents=True)).state == State.WRONG
    assert judged("re\u0301sume\u0301", accepting("résumé", accents=True)).state == State.RIGHT
    assert judged("STRASSE", accepting("Straße")).state == State.RIGHT


@pytest.mark.parametrize("response", ["", "   ", "\u200b", None])
def test_nothing_is_a_blank(response):
    assert judged(response).state == State.BLANK


@pytest.mark.parametrize("response", ["a" * 301, ["mitosis"], 5, {"text": "mitosis"}])
def test_what_is_no_short_text_cannot_be_read(response):
    assert judged(response).state == State.INVALID
    assert grading.unreadable("short", {}, response)
