"""Expectation and maximisation in turn, with leaps: SQUAREM, third scheme (Varadhan and Roland, 2008)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .ability import Floats

MOST_CYCLES = 300
WORSE = 1e-8  # of the height: what rounding may take


@dataclass
class Climber:
    expect: Callable[[Floats], tuple[float, Any]]  # parameters → (height, what is to be expected)
    maximise: Callable[[Floats, Any], Floats]  # better parameters
    keep: Callable[[Floats], Floats]  # parameters within their bounds
    leaps: bool = True
    tolerance: float = 1e-3
    cycles: int = 0

    def climb(self, start: Floats) -> Floats:
        """Improve until a cycle changes no parameter by more than the tolerance."""
        before, expected = start, self._expect(start)[1]
        while True:
            after = self.maximise(before, expected)
            if self._is_over(before, after):
                return after
            height, expected = self._expect(after)
            if not self.leaps:
                before = after
                continue
            safe = self.maximise(after, expected)
            if self._is_over(after, safe):
                return safe
            before = self.keep(_leap(before, after, safe))
            reached, expected = self._expect(before)
            if not reached >= height - WORSE * abs(height):
                before, expected = safe, self._expect(safe)[1]

    def _expect(self, parameters: Floats) -> tuple[float, Any]:
        self.cycles += 1
        return self.expect(parameters)

    def _is_over(self, before: Floats, after: Floats) -> bool:
        return float(np.abs(after - before).max()) < self.tolerance or self.cycles >= MOST_CYCLES


def _leap(first: Floats, second: Floats, third: Floats) -> Floats:
    """Where three points on the way are heading."""
    step = second - first
    bend = third - second - step
    length = -float(np.linalg.norm(step)) / max(float(np.linalg.norm(bend)), 1e-12)
    return first - 2 * length * step + length**2 * bend if length < -1 else third
