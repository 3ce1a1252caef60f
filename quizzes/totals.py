"""From graded answers to marks and totals. Pure, and in integers: a sum by parts equals a sum of the whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .grading import State, marks

FULL = 1_000_000  # ppm
RIGHT, WRONG, PARTIAL, MANUAL = (one.value for one in (State.RIGHT, State.WRONG, State.PARTIAL, State.MANUAL))

Rules = dict[str, Any]  # see quizzes.grading.marks


@dataclass(frozen=True, slots=True)
class Line:
    """All that one answer's marks depend on, besides the rules."""

    score_ppm: int
    state: str
    why: list
    weight_ppm: int
    certainty: int | None = None
    options: int | None = None
    marked_ppm: int | None = None  # what a person gave instead
    is_void: bool = False
    is_dropped: bool = False

    @property
    def share_ppm(self) -> int:
        """Of the question, whoever graded it."""
        return self.score_ppm if self.is_void or self.marked_ppm is None else self.marked_ppm

    @property
    def verdict(self) -> str:
        """The state, with what a person decided."""
        if self.is_void or self.marked_ppm is None:
            return self.state
        return RIGHT if self.marked_ppm >= FULL else PARTIAL if self.marked_ppm > 0 else WRONG

    @property
    def waits(self) -> bool:
        """For somebody to mark it by hand."""
        return self.verdict == MANUAL and not self.is_dropped


@dataclass(frozen=True, slots=True)
class Totals:
    """See models.Score."""

    sum_ppm: int
    possible_ppm: int
    marks_ppm: int
    share_ppm: int
    passed: bool | None
    is_provisional: bool


def earned(rules: Rules, line: Line) -> int:
    """May be below zero."""
    if line.is_dropped or line.waits:
        return 0
    if line.is_void:
        return marks.possible(rules, line.weight_ppm)
    # What was written for a person to mark has marks of its own kind: nothing is taken off for it.
    state = line.state if line.state == MANUAL else line.verdict
    return marks.marks(rules, line.share_ppm, state, line.why, line.weight_ppm, line.certainty, line.options)


def possible(rules: Rules, line: Line) -> int:
    return 0 if line.is_dropped else marks.possible(rules, line.weight_ppm)


def total(rules: Rules, lines: Iterable[Line], floor_ppm: int | None = None) -> Totals:
    """floor_ppm: what a regrade that lowers nobody has promised."""
    sum_ppm = possible_ppm = 0
    waits = False
    for line in lines:
        sum_ppm += earned(rules, line)
        possible_ppm += possible(rules, line)
        waits = waits or line.waits
    counted = marks_of(sum_ppm, floor_ppm, is_floored=rules["floor"] == "test")
    share = share_of(counted, possible_ppm)
    return Totals(sum_ppm, possible_ppm, counted, share, passes(share, rules["pass_ppm"]), waits)


# The same three stand in SQL in quizzes.moving; a test holds them together.


def marks_of(sum_ppm: int, floor_ppm: int | None, *, is_floored: bool) -> int:
    counted = max(sum_ppm, 0) if is_floored else sum_ppm
    return counted if floor_ppm is None else max(counted, floor_ppm)


def share_of(marks_ppm: int, possible_ppm: int) -> int:
    """Rounded down, so that exactly a pass mark is reached by whoever has it and by nobody else."""
    if possible_ppm <= 0:
        return 0
    return min(max(marks_ppm, 0) * FULL // possible_ppm, FULL)


def passes(share_ppm: int, pass_ppm: int | None) -> bool | None:
    return None if pass_ppm is None else share_ppm >= pass_ppm
