"""Arithmetic of what was heard: stretches of seconds, their union, and how they move into a new take. Pure functions.

A stretch is [start, end] in seconds from the beginning of the audio. Times are whole tenths, so that stretches which
touch become one and a row stays small however often it is written.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from media.timeline import Cue

Stretch = tuple[float, float]
Stretches = list[list[float]]

TENTHS = 1  # digits after the point
# The last moments of a file may never be reported: players stop a little early.
UNHEARD = 1.0  # seconds
PAST_END = 1.0  # seconds; a player's idea of the length may differ a little from ours
# Long enough a pause makes one forget where one was: (paused at least so many seconds, go back so many).
REWINDS = ((86_400, 20.0), (3_600, 10.0), (60, 3.0))


@dataclass(frozen=True)
class Timeline:
    """What of a take is needed to move into it, or out of it."""

    seconds: float
    cues: Sequence[Cue] = ()


def tidy(heard: Iterable[Sequence[float]], seconds: float) -> Stretches:
    """Reported stretches in order and apart, none beyond the end. Raises ValueError for what cannot have been heard."""
    return union(*(_checked(start, end, seconds) for start, end in heard))


def _checked(start: float, end: float, seconds: float) -> Stretches:
    if not (isfinite(start) and isfinite(end) and 0 <= start <= end <= seconds + PAST_END):
        raise ValueError(f"nobody heard {start} to {end} of {seconds} seconds")
    start, end = round(min(start, seconds), TENTHS), round(min(end, seconds), TENTHS)
    return [[start, end]] if end > start else []


def union(*many: Iterable[Sequence[float]]) -> Stretches:
    joined: Stretches = []
    for start, end in sorted((stretch[0], stretch[1]) for stretches in many for stretch in stretches):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return joined


def without(some: Iterable[Sequence[float]], others: Iterable[Sequence[float]]) -> Stretches:
    """What of `some` is in none of `others`; both in order and apart. Takes as long as both are, however many."""
    left: Stretches = []
    taken = list(others)
    first_near = 0
    for start, end in some:
        while first_near < len(taken) and taken[first_near][1] <= start:
            first_near += 1
        near = first_near
        while near < len(taken) and taken[near][0] < end:
            if taken[near][0] > start:
                left.append([start, taken[near][0]])
            start = min(taken[near][1], end)
            near += 1
        if end > start:
            left.append([start, end])
    return left


def total(stretches: Iterable[Sequence[float]]) -> float:
    return round(sum(end - start for start, end in stretches), TENTHS)


def first(stretches: Iterable[Sequence[float]], most: float) -> Stretches:
    """The first `most` seconds of them."""
    kept: Stretches = []
    for start, end in stretches:
        end = round(min(end, start + most), TENTHS)
        if end <= start:
            break
        kept.append([start, end])
        most -= end - start
    return kept


def is_whole(heard: float, seconds: float) -> bool:
    return seconds > 0 and heard + UNHEARD >= seconds


def resume_at(place: float, paused_for: float) -> float:
    """Where to go on after a pause of so many seconds: a little earlier, the longer it was."""
    return max(place - next((back for least, back in REWINDS if paused_for >= least), 0.0), 0.0)


# --- A new take -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Slot:
    """A sentence with the pause behind it, in both takes. No second one: its words are not in the new take."""

    old: Stretch
    new: Stretch | None


def carry(heard: Iterable[Sequence[float]], old: Timeline, new: Timeline) -> Stretches:
    """What of the new take counts as heard: the sentences that were, wherever they stand now.

    A sentence is the same if its words and its paragraph's key are. Without any in common: the same share.
    """
    slots = _slots(old, new)
    starts = [slot.old[0] for slot in slots]
    moved: Stretches = []
    for start, end in heard:
        for slot in slots[max(bisect_right(starts, start) - 1, 0) : bisect_left(starts, end)]:
            if slot.new and slot.old[1] > start:
                moved.append([_moved(max(start, slot.old[0]), slot), _moved(min(end, slot.old[1]), slot)])
    return tidy(sorted(moved), new.seconds)


def carry_place(place: float, old: Timeline, new: Timeline) -> float:
    """The same words in the new take; where they changed, the beginning of what stands there now."""
    after = 0.0
    for slot in _slots(old, new):
        if slot.old[0] <= place < slot.old[1]:
            return round(_moved(place, slot) if slot.new else after, TENTHS)
        after = slot.new[1] if slot.new else after
    return round(min(after, new.seconds), TENTHS)


def _moved(moment: float, slot: Slot) -> float:
    (start, end), (new_start, new_end) = slot.old, slot.new or (0.0, 0.0)
    return new_start + (moment - start) * (new_end - new_start) / (end - start) if end > start else new_start


def _slots(old: Timeline, new: Timeline) -> list[Slot]:
    """All sentences of the old take in their order."""
    there = dict(_named(new))
    slots = [Slot(stretch, there.get(name)) for name, stretch in _named(old)]
    if any(slot.new for slot in slots):
        return slots
    return [Slot((0.0, old.seconds), (0.0, new.seconds))]


def _named(timeline: Timeline) -> Iterator[tuple[tuple[str, str, int], Stretch]]:
    """Name and stretch of each sentence. A paragraph may say "Yes." twice: they are counted."""
    seen: Counter[tuple[str, str]] = Counter()
    cues = sorted(timeline.cues, key=lambda cue: cue.start)
    for number, cue in enumerate(cues):
        start = cue.start if number else 0.0
        end = cues[number + 1].start if number + 1 < len(cues) else timeline.seconds
        seen[cue.key, cue.text] += 1
        yield (cue.key, cue.text, seen[cue.key, cue.text]), (start, max(end, start))
