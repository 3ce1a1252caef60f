"""What a learner may see of an attempt, and when. Every secret of a question goes through here (reliability R30).

A test's `review` says for a moment which things are shown: {"after": ["response", "marks"], "closed": […]}. A moment
that it does not name is as in DEFAULTS.
"""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from . import accommodating
from .models import Answer, Attempt, MockTest

if TYPE_CHECKING:
    from accounts.models import User

State, Purpose = Attempt.State, Attempt.Purpose


class Thing(StrEnum):
    RESPONSE = "response"
    VERDICT = "verdict"  # right or wrong, and why
    MARKS = "marks"
    KEY = "key"
    FEEDBACK = "feedback"
    EXPLANATION = "explanation"
    COHORT = "cohort"  # how others did


class Moment(StrEnum):
    DURING = "during"
    AFTER = "after"  # submitted, while others may still sit the test
    CLOSED = "closed"  # the test is closed to everybody


LABELS = {
    Thing.RESPONSE: _("their answers"),
    Thing.VERDICT: _("right or wrong, and why"),
    Thing.MARKS: _("marks"),
    Thing.KEY: _("the right answers"),
    Thing.FEEDBACK: _("feedback to what they chose"),
    Thing.EXPLANATION: _("explanations"),
    Thing.COHORT: _("how others did"),
}
MOMENTS = {
    Moment.AFTER: _("after submitting, while the test is open to others"),
    Moment.CLOSED: _("when the test is closed to everybody"),
}
EVERYTHING = frozenset(Thing)
ONLY_RESPONSE = frozenset({Thing.RESPONSE})
DEFAULTS = {Moment.DURING: ONLY_RESPONSE, Moment.AFTER: EVERYTHING, Moment.CLOSED: EVERYTHING}


def may_see(
    attempt: Attempt,
    thing: str,
    at: datetime | None = None,
    *,
    answer: Answer | None = None,
    viewer: "User | None" = None,
) -> bool:
    return thing in visible(attempt, at, answer=answer, viewer=viewer)


def visible(
    attempt: Attempt, at: datetime | None = None, *, answer: Answer | None = None, viewer: "User | None" = None
) -> frozenset[str]:
    """The things that may be shown now.

    answer: one of the attempt's; practice shows everything of what was judged already. viewer: who looks, when it is
    not the learner: editors of the course see all of a closed attempt.
    """
    if attempt.state == State.OPEN:
        is_judged = answer is not None and answer.graded_id is not None and attempt.purpose == Purpose.PRACTICE
        return EVERYTHING if is_judged and not is_withheld(attempt) else ONLY_RESPONSE
    if viewer is not None and viewer.pk != attempt.learner_id and attempt.course.can_be_edited_by(viewer):
        return EVERYTHING
    if is_withheld(attempt):
        return ONLY_RESPONSE
    if attempt.purpose != Purpose.MOCK or attempt.test is None:
        return EVERYTHING
    if attempt.state == State.SUBMITTED:
        return ONLY_RESPONSE  # nothing is known yet, and a score that comes brings the rest along
    return _shown(attempt.test, at or now())


def is_withheld(attempt: Attempt) -> bool:
    """Whether the learner is sitting a mock test now that asks some of the same: its keys come by no other channel.

    A page that shows less for this reason says so: "Finish … first".
    """
    if not hasattr(attempt, "_is_withheld"):
        asked = asked_now(attempt.learner_id, attempt.course_id, but=attempt)
        has = {line["question"] for line in attempt.form.get("slots", [])}
        attempt._is_withheld = bool(asked & has)  # type: ignore[attr-defined]
    return bool(attempt._is_withheld)  # type: ignore[attr-defined]


def asked_now(learner_id: int, course_id: int, *, but: Attempt | None = None) -> set[int]:
    """Questions of the mock tests that a learner has open in a course."""
    rows = Attempt.objects.open().filter(learner=learner_id, course=course_id, purpose=Purpose.MOCK)
    forms = (rows.exclude(pk=but.pk) if but else rows).values_list("form", flat=True)
    return {line["question"] for form in forms for line in [*form.get("slots", []), *form.get("pool", [])]}


def told(learner: "User", course_id: int) -> set[int]:
    """Questions of closed attempts whose keys a learner may see now."""
    closed = Attempt.objects.closed().taken_by(learner).filter(course=course_id).exclude(purpose=Purpose.PRACTICE)
    shown = [one for one in closed.select_related("test", "course") if may_see(one, Thing.KEY)]
    return {line["question"] for one in shown for line in one.form.get("slots", [])}


def moment(test: MockTest, at: datetime | None = None) -> Moment:
    """Where the test stands for those who have submitted."""
    last = accommodating.last_closing(test)
    return Moment.CLOSED if last and (at or now()) >= last else Moment.AFTER


def _shown(test: MockTest, at: datetime) -> frozenset[str]:
    if not test.review:
        return DEFAULTS[Moment.AFTER]
    when = moment(test, at)
    wanted = test.review.get(when)
    # What is seen of one's own answers is never taken away again.
    return DEFAULTS[when] if wanted is None else ONLY_RESPONSE | (EVERYTHING & set(wanted))
