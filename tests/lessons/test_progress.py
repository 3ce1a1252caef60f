import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons import progress

WORDS = {
    "b1": ("summary-basic", 100),
    "m1": ("summary-medium", 200),
    "m2": ("summary-medium", 200),
    "c1": ("concepts", 50),
    "e1": ("examples", 50),
    "t1": ("conversation", 999),
}


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (set(), (0, 500)),
        ({"b1"}, (100, 200)),  # one tier is enough, and Basic is the one that was read
        ({"m1"}, (200, 500)),
        ({"b1", "m1"}, (100, 200)),
        ({"m1", "m2", "c1", "e1"}, (500, 500)),
        ({"t1"}, (0, 500)),  # the transcript is not reading progress
        ({"gone", "c1"}, (50, 500)),
    ],
)
def test_words_read(read, expected):
    assert progress.words_read(WORDS, read) == expected


def test_a_lesson_without_text_has_nothing_to_read():
    assert progress.words_read({}, {"gone"}) == (0, 0)
    assert progress.percent(0, 0) == 0


PARTS = st.sampled_from(["summary-basic", "summary-medium", "summary-detailed", "concepts", "examples", "memory-aids"])


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.tuples(PARTS, st.integers(0, 300))),
    st.sets(st.text("abcdef", min_size=1, max_size=2)),
)
def test_progress_stays_between_0_and_100_whatever_moves(words, read):
    done, total = progress.words_read(words, read)
    assert 0 <= done <= total
    assert 0 <= progress.percent(done, total) <= 100


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.tuples(PARTS, st.integers(1, 300))),
    st.sets(st.text("abcdef", min_size=1, max_size=2)),
    st.text("abcdef", min_size=1, max_size=2),
)
def test_reading_more_never_lowers_the_share(words, read, one):
    def share(keys):
        done, total = progress.words_read(words, keys)
        return done / total if total else 0

    assert share(read | {one}) >= share(read) - 1e-9


def test_marking_a_page_read_completes_it_in_every_tier():
    for tier in ("basic", "medium"):
        read = progress.keys_of_page(WORDS, tier)
        assert progress.percent(*progress.words_read(WORDS, read)) == 100


@pytest.mark.parametrize(("read", "total", "shown"), [(1, 1000, 1), (999, 1000, 99), (1000, 1000, 100), (5, 10, 50)])
def test_percent_is_honest_at_both_ends(read, total, shown):
    assert progress.percent(read, total) == shown
