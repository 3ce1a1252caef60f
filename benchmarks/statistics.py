"""What answers tell, by NumPy alone: calibration, abilities, item figures, adaptive tests and copying.

CPU seconds of this process with one BLAS thread; people are invented, so what is found can be compared with the truth.
The two smaller calibrations are of data whose greatest likelihood other programs have found, too.
"""

import time
import tracemalloc
from collections.abc import Callable, Iterator

import numpy as np

from quizzes.statistics import ability, adaptive, gpcm, irt, items, similarity
from tests.quizzes.statistics import people

from .harness import Bar

SEED = 1
# People, items, share missing; CPU ms; root mean square errors of slope and difficulty in thousandths; log likelihood.
SIZES = (
    (2_000, 50, 0.0, 50, 80, 71, -55_382.88),
    (20_000, 100, 0.0, 200, 23.5, 31, -1_079_968.0),
    (200_000, 100, 0.5, 2_000, 23.5, 31, None),
)
WRONG_KEYS = (3, 17, 40)
BLUEPRINT = (0.4, 0.3, 0.2, 0.1)
COPIERS = 20


def measure(*, quick: bool) -> list[Bar]:
    irt.calibrate(people.answers(np.random.default_rng(0), people.bank(np.random.default_rng(0), 10), 100))  # warm
    return [
        *(bar for size in (SIZES[:2] if quick else SIZES) for bar in calibration(*size)),
        *edges(),
        *partial_credit(5_000 if quick else 20_000),
        abilities(20_000 if quick else 200_000),
        *wrong_keys(10 if quick else 40),
        item_figures(20_000 if quick else 100_000),
        *adaptive_tests(300 if quick else 2_000),
        *copying(3 if quick else 10),
    ]


def cpu_seconds(work: Callable[[], object], rounds: int = 3) -> float:
    """The best of some rounds: neighbours on the machine can only make it slower."""
    return min(_timed(work) for _ in range(rounds))


def _timed(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


# --- Calibration ----------------------------------------------------------------------------------------------------


def calibration(
    crowd: int,
    count: int,
    missing: float,
    milliseconds: float,
    slope: float,
    difficulty: float,
    likelihood: float | None,
) -> Iterator[Bar]:
    rng = np.random.default_rng(SEED)
    known = people.bank(rng, count)
    data = people.answers(rng, known, crowd, missing)
    name = f"2PL {crowd:,} x {count}"
    found = irt.calibrate(data)
    yield Bar(f"{name}, CPU ms", 1000 * cpu_seconds(lambda: irt.calibrate(data)), "<=", milliseconds)
    yield Bar(f"{name}, MB above the data", megabytes(lambda: irt.calibrate(data)), "<=", 60)
    yield Bar(f"{name}, error of slopes, 1/1000", 1000 * people.rmse(found.slopes, known.slopes), "<=", slope)
    error = 1000 * people.rmse(found.difficulties, known.difficulties)
    yield Bar(f"{name}, error of difficulties, 1/1000", error, "<=", difficulty)
    if likelihood is not None:
        yield Bar(f"{name}, log likelihood off the known one", abs(found.log_likelihood - likelihood), "<=", 1)
        plain = irt.calibrate(data, leaps=False, tolerance=1e-5)
        yield Bar(f"{name}, log likelihood below plain EM's", plain.log_likelihood - found.log_likelihood, "<=", 1)
    yield Bar(f"{name}, cycles saved by a warm start", found.cycles - irt.calibrate(data, found).cycles, ">=", 1)


def megabytes(work: Callable[[], object]) -> float:
    """The most that was held besides what was held before."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def edges() -> Iterator[Bar]:
    """Items that all had right, that nobody had right, that are reversed or unseen, and people likewise."""
    rng = np.random.default_rng(SEED)
    data = people.answers(rng, people.bank(rng, 30), 2_000)
    data[:, 0], data[:, 1], data[:, 2], data[:, 3] = 1, 0, 1 - data[:, 2], -1
    data[0], data[1], data[2] = 1, 0, -1
    found = irt.calibrate(data)
    numbers = [found.slopes, found.difficulties, found.slope_errors, found.difficulty_errors, *ability.eap(found, data)]
    yield Bar("2PL edges, numbers that are not finite", sum(int((~np.isfinite(one)).sum()) for one in numbers), "<=", 0)
    yield Bar("2PL edges, slope of a reversed item", float(found.slopes[2]), "<=", 0)


def partial_credit(crowd: int) -> Iterator[Bar]:
    slopes, _thresholds, points = people.points(SEED, crowd, 100)
    name = f"partial credit {crowd:,} x 100"
    yield Bar(f"{name}, CPU s", cpu_seconds(lambda: gpcm.calibrate(points), 2), "<=", 1)
    error = 1000 * people.rmse(gpcm.calibrate(points).slopes, slopes)
    yield Bar(f"{name}, error of slopes, 1/1000", error, "<=", 20 if crowd >= 20_000 else 40)


def abilities(crowd: int) -> Bar:
    rng = np.random.default_rng(SEED)
    known = people.bank(rng, 50)
    data = people.answers(rng, known, crowd)
    parameters = ability.Parameters(known.slopes, known.difficulties)
    seconds = cpu_seconds(lambda: ability.eap(parameters, data))
    return Bar(f"abilities of {crowd:,} x 50, million people/CPU s", crowd / seconds / 1e6, ">=", 1)


# --- Questions ------------------------------------------------------------------------------------------------------


def item_figures(crowd: int) -> Bar:
    rng = np.random.default_rng(SEED)
    chosen = people.choices(rng, people.bank(rng, 50), crowd)
    shares = (chosen == 0).astype(np.float32)
    seconds = cpu_seconds(lambda: flagged(chosen, shares, [0] * 50))
    return Bar(f"item figures with options, {crowd:,} x 50, CPU s", seconds, "<=", 1)


def flagged(chosen: items.Choices, shares: items.Shares, keys: list[int]) -> dict[int, int]:
    """Item → proposed option."""
    analysis = items.analyse(shares)
    fifth, found = items.fifths(analysis.totals), {}
    for item, key in enumerate(keys):
        options = items.options(chosen[:, item], 4, analysis.rests.of(shares[:, item]), fifth)
        right = [option == key for option in range(4)]
        if bad := items.bad_key(options, right, float(analysis.discrimination[item]), len(shares)):
            found[item] = bad.proposed
    return found


def wrong_keys(runs: int) -> Iterator[Bar]:
    proposed = false = 0
    for run in range(runs):
        rng = np.random.default_rng(run)
        chosen = people.choices(rng, people.bank(rng, 50), 500)
        keys = [1 if item in WRONG_KEYS else 0 for item in range(50)]
        told = flagged(chosen, (chosen == keys).astype(np.float32), keys)
        proposed += sum(told.get(item) == 0 for item in WRONG_KEYS)
        false += sum(item not in WRONG_KEYS for item in told)
    yield Bar("wrong keys among 500 people, share found with the right key", proposed / runs / 3, ">=", 0.95)
    yield Bar("wrong keys, false alarms a quiz", false / runs, "<=", 0.05)


# --- People ---------------------------------------------------------------------------------------------------------


def adaptive_tests(crowd: int) -> Iterator[Bar]:
    rng = np.random.default_rng(SEED)
    sections = rng.choice(len(BLUEPRINT), 500, p=BLUEPRINT)
    known = people.bank(rng, 500, 0.35)
    sittings = people.sit(rng, known, sections, BLUEPRINT, crowd)
    off = 100 * float(np.abs(sittings.sections - BLUEPRINT).max())
    yield Bar("adaptive, bank of 500, questions at an error of .30", float(np.mean(sittings.lengths)), "<=", 18.5)
    yield Bar("adaptive, error of abilities", float(np.sqrt(np.mean(np.square(sittings.errors)))), "<=", 0.32)
    yield Bar("adaptive, share of sittings that saw the favourite", sittings.most_shown, "<=", 0.26)
    yield Bar("adaptive, sections off the blueprint, points", off, "<=", 2)
    yield Bar("adaptive, a choice, CPU ms", 1000 * choosing(known, sections), "<=", 1)


def choosing(known: people.Bank, sections: np.ndarray) -> float:
    """As in a request: the bank and the posterior are made anew."""
    rng, shown = np.random.default_rng(SEED), np.zeros(500, int)

    def choose() -> None:
        bank = adaptive.bank(list(known.slopes), list(known.difficulties), list(sections), BLUEPRINT)
        likely = adaptive.posterior(bank, range(10), [True, False] * 5)
        adaptive.choose(bank, likely, range(10), shown, 100, rng)

    return cpu_seconds(lambda: [choose() for _ in range(100)]) / 100


def copying(exams: int) -> Iterator[Bar]:
    hits = false = 0
    seconds = 9.0
    right = [[True, False, False, False]] * 50
    for exam in range(exams):
        rng = np.random.default_rng(exam)
        chosen = people.choices(rng, people.bank(rng, 50), 2_000)
        pairs = people.copy(rng, chosen, COPIERS, 0.8)
        is_right = (chosen == 0).astype(np.int8)
        theta, _error = ability.eap(irt.calibrate(is_right), is_right)
        told = similarity.pairs(chosen, right, theta)
        seconds = min(seconds, _timed(lambda chosen=chosen, theta=theta: similarity.pairs(chosen, right, theta)))
        found = {(min(pair.first, pair.second), max(pair.first, pair.second)) for pair in told}
        hits += len(found & pairs)
        false += len(found - pairs)
    yield Bar("copying, all pairs of 2,000 x 50, CPU s", seconds, "<=", 0.5)
    yield Bar("copying, share found who copied 80 %", hits / exams / COPIERS, ">=", 0.85)
    yield Bar("copying, false pairs an exam", false / exams, "<=", 1)
