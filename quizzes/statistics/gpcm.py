"""Calibration of questions that can be answered in part: the generalised partial credit model.

P(c points | t) is in proportion to exp(c a t + D_c), with a slope `a` for each item, D_0 = 0 and a D for each further
number of points. With two categories it is the model of `irt`, whose way it goes: one-hot columns of (category, item),
two matrix products a cycle, a batch of small Newton steps.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from . import ability, climbing, irt
from .ability import Floats

Points = NDArray[np.int8]  # people × items: points earned, from 0; -1 not seen

TOLERANCE = 1e-3
NEWTON_STEPS = 3
LARGEST_STEP = 1.0
ABSENT = -1e9  # log weight of a category that an item does not have


@dataclass(frozen=True)
class Parameters:
    slopes: Floats
    thresholds: Floats  # items × categories: D; 0 for no points, nan for categories that an item does not have
    log_likelihood: float
    cycles: int


@dataclass
class _Fit:
    data: Points
    has: NDArray[np.bool_]  # items × categories
    at: Floats
    log_prior: Floats
    log_likelihood: float = 0.0


def calibrate(data: Points, *, tolerance: float = TOLERANCE) -> Parameters:
    """Slopes are positive: what is reversed is found by `irt`, of answers that are right or wrong."""
    if data.ndim != 2 or not data.size:
        raise ValueError(f"no answers: {data.shape}")
    most = data.max(axis=0)
    categories = max(2, int(most.max()) + 1)
    has = np.arange(categories) <= np.maximum(most, 1)[:, None]
    at, log_prior = ability.nodes(data.shape[1] * (categories - 1) * 0.2)
    fit = _Fit(data, has, at, log_prior)
    climber = climbing.Climber(partial(_expect, fit), partial(_maximise, fit), partial(_kept, fit), tolerance=tolerance)
    found = climber.climb(_start(fit))
    thresholds = np.where(has, np.column_stack([np.zeros(len(found)), found[:, 1:]]), np.nan)
    return Parameters(found[:, 0], thresholds, fit.log_likelihood, climber.cycles)


def _start(fit: _Fit) -> Floats:
    counts = np.stack([(fit.data == category).sum(axis=0) for category in range(fit.has.shape[1])], axis=1) + 0.5
    logs = np.where(fit.has, np.log(counts / counts[:, :1]), 0.0)
    return np.column_stack([np.full(len(logs), 0.8), logs[:, 1:]])


def _kept(fit: _Fit, parameters: Floats) -> Floats:
    return np.column_stack([np.maximum(parameters[:, 0], irt.SMALLEST_SLOPE), parameters[:, 1:]])


def _log_chances(fit: _Fit, parameters: Floats) -> Floats:
    """Items × categories × abilities."""
    categories = np.arange(fit.has.shape[1])
    logs = categories[None, :, None] * parameters[:, 0, None, None] * fit.at
    logs[:, 1:] += parameters[:, 1:, None]
    logs = np.where(fit.has[:, :, None], logs, ABSENT)
    return logs - np.logaddexp.reduce(logs, axis=1, keepdims=True)


def _expect(fit: _Fit, parameters: Floats) -> tuple[float, Floats]:
    """(log posterior of the parameters, expected answers as items × categories × abilities)."""
    items, categories = fit.has.shape
    # An absent category's weight meets a 0 only, but must be a number that survives the product.
    logs = np.maximum(_log_chances(fit, parameters), -1e4)
    weights = logs.transpose(2, 1, 0).reshape(len(fit.at), -1).astype(np.float32)
    prior = fit.log_prior[:, None].astype(np.float32)
    buffer = np.empty((min(irt.BLOCK, len(fit.data)), categories * items), np.float32)
    total, whole = np.zeros((len(fit.at), categories * items)), 0.0
    for start in range(0, len(fit.data), irt.BLOCK):
        answers = fit.data[start : start + irt.BLOCK]
        block = buffer[: len(answers)]
        for category in range(categories):
            np.copyto(block[:, category * items : (category + 1) * items], answers == category)
        likely = weights @ block.T + prior
        whole += irt.normalise(likely)
        total += likely @ block
    fit.log_likelihood = whole
    slopes = np.log(parameters[:, 0])
    height = whole - float((0.5 * ((slopes - irt.SLOPE_MEAN) / irt.SLOPE_DEVIATION) ** 2 + slopes).sum())
    height -= 0.5 * float((parameters[:, 1:] ** 2).sum()) / irt.INTERCEPT_DEVIATION**2
    return height, total.reshape(len(fit.at), categories, items).transpose(2, 1, 0)


def _maximise(fit: _Fit, parameters: Floats, counts: Floats) -> Floats:
    categories = np.arange(fit.has.shape[1])
    seen = counts.sum(axis=1)
    for _ in range(NEWTON_STEPS):
        chance = np.exp(_log_chances(fit, parameters))
        missed = counts - seen[:, None, :] * chance
        slopes = parameters[:, 0]
        up = np.column_stack([np.einsum("c,jcq,q->j", categories, missed, fit.at), missed[:, 1:].sum(axis=2)])
        up[:, 1:] -= parameters[:, 1:] / irt.INTERCEPT_DEVIATION**2
        logs = (np.log(slopes) - irt.SLOPE_MEAN) / irt.SLOPE_DEVIATION**2
        up[:, 0] -= (logs + 1) / slopes
        curve = _curve(chance, seen, fit.at)
        curve[:, 0, 0] += np.maximum(irt.SLOPE_DEVIATION**-2 - logs - 1, 0) / slopes**2
        step = np.linalg.solve(curve, up[:, :, None])[:, :, 0]
        reach = np.full_like(step, LARGEST_STEP)
        reach[:, 0] = slopes / 2
        parameters = _kept(fit, parameters + np.clip(step, -reach, reach))
    return parameters


def _curve(chance: Floats, seen: Floats, at: Floats) -> Floats:
    """Second derivatives with their sign turned, for each item: what is counted varies together by so much."""
    items, categories, _grid = chance.shape
    points = np.arange(categories)
    weighted = seen[:, None, :] * chance
    mean = np.einsum("c,jcq->jq", points, chance)
    curve = np.empty((items, categories, categories))
    spread = np.einsum("c,jcq->jq", points**2, chance) - mean**2
    curve[:, 0, 0] = (seen * spread) @ at**2
    curve[:, 0, 1:] = np.einsum("jcq,q->jc", weighted[:, 1:] * (points[1:, None] - mean[:, None, :]), at)
    curve[:, 1:, 0] = curve[:, 0, 1:]
    curve[:, 1:, 1:] = -np.matmul(weighted[:, 1:], chance[:, 1:].transpose(0, 2, 1))
    own = np.arange(1, categories)
    curve[:, own, own] += weighted[:, 1:].sum(axis=2) + irt.INTERCEPT_DEVIATION**-2
    return curve
