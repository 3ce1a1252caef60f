"""Arithmetic of what was heard, against a plain set of tenths of a second."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons import hearing
from lessons.hearing import Timeline
from media.timeline import Cue

LENGTH = 100.0
moments = st.integers(0, 1000).map(lambda tenths: tenths / 10)
stretches = st.tuples(moments, moments).map(sorted)
lists = st.lists(stretches, max_size=12)


def tenths(heard):
    return {at for start, end in heard for at in range(round(start * 10), round(end * 10))}


@given(lists, lists)
def test_union_and_difference_are_those_of_sets(some, others):
    some, others = hearing.tidy(some, LENGTH), hearing.tidy(others, LENGTH)
    assert tenths(hearing.union(some, others)) == tenths(some) | tenths(others)
    assert tenths(hearing.without(some, others)) == tenths(some) - tenths(others)
    assert hearing.total(some) == pytest.approx(len(tenths(some)) / 10)


@given(lists)
def test_stretches_are_apart_and_in_order(some):
    flat = [moment for stretch in hearing.tidy(some, LENGTH) for moment in stretch]
    assert flat == sorted(set(flat))


@given(lists, st.floats(0, 120))
def test_the_first_seconds_are_no_more_than_asked_for(some, most):
    some = hearing.tidy(some, LENGTH)
    kept = hearing.first(some, most)
    assert hearing.total(kept) == pytest.approx(min(most, hearing.total(some)), abs=0.06 * (len(some) + 1))
    assert tenths(kept) <= tenths(some)


@pytest.mark.parametrize(
    "heard",
    [[[-1, 5]], [[5, 4]], [[0, 102]], [[float("nan"), 5]], [[0, float("inf")]], [[float("-inf"), 0]]],
)
def test_what_nobody_can_have_heard_is_refused(heard):
    with pytest.raises(ValueError, match="nobody heard"):
        hearing.tidy(heard, LENGTH)


def test_a_player_may_think_the_audio_a_little_longer():
    assert hearing.tidy([[99.5, 100.9], [100.5, 100.9]], LENGTH) == [[99.5, 100]]


@pytest.mark.parametrize(
    ("paused_for", "back"),
    [(0, 0), (59, 0), (60, 3), (3_599, 3), (3_600, 10), (86_399, 10), (86_400, 20), (10**9, 20)],
)
def test_the_longer_the_pause_the_further_back(paused_for, back):
    assert hearing.resume_at(100, paused_for) == 100 - back
    assert hearing.resume_at(1, paused_for) == max(1 - back, 0)


# --- A new take -----------------------------------------------------------------------------------------------------


def line(*sentences, end, start=0.0):
    """A take; sentences: (key, text, start, end)."""
    return Timeline(end, [Cue(at, until, 0, text, key=key) for key, text, at, until in sentences])


OLD = line(("a", "One.", 0, 9), ("b", "Two.", 10, 19), ("c", "Three.", 20, 29), ("d", "Four.", 30, 40), end=40)
# "Two." became longer: all behind it moved by five seconds.
NEW = line(("a", "One.", 0, 9), ("b", "Two, then.", 10, 24), ("c", "Three.", 25, 34), ("d", "Four.", 35, 45), end=45)


@pytest.mark.parametrize(
    ("heard", "carried"),
    [
        ([], []),
        ([[0, 40]], [[0, 10], [25, 45]]),
        ([[2, 4]], [[2, 4]]),
        ([[12, 18]], []),
        ([[25, 35]], [[30, 40]]),
        ([[5, 12], [19.5, 22]], [[5, 10], [25, 27]]),
    ],
)
def test_one_changed_sentence_of_many_costs_only_itself(heard, carried):
    assert hearing.carry(heard, OLD, NEW) == carried


@pytest.mark.parametrize(
    ("place", "carried"), [(0, 0), (5, 5), (12, 10), (19.9, 10), (20, 25), (33, 38), (40, 45), (99, 45)]
)
def test_a_place_stays_at_its_words(place, carried):
    assert hearing.carry_place(place, OLD, NEW) == carried


def test_moved_sentences_take_their_evidence_along():
    new = line(("c", "Three.", 0, 9), ("a", "One.", 10, 19), end=20)
    assert hearing.carry([[20, 30]], OLD, new) == [[0, 10]]
    assert hearing.carry([[0, 10]], OLD, new) == [[10, 20]]


def test_the_same_words_twice_are_told_apart():
    old = line(("a", "Yes.", 0, 1), ("a", "Yes.", 2, 3), end=4)
    new = line(("x", "Well.", 0, 1), ("a", "Yes.", 2, 3), ("a", "Yes.", 4, 5), end=6)
    assert hearing.carry([[2, 4]], old, new) == [[4, 6]]


def test_the_same_words_in_another_paragraph_are_other_words():
    old, new = (
        line(("a", "Yes.", 0, 1), ("b", "No.", 1, 2), end=2),
        line(("c", "Yes.", 0, 1), ("b", "No.", 1, 2), end=2),
    )
    assert hearing.carry([[0, 1]], old, new) == []


def test_without_common_words_the_same_share_counts():
    assert hearing.carry([[0, 10], [30, 40]], OLD, Timeline(80)) == [[0, 20], [60, 80]]
    assert hearing.carry_place(10, OLD, Timeline(80)) == 20
    assert hearing.carry([], Timeline(0), NEW) == []


@given(lists)
def test_the_same_take_again_changes_nothing(heard):
    heard = hearing.tidy([[start * 0.4, end * 0.4] for start, end in heard], 40)
    assert hearing.carry(heard, OLD, OLD) == heard


@given(lists)
def test_a_carry_never_leaves_the_take(heard):
    carried = hearing.carry(hearing.tidy([[start * 0.4, end * 0.4] for start, end in heard], 40), OLD, NEW)
    assert all(0 <= start < end <= 45 for start, end in carried)
