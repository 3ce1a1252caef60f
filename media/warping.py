"""Lay two recordings of the same words over each other: dynamic time warping in a band, row by row in numpy."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .mfcc import STEP, Features

HALF_BAND = 45.0  # seconds that the two may be apart, measured against even stretching
HALF_BAND_LIMIT = 120.0
CAP = 6.5  # most that one step may cost: what only one of the two has must not bend the rest
ANYWHERE = 64  # steps of speech, spread over the recording
TELL_EVERY = 400  # rows
DIAGONAL, DOWN, ACROSS = 0, 1, 2


@dataclass(frozen=True)
class Warp:
    """For each step of the first recording: its first and last step in the second, and how well they match there.

    unlike: distance of the two steps against that of any two; 1 is no better than chance.
    """

    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    unlike: npt.NDArray[np.float32]


def warp(ours: Features, theirs: Features, is_speech: npt.NDArray[np.bool_], beat: Callable[[float], None]) -> Warp:
    """Both with at least one row. is_speech: of theirs.

    Time and memory: rows of `ours` times the width of the band, a byte each.
    """
    rows, columns = len(ours), len(theirs)
    half = min(HALF_BAND_LIMIT, HALF_BAND + abs(rows - columns) * STEP / 4)
    width = min(columns, 2 * round(half / STEP))
    centres = np.arange(rows) * ((columns - 1) / max(1, rows - 1))
    lows = np.clip(np.round(centres - width / 2), 0, columns - width).astype(np.int64)
    steps = np.empty((rows, width), np.int8)
    squares = np.einsum("ij,ij->i", theirs, theirs)
    total = np.full(width + 1, np.inf)
    for row in range(rows):
        low = int(lows[row])
        cost = _costs(ours[row], theirs[low : low + width], squares[low : low + width])
        total = _advance(row, cost, total, low - int(lows[row - 1]) if row else 0, steps)
        if row % TELL_EVERY == 0:
            beat(row / rows)
    first, last = _walked(lows, steps)
    chance = np.mean([_apart(ours, theirs[place]) for place in _spread(is_speech)], axis=0)
    return Warp(first, last, _apart(ours, theirs[(first + last) // 2]) / np.maximum(chance, 1e-6))


def _costs(one: npt.NDArray[np.float32], many: Features, squares: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    distance = np.sqrt(np.maximum(squares - 2 * (many @ one) + one @ one, 0))
    return np.minimum(distance, CAP).astype(np.float64)


def _advance(
    row: int, cost: npt.NDArray[np.float64], total: npt.NDArray[np.float64], moved: int, steps: npt.NDArray[np.int8]
) -> npt.NDArray[np.float64]:
    """Cheapest ways to each place of this row. total: those of the row before, behind one place for “nowhere”."""
    width = len(cost)
    if row == 0:
        before = np.full(width, np.inf)
        before[0] = 0.0
        step = np.zeros(width, np.int8)
    else:
        # total[1 + k] was place k of the row above; this row begins `moved` places later.
        above = np.concatenate([total[1 + moved :], np.full(moved, np.inf)])
        aside = np.concatenate([total[moved:], np.full(moved, np.inf)])[:width]
        step = np.where(aside <= above, DIAGONAL, DOWN).astype(np.int8)
        before = np.minimum(above, aside)
    # Going across costs the sum of what lies between: with running sums, the best beginning is a running minimum.
    sums = np.cumsum(cost)
    from_above = before + cost - sums
    best = np.minimum.accumulate(from_above)
    step[best < from_above] = ACROSS
    steps[row] = step
    return np.concatenate([[np.inf], best + sums])


def _walked(
    lows: npt.NDArray[np.int64], steps: npt.NDArray[np.int8]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The cheapest way, backwards from the end: its first and its last place in each row."""
    rows, width = steps.shape
    first, last = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    row, column = rows - 1, int(lows[-1]) + width - 1
    last[row] = column
    while True:
        first[row] = column
        step = steps[row, column - lows[row]]
        if step == ACROSS:
            column -= 1
            continue
        if row == 0:
            return first, last
        row -= 1
        column -= step == DIAGONAL
        last[row] = column


def _spread(is_speech: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    places = np.flatnonzero(is_speech) if is_speech.any() else np.arange(len(is_speech))
    return places[np.linspace(0, len(places) - 1, ANYWHERE).astype(np.int64)]


def _apart(ours: Features, theirs: Features) -> npt.NDArray[np.float32]:
    return np.minimum(np.linalg.norm(ours - theirs, axis=1), CAP).astype(np.float32)
