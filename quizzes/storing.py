"""Writing a score: everything or nothing, and once.

On PostgreSQL one statement does it where the dictionary agrees with us, which is nearly always. Elsewhere, and when it
does not, the same steps follow one after another.
"""

import json
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from . import dictionary, grading, totals
from .dictionary import Spec, Word
from .models import Attempt, Score
from .reading import Frozen, Item


class Disagrees(Exception):
    """The dictionary holds other grades than ours, or somebody added a word at the same moment."""


def store(frozen: Frozen, at: datetime) -> bool:
    """False when the attempt no longer waits for a score. Raises dictionary.Stale when a key was corrected."""
    answers = [(item.spec, item.spec.text(item.value)) for item in frozen.items]
    if connection.vendor == "postgresql" and answers:
        try:
            with transaction.atomic():
                return _at_once(frozen, answers, at)
        except Disagrees:
            pass
    # What is graded here is graded outside the transaction, where it may take its time.
    return _in_turn(frozen, answers, at)


def line(item: Item, score_ppm: int, state: str, why: list) -> totals.Line:
    spec = item.spec
    return totals.Line(
        score_ppm,
        state,
        why,
        item.weight_ppm,
        item.certainty,
        spec.options,
        item.marked_ppm,
        spec.is_void,
        spec.is_dropped,
    )


# --- One after another ----------------------------------------------------------------------------------------------


def _in_turn(frozen: Frozen, answers: list[tuple[Spec, str]], at: datetime) -> bool:
    with transaction.atomic():
        dictionary.hold(item.spec for item in frozen.items)
        rows = dictionary.rows_for(answers)
        graded = [rows[spec.version, grading.digest(text)] for spec, text in answers]
        lines = [line(item, row.score_ppm, row.state, row.why) for item, row in zip(frozen.items, graded, strict=True)]
        waiting = Attempt.objects.filter(pk=frozen.attempt_id, state=Attempt.State.SUBMITTED)
        if not waiting.update(state=Attempt.State.SCORED):
            return False
        _keep_answers(frozen, graded)
        score = Score(attempt_id=frozen.attempt_id, **_fields(frozen, lines, at))
        fields = [field.attname for field in Score._meta.concrete_fields if not field.primary_key]
        Score.objects.bulk_create([score], update_conflicts=True, unique_fields=["attempt_id"], update_fields=fields)
    return True


# What was never touched becomes a blank; of what is there only the grade is written.
KEEP = {
    "postgresql": """
        INSERT INTO quizzes_answer (attempt_id, slot, version_id, weight_ppm, rev, is_flagged, seconds, graded_id)
        SELECT %s, g.slot, g.version, g.weight, 0, FALSE, 0, g.graded
        FROM jsonb_to_recordset(%s::jsonb) AS g(slot int, version bigint, weight int, graded bigint)
        ON CONFLICT (attempt_id, slot) DO UPDATE SET graded_id = EXCLUDED.graded_id
    """,
    "sqlite": """
        INSERT INTO quizzes_answer (attempt_id, slot, version_id, weight_ppm, rev, is_flagged, seconds, graded_id)
        SELECT %s, json_extract(g.value, '$.slot'), json_extract(g.value, '$.version'),
            json_extract(g.value, '$.weight'), 0, FALSE, 0, json_extract(g.value, '$.graded')
        FROM json_each(%s) g WHERE TRUE
        ON CONFLICT (attempt_id, slot) DO UPDATE SET graded_id = EXCLUDED.graded_id
    """,
}


def _keep_answers(frozen: Frozen, graded: list[Word]) -> None:
    rows = [
        {"slot": item.slot, "version": item.spec.version, "weight": item.weight_ppm, "graded": row.pk}
        for item, row in zip(frozen.items, graded, strict=True)
    ]
    attempt_id = Attempt._meta.pk.get_db_prep_value(frozen.attempt_id, connection)
    with connection.cursor() as cursor:
        cursor.execute(KEEP[connection.vendor], [attempt_id, json.dumps(rows)])


def _fields(frozen: Frozen, lines: list[totals.Line], at: datetime) -> dict[str, Any]:
    """Of the score."""
    total = totals.total(frozen.rules, lines, frozen.floor_ppm)
    ability, error = _ability(frozen, lines)
    return {
        "test_id": frozen.test_id,
        "rules_id": frozen.rules_id,
        "sum_ppm": total.sum_ppm,
        "possible_ppm": total.possible_ppm,
        "floor_ppm": frozen.floor_ppm,
        "marks_ppm": total.marks_ppm,
        "share_ppm": total.share_ppm,
        "passed": total.passed,
        "is_provisional": total.is_provisional,
        "ability": ability,
        "ability_error": error,
        "scored_at": at,
    }


def _ability(frozen: Frozen, lines: list[totals.Line]) -> tuple[float | None, float | None]:
    """Of an adaptive attempt, and of others whose questions are calibrated."""
    seen = [
        (item, one)
        for item, one in zip(frozen.items, lines, strict=True)
        if not (one.is_void or one.is_dropped or one.waits) and (frozen.is_adaptive or item.parameters)
    ]
    if not seen:
        return None, None
    from .statistics import ability  # NumPy, which the web need not load

    known = [item.parameters or ability.ASSUMED[item.difficulty] for item, _one in seen]
    right = [one.share_ppm >= ability.RIGHT * totals.FULL for _item, one in seen]
    return ability.one([slope for slope, _place in known], [place for _slope, place in known], right)


# --- At once, on PostgreSQL -----------------------------------------------------------------------------------------

# held: nobody corrects these keys until we are done; whoever did since we read is missing here, as the database looks
# at a row again once it has waited for it. closed: the one transition, of any number of callers one makes it.
AT_ONCE = """
WITH given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(given)s::jsonb) AS g(
        slot int, version bigint, revision bigint, weight int, digest text, text text, score int, state text, why jsonb
    )
), held AS MATERIALIZED (
    SELECT v.id FROM quizzes_questionversion v
    WHERE v.id = ANY(%(versions)s::bigint[]) AND (v.id, v.revision_id) IN (SELECT version, revision FROM given)
    ORDER BY v.id FOR SHARE
), known AS MATERIALIZED (
    SELECT DISTINCT d.id, d.version_id, d.digest,
        d.score_ppm = g.score AND d.state = g.state AND d.why = g.why AS agrees
    FROM given g JOIN quizzes_gradedanswer d ON d.version_id = g.version AND d.digest = g.digest
), closed AS (
    UPDATE quizzes_attempt SET state = 'scored'
    WHERE id = %(attempt)s AND state = 'submitted'
        AND (SELECT count(*) FROM held) = (SELECT count(DISTINCT version) FROM given)
        AND NOT EXISTS (SELECT FROM known WHERE NOT agrees)
    RETURNING id
), fresh AS (
    INSERT INTO quizzes_gradedanswer (version_id, digest, text, score_ppm, state, why, revision_id)
    SELECT DISTINCT ON (g.version, g.digest) g.version, g.digest, g.text, g.score, g.state, g.why, g.revision
    FROM given g CROSS JOIN closed
    WHERE NOT EXISTS (SELECT FROM known k WHERE k.version_id = g.version AND k.digest = g.digest)
    ORDER BY g.version, g.digest
    ON CONFLICT (version_id, digest) DO NOTHING
    RETURNING id, version_id, digest
), words AS (
    SELECT id, version_id, digest FROM known UNION ALL SELECT id, version_id, digest FROM fresh
), written AS (
    INSERT INTO quizzes_answer (attempt_id, slot, version_id, weight_ppm, rev, is_flagged, seconds, graded_id)
    SELECT c.id, g.slot, g.version, g.weight, 0, FALSE, 0, w.id
    FROM closed c CROSS JOIN given g JOIN words w ON w.version_id = g.version AND w.digest = g.digest
    ON CONFLICT (attempt_id, slot) DO UPDATE SET graded_id = EXCLUDED.graded_id
    RETURNING 1
), counted AS (
    INSERT INTO quizzes_score ({columns})
    SELECT c.id, {values} FROM closed c
    ON CONFLICT (attempt_id) DO UPDATE SET {updates}
    RETURNING 1
)
SELECT (SELECT count(*) FROM closed), (SELECT count(*) FROM written), (SELECT count(*) FROM held)
"""


def _at_once(frozen: Frozen, answers: list[tuple[Spec, str]], at: datetime) -> bool:
    """Raises Disagrees where the steps have to be taken one after another."""
    grades = [spec.grade(text) for spec, text in answers]
    lines = [
        line(item, grade.ppm, grade.state.value, grade.why) for item, grade in zip(frozen.items, grades, strict=True)
    ]
    fields = _fields(frozen, lines, at)
    names = list(fields)
    query = AT_ONCE.format(
        columns=", ".join(["attempt_id", *names]),
        values=", ".join(f"%({name})s::{CASTS[name]}" for name in names),
        updates=", ".join(f"{name} = EXCLUDED.{name}" for name in names),
    )
    given = [
        {
            "slot": item.slot,
            "version": spec.version,
            "revision": spec.revision,
            "weight": item.weight_ppm,
            "digest": grading.digest(text),
            "text": text,
            "score": grade.ppm,
            "state": grade.state.value,
            "why": grade.why,
        }
        for item, (spec, text), grade in zip(frozen.items, answers, grades, strict=True)
    ]
    versions = sorted({spec.version for spec, _text in answers})
    with connection.cursor() as cursor:
        # The versions once more by name: of a list in JSON the planner knows nothing, and would look at all there are.
        named = {"given": json.dumps(given), "versions": versions, "attempt": frozen.attempt_id}
        cursor.execute(query, fields | named)
        closed, written, held = cursor.fetchone()
    if closed and written == len(given):
        return True
    if closed or held == len(versions):
        waits = closed or Attempt.objects.filter(pk=frozen.attempt_id, state=Attempt.State.SUBMITTED).exists()
        if waits:
            raise Disagrees
        return False
    raise dictionary.Stale


# A parameter without a type would be text to PostgreSQL.
CASTS = {
    "test_id": "bigint",
    "rules_id": "bigint",
    "sum_ppm": "bigint",
    "possible_ppm": "bigint",
    "floor_ppm": "bigint",
    "marks_ppm": "bigint",
    "share_ppm": "int",
    "passed": "boolean",
    "is_provisional": "boolean",
    "ability": "float8",
    "ability_error": "float8",
    "scored_at": "timestamptz",
}
