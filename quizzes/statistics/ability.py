"""How able a person is, from which items they answered right: the mean of the posterior, and its spread.

P(right | t) = 1 / (1 + exp(-a (t - b))) with abilities t ~ N(0, 1), `a` the slope and `b` the difficulty of an item.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating]

RIGHT = 0.5  # of an answer's fraction: from here on it counts as right, as the model knows right and wrong only
# What is assumed of an item before it is calibrated, by the author's difficulty: (slope, difficulty).
ASSUMED = {1: (1.0, -1.0), 2: (1.0, 0.0), 3: (1.0, 1.0)}
REACH = 5.0  # the grid of abilities goes from -REACH to REACH
LANES = 16  # numbers that the processor handles together: grids are a multiple of it
FINEST = 1.5  # posterior deviations between two nodes, at most
FAINTEST = -60.0  # log of a share of a posterior: fainter ones are denormal numbers, ten times as slow
BLOCK = 4_096  # people at a time, so that a block's posterior stays in the cache


@dataclass(frozen=True)
class Parameters:
    """Of many items, in their order."""

    slopes: Floats
    difficulties: Floats


def nodes(information: float) -> tuple[Floats, Floats]:
    """(abilities, log of their prior weights). information: what the whole form tells at most, a person's posterior
    deviation being about 1 / sqrt(1 + information)."""
    spread = 1 / math.sqrt(1 + max(information, 0.0))
    count = max(2 * LANES, LANES * math.ceil((2 * REACH / (FINEST * spread) + 1) / LANES))
    at = np.linspace(-REACH, REACH, count)
    weights = np.exp(-0.5 * at * at)
    return at, np.log(weights / weights.sum())


def information(slopes: Floats, difficulties: Floats, at: ArrayLike = 0.0) -> Floats:
    """What all items together tell about a person of each ability in `at`: 1 / variance."""
    right = chances(slopes, difficulties, np.atleast_1d(np.asarray(at, float)))
    return (np.asarray(slopes, float)[:, None] ** 2 * right * (1 - right)).sum(axis=0)


def chances(slopes: ArrayLike, difficulties: ArrayLike, at: ArrayLike) -> Floats:
    """P(right), items × abilities."""
    a, b = np.asarray(slopes, float)[:, None], np.asarray(difficulties, float)[:, None]
    return 1 / (1 + np.exp(np.clip(-a * (np.asarray(at, float)[None, :] - b), -40, 40)))


def one(
    slopes: Sequence[float] | Floats, difficulties: Sequence[float] | Floats, right: Sequence[bool] | NDArray
) -> tuple[float, float]:
    """(ability, standard error) of one person who answered these items. Without items: what is known of anybody."""
    a, b = np.asarray(slopes, float), np.asarray(difficulties, float)
    at, log_prior = nodes(_most(a, b))
    posterior = posterior_of(a, b, right, at, log_prior)
    mean = float(posterior @ at)
    return mean, math.sqrt(max(float(posterior @ (at - mean) ** 2), 0.0))


def posterior_of(
    slopes: ArrayLike, difficulties: ArrayLike, right: Sequence[bool] | NDArray, at: Floats, log_prior: Floats
) -> Floats:
    """How likely each ability in `at` is after these answers."""
    chance = chances(slopes, difficulties, at)
    told = np.where(np.asarray(right, bool)[:, None], chance, 1 - chance)
    logs = log_prior + np.log(told).sum(axis=0)
    likely = np.exp(logs - logs.max())
    return likely / likely.sum()


def eap(parameters: Parameters, data: NDArray[np.int8]) -> tuple[Floats, Floats]:
    """(abilities, standard errors) of all people. data: people × items; 1 right, 0 wrong, -1 not seen."""
    a, b = np.asarray(parameters.slopes, float), np.asarray(parameters.difficulties, float)
    at, log_prior = nodes(_most(a, b))
    right = chances(a, b, at)
    # Of a right answer over a wrong one, and of a wrong one: two matrix products give every person's log posterior.
    odds, wrong = np.log(right / (1 - right)).astype(np.float32), np.log1p(-right).astype(np.float32)
    moments = np.column_stack([np.ones_like(at), at, at * at]).astype(np.float32)
    prior = log_prior.astype(np.float32)
    everything_seen = prior + wrong.sum(axis=0)
    found = np.empty((len(data), 2))
    for start in range(0, len(data), BLOCK):
        block = data[start : start + BLOCK]
        logs = (block == 1).astype(np.float32) @ odds
        seen = block >= 0
        logs += everything_seen if seen.all() else seen.astype(np.float32) @ wrong + prior
        logs -= logs.max(axis=1, keepdims=True)
        np.maximum(logs, FAINTEST, out=logs)
        sums = np.exp(logs, out=logs) @ moments
        mean = sums[:, 1] / sums[:, 0]
        found[start : start + BLOCK, 0] = mean
        found[start : start + BLOCK, 1] = sums[:, 2] / sums[:, 0] - mean * mean
    return found[:, 0], np.sqrt(np.maximum(found[:, 1], 0.0))


def reliability(abilities: Floats, errors: Floats) -> float:
    """The share of what differs between people that is ability and not chance; nan when nobody differs."""
    # The posterior means differ less than the abilities they stand for: by what is still unknown of each.
    whole = float(np.var(abilities) + np.mean(errors**2)) if len(abilities) else 0.0
    return 1 - float(np.mean(errors**2)) / whole if whole > 0 else math.nan


def percentile(ability: float, error: float, group: Floats) -> tuple[float, float, float]:
    """(percentile, its lower and upper end) of a person among the abilities of `group`; nan without a group."""
    if not len(group):
        return (math.nan,) * 3
    ranked = np.sort(group)

    def rank(at: float) -> float:  # in the middle of those who are alike
        return 50 * float(np.searchsorted(ranked, at, "left") + np.searchsorted(ranked, at, "right")) / len(ranked)

    return rank(ability), rank(ability - error), rank(ability + error)


def _most(slopes: Floats, difficulties: Floats) -> float:
    """The most that these items tell about anybody: the sum of a²/4 never lies below it, but a form of spread-out items
    would then get nodes it does not need."""
    if not len(slopes):
        return 0.0
    return float(information(slopes, difficulties, np.linspace(-3, 3, 13)).max())
