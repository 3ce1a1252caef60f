"""Whose total moves when keys change, and by how much: sets of rows, never learner by learner.

Marks are computed for each distinct (graded answer, weight, certainty, rules), of which there are few; the database
adds them up. Everything here runs in one transaction and leaves temporary tables to its caller: `regrade_words` (what
the dictionary is to say) and `regrade_moves` (scores before and after).
"""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.db import connection

from . import totals
from .dictionary import Spec
from .grading import Grade
from .models import GradedAnswer, MarksRules, RegradeRun

AT_ONCE = 500  # rows written with one statement
WORK_MEMORY = "64MB"  # a hundred thousand sums are not to be sorted on disk
NOBODY, NO_MARK = 0, -1  # stand for NULL in certainty and marked_ppm, which would equal nothing

TABLES = {
    "regrade_words": "graded_id bigint, score_ppm integer, state varchar(8), why text",
    "regrade_deltas": (
        "graded_id bigint, weight_ppm integer, certainty integer, marked_ppm integer, rules_id bigint, "
        "sum_delta bigint, possible_delta bigint"
    ),
    "regrade_rules": "rules_id bigint, is_floored boolean, pass_ppm integer",
}


@dataclass(frozen=True)
class Step:
    """One version from the key it has to the key it gets."""

    before: Spec
    after: Spec


Grades = dict[int, dict[str, Grade]]  # version → text → grade by the new key


def grades_of(steps: Iterable[Step], known: Grades | None = None) -> Grades:
    """Of all texts in the dictionary. known: what was graded before."""
    known = known or {}
    graded: Grades = {}
    for step in steps:
        have = known.get(step.after.version, {})
        texts = GradedAnswer.objects.filter(version=step.after.version).values_list("text", flat=True)
        graded[step.after.version] = {text: have.get(text) or step.after.grade(text) for text in texts}
    return graded


def prepare(steps: Sequence[Step], grades: Grades, *, lowers_nobody: bool, undone: uuid.UUID | None = None) -> int:
    """Fill the tables. Returns how many scores move.

    undone: the id of a run that is taken back; what it promised to keep is promised no longer.
    """
    clear()
    if connection.vendor == "postgresql":
        _run(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
        _run("SET LOCAL jit = off")  # compiling these takes longer than they run
    for name, columns in TABLES.items():
        _run(f"CREATE TEMPORARY TABLE {name} ({columns})")
    words = _words(steps, grades)
    _fill("regrade_words", [(row.pk, grade.ppm, grade.state.value, json.dumps(grade.why)) for row, grade in words])
    _fill_deltas(steps, {row.pk: (row, grade) for row, grade in words})
    _moves(lowers_nobody=lowers_nobody, undone=undone)
    (count,) = _row_of("SELECT count(*) FROM regrade_moves")
    return count


def clear() -> None:
    for name in [*TABLES, "regrade_touched", "regrade_sums", "regrade_moves"]:
        _run(f"DROP TABLE IF EXISTS {name}")


# --- The dictionary -------------------------------------------------------------------------------------------------


def _words(steps: Sequence[Step], grades: Grades) -> list[tuple[GradedAnswer, Grade]]:
    """What may move somebody: (as it is, as it is to be)."""
    changed = []
    for step in steps:
        before, after = step.before, step.after
        all_move = (before.is_void, before.is_dropped) != (after.is_void, after.is_dropped)
        for row in GradedAnswer.objects.filter(version=after.version):
            # A look holds nobody up: somebody may have written a word since we graded.
            grade = grades[after.version].get(row.text) or after.grade(row.text)
            why = json.loads(json.dumps(grade.why))  # as it comes back from a row
            if all_move or (row.score_ppm, row.state, row.why) != (grade.ppm, grade.state.value, why):
                changed.append((row, grade))
    return changed


def rewrite_words(steps: Sequence[Step]) -> None:
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    _run(
        f"""UPDATE quizzes_gradedanswer SET score_ppm = x.score_ppm, state = x.state, why = x.why{cast}
        FROM regrade_words x WHERE x.graded_id = quizzes_gradedanswer.id"""
    )
    for step in steps:
        GradedAnswer.objects.filter(version=step.after.version).update(revision=step.after.revision)


# --- Marks ----------------------------------------------------------------------------------------------------------

# The answers that may earn something else, fetched once: they lie all over their table.
TOUCHED = f"""
CREATE TEMPORARY TABLE regrade_touched AS
SELECT w.attempt_id, w.graded_id, w.weight_ppm, COALESCE(w.certainty, {NOBODY}) AS certainty,
    COALESCE(w.marked_ppm, {NO_MARK}) AS marked_ppm
FROM regrade_words x
JOIN quizzes_answer w ON w.graded_id = x.graded_id
"""
HOW = "graded_id, weight_ppm, certainty, marked_ppm"
RULES = """
SELECT DISTINCT c.rules_id FROM quizzes_score c WHERE c.attempt_id IN (SELECT attempt_id FROM regrade_touched)
"""


def _fill_deltas(steps: Sequence[Step], words: dict[int, tuple[GradedAnswer, Grade]]) -> None:
    by_version = {step.after.version: step for step in steps}
    _run(TOUCHED)
    _analyse("regrade_touched")
    found = _rows_of(f"SELECT DISTINCT {HOW} FROM regrade_touched")
    # Under all rules that anybody has: they are few, and looking up whose answer goes by which takes longer.
    rules = MarksRules.objects.in_bulk([pk for (pk,) in _rows_of(RULES)])
    deltas = []
    for (graded_id, weight, certainty, marked), rules_id in product(found, rules):
        row, grade = words[graded_id]
        step, data = by_version[row.version_id], rules[rules_id].data
        how = (weight, certainty or None, None if marked == NO_MARK else marked)
        before = _line(step.before, row.score_ppm, row.state, row.why, *how)
        after = _line(step.after, grade.ppm, grade.state.value, grade.why, *how)
        earned = totals.earned(data, after) - totals.earned(data, before)
        possible = totals.possible(data, after) - totals.possible(data, before)
        if earned or possible:
            deltas.append((graded_id, weight, certainty, marked, rules_id, earned, possible))
    _fill("regrade_deltas", deltas)
    _fill("regrade_rules", [(pk, one.data["floor"] == "test", one.data["pass_ppm"]) for pk, one in rules.items()])


def _line(
    spec: Spec, ppm: int, state: str, why: list, weight: int, certainty: int | None, marked: int | None
) -> totals.Line:
    return totals.Line(ppm, state, why, weight, certainty, spec.options, marked, spec.is_void, spec.is_dropped)


# --- Totals ---------------------------------------------------------------------------------------------------------

SUMS = f"""
CREATE TEMPORARY TABLE regrade_sums AS
SELECT attempt_id, rules_id, CAST(SUM(earned) AS bigint) AS earned, CAST(SUM(possible) AS bigint) AS possible
FROM (
    SELECT t.attempt_id, d.rules_id, d.sum_delta AS earned, d.possible_delta AS possible
    FROM regrade_touched t JOIN regrade_deltas d USING ({HOW})
    {{undone}}
) e GROUP BY attempt_id, rules_id
"""
# The steps of quizzes.totals, one below the other: sums, what is promised, what counts, its share, whether it passes.
MOVED = f"""
CREATE TEMPORARY TABLE regrade_moves AS
SELECT s.*, CASE WHEN s.pass_ppm IS NULL THEN NULL ELSE s.share_after >= s.pass_ppm END AS passed_after
FROM (
SELECT m.*,
    CASE WHEN m.possible_after <= 0 OR m.marks_after <= 0 THEN 0
        WHEN m.marks_after >= m.possible_after THEN {totals.FULL}
        ELSE m.marks_after * {totals.FULL} / m.possible_after END AS share_after
FROM (
SELECT f.*,
    CASE WHEN f.floor_after IS NOT NULL AND f.floor_after > f.floored THEN f.floor_after
        ELSE f.floored END AS marks_after
FROM (
SELECT n.*, {{floor}} AS floor_after
FROM (
SELECT b.*, CASE WHEN b.is_floored AND b.sum_after < 0 THEN 0 ELSE b.sum_after END AS floored,
    CASE WHEN b.possible_after = b.possible_before THEN b.marks_before
        ELSE (b.share_before * b.possible_after + {totals.FULL - 1}) / {totals.FULL} END AS kept
FROM (
SELECT c.attempt_id, c.test_id, c.sum_ppm AS sum_before, c.possible_ppm AS possible_before, c.floor_ppm AS floor_before,
    c.marks_ppm AS marks_before, CAST(c.share_ppm AS bigint) AS share_before, c.passed AS passed_before,
    c.sum_ppm + d.earned AS sum_after, c.possible_ppm + d.possible AS possible_after,
    r.is_floored, r.pass_ppm, {{promised}} AS promised
FROM regrade_sums d
JOIN quizzes_score c ON c.attempt_id = d.attempt_id AND c.rules_id = d.rules_id
JOIN regrade_rules r ON r.rules_id = c.rules_id
{{journal}}
WHERE d.earned <> 0 OR d.possible <> 0 OR {{promised_more}}
) b ) n ) f ) m ) s
"""


def _moves(*, lowers_nobody: bool, undone: uuid.UUID | None) -> None:
    """What was promised stays promised, except by the run that is undone."""
    parts = {"journal": "", "promised": "c.floor_ppm", "promised_more": "FALSE", "floor": "n.promised"}
    union, given = "", []
    if undone is not None:
        union = """UNION ALL SELECT j.attempt_id, c.rules_id, 0, 0
            FROM quizzes_regradechange j JOIN quizzes_score c ON c.attempt_id = j.attempt_id
            WHERE j.run_id = %s AND j.floor_after IS NOT NULL"""
        parts |= {
            "journal": "LEFT JOIN quizzes_regradechange j ON j.run_id = %s AND j.attempt_id = d.attempt_id",
            "promised": "CASE WHEN j.floor_after = c.floor_ppm THEN j.floor_before ELSE c.floor_ppm END",
            "promised_more": "j.floor_after IS NOT NULL",
        }
        given = [RegradeRun._meta.pk.get_db_prep_value(undone, connection)]
    elif lowers_nobody:
        parts["floor"] = """CASE
            WHEN n.promised IS NOT NULL AND n.promised >= n.kept THEN n.promised
            WHEN n.kept > n.floored THEN n.kept ELSE n.promised END"""
    if connection.vendor == "postgresql":
        # It takes the five columns of the join for independent, expects one row, and would sort millions.
        _run("SET LOCAL enable_sort = off")
    _run(SUMS.format(undone=union), given)
    if connection.vendor == "postgresql":
        _run("SET LOCAL enable_sort = on")
    _analyse("regrade_sums")
    _run(MOVED.format(**parts), given)


# --- SQL ------------------------------------------------------------------------------------------------------------


def _run(query: str, given: Sequence[Any] = ()) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.rowcount


def _rows_of(query: str, given: Sequence[Any] = ()) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchall()


def _row_of(query: str, given: Sequence[Any] = ()) -> tuple:
    return _rows_of(query, given)[0]


def _fill(table: str, rows: Sequence[tuple]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE]
        one = "(" + ", ".join(["%s"] * len(part[0])) + ")"
        _run(f"INSERT INTO {table} VALUES {', '.join([one] * len(part))}", [value for row in part for value in row])
    _analyse(table)


def _analyse(*tables: str) -> None:
    """Else PostgreSQL takes new tables for large ones and joins them the slow way."""
    if connection.vendor == "postgresql":
        for table in tables:
            _run(f"ANALYZE {table}")
