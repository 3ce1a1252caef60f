"""What a score is made of, read with one query however long the test is."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection

from .dictionary import Spec, parsed
from .models import Attempt

# How a database takes a list apart: (join, number of the slot, its version, its weight).
SLOTS = {
    "postgresql": (
        "LEFT JOIN LATERAL jsonb_to_recordset(a.form -> 'slots') AS s(slot int, version bigint, weight int) ON TRUE",
        "s.slot",
        "s.version",
        "s.weight",
    ),
    "sqlite": (
        "LEFT JOIN json_each(a.form, '$.slots') s ON TRUE",
        "json_extract(s.value, '$.slot')",
        "json_extract(s.value, '$.version')",
        "json_extract(s.value, '$.weight')",
    ),
}
READ = """
SELECT CASE WHEN a.purpose = 'mock' THEN a.test_id END, t.way, a.rules_id, r.data, c.floor_ppm,
    {slot}, COALESCE(w.weight_ppm, {weight}), w.value, w.certainty, w.marked_ppm,
    v.id, v.revision_id, q.kind, v.body, k.key, k.also, k.is_void, k.is_dropped, q.difficulty, p.slope, p.difficulty
FROM quizzes_attempt a
JOIN quizzes_marksrules r ON r.id = a.rules_id
LEFT JOIN quizzes_mocktest t ON t.id = a.test_id
LEFT JOIN quizzes_score c ON c.attempt_id = a.id
{join}
LEFT JOIN quizzes_answer w ON w.attempt_id = a.id AND w.slot = {slot}
LEFT JOIN quizzes_questionversion v ON v.id = COALESCE(w.version_id, {version})
LEFT JOIN quizzes_question q ON q.id = v.question_id
LEFT JOIN quizzes_keyrevision k ON k.id = v.revision_id
LEFT JOIN quizzes_itemparameters p ON p.version_id = v.id
WHERE a.id = %s AND a.state = 'submitted'
ORDER BY {slot}
"""


@dataclass(frozen=True, slots=True)
class Item:
    """One slot of the form with its answer, None where there is none."""

    slot: int
    weight_ppm: int
    value: Any
    certainty: int | None
    marked_ppm: int | None
    spec: Spec
    difficulty: int  # as the author judged it
    parameters: tuple[float, float] | None  # slope, difficulty, once calibrated


@dataclass(frozen=True, slots=True)
class Frozen:
    """A closed attempt that waits for its score."""

    attempt_id: uuid.UUID
    test_id: int | None  # in which the score counts; see models.Score
    is_adaptive: bool
    rules_id: int
    rules: Any
    floor_ppm: int | None
    items: list[Item]


def read(attempt_id: uuid.UUID) -> Frozen | None:
    """None when it does not wait for a score."""
    with connection.cursor() as cursor:
        cursor.execute(_query(connection.vendor), [Attempt._meta.pk.get_db_prep_value(attempt_id, connection)])
        rows = cursor.fetchall()
    if not rows:
        return None
    test_id, way, rules_id, rules, floor = rows[0][:5]
    # A question that was deleted before anybody answered it is asked by nobody.
    items = [_item(*row[5:]) for row in rows if row[10] is not None]
    return Frozen(attempt_id, test_id, way == "adaptive", rules_id, parsed(rules), floor, items)


def _query(vendor: str) -> str:
    join, slot, version, weight = SLOTS[vendor]
    return READ.format(join=join, slot=slot, version=version, weight=weight)


def _item(
    slot: int,
    weight: int,
    value: str | None,
    certainty: int | None,
    marked: int | None,
    version: int,
    revision: int,
    kind: str,
    body: str,
    key: str,
    also: str,
    is_void: bool,
    is_dropped: bool,
    difficulty: int,
    slope: float | None,
    calibrated: float | None,
) -> Item:
    spec = Spec(version, revision, kind, parsed(body), parsed(key), parsed(also), bool(is_void), bool(is_dropped))
    parameters = None if slope is None or calibrated is None else (slope, calibrated)
    answer = None if value is None else json.loads(value)
    return Item(slot, weight, answer, certainty, marked, spec, difficulty, parameters)
