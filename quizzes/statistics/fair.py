"""Forms drawn from a pool that are about equally hard for everybody."""

from collections.abc import Sequence

import numpy as np

from .ability import Floats, chances

FORMS = 20  # drawn, of which the nearest to the pool is kept


def expected(slopes: Sequence[float] | Floats, difficulties: Sequence[float] | Floats) -> Floats:
    """P(right) of each item for a person of average ability."""
    return chances(slopes, difficulties, [0.0])[:, 0]


def form(
    scores: Sequence[float] | Floats, want: int, seed: int, turns: Sequence[int] | None = None, forms: int = FORMS
) -> list[int]:
    """The indices of `want` items (all, when there are fewer), in the order they were drawn.

    scores: what an average person is expected to earn with each item, see `expected`.
    turns: items with a lower number are taken first (0: never seen by this learner; then the longer ago, the lower).
    """
    level = np.asarray(scores, float)
    want = min(want, len(level))
    if want <= 0:
        return []
    rng = np.random.default_rng(abs(seed))
    order = rng.random((forms, len(level)))
    if turns is not None:
        order += np.unique(np.asarray(turns), return_inverse=True)[1].reshape(1, -1)
    drawn = np.argsort(order, axis=1)[:, :want]
    away = np.abs(level[drawn].sum(axis=1) - want * level.mean())
    return [int(index) for index in drawn[np.argmin(away)]]
