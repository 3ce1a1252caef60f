"""What grading gives: how much of a question was earned, in which state, and why."""

from enum import StrEnum
from typing import Any, NamedTuple

FULL = 1_000_000  # parts per million: sums of integers are exact

JSON = dict[str, Any]
Why = list[list[Any]]  # [[code, datum], …], see quizzes.grading.why


class State(StrEnum):
    BLANK = "blank"
    WRONG = "wrong"
    PARTIAL = "partial"
    RIGHT = "right"
    INVALID = "invalid"  # it could not be read: worth 0, but never called wrong
    MANUAL = "manual"  # a person decides


class Grade(NamedTuple):
    ppm: int  # 0 to FULL
    state: State
    why: Why


class Unreadable(Exception):
    """What was answered cannot be read; `code` chooses the sentence in quizzes.grading.unreadable."""

    def __init__(self, code: str, datum: Any = None) -> None:
        super().__init__(code, datum)
        self.code, self.datum = code, datum

    def grade(self) -> Grade:
        return Grade(0, State.INVALID, [["unreadable", {"code": self.code, "datum": self.datum}]])


def earned(ppm: int, why: Why) -> Grade:
    if ppm >= FULL:
        return Grade(FULL, State.RIGHT, why)
    return Grade(ppm, State.PARTIAL, why) if ppm > 0 else Grade(0, State.WRONG, why)


def parts(fraction: float) -> int:
    """A fraction of a key as ppm. An imported key may take marks off: that is the marks' business, here it earns 0."""
    return min(FULL, max(0, round(fraction * FULL)))
