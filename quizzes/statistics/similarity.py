"""Pairs of people whose answers agree more than their abilities explain. For people to look at: it proves nothing.

For a pair, T is the sum over questions answered alike of -log of that option's share, half of it when it is right: to
share a rare mistake says most. Its mean and variance follow from how often people of either ability choose each option,
and all pairs come from a few matrix products.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .ability import Floats
from .items import UNSEEN, Choices

BINS = 25  # of ability, with equally many people in each
UNLIKELY = 6.2  # standard deviations: about one false pair in two exams of 2,000 people
BAND_WIDTH = 1.1  # times people to the power of -1/5: over how much of ability an option's curve is smoothed
PRIOR = 0.5  # people who might have chosen each option besides: keeps rare ones from weighing without end
RIGHT_WEIGHT = 0.5
LEAST_SHARED = 10  # questions that both saw


@dataclass(frozen=True)
class Pair:
    first: int
    second: int
    z: float
    alike: int
    alike_wrong: int


def pairs(choices: Choices, right: list[list[bool]], abilities: Floats, *, unlikely: float = UNLIKELY) -> list[Pair]:
    """The least likely first. right: of each option of each item; blanks and answers without a number are never alike.

    People are compared on the items that both saw.
    """
    people, items = choices.shape
    if people < 2 or not items:
        return []
    seen = (choices != UNSEEN).astype(np.float32)
    picked, owner = _picked(choices, [len(one) for one in right])
    shares = (picked.sum(axis=0) + PRIOR) / (seen.sum(axis=0) + PRIOR * np.bincount(owner, minlength=items))[owner]
    is_right = np.concatenate([np.asarray(one, bool) for one in right])
    weights = (-np.log(np.minimum(shares, 1.0)) * np.where(is_right, RIGHT_WEIGHT, 1.0)).astype(np.float32)
    bins = _bins(abilities)
    curves = _curves(picked, seen, owner, shares, abilities, bins)
    found = []
    members = [np.flatnonzero(bins == one) for one in range(BINS)]
    weighted = picked * np.sqrt(weights)
    for here in range(BINS):
        for there in range(here, BINS):
            table = _expected(curves[here], curves[there], weights, owner, items)
            found += _unlikely(weighted, seen, members[here], members[there], table, unlikely)
    return sorted((_told(choices, right, *one) for one in found), key=lambda pair: -pair.z)


def _picked(choices: Choices, counts: list[int]) -> tuple[NDArray[np.float32], NDArray[np.integer]]:
    """(people × options of all items: 1 where chosen, the item of each column)."""
    owner = np.repeat(np.arange(len(counts)), counts)
    number = np.concatenate([np.arange(count) for count in counts])
    return (choices[:, owner] == number).astype(np.float32), owner


def _bins(abilities: Floats) -> NDArray[np.integer]:
    order = np.argsort(np.argsort(abilities, kind="stable"), kind="stable")
    return order * BINS // len(abilities)


def _curves(picked: NDArray, seen: NDArray, owner: NDArray, shares: Floats, abilities: Floats, bins: NDArray) -> Floats:
    """How often each option is chosen at the middle of each bin, smoothed over the neighbours in ability."""
    reach = BAND_WIDTH * len(abilities) ** -0.2 * max(float(np.std(abilities)), 1e-6)
    middles = np.array([abilities[bins == one].mean() if (bins == one).any() else 0.0 for one in range(BINS)])
    near = np.exp(-0.5 * ((middles[:, None] - abilities[None, :]) / reach) ** 2).astype(np.float32)
    return (near @ picked + shares) / (
        (near @ seen)[:, owner] + 1
    )  # one person more, who chooses as people do on the whole


def _expected(here: Floats, there: Floats, weights: Floats, owner: NDArray, items: int) -> NDArray[np.float32]:
    """(mean, variance) of what each item adds to T for two people of these abilities: 2 × items."""
    both = here * there * weights
    mean = np.bincount(owner, both, minlength=items)
    return np.stack([mean, np.bincount(owner, both * weights, minlength=items) - mean**2]).astype(np.float32)


def _unlikely(
    weighted: NDArray, seen: NDArray, first: NDArray, second: NDArray, table: NDArray, limit: float
) -> list[tuple[int, int, float]]:
    alike = weighted[first] @ weighted[second].T
    mean = (seen[first] * table[0]) @ seen[second].T
    variance = (seen[first] * table[1]) @ seen[second].T
    z = (alike - mean) / np.sqrt(np.maximum(variance, 1e-6))
    rows, columns = np.nonzero(z > limit)
    found = []
    for row, column in zip(rows, columns, strict=True):
        a, b = int(first[row]), int(second[column])
        # Within a bin each pair comes twice, and everybody with themselves.
        if (first[0] != second[0] or a < b) and seen[a] @ seen[b] >= LEAST_SHARED:
            found.append((a, b, float(z[row, column])))
    return found


def _told(choices: Choices, right: list[list[bool]], first: int, second: int, z: float) -> Pair:
    alike = np.flatnonzero((choices[first] == choices[second]) & (choices[first] >= 0))
    wrong = sum(1 for item in alike if not right[item][choices[first, item]])
    return Pair(first, second, z, len(alike), wrong)
