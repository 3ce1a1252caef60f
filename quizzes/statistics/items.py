"""Classical figures of a test and its questions, by a few matrix products over people × items."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .ability import Floats

Shares = NDArray[np.float32]  # people × items: what each answer earned, 0–1; nan where the person did not see the item
Choices = NDArray[
    np.int16
]  # people × items: number of the option chosen; -1 for a blank or another answer, -2 not seen

BLANK, UNSEEN = -1, -2
GROUP = 0.27  # of people, best and worst: where the difference of two shares is surest
FIFTHS = 5
BLOCK = 8_192  # people
FACTOR_ROUNDS, FACTOR_TOLERANCE = 500, 1e-7
LEAST_SHARE = 0.05  # of people, for an option to be proposed as the key
SURE, LIKES_ABLE, KEY_BELOW = 3.0, 0.05, 0.05  # z, and the two correlations, of a wrong key


@dataclass(frozen=True)
class Rests:
    """What each person earned with the other items they saw, on average: `level - weight * share` for an item."""

    level: Floats  # people
    weight: Floats
    counts: NDArray[np.bool_]  # people who saw at least two items

    def of(self, shares: Floats) -> Floats:
        return self.level - self.weight * shares


@dataclass(frozen=True)
class Analysis:
    """Arrays have one number for each item; nan where nothing can be said."""

    n: NDArray[np.integer]
    facility: Floats
    upper_lower: Floats
    discrimination: Floats  # correlation with the rest
    alpha_without: Floats
    alpha: float  # nan for forms that differ: see ability.reliability
    omega: float
    mean: float  # of the people's mean shares
    deviation: float
    error: float  # standard error of measurement of a mean share
    totals: Floats  # mean share of each person
    rests: Rests


def analyse(shares: Shares) -> Analysis:
    people = len(shares)
    sums = _sums(shares)
    n = sums.seen.astype(int)
    with np.errstate(invalid="ignore", divide="ignore"):
        facility = sums.earned / sums.seen
        discrimination = _discrimination(sums)
        alpha, without = _alpha(sums, people)
        deviation = float(np.nanstd(sums.totals, ddof=1)) if np.isfinite(sums.totals).sum() > 1 else math.nan
    return Analysis(
        n=n,
        facility=facility,
        upper_lower=_upper_lower(shares, sums.totals),
        discrimination=discrimination,
        alpha_without=without,
        alpha=alpha,
        omega=_omega(sums, people),
        mean=float(np.nanmean(sums.totals)) if np.isfinite(sums.totals).any() else math.nan,
        deviation=deviation,
        error=deviation * math.sqrt(max(1 - alpha, 0.0)) if math.isfinite(alpha) else math.nan,
        totals=sums.totals,
        rests=sums.rests,
    )


# --- One pass -------------------------------------------------------------------------------------------------------


@dataclass
class _Sums:
    seen: Floats
    earned: Floats
    squares: Floats
    rest: Floats  # sums over those who saw the item, of the rest …
    rest_squares: Floats
    together: Floats  # … and of share × rest
    products: Floats  # items × items
    totals: Floats
    rests: Rests
    is_complete: bool


def _sums(shares: Shares) -> _Sums:
    people, items = shares.shape
    rests, totals, complete = _rests(shares)
    nothing = np.zeros((6, items))
    whole = _Sums(*nothing, np.zeros((items, items)), totals, rests, complete)  # type: ignore[call-arg]
    for start in range(0, people, BLOCK):
        part = slice(start, start + BLOCK)
        seen = ~np.isnan(shares[part])
        x = np.where(seen, shares[part], np.float32(0))
        squared = x * x
        level, weight = (a[part].astype(np.float32) for a in (rests.level, rests.weight))
        counts = rests.counts[part].astype(np.float32)
        of_seen = np.stack([counts, counts * level, counts * level**2, np.ones_like(level)]) @ seen
        of_x = np.stack([np.ones_like(level), weight, counts * level, weight * level]) @ x
        of_squared = np.stack([np.ones_like(level), weight, weight**2]) @ squared
        whole.seen += of_seen[3]
        whole.earned += of_x[0]
        whole.squares += of_squared[0]
        whole.rest += of_seen[1] - of_x[1]
        whole.rest_squares += of_seen[2] - 2 * of_x[3] + of_squared[2]
        whole.together += of_x[2] - of_squared[1]
        if complete:
            whole.products += x.T @ x
    return whole


def _rests(shares: Shares) -> tuple[Rests, Floats, bool]:
    people, items = shares.shape
    total, seen = np.empty(people), np.empty(people)
    for start in range(0, people, BLOCK):
        block = shares[start : start + BLOCK]
        total[start : start + BLOCK] = np.nansum(block, axis=1, dtype=float)
        seen[start : start + BLOCK] = items - np.isnan(block).sum(axis=1)
    counts = seen >= 2
    weight = np.where(counts, 1 / np.maximum(seen - 1, 1), 0.0)
    level = weight * total
    if counts.any():
        level = np.where(counts, level - level[counts].mean(), 0.0)  # correlations do not mind, and rounding is less
    totals = np.divide(total, seen, out=np.full(people, np.nan), where=seen > 0)
    return Rests(level, weight, counts), totals, bool((seen == items).all())


def _discrimination(sums: _Sums) -> Floats:
    n = sums.seen
    covariance = sums.together - sums.earned * sums.rest / n
    spread = (sums.squares - sums.earned**2 / n) * (sums.rest_squares - sums.rest**2 / n)
    return np.where(spread > 1e-9 * n**2, covariance / np.sqrt(np.maximum(spread, 1e-300)), np.nan)


def _upper_lower(shares: Shares, totals: Floats) -> Floats:
    known = np.flatnonzero(np.isfinite(totals))
    size = round(GROUP * len(known))
    if not size:
        return np.full(shares.shape[1], np.nan)
    order = known[np.argsort(totals[known], kind="stable")]
    worst, best = _means(shares[order[:size]]), _means(shares[order[-size:]])
    return best - worst


def _means(shares: Shares) -> Floats:
    seen = (~np.isnan(shares)).sum(axis=0)
    sums = np.nansum(shares, axis=0, dtype=float)
    return np.divide(sums, seen, out=np.full(shares.shape[1], np.nan), where=seen > 0)


# --- Reliability ----------------------------------------------------------------------------------------------------


def _covariances(sums: _Sums, people: int) -> Floats:
    means = sums.earned / people
    return (sums.products / people - np.outer(means, means)) * people / max(people - 1, 1)


def _alpha(sums: _Sums, people: int) -> tuple[float, Floats]:
    """(alpha, alpha without each item): KR-20 for answers that are right or wrong."""
    items = len(sums.seen)
    without = np.full(items, np.nan)
    if not sums.is_complete or items < 2 or people < 2:
        return math.nan, without
    covariances = _covariances(sums, people)
    own, whole = np.diag(covariances), covariances.sum()
    if whole <= 1e-9:
        return math.nan, without
    if items > 2:
        rest = whole + own - 2 * covariances.sum(axis=0)
        without = np.where(rest > 1e-9, (items - 1) / (items - 2) * (1 - (own.sum() - own) / rest), np.nan)
    return float(items / (items - 1) * (1 - own.sum() / whole)), without


def _omega(sums: _Sums, people: int) -> float:
    """Share of the variance of the sum that one common factor explains; items that all answered alike left out."""
    if not sums.is_complete or people < 2:
        return math.nan
    covariances = _covariances(sums, people)
    used = np.diag(covariances) > 1e-9
    if used.sum() < 3:
        return math.nan
    deviations = np.sqrt(np.diag(covariances)[used])
    loadings = _one_factor(covariances[np.ix_(used, used)] / np.outer(deviations, deviations))
    common = loadings.sum() ** 2
    return float(common / (common + (1 - loadings**2).sum()))


def _one_factor(correlations: Floats) -> Floats:
    """Loadings that leave the least of the correlations unexplained (minres): power iteration in which the diagonal is
    what the factor itself explains."""
    items = len(correlations)
    off = correlations - np.diag(np.diag(correlations))
    loadings = np.full(items, 0.5)
    for _ in range(FACTOR_ROUNDS):
        towards = off @ loadings + loadings**3
        towards /= max(float(np.linalg.norm(towards)), 1e-12)
        size = float(towards @ off @ towards + towards**2 @ loadings**2)
        better = np.clip(towards * math.sqrt(max(size, 0.0)), -0.999, 0.999)
        moved, loadings = float(np.abs(better - loadings).max()), better
        if moved < FACTOR_TOLERANCE:
            break
    return loadings


# --- Options --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Option:
    share: float  # of those who saw the item
    fifths: list[float]  # the same in each fifth of ability, the least able first; nan where nobody saw it
    rest: float  # correlation of choosing it with the rest; nan when nobody or everybody did
    n: int


@dataclass(frozen=True)
class BadKey:
    z: float
    proposed: int  # number of the option


def fifths(totals: Floats) -> NDArray[np.integer]:
    """Which fifth of ability each person belongs to, 0 the least able; -1 for who saw nothing."""
    known = np.flatnonzero(np.isfinite(totals))
    found = np.full(len(totals), -1)
    found[known[np.argsort(totals[known], kind="stable")]] = np.arange(len(known)) * FIFTHS // max(len(known), 1)
    return found


def options(chosen: NDArray[np.int16], count: int, rest: Floats, fifth: NDArray[np.integer]) -> list[Option]:
    """Of one item. chosen: its column of Choices; rest: of each person; fifth: see `fifths`."""
    seen = (chosen != UNSEEN) & (fifth >= 0)
    numbers, rest, fifth = chosen[seen].astype(int) + 1, rest[seen], fifth[seen]  # 0: blank
    n = len(numbers)
    cells = np.bincount(numbers * FIFTHS + fifth, minlength=(count + 1) * FIFTHS).reshape(-1, FIFTHS)
    by_fifth = np.bincount(fifth, minlength=FIFTHS)
    sums = np.bincount(numbers, weights=rest, minlength=count + 1)
    mean, spread = (float(rest.mean()), float(rest.std())) if n else (0.0, 0.0)
    found = []
    for number in range(1, count + 1):
        here = int(cells[number].sum())
        share = here / n if n else math.nan
        chance = math.sqrt(share * (1 - share)) if n else 0.0
        together = (sums[number] / n - share * mean) if n else 0.0
        correlation = float(together / (chance * spread)) if chance * spread > 1e-9 else math.nan
        parts = [float(a / b) if b else math.nan for a, b in zip(cells[number], by_fifth, strict=True)]
        found.append(Option(share, parts, correlation, here))
    return found


def bad_key(found: list[Option], right: list[bool], key: float, n: int) -> BadKey | None:
    """An option that the able prefer to the key, if there is one beyond chance.

    right: of each option; key: correlation of having it right with the rest (nan when nobody has); n: people.
    """
    others = [i for i, option in enumerate(found) if not right[i] and option.share >= LEAST_SHARE]
    others = [i for i in others if math.isfinite(found[i].rest)]
    if not others or n <= 3:
        return None
    best = max(others, key=lambda i: found[i].rest)
    key = 0.0 if math.isnan(key) else key
    z = (_atanh(found[best].rest) - _atanh(key)) * math.sqrt((n - 3) / 2)
    if z > SURE and found[best].rest > LIKES_ABLE and key < KEY_BELOW:
        return BadKey(z, best)
    return None


def _atanh(correlation: float) -> float:
    return math.atanh(min(max(correlation, -0.999), 0.999))
