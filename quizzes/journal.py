"""What a correction writes of people's scores, and what it counts: from the tables that `moving` filled."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from .models import Answer, Kind, RegradeRun, Score
from .moving import Step

COLUMNS = ", ".join(
    f"{what}_{when}"
    for what in ("sum", "possible", "floor", "marks", "share", "passed")
    for when in ("before", "after")
)
JOURNAL = f"""
INSERT INTO quizzes_regradechange (run_id, attempt_id, {COLUMNS}) SELECT %s, attempt_id, {COLUMNS} FROM regrade_moves
"""
# Scores without a test count for nobody's standing.
FORECAST = """
SELECT count(*), COALESCE(SUM(CASE WHEN share_after > share_before THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE WHEN share_after < share_before THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE WHEN passed_after AND NOT passed_before THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE WHEN passed_before AND NOT passed_after THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(share_after - share_before), 0)
FROM regrade_moves
WHERE test_id IS NOT NULL AND (share_after <> share_before OR marks_after <> marks_before)
"""
# Of all scores in the tests that are touched, moved or not.
MEAN = """
SELECT count(*), COALESCE(SUM(share_ppm), 0) FROM quizzes_score
WHERE test_id IN (SELECT DISTINCT test_id FROM regrade_moves)
"""


def forecast() -> dict[str, Any]:
    """See RegradeRun.forecast; ask before the scores are written. Means are shares, 0 to 1; None without scores."""
    attempts, up, down, to_pass, to_fail, gained = (int(value) for value in _row(FORECAST))
    count, total = (int(value) for value in _row(MEAN))
    return {
        "attempts": attempts,
        "up": up,
        "down": down,
        "to_pass": to_pass,
        "to_fail": to_fail,
        "mean_before": round(total / count / 1e6, 6) if count else None,
        "mean_after": round((total + gained) / count / 1e6, 6) if count else None,
    }


def tests() -> list[int]:
    """Whose figures are no longer right."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT test_id FROM regrade_moves WHERE test_id IS NOT NULL ORDER BY test_id")
        return [test for (test,) in cursor.fetchall()]


def write(run: RegradeRun) -> None:
    with connection.cursor() as cursor:
        cursor.execute(JOURNAL, [RegradeRun._meta.pk.get_db_prep_value(run.pk, connection)])


def write_scores() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE quizzes_score SET sum_ppm = m.sum_after, possible_ppm = m.possible_after,
                floor_ppm = m.floor_after, marks_ppm = m.marks_after, share_ppm = m.share_after, passed = m.passed_after
            FROM regrade_moves m WHERE m.attempt_id = quizzes_score.attempt_id"""
        )


def look_for_provisional(steps: Sequence[Step]) -> None:
    """An essay that was voided or dropped waits for nobody, and one that no longer is waits again."""
    essays = [step.after.version for step in steps if step.after.kind == Kind.ESSAY]
    if not essays:
        return
    waiting = Answer.objects.filter(
        attempt=OuterRef("pk"),
        graded__state="manual",
        marked_ppm=None,
        version__revision__is_void=False,
        version__revision__is_dropped=False,
    )
    touched = Score.objects.filter(Exists(Answer.objects.filter(attempt=OuterRef("pk"), version__in=essays)))
    touched.update(is_provisional=Exists(waiting))


def _row(query: str) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()
