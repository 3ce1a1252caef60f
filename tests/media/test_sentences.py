"""Where sentences begin and end: every cue is one."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.words import SENTENCE_LIMIT, sentences, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four… Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
        (
            "Use a pool, e.g. Python's, i.e. threads. Then wait.",
            ["Use a pool, e.g. Python's, i.e. threads.", "Then wait."],
        ),
        ("Dr. Smith met Mrs. Jones. They spoke.", ["Dr. Smith met Mrs. Jones.", "They spoke."]),
        ("Version 3.14 costs 1.50. Really.", ["Version 3.14 costs 1.50.", "Really."]),
        ("“Stop!” she said. “Now.” He did.", ["“Stop!” she said.", "“Now.”", "He did."]),
        ("1. Open the file. 2. Close it.", ["1. Open the file.", "2. Close it."]),
        ("J. K. Rowling wrote it. See No. 5 there.", ["J. K. Rowling wrote it.", "See No. 5 there."]),
        ("Wait... what? No... stop.", ["Wait... what?", "No... stop."]),
        ("os.path.join joins. It does.", ["os.path.join joins.", "It does."]),
        ("first line\nsecond line", ["first line", "second line"]),
        ("Is it? No. Yes.", ["Is it?", "No.", "Yes."]),
        ("你好。世界！", ["你好。", "世界！"]),
        ("  \n ", []),
        ("", []),
    ],
)
def test_a_text_is_cut_at_the_ends_of_its_sentences(text, expected):
    assert [part.text for part in sentences(text)] == expected


def test_a_sentence_without_end_is_cut_at_a_comma_or_between_words():
    parts = sentences("a long clause here, " * 50)
    assert len(parts) > 1
    assert all(part.text.endswith(",") for part in parts)
    assert all(not part.text.startswith("ord") for part in sentences("word " * 300))
    assert [len(part.text) for part in sentences("x" * 900)] == [400, 400, 100]


PIECES = st.lists(
    st.sampled_from(["Word", "e.g.", "3.5", ". ", "! ", " ", "\n", ",", "x" * 150, "。", "”", "No.", "é"])
)


@given(st.one_of(st.text(max_size=600), PIECES.map("".join)))
def test_sentences_are_slices_in_order_and_lose_nothing(text):
    parts = sentences(text)
    assert all(text[part.at : part.end] == part.text == part.text.strip() for part in parts)
    assert all(0 < len(part.text) <= SENTENCE_LIMIT for part in parts)
    assert all(one.end <= other.at for one, other in pairwise(parts))
    assert "".join("".join(part.text.split()) for part in parts) == "".join(text.split())


@given(st.text(max_size=100))
def test_words_are_slices(text):
    assert [word.text for word in words(text)] == text.split()
    assert all(text[word.at : word.end] == word.text for word in words(text))
