"""What an instructor may do to an attempt: void, restore, reopen, rescore, accept what came late. Audited, with reason.

Each is a conditional change of the attempt's state, so of two at once one is refused, and none crosses with scoring.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models.functions import Greatest
from django.utils.timezone import now
from django.utils.translation import gettext as _

from jobs.models import Job

from . import scoring
from .models import Answer, Attempt, AttemptEvent, LateAnswer, Score

if TYPE_CHECKING:
    from accounts.models import User

MOST_REASON = 300  # characters

State = Attempt.State
What = AttemptEvent.What


class Refused(Exception):
    """It cannot be done now; `sentence` tells the instructor why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def void(attempt: Attempt, by: "User", reason: str) -> None:
    """It counts for nothing from now on; its answers and its score are kept."""
    _check(attempt, by, reason)
    at = now()
    with transaction.atomic():
        found = Attempt.objects.filter(pk=attempt.pk)
        if found.filter(state=State.OPEN).update(
            state=State.VOIDED, finished_at=at, closed_by=Attempt.ClosedBy.INSTRUCTOR
        ) or found.exclude(state__in=[State.VOIDED, State.OPEN]).update(state=State.VOIDED):
            Score.objects.filter(pk=attempt.pk).update(test=None)
            _tell(attempt, What.VOIDED, at, by, reason, {"was": attempt.state})
        else:
            raise Refused(_("This attempt is voided already."))
    attempt.refresh_from_db()


def restore(attempt: Attempt, by: "User", reason: str) -> None:
    """It counts again, with the score that it has by the keys of now."""
    _check(attempt, by, reason)
    with transaction.atomic():
        if not Attempt.objects.filter(pk=attempt.pk, state=State.VOIDED).update(state=State.SUBMITTED):
            raise Refused(_("This attempt is not voided."))
        _tell(attempt, What.RESTORED, now(), by, reason)
        if attempt.purpose == Attempt.Purpose.MOCK:
            Score.objects.filter(pk=attempt.pk).update(test=attempt.test_id)
        # Corrections reached it meanwhile, so it may go on as it is.
        if not Attempt.objects.filter(pk=attempt.pk, score__isnull=False).update(state=State.SCORED):
            scoring.ask(attempt.pk)
    attempt.refresh_from_db()


def reopen(attempt: Attempt, by: "User", reason: str, minutes: int | None = None) -> None:
    """The learner goes on where it ended, for so many minutes (None: without an end)."""
    _check(attempt, by, reason)
    if attempt.purpose != Attempt.Purpose.MOCK:
        raise Refused(_("Only mock tests are reopened: a new practice round can begin at any time."))
    if minutes is not None and minutes < 1:
        raise Refused(_("Give at least one minute."))
    at = now()
    deadline = None if minutes is None else at + timedelta(minutes=minutes)
    try:
        with transaction.atomic():
            closed = Attempt.objects.closed().filter(pk=attempt.pk)
            if not closed.update(state=State.OPEN, deadline=deadline, finished_at=None, closed_by=""):
                raise Refused(_("This attempt is open already."))
            # What was given for it is kept in the trail, since the score is earned anew.
            before = Score.objects.filter(pk=attempt.pk).values("share_ppm", "marks_ppm", "passed").first()
            Score.objects.filter(pk=attempt.pk).delete()
            Answer.objects.filter(attempt=attempt).update(graded=None)
            _tell(attempt, What.REOPENED, at, by, reason, {"minutes": minutes, "score": before})
    except IntegrityError:
        raise Refused(_("The learner has another attempt open in this test. It has to end first."))
    attempt.refresh_from_db()


def extend(attempt: Attempt, by: "User", reason: str, minutes: int) -> None:
    """More time for an attempt that is open and has an end; from now on where that end has just passed."""
    _check(attempt, by, reason)
    if minutes < 1:
        raise Refused(_("Give at least one minute."))
    at = now()
    with transaction.atomic():
        before = Attempt.objects.filter(pk=attempt.pk).values_list("deadline", flat=True).get()
        deadline = max(before, at) + timedelta(minutes=minutes) if before else None
        # Of two who give time at once, one is asked to look again rather than to give it twice unknowingly.
        if deadline is None or not Attempt.objects.open().filter(pk=attempt.pk, deadline=before).update(
            deadline=deadline
        ):
            raise Refused(_("Only an open attempt with a time limit can be given more time. Nothing was changed."))
        _tell(attempt, What.EXTENDED, at, by, reason, {"minutes": minutes, "deadline": deadline.isoformat()})
    attempt.refresh_from_db()


def rescore(attempt: Attempt, by: "User", reason: str) -> Job:
    """Score it again from its answers, by the keys of now; also after scoring has failed."""
    _check(attempt, by, reason)
    with transaction.atomic():
        found = Attempt.objects.filter(pk=attempt.pk)
        if not found.filter(state__in=[State.SCORED, State.SUBMITTED]).update(state=State.SUBMITTED):
            raise Refused(_("Only closed attempts that are not voided can be scored again."))
        _tell(attempt, What.RESCORED, now(), by, reason)
        job = scoring.ask(attempt.pk)
    attempt.refresh_from_db()
    return job


def accept_late(late: LateAnswer, by: "User", reason: str) -> Job:
    """The late answer counts as if it had come in time, and the attempt is scored again."""
    attempt = late.attempt
    _check(attempt, by, reason)
    at = now()
    with transaction.atomic():
        found = Attempt.objects.filter(pk=attempt.pk)
        # Scoring may have read the answers already; what failed has no job any more and is nobody's.
        is_free = found.filter(state=State.SCORED).update(state=State.SUBMITTED) or (
            not Job.objects.active().filter(kind=scoring.SCORE, subject=str(attempt.pk)).exists()
            and found.filter(state=State.SUBMITTED).update(state=State.SUBMITTED)
        )
        if not is_free:
            raise Refused(
                _("Late answers are accepted once the attempt is scored, and while it is not voided. Try again then.")
            )
        if not LateAnswer.objects.filter(pk=late.pk, accepted_at=None).update(accepted_at=at):
            raise Refused(_("This answer was accepted already."))
        _take(late, attempt)
        _tell(attempt, What.LATE_ACCEPTED, at, by, reason, {"slot": late.slot, "rev": late.rev})
        job = scoring.ask(attempt.pk)
    attempt.refresh_from_db()
    return job


def _take(late: LateAnswer, attempt: Attempt) -> None:
    slot = next((one for one in attempt.form["slots"] if one["slot"] == late.slot), None)
    if slot is None:
        raise Refused(_("This answer belongs to no question of the attempt."))
    Answer.objects.get_or_create(
        attempt=attempt, slot=late.slot, defaults={"version_id": slot["version"], "weight_ppm": slot["weight"]}
    )
    Answer.objects.filter(attempt=attempt, slot=late.slot).update(
        value=late.value, rev=Greatest("rev", late.rev), saved_at=late.received_at, graded=None
    )


def _check(attempt: Attempt, by: "User", reason: str) -> None:
    if not attempt.course.can_be_edited_by(by):
        raise PermissionDenied
    if not reason.strip():
        raise Refused(_("Say why: the reason is kept with the attempt."))


def _tell(
    attempt: Attempt, what: str, at: datetime, by: "User", reason: str, data: dict[str, Any] | None = None
) -> None:
    AttemptEvent.objects.create(
        attempt=attempt, what=what, at=at, by=by, reason=reason.strip()[:MOST_REASON], data=data or {}
    )
