"""The piece of text under a search result."""

import pytest

from lib.snippets import marked, snippet


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Locks lock.", ["lock"], "<mark>Locks</mark> <mark>lock</mark>."),
        ("A clock is no lock", ["lock"], "A clock is no <mark>lock</mark>"),
        ("Pricing prices", ["price"], "<mark>Pricing</mark> <mark>prices</mark>"),
        ("Ein Café, zwei Cafés", ["cafe"], "Ein <mark>Café</mark>, zwei <mark>Cafés</mark>"),
        ('<a href="x">lock</a> & co', ["lock"], "&lt;a href=&quot;x&quot;&gt;<mark>lock</mark>&lt;/a&gt; &amp; co"),
        ("<mark>lock</mark>", ["zzz"], "&lt;mark&gt;lock&lt;/mark&gt;"),
        ("", ["lock"], ""),
        ("mark", ["mark"], "<mark>mark</mark>"),
    ],
)
def test_words_are_marked_and_everything_is_escaped(text, words, expected):
    assert marked(text, words) == expected


def test_the_window_is_where_most_words_stand_together():
    text = "lock " + "nothing here " * 60 + "a lock for waiting threads " + "nothing here " * 60
    shown = snippet(text, ["waiting", "lock"])
    assert "<mark>lock</mark> for <mark>waiting</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 280


def test_without_any_of_the_words_the_beginning_is_shown():
    assert snippet("Make slow programs fast.", ["python"]) == "Make slow programs fast."


def test_a_heading_is_set_off_from_the_sentence_after_it():
    assert snippet("Why locks\nThey protect.\nMore", []) == "Why locks · They protect. More"
