"""Keeping what learners answer. Whatever is acknowledged here is in its row, and counts (reliability P1, R1–R3, R10).

A save first takes the row of the open attempt by a conditional UPDATE: closing it, and other saves of it, wait until
this one is over or come first and then are seen. Revisions are compared by the statement that writes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from . import adaptivity, closing, deadlines, grading
from .deadlines import GRACE
from .models import Answer, Attempt, AttemptEvent, LateAnswer

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_TAB = 40  # characters of the name that a browser tab gave itself
LARGEST_REV = 2**31 - 1
LONGEST = 24 * 3600  # seconds on one question that are believed
SUREST = 3
MOST_LATE = 300  # late answers kept for one attempt: nobody fills the table after the end

Purpose = Attempt.Purpose


class OtherTab(Exception):
    """Another tab writes this attempt now."""


@dataclass(frozen=True)
class Item:
    """One change: the whole answer of a slot. rev rises with every change of the slot."""

    slot: int
    rev: int
    value: Any = None
    certainty: int | None = None
    is_flagged: bool = False
    seconds: int = 0


@dataclass
class Saved:
    state: str
    remaining_ms: int | None
    # The winning revision of each slot that was sent: at least the sent one means that the answer is safe.
    accepted: dict[int, int] = field(default_factory=dict)
    unreadable: dict[int, str] = field(default_factory=dict)  # kept all the same
    refused: dict[int, str] = field(default_factory=dict)  # not kept
    stale: list[int] = field(default_factory=list)  # something else than what was sent is kept
    late: list[int] = field(default_factory=list)  # kept, but not scored


def save(
    attempt_id: UUID | str, user: "User", items: Sequence[Item], tab: str = "", at: datetime | None = None
) -> Saved:
    """Keep `items`. Raises Attempt.DoesNotExist for what is not the user's, OtherTab when another tab writes now.

    tab: empty for callers that have none (a plain form, a program): they rely on `rev` alone.
    """
    at = at or now()
    attempt = Attempt.objects.taken_by(user).select_related("rules").get(pk=attempt_id)
    result = Saved(attempt.state, deadlines.remaining_ms(attempt.deadline, at))
    newest = _newest(_screened(attempt, items, result))
    if attempt.is_open and not deadlines.is_over(attempt.deadline, at):
        with transaction.atomic():
            is_kept = _take(attempt, tab, at, saves=bool(newest))
            shapes = _keep(attempt, newest, result, at) if is_kept else {}
        if is_kept:
            return _told_unreadable(newest, shapes, result)
    closing.close_overdue(at, among=Attempt.objects.filter(pk=attempt.pk))
    attempt.refresh_from_db(fields=["state"])
    if attempt.is_open:
        raise OtherTab
    result.state, result.remaining_ms = attempt.state, 0
    _keep_late(attempt, newest, result, at)
    return result


def _take(attempt: Attempt, tab: str, at: datetime, *, saves: bool = True) -> bool:
    """Hold the row of the open attempt until the transaction is over. False: closed, or another tab has it."""
    rows = Attempt.objects.open().filter(Q(deadline=None) | Q(deadline__gt=at - GRACE), pk=attempt.pk)
    changes: dict[str, Any] = {"saved_at": at if saves else F("saved_at")}
    if tab:
        return bool(rows.filter(tab__in=["", tab]).update(tab=tab, **changes))
    return bool(rows.update(**changes))


def _screened(attempt: Attempt, items: Sequence[Item], result: Saved) -> list[Item]:
    """Those that can be an answer in this attempt at all; the rest is told."""
    lines = {line["slot"] for line in attempt.form["slots"]}
    fit = []
    for item in items:
        try:
            if item.slot not in lines:
                raise grading.Refused(_("This test has no question %(slot)d.") % {"slot": item.slot})
            grading.refuse(item.value)
            fit.append(item)
        except grading.Refused as refusal:
            result.refused[item.slot] = str(refusal)
    return fit


def _newest(items: Sequence[Item]) -> dict[int, Item]:
    """By slot, whatever the order in which they came."""
    newest: dict[int, Item] = {}
    for item in items:
        if item.slot not in newest or item.rev > newest[item.slot].rev:
            newest[item.slot] = item
    return newest


# Only what is newer than what is there; in practice, what was judged was explained as well and stays as it was. Who
# changed the row tells its question too, which saves asking for it.
WRITE = """
INSERT INTO quizzes_answer AS kept ({columns}) VALUES {rows}
ON CONFLICT (attempt_id, slot) DO UPDATE SET rev = EXCLUDED.rev, value = EXCLUDED.value,
    certainty = EXCLUDED.certainty, is_flagged = EXCLUDED.is_flagged, saved_at = EXCLUDED.saved_at,
    seconds = CASE WHEN kept.seconds > EXCLUDED.seconds THEN kept.seconds ELSE EXCLUDED.seconds END
WHERE EXCLUDED.rev > kept.rev AND (kept.graded_id IS NULL OR NOT %s)
RETURNING slot,
    (SELECT q.kind FROM quizzes_question q JOIN quizzes_questionversion v ON v.question_id = q.id
        WHERE v.id = version_id),
    (SELECT v.body FROM quizzes_questionversion v WHERE v.id = version_id)
"""
WRITTEN = [
    field
    for field in Answer._meta.concrete_fields
    if field.column
    in (
        "attempt_id",
        "slot",
        "version_id",
        "weight_ppm",
        "rev",
        "value",
        "certainty",
        "is_flagged",
        "seconds",
        "saved_at",
    )
]
Shape = tuple[str, Any]  # (kind, body)


def _keep(attempt: Attempt, newest: dict[int, Item], result: Saved, at: datetime) -> dict[int, Shape]:
    """Write what is newer than what is there. The caller holds the attempt's row, so nothing changes meanwhile.

    Returns slot → what it asks.
    """
    if adaptivity.is_adaptive(attempt):
        attempt.refresh_from_db(fields=["form"])  # another device may have gone on since we looked
    current = adaptivity.current_slot(attempt)
    shapes = _write([_row(attempt, item, at) for slot, item in newest.items() if current in (None, slot)])
    result.accepted |= {slot: newest[slot].rev for slot in shapes}
    rest = [slot for slot in newest if slot not in shapes]
    if not rest:
        return shapes
    rows = attempt.answers.filter(slot__in=rest).select_related("version__question")
    kept = {row.slot: row for row in rows}
    for slot in rest:
        row = kept.get(slot)
        result.accepted[slot] = row.rev if row else 0
        if row is None or row.value != newest[slot].value:
            result.stale.append(slot)
    return shapes | {slot: (row.version.question.kind, row.version.body) for slot, row in kept.items()}


def _write(rows: Sequence[Answer]) -> dict[int, Shape]:
    """Those that were newer."""
    if not rows:
        return {}
    places = ", ".join(["(" + ", ".join(["%s"] * len(WRITTEN)) + ")"] * len(rows))
    query = WRITE.format(columns=", ".join(str(field.column) for field in WRITTEN), rows=places)
    given = [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in WRITTEN]
    with connection.cursor() as cursor:
        cursor.execute(query, [*given, rows[0].attempt.purpose == Purpose.PRACTICE])
        return {slot: (kind, json.loads(body)) for slot, kind, body in cursor.fetchall()}


def _row(attempt: Attempt, item: Item, at: datetime) -> Answer:
    line = attempt.form["slots"][item.slot - 1]
    certainty = item.certainty if attempt.rules.data.get("certainty") and item.certainty else None
    return Answer(
        attempt=attempt,
        slot=item.slot,
        version_id=line["version"],
        weight_ppm=line["weight"],
        rev=item.rev,
        value=item.value,
        certainty=min(max(certainty, 1), SUREST) if certainty else None,
        is_flagged=item.is_flagged,
        seconds=min(item.seconds, LONGEST),
        saved_at=at,
    )


def _told_unreadable(newest: dict[int, Item], shapes: dict[int, Shape], result: Saved) -> Saved:
    """What a grader could not read is told while it can still be corrected."""
    for slot, (kind, body) in shapes.items():
        value = newest[slot].value
        sentence = None if value is None else grading.unreadable(kind, body, value)
        if sentence:
            result.unreadable[slot] = str(sentence)
    return result


def _keep_late(attempt: Attempt, newest: dict[int, Item], result: Saved, at: datetime) -> None:
    """What comes after the end is kept for the instructor, unscored; what had come before is not late."""
    rows = {row.slot: row for row in attempt.answers.filter(slot__in=newest)}
    for slot, item in newest.items():
        if slot in rows and item.rev <= rows[slot].rev:
            result.accepted[slot] = rows[slot].rev
        else:
            result.late.append(slot)
    if attempt.purpose == Purpose.PRACTICE or not result.late:
        return
    kept = LateAnswer.objects.filter(attempt=attempt).count()
    late = [
        LateAnswer(attempt=attempt, slot=slot, rev=newest[slot].rev, value=newest[slot].value, received_at=at)
        for slot in result.late
    ]
    LateAnswer.objects.bulk_create(late[: max(0, MOST_LATE - kept)], ignore_conflicts=True)


def flag(attempt: Attempt, slot: int, *, is_flagged: bool, at: datetime | None = None) -> bool:
    """Mark a question to come back to, apart from its answer. False when the attempt is no longer open."""
    at = at or now()
    line = next((line for line in attempt.form["slots"] if line["slot"] == slot), None)
    if line is None:
        raise grading.Refused(_("This test has no question %(slot)d.") % {"slot": slot})
    with transaction.atomic():
        if not _take(attempt, "", at, saves=False):
            return False
        if not attempt.answers.filter(slot=slot).update(is_flagged=is_flagged):
            Answer.objects.create(
                attempt=attempt,
                slot=slot,
                version_id=line["version"],
                weight_ppm=line["weight"],
                is_flagged=is_flagged,
            )
    return True


def take_over(attempt: Attempt, tab: str, at: datetime | None = None) -> bool:
    """From now on this tab writes. False when the attempt is no longer open."""
    at = at or now()
    with transaction.atomic():
        before: QuerySet[Attempt] = Attempt.objects.open().filter(pk=attempt.pk)
        taken = before.exclude(tab=tab).update(tab=tab)
        if taken and attempt.tab:
            AttemptEvent.objects.create(
                attempt=attempt, what=AttemptEvent.What.TAKEN_OVER, at=at, by_id=attempt.learner_id
            )
        is_open = bool(taken) or before.exists()
    attempt.tab = tab if is_open else attempt.tab
    return is_open
