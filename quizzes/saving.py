"""Keeping what learners answer. Whatever is acknowledged here is in its row, and counts (reliability P1, R1–R3, R10).

A save first takes the row of the open attempt by a conditional UPDATE: closing it, and other saves of it, wait until
this one is over or come first and then are seen. Only then are revisions compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from . import adaptivity, closing, deadlines, grading
from .deadlines import GRACE
from .models import Answer, Attempt, AttemptEvent, LateAnswer, QuestionVersion

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
            if is_kept:
                _keep(attempt, newest, result, at)
        if is_kept:
            return _told_unreadable(newest, attempt, result)
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


def _keep(attempt: Attempt, newest: dict[int, Item], result: Saved, at: datetime) -> None:
    """Write what is newer than what is there. The caller holds the attempt's row, so nothing changes meanwhile."""
    rows = {row.slot: row for row in attempt.answers.filter(slot__in=newest)}
    current = adaptivity.current_slot(attempt)
    changed = []
    for slot, item in newest.items():
        row = rows.get(slot)
        is_locked = (current and slot != current) or _is_judged(attempt, row)
        if not is_locked and (row is None or item.rev > row.rev):
            changed.append(_row(attempt, item, row, at))
            result.accepted[slot] = item.rev
            continue
        result.accepted[slot] = row.rev if row else 0
        if row is None or row.value != item.value:
            result.stale.append(slot)
    if changed:
        Answer.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["attempt", "slot"],
            update_fields=["rev", "value", "certainty", "is_flagged", "seconds", "saved_at"],
        )


def _is_judged(attempt: Attempt, row: Answer | None) -> bool:
    """In practice, what was judged was explained as well: it stays as it was."""
    return attempt.purpose == Purpose.PRACTICE and row is not None and row.graded_id is not None


def _row(attempt: Attempt, item: Item, row: Answer | None, at: datetime) -> Answer:
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
        seconds=max(min(item.seconds, LONGEST), row.seconds if row else 0),
        saved_at=at,
    )


def _told_unreadable(newest: dict[int, Item], attempt: Attempt, result: Saved) -> Saved:
    """What a grader could not read is told while it can still be corrected."""
    slots = [slot for slot, item in newest.items() if item.value is not None]
    lines = {slot: attempt.form["slots"][slot - 1]["version"] for slot in slots}
    rows = QuestionVersion.objects.filter(pk__in=set(lines.values()))
    shapes = {pk: (kind, body) for pk, kind, body in rows.values_list("pk", "question__kind", "body")}
    for slot, version in lines.items():
        if sentence := grading.unreadable(*shapes[version], newest[slot].value):
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
