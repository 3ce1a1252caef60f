"""Invented people who answer as the model says: what was put in is known, so what is found can be judged."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

AT_ONCE = 20_000  # people


@dataclass(frozen=True)
class Bank:
    slopes: np.ndarray
    difficulties: np.ndarray


def bank(rng: np.random.Generator, items: int, spread: float = 0.3) -> Bank:
    return Bank(np.exp(rng.normal(0.1, spread, items)), rng.normal(0, 1, items))


def answers(rng: np.random.Generator, known: Bank, people: int, missing: float = 0.0) -> np.ndarray:
    """people × items: 1 right, 0 wrong, -1 not seen."""
    data = np.empty((people, len(known.slopes)), np.int8)
    for start in range(0, people, AT_ONCE):
        able = rng.normal(size=min(AT_ONCE, people - start))
        chance = 1 / (1 + np.exp(-known.slopes * (able[:, None] - known.difficulties)))
        part = (rng.random(chance.shape) < chance).astype(np.int8)
        if missing:
            part[rng.random(chance.shape) < missing] = -1
        data[start : start + AT_ONCE] = part
    return data


def choices(rng: np.random.Generator, known: Bank, people: int, options: int = 4) -> np.ndarray:
    """people × items: the option chosen, 0 being the right one; wrong ones attract differently."""
    right = answers(rng, known, people) == 1
    attraction = np.cumsum(rng.dirichlet(np.full(options - 1, 2.0), size=len(known.slopes)), axis=1)
    wrong = 1 + (rng.random((*right.shape, 1)) > attraction[None]).sum(axis=2).clip(0, options - 2)
    return np.where(right, 0, wrong).astype(np.int16)


def points(seed: int, n: int, items: int, categories: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(slopes, thresholds, points) of people who answer as the model says."""
    rng = np.random.default_rng(seed)
    slopes = np.exp(rng.normal(-0.1, 0.3, items))
    steps = np.sort(rng.normal(0, 1, (items, categories - 1)), axis=1)
    thresholds = np.column_stack([np.zeros(items), -np.cumsum(slopes[:, None] * steps, axis=1)])
    logs = np.arange(categories) * (rng.normal(size=(n, 1)) * slopes)[:, :, None] + thresholds
    chance = np.exp(logs - np.logaddexp.reduce(logs, axis=2, keepdims=True))
    earned = (rng.random((n, items, 1)) > np.cumsum(chance, axis=2)).sum(axis=2)
    return slopes, thresholds, earned.astype(np.int8)


def copy(rng: np.random.Generator, chosen: np.ndarray, pairs: int, share: float) -> set[tuple[int, int]]:
    """Let one of each pair copy this share of the other's answers. Returns the pairs, the smaller number first."""
    drawn = [int(person) for person in rng.permutation(len(chosen))[: 2 * pairs]]
    for copier, source in zip(drawn[:pairs], drawn[pairs:], strict=True):
        copied = rng.random(chosen.shape[1]) < share
        chosen[copier, copied] = chosen[source, copied]
    return {(min(pair), max(pair)) for pair in zip(drawn[:pairs], drawn[pairs:], strict=True)}


def rmse(found: np.ndarray, true: np.ndarray) -> float:
    return float(np.sqrt(np.mean((found - true) ** 2)))


@dataclass(frozen=True)
class Sittings:
    """Of adaptive tests: one entry for each person."""

    lengths: list[int]
    errors: list[float]
    most_shown: float  # share of the people who saw the item that was shown most
    sections: np.ndarray  # share of each section in all questions


def sit(
    rng: np.random.Generator, known: Bank, sections: np.ndarray, blueprint: Sequence[float], people: int
) -> Sittings:
    from quizzes.statistics import adaptive

    items = adaptive.bank(known.slopes, known.difficulties, sections, blueprint)
    shown, asked_of = np.zeros(len(known.slopes), int), np.zeros(len(blueprint))
    lengths, errors = [], []
    for person in range(people):
        able = rng.normal()
        asked: list[int] = []
        right: list[bool] = []
        likely = adaptive.posterior(items, asked, right)
        while not adaptive.stops(likely, len(asked), len(shown) - len(asked)):
            index = adaptive.choose(items, likely, asked, shown, person + 1, rng)
            assert index is not None
            asked.append(index)
            chance = 1 / (1 + np.exp(-known.slopes[index] * (able - known.difficulties[index])))
            right.append(bool(rng.random() < chance))
            likely = adaptive.posterior(items, asked, right)
        shown[asked] += 1
        asked_of += np.bincount(sections[asked], minlength=len(blueprint))
        lengths.append(len(asked))
        errors.append(adaptive.estimate(likely)[0] - able)
    return Sittings(lengths, errors, float(shown.max() / people), asked_of / asked_of.sum())
