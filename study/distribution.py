"""Where a result stands among those of other learners, as a picture and in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.cache import caches
from django.db.models import Count

from accounts.models import User
from quizzes.models import MockTest, Score

FEWEST = 20  # results of others: fewer would tell about persons, and little about oneself
FULL = 1_000_000
BINS = 20  # of five per cent each
KEPT_SECONDS = 60
# The picture, in its own units.
WIDTH, HEIGHT, FOOT, GAP = 440, 150, 24, 2


@dataclass(frozen=True)
class Bar:
    """Results from `low` to `high` per cent."""

    low: int
    high: int
    count: int
    is_mine: bool
    x: float
    y: float
    height: float
    width: float


@dataclass(frozen=True)
class Distribution:
    total: int
    percentile: int  # mid-rank: those below, and half of those alike, of a hundred
    below: int
    bars: Sequence[Bar]
    mine_x: float
    pass_x: float | None

    width: int = WIDTH
    height: int = HEIGHT
    base: int = HEIGHT - FOOT

    @property
    def middle(self) -> float:
        return self.width / 2

    @property
    def you_x(self) -> float:
        """Of the word above the line: never cut off by the edge."""
        return min(max(self.mine_x, 16), self.width - 16)

    @property
    def rows(self) -> list[Bar]:
        """For the table: without the empty ends."""
        filled = [number for number, bar in enumerate(self.bars) if bar.count or bar.is_mine]
        return list(self.bars[filled[0] : filled[-1] + 1]) if filled else []


def of(test: MockTest, learner: User, own: Iterable[int], mine: int) -> Distribution | None:
    """None while too few others have a result.

    own: shares (ppm) of all of the learner's own scored attempts, which do not count; mine: the one looked at.
    """
    counts = dict(_counts(test))
    for share in own:
        counts[share] = counts.get(share, 0) - 1
    pass_ppm = test.pass_mark * 10_000 if test.pass_mark is not None else None
    return made(counts, mine, pass_ppm)


def _counts(test: MockTest) -> dict[int, int]:
    """share (ppm) → scored attempts with it."""
    cache = caches["pages"]
    name = f"distribution:{test.pk}"
    found: dict[int, int] | None = cache.get(name)
    if found is None:
        # Voided attempts and previews have no test in their scores.
        scored = Score.objects.filter(test=test, is_provisional=False)
        found = dict(scored.order_by().values_list("share_ppm").annotate(n=Count("pk")))
        cache.set(name, found, KEPT_SECONDS)
    return found


def made(counts: Mapping[int, int], mine: int, pass_ppm: int | None = None) -> Distribution | None:
    """counts: share (ppm) → attempts of others."""
    total = sum(count for count in counts.values() if count > 0)
    if total < FEWEST:
        return None
    below = sum(count for share, count in counts.items() if share < mine and count > 0)
    alike = max(0, counts.get(mine, 0))
    return Distribution(
        total=total,
        percentile=round(100 * (below + alike / 2) / total),
        below=below,
        bars=_bars(counts, mine),
        mine_x=_x(mine),
        pass_x=_x(pass_ppm) if pass_ppm is not None else None,
    )


def _bars(counts: Mapping[int, int], mine: int) -> list[Bar]:
    sizes = [0] * BINS
    for share, count in counts.items():
        sizes[_bin(share)] += max(0, count)
    highest = max(sizes)
    step = 100 // BINS
    room = HEIGHT - FOOT - 22  # above the bars stands "You"
    bars = []
    for number, count in enumerate(sizes):
        height = round(room * count / highest, 1)
        x = round(WIDTH * number / BINS + GAP / 2, 1)
        y = round(HEIGHT - FOOT - height, 1)
        bars.append(
            Bar(number * step, number * step + step, count, number == _bin(mine), x, y, height, WIDTH / BINS - GAP)
        )
    return bars


def _bin(share: int) -> int:
    return min(BINS - 1, max(0, share * BINS // FULL))


def _x(share: int) -> float:
    return round(WIDTH * min(max(share, 0), FULL) / FULL, 1)
