"""Graded answers: each distinct answer to a version is graded once, and everybody who gave it points at that row.

A row holds what the version's key of the moment gives for its text; a correction regrades the rows, not the learners.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from . import grading
from .grading import Grade, marks
from .models import GradedAnswer, QuestionVersion

AT_ONCE = 500  # rows looked up or written with one statement

LOOK_UP = """
SELECT version_id, digest, id, score_ppm, state, why FROM quizzes_gradedanswer
WHERE (version_id, digest) IN (VALUES {pairs})
"""
HOLD = "SELECT id, revision_id FROM quizzes_questionversion WHERE id IN ({places}) ORDER BY id {lock}"

Place = tuple[int, str]  # (version id, digest of the text)


@lru_cache(maxsize=4096)
def parsed(text: str) -> Any:
    """The same questions come again and again. By their text, so that nothing here is ever out of date; do not change
    what it returns."""
    return json.loads(text)


class Stale(Exception):
    """The key was corrected while we graded by the old one: read and grade again."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A version with the key that counts now."""

    version: int
    revision: int
    kind: str
    body: Any
    key: Any
    also: Any
    is_void: bool = False
    is_dropped: bool = False

    @classmethod
    def of(cls, version: QuestionVersion) -> "Spec":
        """Wants `question` and `revision` selected."""
        now = version.revision
        if now is None:
            raise ValueError(f"{version} has no key")
        return cls(
            version.pk, now.pk, version.question.kind, version.body, now.key, now.also, now.is_void, now.is_dropped
        )

    @property
    def options(self) -> int | None:
        """Among how many a guess chooses; None where one cannot guess like that."""
        return marks.options_of(self.kind, self.body)

    def text(self, value: Any) -> str:
        """As it stands in the dictionary; equal texts are equal answers. Empty for a blank."""
        return "" if value is None else grading.canonical(self.kind, self.body, value)

    def grade(self, text: str) -> Grade:
        return grading.grade_revision(self.kind, self.body, self.key, self.also, self.is_void, text)


class Word(NamedTuple):
    """A row of the dictionary, without the weight of a model: a score takes as many as the test has questions."""

    pk: int
    score_ppm: int
    state: str
    why: list


def look_up(places: Iterable[Place]) -> dict[Place, Word]:
    """The rows that are there."""
    wanted = sorted(set(places))
    found: dict[Place, Word] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            query = LOOK_UP.format(pairs=", ".join(["(%s, %s)"] * len(part)))
            cursor.execute(query, [value for place in part for value in place])
            for version, digest, pk, score_ppm, state, why in cursor.fetchall():
                found[version, digest] = Word(pk, score_ppm, state, parsed(why))
    return found


def rows_for(answers: Sequence[tuple[Spec, str]]) -> dict[Place, Word]:
    """The rows of these answers, made where they are missing. Inside a transaction, after `hold`.

    What stands there counts, be it graded by an older version of this program: totals are sums of rows.
    """
    wanted = {(spec.version, grading.digest(text)): (spec, text) for spec, text in answers}
    found = look_up(wanted)
    missing = sorted(place for place in wanted if place not in found)
    if missing:
        GradedAnswer.objects.bulk_create([_row(*wanted[place]) for place in missing], ignore_conflicts=True)
        found |= look_up(missing)
    return found


def _row(spec: Spec, text: str) -> GradedAnswer:
    grade = spec.grade(text)
    return GradedAnswer(
        version_id=spec.version,
        digest=grading.digest(text),
        text=text,
        score_ppm=grade.ppm,
        state=grade.state.value,
        why=grade.why,
        revision_id=spec.revision,
    )


def hold(specs: Iterable[Spec]) -> None:
    """Until the transaction ends nobody corrects these keys. Raises Stale where somebody just did.

    Else a score could be added up by the old key after a regrade has looked for scores to change. SQLite has one
    writer at a time, so looking is enough there.
    """
    revisions = {spec.version: spec.revision for spec in specs}
    if revisions and hold_versions(revisions) != revisions:
        raise Stale


def hold_versions(versions: Iterable[int]) -> dict[int, int]:
    """Version → the revision that counts, and will until the transaction ends."""
    wanted = list(versions)
    lock = "FOR SHARE" if connection.vendor == "postgresql" else ""
    query = HOLD.format(places=", ".join(["%s"] * len(wanted)) or "NULL", lock=lock)
    with connection.cursor() as cursor:
        cursor.execute(query, wanted)
        return dict(cursor.fetchall())
