"""Calibration: the slope and difficulty of each item from many people's answers.

The two-parameter logistic model by marginal maximum likelihood (EM over a grid of abilities), with a prior on slopes.
Rows of data stream through small float32 blocks: a block's log posterior and its expected counts are one matrix product
each, every item's two parameters are one Newton step, and SQUAREM leaps over most of the cycles.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from . import ability, climbing
from .ability import Floats

Answers = NDArray[np.int8]  # people × items: 1 right, 0 wrong, -1 not seen
Pair = Floats  # 2 × items: slopes, and -slope × difficulty

BLOCK = 2_048  # people
TOLERANCE = 3e-4  # of any parameter, in one cycle
NEWTON_STEPS = 4  # in each cycle; the last ones hardly move
# Of the logarithm of a positive slope. Few answers would else give slopes of 5 and more.
SLOPE_MEAN, SLOPE_DEVIATION = 0.1, 0.4
NEGATIVE_DEVIATION = 1.0  # of a negative slope, around 0
SMALLEST_SLOPE = 0.02
INTERCEPT_DEVIATION = 5.0  # keeps an item that all had right, or none, finite
SAMPLE = 16  # with many people, one in so many is fitted first
MANY = 2_048 * SAMPLE


@dataclass(frozen=True)
class Parameters(ability.Parameters):
    """Of items, in the order of the columns. Errors are standard errors."""

    slope_errors: Floats
    difficulty_errors: Floats
    log_likelihood: float
    cycles: int  # passes over all people
    path: tuple[float, ...]  # what the log likelihood, prior included, was in each of them


def calibrate(
    data: Answers,
    start: ability.Parameters | None = None,
    *,
    prior: bool = True,
    leaps: bool = True,
    tolerance: float = TOLERANCE,
) -> Parameters:
    """start: of an earlier calibration of the same items (nan where an item is new): saves cycles.

    A slope is negative only where the answers say so clearly: the key of such an item is probably wrong.
    """
    if data.ndim != 2 or not data.size:
        raise ValueError(f"no answers: {data.shape}")
    guess = _start(data, start)
    if leaps and len(data) >= MANY:
        guess = _fit(data[::SAMPLE], guess, prior, leaps, max(tolerance, 1e-2)).pair
    fit = _fit(data, guess, prior, leaps, tolerance)
    slopes, difficulties = fit.pair[0], -fit.pair[1] / fit.pair[0]
    slope_errors, difficulty_errors = _errors(data, fit, difficulties)
    return Parameters(
        slopes, difficulties, slope_errors, difficulty_errors, fit.log_likelihood, len(fit.path), tuple(fit.path)
    )


@dataclass
class _Fit:
    pair: Pair
    at: Floats  # the grid of abilities
    log_prior: Floats
    signs: Floats  # of the slopes; 0 as long as they are open
    prior: bool
    log_likelihood: float
    path: list[float]  # the log posterior of the parameters in each cycle: what `_maximise` makes rise


def _start(data: Answers, start: ability.Parameters | None) -> Pair:
    right, seen = _columns(data)
    share = (right + 0.5) / (seen + 1)
    slopes = np.ones(data.shape[1])
    intercepts = np.log(share / (1 - share)) * 1.2  # abilities differ, so the middle of the curve is steeper
    if start is not None:
        known = np.isfinite(start.slopes) & np.isfinite(start.difficulties) & (np.abs(start.slopes) >= SMALLEST_SLOPE)
        slopes[known] = start.slopes[known]
        intercepts[known] = (-start.slopes * start.difficulties)[known]
    return np.stack([slopes, intercepts])


def _columns(data: Answers) -> tuple[Floats, Floats]:
    """(right, seen) of each item."""
    right, seen = np.zeros(data.shape[1]), np.zeros(data.shape[1])
    for start in range(0, len(data), BLOCK):
        block = data[start : start + BLOCK]
        right += np.count_nonzero(block == 1, axis=0)
        seen += np.count_nonzero(block >= 0, axis=0)
    return right, seen


# --- EM -------------------------------------------------------------------------------------------------------------


def _fit(data: Answers, pair: Pair, prior: bool, leaps: bool, tolerance: float) -> _Fit:
    longest = max(int((data[i : i + BLOCK] >= 0).sum(axis=1).max()) for i in range(0, len(data), BLOCK))
    share = longest / data.shape[1]
    path: list[float] = []
    while True:
        at, log_prior = ability.nodes(_peak(pair) * share)
        fit = _Fit(pair, at, log_prior, np.zeros(data.shape[1]), prior, -math.inf, path)
        climber = climbing.Climber(
            partial(_expect, data, fit), partial(_maximise, fit), partial(_kept, fit), leaps=leaps, tolerance=tolerance
        )
        pair = fit.pair = climber.climb(pair)
        # Slopes came out steeper than they were thought to be: posteriors are narrower, and need a finer grid.
        if len(ability.nodes(_peak(pair) * share)[0]) <= len(at):
            return fit


def _peak(pair: Pair) -> float:
    return float(ability.information(pair[0], -pair[1] / pair[0], np.linspace(-2, 2, 9)).max())


def _kept(fit: _Fit, pair: Pair) -> Pair:
    """Slopes on their side of zero."""
    return np.stack([_on_its_side(fit, pair[0]), pair[1]])


def _on_its_side(fit: _Fit, slopes: Floats) -> Floats:
    return np.where(fit.signs < 0, np.minimum(slopes, -SMALLEST_SLOPE), np.maximum(slopes, SMALLEST_SLOPE))


# --- Expectation ----------------------------------------------------------------------------------------------------


def _expect(data: Answers, fit: _Fit, pair: Pair) -> tuple[float, tuple[Floats, Floats]]:
    """(log posterior of the parameters, (expected right answers, expected answers) of items × abilities)."""
    items, grid = data.shape[1], len(fit.at)
    total, complete = np.zeros((grid, 2 * items)), np.zeros(grid)
    whole = 0.0
    for block, posterior, likelihood in _posteriors(data, fit, pair):
        whole += likelihood
        if block.shape[1] == items:
            total[:, :items] += posterior @ block
            complete += posterior.sum(axis=1)
        else:
            total += posterior @ block
    fit.log_likelihood = whole
    fit.path.append(whole + float(_log_prior(fit, pair).sum()))
    return fit.path[-1], (total[:, :items].T, total[:, items:].T + complete)


def _posteriors(data: Answers, fit: _Fit, pair: Pair) -> Iterator[tuple[NDArray, NDArray, float]]:
    """For each block of people: (which answers are right [and which were seen, where some were not], their posterior as
    abilities × people, their log likelihood)."""
    items = data.shape[1]
    odds = pair[0][:, None] * fit.at + pair[1][:, None]
    wrong = -np.logaddexp(0, odds)
    weights = np.concatenate([odds, wrong]).T.astype(np.float32)
    prior = fit.log_prior[:, None].astype(np.float32)
    prior_if_complete = prior + wrong.sum(axis=0)[:, None].astype(np.float32)
    buffer = np.empty((min(BLOCK, len(data)), 2 * items), np.float32)
    logs = np.empty((len(fit.at), len(buffer)), np.float32)
    for start in range(0, len(data), BLOCK):
        answers = data[start : start + BLOCK]
        block, likely = buffer[: len(answers)], logs[:, : len(answers)]
        seen = answers >= 0
        if seen.all():
            block = block.reshape(-1)[: answers.size].reshape(answers.shape)
            block[:] = answers
            np.matmul(weights[:, :items], block.T, out=likely)
            likely += prior_if_complete
        else:
            np.copyto(block[:, :items], answers == 1)
            np.copyto(block[:, items:], seen)
            np.matmul(weights, block.T, out=likely)
            likely += prior
        yield block, likely, normalise(likely)


def normalise(logs: NDArray[np.float32]) -> float:
    """Make posteriors of log posteriors (abilities × people), in place. Returns the people's log likelihood."""
    top = logs.max(axis=0)
    logs -= top
    np.maximum(logs, ability.FAINTEST, out=logs)
    np.exp(logs, out=logs)
    sums = logs.sum(axis=0)
    logs /= sums
    return float(top.sum(dtype=float) + np.log(sums).sum(dtype=float))


# --- Maximisation ---------------------------------------------------------------------------------------------------


def _maximise(fit: _Fit, pair: Pair, counts: tuple[Floats, Floats]) -> Pair:
    """A few Newton steps for all items at once."""
    if not fit.signs.any():
        fit.signs = _signs(fit, pair, counts)
    slopes, intercepts = pair
    for _ in range(NEWTON_STEPS):
        (up_slope, up_intercept), (curve, mixed, flat) = _slope_and_curve(fit, slopes, intercepts, counts)
        determinant = np.maximum(curve * flat - mixed**2, 1e-12)
        step = (flat * up_slope - mixed * up_intercept) / determinant
        shift = (curve * up_intercept - mixed * up_slope) / determinant
        # A step may at most halve a slope or double it: beyond, the parabola tells nothing.
        reach = np.maximum(np.abs(slopes) / 2, 0.1)
        slopes = _on_its_side(fit, slopes + np.clip(step, -reach, reach))
        intercepts = intercepts + np.clip(shift, -2, 2)
        if max(np.abs(step).max(), np.abs(shift).max()) < 1e-6:
            break
    return np.stack([slopes, intercepts])


def _slope_and_curve(
    fit: _Fit, slopes: Floats, intercepts: Floats, counts: tuple[Floats, Floats]
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats, Floats]]:
    """First derivatives, and second ones with their sign turned, of each item's log posterior."""
    right, seen = counts
    chance = 1 / (1 + np.exp(-np.clip(slopes[:, None] * fit.at + intercepts[:, None], -40, 40)))
    missed = right - seen * chance
    weight = seen * chance * (1 - chance)
    first, second = _prior_on_slopes(fit, slopes)
    up = missed @ fit.at + first, missed.sum(axis=1) - intercepts / INTERCEPT_DEVIATION**2
    curve = weight @ fit.at**2 + second, weight @ fit.at, weight.sum(axis=1) + INTERCEPT_DEVIATION**-2
    return up, curve


def _prior_on_slopes(fit: _Fit, slopes: Floats) -> tuple[Floats, Floats]:
    """First derivative, and the second with its sign turned (never below 0, so that steps go uphill)."""
    weak = slopes / INTERCEPT_DEVIATION**2, np.full(len(slopes), INTERCEPT_DEVIATION**-2)
    negative = np.where(fit.signs < 0, NEGATIVE_DEVIATION**-2, INTERCEPT_DEVIATION**-2)
    first, second = -slopes * negative, negative.copy()
    if not fit.prior:
        return -weak[0], weak[1]
    up = fit.signs > 0
    logs = np.log(slopes[up])
    first[up] = -((logs - SLOPE_MEAN) / SLOPE_DEVIATION**2 + 1) / slopes[up]
    bend = (1 - logs + SLOPE_MEAN) / SLOPE_DEVIATION**2 - 1
    second[up] = np.maximum(bend, 0) / slopes[up] ** 2
    return first, second


def _log_prior(fit: _Fit, pair: Pair) -> Floats:
    slopes, intercepts = pair
    logs = -0.5 * (intercepts / INTERCEPT_DEVIATION) ** 2
    if not fit.prior:
        return logs - 0.5 * (slopes / INTERCEPT_DEVIATION) ** 2
    size = np.log(np.maximum(slopes, SMALLEST_SLOPE))
    positive = -0.5 * ((size - SLOPE_MEAN) / SLOPE_DEVIATION) ** 2 - size
    return logs + np.where(fit.signs < 0, -0.5 * (slopes / NEGATIVE_DEVIATION) ** 2, positive)


def _signs(fit: _Fit, pair: Pair, counts: tuple[Floats, Floats]) -> Floats:
    """Which way each item points: fitted freely against the abilities that the whole form suggests."""
    open_fit = _Fit(pair, fit.at, fit.log_prior, fit.signs, False, 0.0, [])
    slopes, intercepts = pair
    for _ in range(NEWTON_STEPS):
        (up_slope, up_intercept), (curve, mixed, flat) = _slope_and_curve(open_fit, slopes, intercepts, counts)
        determinant = curve * flat - mixed**2
        slopes = slopes + np.clip((flat * up_slope - mixed * up_intercept) / determinant, -0.7, 0.7)
        intercepts = intercepts + np.clip((curve * up_intercept - mixed * up_slope) / determinant, -2, 2)
    error = np.sqrt(flat / determinant)
    return np.where(slopes + error < 0, -1.0, 1.0)


# --- Standard errors ------------------------------------------------------------------------------------------------


def _errors(data: Answers, fit: _Fit, difficulties: Floats) -> tuple[Floats, Floats]:
    """From how much each person's answer pulls at its item's parameters (the outer product of scores)."""
    slopes, intercepts = fit.pair
    items = data.shape[1]
    chance = 1 / (1 + np.exp(-np.clip(slopes[:, None] * fit.at + intercepts[:, None], -40, 40)))
    mean_of = np.concatenate([fit.at * chance, chance]).T.astype(np.float32)
    at = fit.at.astype(np.float32)
    pulls = np.zeros((3, items))
    for block, posterior, _likelihood in _posteriors(data, fit, fit.pair):
        right = block[:, :items]
        expected = posterior.T @ mean_of
        by_slope = right * (at @ posterior)[:, None] - expected[:, :items]
        by_intercept = right - expected[:, items:]
        if block.shape[1] > items:
            by_slope *= block[:, items:]
            by_intercept *= block[:, items:]
        pulls += [
            np.einsum("ij,ij->j", first, second)
            for first, second in ((by_slope, by_slope), (by_slope, by_intercept), (by_intercept, by_intercept))
        ]
    curve, mixed, flat = pulls
    curve = curve + np.maximum(_prior_on_slopes(fit, slopes)[1], 0)
    flat = flat + INTERCEPT_DEVIATION**-2
    determinant = np.maximum(curve * flat - mixed**2, 1e-12)
    of_slope, of_intercept, together = flat / determinant, curve / determinant, -mixed / determinant
    of_difficulty = (of_intercept + difficulties**2 * of_slope + 2 * difficulties * together) / slopes**2
    # All slopes and difficulties are on the scale of these people, whose mean and spread are a sample's, too.
    of_slope += slopes**2 / (2 * len(data))
    of_difficulty += (1 + difficulties**2 / 2) / len(data)
    return np.sqrt(of_slope), np.sqrt(np.maximum(of_difficulty, 0))
