"""Adaptive tests: which question comes next, and when enough is known.

The state of a sitting is the items asked and which of them were right; everything else follows from them, so a sitting
can be replayed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .ability import Floats, chances, posterior_of

POINTS = 41
REACH = 4.0
CANDIDATES = 5  # one of the most informative ones by chance, else everybody begins with the same question
CAP = 0.25  # of the sittings: what was shown in more than these rests
EARLY = 40  # sittings: a share of fewer says nothing yet
PRECISE = 0.30  # standard error at which to stop
FEWEST, MOST = 10, 40  # questions

AT = np.linspace(-REACH, REACH, POINTS)
LOG_PRIOR = -0.5 * AT * AT - math.log(float(np.exp(-0.5 * AT * AT).sum()))


@dataclass(frozen=True)
class Bank:
    """The items of a test, by index. sections: of each item, from 0; blueprint: the share of each section, or any
    weights in these proportions."""

    slopes: Floats
    difficulties: Floats
    sections: NDArray[np.integer]
    blueprint: Floats
    information: Floats = field(init=False, repr=False)  # items × POINTS

    def __post_init__(self) -> None:
        right = chances(self.slopes, self.difficulties, AT)
        tells = np.asarray(self.slopes, float)[:, None] ** 2 * right * (1 - right)
        object.__setattr__(self, "information", tells)


def bank(
    slopes: Sequence[float],
    difficulties: Sequence[float],
    sections: Sequence[int] | None = None,
    blueprint: Sequence[float] | None = None,
) -> Bank:
    """Without sections there is one; without a blueprint each counts as much as it has items."""
    where = np.zeros(len(slopes), int) if sections is None else np.asarray(sections, int)
    shares = np.bincount(where).astype(float) if blueprint is None else np.asarray(blueprint, float)
    return Bank(np.asarray(slopes, float), np.asarray(difficulties, float), where, shares / (shares.sum() or 1.0))


def posterior(items: Bank, asked: Sequence[int], right: Sequence[bool]) -> Floats:
    """How likely each ability in AT is. right: of the items in `asked`, in the same order."""
    chosen = np.asarray(asked, int)
    return posterior_of(items.slopes[chosen], items.difficulties[chosen], right, AT, LOG_PRIOR)


def estimate(likely: Floats) -> tuple[float, float]:
    """(ability, standard error)."""
    mean = float(likely @ AT)
    return mean, math.sqrt(max(float(likely @ (AT - mean) ** 2), 0.0))


def choose(
    items: Bank,
    likely: Floats,
    asked: Sequence[int],
    shown: Sequence[int] | NDArray[np.integer],
    sittings: int,
    rng: np.random.Generator,
) -> int | None:
    """The index of the next item; None when all were asked.

    shown: in how many sittings each item was shown; sittings: how many there were, this one included.
    """
    free = np.ones(len(items.slopes), bool)
    free[np.asarray(asked, int)] = False
    if not free.any():
        return None
    free &= items.sections == _furthest_behind(items, free, asked)
    often = np.asarray(shown)
    rested = free & (often + 1 <= CAP * max(sittings, EARLY))
    if rested.any():
        free = rested
    else:  # a bank too small for the cap: who rested longest
        free &= often == often[free].min()
    open_items = np.flatnonzero(free)
    tells = items.information[open_items] @ likely
    best = open_items[np.argsort(-tells, kind="stable")[:CANDIDATES]]
    return int(best[rng.integers(len(best))])


def stops(likely: Floats, asked: int, left: int) -> bool:
    """Whether the sitting is over. asked: how many so far; left: how many could still be asked."""
    if left <= 0 or asked >= MOST:
        return True
    return asked >= FEWEST and estimate(likely)[1] <= PRECISE


def _furthest_behind(items: Bank, free: NDArray[np.bool_], asked: Sequence[int]) -> int:
    """The section, among those with free items, that lacks most when one more is asked."""
    sizes = len(items.blueprint)
    had = np.bincount(items.sections[np.asarray(asked, int)], minlength=sizes)
    lacks = items.blueprint * (len(asked) + 1) - had
    lacks[np.bincount(items.sections[free], minlength=sizes) == 0] = -np.inf
    return int(np.argmax(lacks))
