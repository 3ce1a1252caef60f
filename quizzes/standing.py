"""Which attempt counts: what a learner has reached in each test."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .models import Attempt, MockTest, Score

if TYPE_CHECKING:
    from accounts.models import User

FULL = 1_000_000


@dataclass(frozen=True)
class Result:
    share_ppm: int
    passed: bool | None
    attempts: int  # scored ones
    best_ppm: int
    attempt_id: uuid.UUID | None  # the one that counts; None where all do
    is_provisional: bool
    finished_at: datetime | None  # of the last one


def counted(user: "User", tests: Iterable[MockTest]) -> dict[int, Result]:
    """Test id → result, for the tests that the learner has a scored attempt in. One query."""
    wanted = {test.pk: test for test in tests}
    rows = Score.objects.filter(
        attempt__learner=user,
        attempt__state=Attempt.State.SCORED,
        attempt__purpose=Attempt.Purpose.MOCK,
        test__in=list(wanted),
    ).values("test_id", "attempt_id", "share_ppm", "passed", "is_provisional", "attempt__finished_at")
    by_test: dict[int, list[Any]] = defaultdict(list)
    for row in rows.order_by("attempt__number"):
        by_test[row["test_id"]].append(row)
    return {pk: _result(wanted[pk], earned) for pk, earned in by_test.items()}


def _result(test: MockTest, rows: Sequence[dict[str, Any]]) -> Result:
    """rows: in the order of their numbers, at least one."""
    best = max(rows, key=lambda row: row["share_ppm"])  # of equals the first
    one = {"first": rows[0], "last": rows[-1]}.get(test.counts, best)
    share, passed, attempt_id = one["share_ppm"], one["passed"], one["attempt_id"]
    if test.counts == MockTest.Counts.MEAN and len(rows) > 1:
        share, attempt_id = sum(row["share_ppm"] for row in rows) // len(rows), None
        # Attempts may have begun under different pass marks; for all of them together the present one holds.
        passed = None if test.pass_mark is None else share >= test.pass_mark * FULL // 100
    return Result(
        share_ppm=share,
        passed=passed,
        attempts=len(rows),
        best_ppm=best["share_ppm"],
        attempt_id=attempt_id,
        is_provisional=any(row["is_provisional"] for row in rows),
        finished_at=rows[-1]["attempt__finished_at"],
    )
