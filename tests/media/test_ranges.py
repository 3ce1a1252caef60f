"""Which bytes are sent: the cases of RFC 9110, with results worked out by hand for a file of 1,000 bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.ranges import Piece, is_known, piece

ETAG = '"abc"'


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("", Piece(200, 0, 1000)),
        ("bytes=0-0", Piece(206, 0, 1)),
        ("bytes=0-999", Piece(206, 0, 1000)),
        ("bytes=0-", Piece(206, 0, 1000)),
        ("bytes=999-999", Piece(206, 999, 1)),
        ("bytes=500-", Piece(206, 500, 500)),
        ("bytes=-1", Piece(206, 999, 1)),
        ("bytes=-1000", Piece(206, 0, 1000)),
        ("bytes=-5000", Piece(206, 0, 1000)),
        ("bytes=900-5000", Piece(206, 900, 100)),
        ("Bytes = 1 - 2 ", Piece(206, 1, 2)),
        ("bytes=1000-", Piece(416)),
        ("bytes=1000-1001", Piece(416)),
        ("bytes=99999999999999999999999-", Piece(416)),
        ("bytes=-0", Piece(416)),
        # Several, or nonsense: as if nothing had been said.
        ("bytes=0-1,5-6", Piece(200, 0, 1000)),
        ("bytes=5-1", Piece(200, 0, 1000)),
        ("bytes=-", Piece(200, 0, 1000)),
        ("bytes=a-b", Piece(200, 0, 1000)),
        ("bytes=१-२", Piece(200, 0, 1000)),
        ("bytes 0-1", Piece(200, 0, 1000)),
        ("seconds=0-1", Piece(200, 0, 1000)),
        ("bytes=0-1-2", Piece(200, 0, 1000)),
        ("bytes=+1-2", Piece(200, 0, 1000)),
        ("bytes=" + "9" * 5000, Piece(200, 0, 1000)),
    ],
)
def test_one_range_is_sent_and_everything_else_is_the_whole(wanted, expected):
    assert piece(1000, ETAG, wanted=wanted) == expected


@pytest.mark.parametrize(
    ("if_range", "status"),
    [
        ('"abc"', 206),
        (' "abc" ', 206),
        ('"old"', 200),
        ('W/"abc"', 200),  # a weak tag says nothing about bytes
        ("Wed, 21 Oct 2026 07:28:00 GMT", 200),  # we send no date that it could repeat
        ("nonsense", 200),
    ],
)
def test_a_range_of_another_version_is_the_whole(if_range, status):
    assert piece(1000, ETAG, wanted="bytes=0-9", if_range=if_range).status == status


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ('"abc"', True),
        ('W/"abc"', True),
        ('"x", "abc"', True),
        ("*", True),
        ('"x"', False),
        ("abc", False),
        ("", False),
    ],
)
def test_who_has_it_is_told_so_before_any_range(known, expected):
    assert is_known(ETAG, known) is expected
    assert (piece(1000, ETAG, wanted="bytes=0-9", if_none_match=known).status == 304) is expected


def test_a_piece_is_cut_and_the_whole_is_not():
    assert piece(1000, ETAG, wanted="bytes=100-", most=64) == Piece(206, 100, 64)
    assert piece(1000, ETAG, wanted="bytes=-10", most=64) == Piece(206, 990, 10)
    assert piece(1000, ETAG, most=64) == Piece(200, 0, 1000)


def test_the_header_tells_what_is_sent():
    assert Piece(206, 100, 64).content_range(1000) == "bytes 100-163/1000"
    assert Piece(416).content_range(1000) == "bytes */1000"


def test_of_an_empty_file_no_range_can_be_had():
    assert piece(0, ETAG, wanted="bytes=0-").status == 416
    assert piece(0, ETAG) == Piece(200, 0, 0)


@given(
    size=some.integers(0, 10_000),
    wanted=some.one_of(some.text(max_size=20), some.from_regex(r"bytes=\d{0,5}-\d{0,5}", fullmatch=True)),
    most=some.none() | some.integers(1, 500),
)
def test_nothing_outside_the_file_is_ever_sent(size, wanted, most):
    found = piece(size, ETAG, wanted=wanted, most=most)
    assert found.status in (200, 206, 416)
    assert 0 <= found.start <= found.start + found.length <= size
    assert found.status != 206 or found.length > 0
