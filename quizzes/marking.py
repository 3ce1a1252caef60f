"""Marking by hand: essays by their rubric, and any answer that a person judges otherwise than its key."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from courses.models import Course

from . import dictionary, scoring
from .grading import FULL, digest, essay
from .models import Answer, Attempt, AttemptEvent, Kind, Score
from .moderating import Refused, accept_late, reopen, rescore, restore, void

if TYPE_CHECKING:
    from accounts.models import User

__all__ = ["Refused", "accept_late", "alias", "mark", "reopen", "rescore", "restore", "void", "waiting"]

MOST_COMMENT = 5_000  # characters
MARKABLE = (Attempt.State.SCORED, Attempt.State.VOIDED)


def waiting(courses: Iterable[Course] | QuerySet[Course]) -> QuerySet[Answer]:
    """What somebody has to mark, the oldest first; without the learner, so that nobody marks a name."""
    return (
        Answer.objects.filter(
            attempt__course__in=courses,
            attempt__state=Attempt.State.SCORED,
            attempt__purpose=Attempt.Purpose.MOCK,
            graded__state="manual",
            marked_ppm=None,
            version__revision__is_void=False,
            version__revision__is_dropped=False,
        )
        .select_related("version__question", "version__revision")
        .order_by("attempt__finished_at", "slot")
    )


def alias(answer: Answer) -> str:
    """What a marker calls it instead of a name: the same for all answers of one attempt, and it tells nothing."""
    return digest(f"marking {answer.attempt_id}")[:6].upper()


def mark(
    answer: Answer, levels: Mapping[str, int] | None, comment: str, by: "User", *, share_ppm: int | None = None
) -> None:
    """Give levels for the criteria of the rubric, or (`share_ppm`) a share of the question as it is.

    Raises Refused with a sentence where the levels are not those of the rubric or the attempt is not scored.
    """
    answer = Answer.objects.select_related("attempt__course", "version__question", "version__revision").get(
        pk=answer.pk
    )
    if not answer.attempt.course.can_be_edited_by(by):
        raise PermissionDenied
    share = _share(answer, levels or {}) if share_ppm is None else share_ppm
    if not 0 <= share <= FULL:
        raise Refused(_("Marks lie between nothing and the whole question."))
    if len(comment) > MOST_COMMENT:
        raise Refused(_("The comment is too long: write at most %(number)d characters.") % {"number": MOST_COMMENT})
    with transaction.atomic():
        _hold(answer.attempt)
        at = now()
        Answer.objects.filter(pk=answer.pk).update(
            marked_ppm=share, marking={"levels": dict(levels or {}), "comment": comment}, marked_by=by, marked_at=at
        )
        data = {"slot": answer.slot, "before": answer.marked_ppm, "after": share}
        AttemptEvent.objects.create(
            attempt=answer.attempt, what=AttemptEvent.What.MARKED, at=at, by=by, reason=comment[:300], data=data
        )
        _recount(answer.attempt)


def _share(answer: Answer, levels: Mapping[str, int]) -> int:
    revision = answer.version.revision
    if answer.version.question.kind != Kind.ESSAY or revision is None:
        raise Refused(_("This question has no rubric. Give a share of its marks instead."))
    rubric = {criterion["id"]: criterion["levels"] for criterion in revision.key["rubric"]}
    if set(levels) != set(rubric) or any(levels[name] not in rubric[name] for name in levels):
        raise Refused(_("Choose one of the levels for each criterion. Nothing was changed."))
    return essay.share(revision.key, dict(levels))


def _hold(attempt: Attempt) -> None:
    """Keys first, then the attempt, as scoring does: nobody regrades or rescores it until we are done."""
    dictionary.hold_versions(Answer.objects.filter(attempt=attempt).values_list("version", flat=True))
    if not Attempt.objects.filter(pk=attempt.pk, state__in=MARKABLE).update(state=F("state")):
        raise Refused(_("This attempt is being scored just now. Nothing was changed. Try again in a moment."))


def _recount(attempt: Attempt) -> None:
    total = scoring.recount(attempt.pk)
    Score.objects.filter(pk=attempt.pk).update(
        sum_ppm=total.sum_ppm,
        possible_ppm=total.possible_ppm,
        marks_ppm=total.marks_ppm,
        share_ppm=total.share_ppm,
        passed=total.passed,
        is_provisional=total.is_provisional,
    )
