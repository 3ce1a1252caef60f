"""Rows of answers as matrices of people × versions, read in pieces so that memory stays flat."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from numpy.typing import NDArray

from .figures import Beat
from .grading import State
from .models import Answer, Attempt, GradedAnswer, QuestionVersion
from .models.questions import FULL

ATTEMPTS_AT_ONCE = 500  # whose answers are read with one query
MOST_CELLS = 16_000_000  # of a matrix; of a wider one the newest attempts are read
UNANSWERED = -1  # in `Table.graded`: not seen


@dataclass(frozen=True)
class Words:
    """Graded answers, by rising id."""

    ids: NDArray[np.int64]
    ppm: NDArray[np.int32]
    waits: NDArray[np.bool_]  # for a person to grade it
    is_blank: NDArray[np.bool_]
    is_invalid: NDArray[np.bool_]

    @classmethod
    def of(cls, versions: Sequence[int]) -> "Words":
        rows = GradedAnswer.objects.filter(version__in=versions).order_by("pk")
        found = list(rows.values_list("pk", "score_ppm", "state"))
        state = np.array([row[2] for row in found], dtype="U8")
        return cls(
            np.array([row[0] for row in found], np.int64),
            np.array([row[1] for row in found], np.int32),
            state == State.MANUAL.value,
            state == State.BLANK.value,
            state == State.INVALID.value,
        )

    def places(self, ids: NDArray[np.int64]) -> NDArray[np.int32]:
        """Of these ids; UNANSWERED for one that came after we read."""
        if not len(self.ids):
            return np.full(len(ids), UNANSWERED, np.int32)
        at = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[at] == ids, at, UNANSWERED).astype(np.int32)


@dataclass(frozen=True)
class Cells:
    """Some answers: arrays of equal length, in the order of the attempts."""

    attempt: NDArray[np.integer]  # its place
    column: NDArray[np.integer]
    graded: NDArray[np.int32]  # its place in Words
    share: NDArray[np.float32]  # that was earned; nan as long as nobody has graded it
    seconds: NDArray[np.float32]
    weight: NDArray[np.float64]  # points


def columns(attempts: "QuerySet[Attempt]") -> list[int]:
    """Versions that these attempts were asked, without those whose answers no longer count."""
    asked = Answer.objects.filter(attempt__in=attempts.order_by().values("pk"), graded__isnull=False)
    versions = QuestionVersion.objects.filter(pk__in=asked.order_by().values("version").distinct())
    return list(
        versions.exclude(revision__is_void=True)
        .exclude(revision__is_dropped=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def cells(attempts: Sequence[UUID], versions: Sequence[int], words: Words, beat: Beat) -> Iterator[Cells]:
    wanted = np.array(versions, np.int64)
    for start in range(0, len(attempts), ATTEMPTS_AT_ONCE):
        beat(90 * start / len(attempts))
        part = attempts[start : start + ATTEMPTS_AT_ONCE]
        # As text: to make a UUID of each takes longer than all the rest.
        rows = Answer.objects.filter(attempt__in=part, graded__isnull=False).annotate(of=Cast("attempt", TextField()))
        fields = ("of", "version", "graded", "marked_ppm", "seconds", "weight_ppm")
        read = list(rows.order_by().values_list(*fields))
        if read and versions:
            # PostgreSQL writes them with dashes, SQLite without.
            places = {name: start + place for place, pk in enumerate(part) for name in (str(pk), pk.hex)}
            yield _cells(read, places, wanted, words)


def _cells(read: Sequence[tuple[Any, ...]], places: dict[str, int], versions: NDArray, words: Words) -> Cells:
    attempt, version, graded, marked, seconds, weight = zip(*read, strict=True)
    at = np.array([places[name] for name in attempt])
    asked = np.array(version, np.int64)
    column = np.minimum(np.searchsorted(versions, asked), len(versions) - 1)
    place = words.places(np.array(graded, np.int64))
    by_hand = np.array([math.nan if ppm is None else ppm for ppm in marked], np.float32)
    earned = np.where(np.isnan(by_hand), words.ppm[place], by_hand) / np.float32(FULL)
    earned[words.waits[place] & np.isnan(by_hand)] = np.nan
    kept = np.flatnonzero((versions[column] == asked) & (place != UNANSWERED))
    kept = kept[np.argsort(at[kept], kind="stable")]
    return Cells(
        at[kept],
        column[kept],
        place[kept],
        earned.astype(np.float32)[kept],
        np.array(seconds, np.float32)[kept],
        np.array(weight, float)[kept] / FULL,
    )


@dataclass(frozen=True)
class Table:
    """Everything that some attempts of one test answered; rows in the order of the attempts."""

    attempts: list[UUID]
    learners: list[int]
    durations: list[float]  # seconds; nan where it is not known
    marks: list[float]  # shares of the marks
    versions: list[int]
    words: Words
    shares: NDArray[np.float32]  # nan: not seen, or not yet graded
    graded: NDArray[np.int32]  # places in words; UNANSWERED
    seconds: NDArray[np.float32]  # nan: not known
    weights: NDArray[np.float64]  # of the columns, in points


def table(rows: "QuerySet[Attempt]", versions: list[int], beat: Beat, most: int = MOST_CELLS) -> Table:
    """rows: attempts that are scored, the newest of which are read if there are too many."""
    fields = ("pk", "learner", "started_at", "finished_at", "score__share_ppm")
    limit = max(1, most // max(len(versions), 1))
    newest = list(rows.filter(score__isnull=False).order_by("-started_at", "pk").values_list(*fields)[:limit])
    newest.reverse()
    attempts = [row[0] for row in newest]
    shape = len(attempts), len(versions)
    words = Words.of(versions)
    shares, seconds = np.full(shape, np.nan, np.float32), np.full(shape, np.nan, np.float32)
    graded = np.full(shape, UNANSWERED, np.int32)
    weights, times = np.zeros(len(versions)), np.zeros(len(versions))
    for some in cells(attempts, versions, words, beat):
        where = some.attempt, some.column
        shares[where], graded[where], seconds[where] = some.share, some.graded, some.seconds
        weights += np.bincount(some.column, some.weight, minlength=len(versions))
        times += np.bincount(some.column, minlength=len(versions))
    # Where no script counted seconds they are all 0.
    seconds[~(np.nansum(seconds, axis=1) > 0)] = np.nan
    return Table(
        attempts,
        [row[1] for row in newest],
        [(row[3] - row[2]).total_seconds() if row[3] else math.nan for row in newest],
        [row[4] / FULL for row in newest],
        versions,
        words,
        shares,
        graded,
        seconds,
        weights / np.maximum(times, 1),
    )


def number(value: float) -> float | None:
    """For a row: databases and JSON have no nan."""
    return float(value) if math.isfinite(value) else None
