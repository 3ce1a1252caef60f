"""Texts with gaps: cut only where nothing can come to lie inside a tag."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import markup


def gaps(text):
    return [piece for piece in markup.with_gaps(text) if isinstance(piece, int)]


def open_tags(text):
    """Pieces that end inside a tag."""
    found = []
    for piece in markup.with_gaps(text):
        parser = HTMLParser(convert_charrefs=False)
        parser.feed("" if isinstance(piece, int) else piece)
        found += [piece] if parser.rawdata.startswith("<") else []
    return found


def test_a_text_is_cut_at_its_gaps():
    assert markup.with_gaps("Water moves by [[1]] through [[2]].") == [
        "<p>Water moves by ",
        1,
        " through ",
        2,
        ".</p>\n",
    ]


def test_gaps_may_stand_in_code_in_tables_and_twice():
    assert gaps("`a [[1]]`\n\n```python\nwith [[2]] as b:\n```\n\n| [[3]] | x |\n|--|--|\n| [[1]] | y |") == [
        1,
        2,
        3,
        1,
    ]


@pytest.mark.parametrize("text", ["[[0]]", "[[100]]", "[[x]]", "[1]", "[[ 1 ]]", "no gap"])
def test_what_is_no_gap_stays_as_it_is(text):
    assert gaps(text) == []


@pytest.mark.parametrize(
    "text",
    [
        '[a link](/x "title [[1]] onmouseover=alert(1) x")',
        "[a link](/x?[[1]])",
        "| head [[1]] onfocus=alert(1) |\n|--|\n| x |",
        "<b title='[[1]]'>x</b>",
    ],
)
def test_no_gap_opens_inside_a_tag(text):
    assert open_tags(text) == []


@given(
    st.lists(st.sampled_from([*"] 1`*|\n<>\"'()a-=/!_:[\ue001", "[[1]]", "[a](", "```", "|--|\n"]), max_size=40).map(
        "".join
    )
)
def test_whatever_is_written_no_piece_ends_inside_a_tag(text):
    assert open_tags(text) == []
