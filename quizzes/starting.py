"""Beginning a test or a practice round: who may, on which terms, and what is pinned for good at that moment."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from courses.models import Lesson
from enrollment import seats

from . import accommodating, adaptivity, closing, deadlines, drawing, reviewing
from .accommodating import Terms
from .grading import marks
from .models import Attempt, AttemptEvent, MarksRules, MockTest

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from accounts.models import User

TRIES = 3  # an attempt begins or ends between looking and inserting at most so often in a row
SEEDS = 2**48

Purpose = Attempt.Purpose
State = Attempt.State


class Refused(Exception):
    """It cannot begin now; `sentence` tells the learner why, `code` tells a program."""

    def __init__(self, sentence: "StrOrPromise", code: str) -> None:
        super().__init__(sentence)
        self.sentence, self.code = str(sentence), code


@dataclass(frozen=True)
class Standing:
    """What a person could do with a test right now."""

    allowed: bool  # to begin, or to go on with `open`
    code: str  # why not; empty when allowed
    reason: str  # the same as a sentence
    terms: Terms
    deadline: datetime | None  # of `open`, else if it began now
    attempts_left: int | None  # None: as many as one likes
    wait_until: datetime | None  # the next attempt may begin then
    open: Attempt | None
    is_preview: bool
    number: int  # of the attempt that would begin

    @property
    def minutes(self) -> float | None:
        """The time there is, None without a limit."""
        return None if self.terms.limit is None else self.terms.limit / timedelta(minutes=1)

    def is_cut_short(self, at: datetime | None = None) -> bool:
        """Whether the closing time ends the attempt before the time limit would (R7: the page says so)."""
        if self.open or self.terms.limit is None or self.deadline is None:
            return False
        return self.deadline < (at or now()) + self.terms.limit


def may_start(user: "User", test: MockTest, at: datetime | None = None, *, preview: bool = False) -> Standing:
    """preview: an editor wants to see the test; for editors who are not enrolled it is always one."""
    at = at or now()
    is_learner = seats.is_enrolled(user, test.course)
    can_preview = (preview or not is_learner) and test.course.can_be_edited_by(user)
    purpose = Purpose.PREVIEW if can_preview else Purpose.MOCK
    mine = Attempt.objects.taken_by(user).filter(test=test, purpose=purpose).defer("form").order_by("-number")
    earlier = list(mine)
    if any(one.is_open and deadlines.is_over(one.deadline, at) for one in earlier):
        closing.close_overdue(at, among=mine)
        earlier = list(mine.all())
    running = next((one for one in earlier if one.is_open), None)
    terms = accommodating.terms(user, test)
    counted = [one for one in earlier if one.state != State.VOIDED]
    left = None if terms.attempts is None or can_preview else max(0, terms.attempts - len(counted))
    waits = None if can_preview else _wait_until(test, counted)
    code = "" if running else _why_not(test, terms, at, left, waits, is_learner=is_learner, can_preview=can_preview)
    return Standing(
        allowed=not code,
        code=code,
        reason=_sentence(code, terms, waits),
        terms=terms,
        deadline=running.deadline if running else _deadline(terms, at, can_preview=can_preview),
        attempts_left=left,
        wait_until=waits if waits and waits > at else None,
        open=running,
        is_preview=can_preview,
        number=earlier[0].number + 1 if earlier else 1,
    )


def _why_not(
    test: MockTest,
    terms: Terms,
    at: datetime,
    left: int | None,
    waits: datetime | None,
    *,
    is_learner: bool,
    can_preview: bool,
) -> str:
    if can_preview:
        return ""
    if not is_learner:
        return "not_enrolled"
    if not test.is_published:
        return "not_published"
    if terms.opens_at and at < terms.opens_at:
        return "not_open_yet"
    if terms.closes_at and at >= terms.closes_at:
        return "closed"
    if left == 0:
        return "no_attempts_left"
    return "wait" if waits and at < waits else ""


def _sentence(code: str, terms: Terms, waits: datetime | None) -> str:
    if not code:
        return ""
    return {
        "not_enrolled": _("Enrol in this course first: then you can take its tests, and your results are kept."),
        "not_published": _("This test is not open at the moment. Your earlier results are kept."),
        "not_open_yet": _("This test opens on %(moment)s. Come back then.") % {"moment": _moment(terms.opens_at)},
        "closed": _("This test closed on %(moment)s. Your earlier results are kept.")
        % {"moment": _moment(terms.closes_at)},
        "no_attempts_left": _("You have used all your attempts. Your results are kept; practice is always open."),
        "wait": _("Your next attempt may begin on %(moment)s. Practise until then.") % {"moment": _moment(waits)},
    }[code]


def _moment(at: datetime | None) -> str:
    return date_format(localtime(at), "j F Y, H:i") if at else ""


def _wait_until(test: MockTest, counted: Sequence[Attempt]) -> datetime | None:
    ended = [one.finished_at for one in counted if one.finished_at]
    return max(ended) + timedelta(hours=test.wait_hours) if ended and test.wait_hours else None


def _deadline(terms: Terms, at: datetime, *, can_preview: bool) -> datetime | None:
    if can_preview:
        return at + terms.limit if terms.limit else None
    return terms.deadline(at)


def start(user: "User", test: MockTest, *, at: datetime | None = None, preview: bool = False) -> Attempt:
    """Begin, or return the attempt that is open already. Raises Refused.

    However many ask at once, the unique constraints let one row in and the others find it (R3).
    """
    at = at or now()
    for _attempt in range(TRIES):
        standing = may_start(user, test, at, preview=preview)
        if standing.open:
            return standing.open
        if not standing.allowed:
            raise Refused(standing.reason, standing.code)
        try:
            return _begin(user, test, standing, at)
        except IntegrityError:  # somebody was quicker: this learner, in another tab
            continue
    raise Refused(_("The test could not begin just now. Nothing is lost: try again."), "busy")


def _begin(user: "User", test: MockTest, standing: Standing, at: datetime) -> Attempt:
    seed = secrets.randbelow(SEEDS)
    mine = Attempt.objects.taken_by(user).filter(test=test).exclude(purpose=Purpose.PREVIEW)
    form = drawing.form(test, user, seed, seen=drawing.earlier_forms(mine) if standing.number > 1 else ())
    if not form["slots"] and not form.get("pool"):
        raise Refused(_("This test has no questions yet. Your teachers are still writing it."), "empty")
    attempt = Attempt(
        learner=user,
        course_id=test.course_id,
        test=test,
        purpose=Purpose.PREVIEW if standing.is_preview else Purpose.MOCK,
        number=standing.number,
        form=form,
        rules=pinned(marks.of_test(test)),
        seed=seed,
        terms=standing.terms.as_data(),
        started_at=at,
        deadline=standing.deadline,
    )
    if "pool" in form:
        adaptivity.first(attempt)
    return _insert(attempt)


def _insert(attempt: Attempt) -> Attempt:
    with transaction.atomic():
        attempt.save(force_insert=True)
        AttemptEvent.objects.create(
            attempt=attempt, what=AttemptEvent.What.STARTED, at=attempt.started_at, by_id=attempt.learner_id
        )
        if "pool" in attempt.form:
            adaptivity.count(attempt, attempt.form["slots"][-1])
    return attempt


def practise(user: "User", lesson: Lesson, *, only: Sequence[int] | None = None, at: datetime | None = None) -> Attempt:
    """Begin a practice round in a lesson, or go on with the open one. Raises Refused.

    only: these questions (missed ones, say): always a round of its own, so an open one ends first.
    """
    at = at or now()
    is_learner = seats.is_enrolled(user, lesson.course)
    if not is_learner and not lesson.course.can_be_edited_by(user):
        sentence = _("Enrol in this course first: then you can practise, and what you miss is kept.")
        raise Refused(sentence, "not_enrolled")
    mine = Attempt.objects.taken_by(user).filter(lesson=lesson, test=None, purpose=Purpose.PRACTICE)
    for _attempt in range(TRIES):
        running = mine.open().first()
        if running and only is None:
            return running
        if running:
            closing.submit(running, at=at)
        try:
            return _begin_round(user, lesson, only, at)
        except IntegrityError:
            only = only if mine.open().first() is None else None  # another tab has just begun a round: go on there
    raise Refused(_("The round could not begin just now. Nothing is lost: try again."), "busy")


def _begin_round(user: "User", lesson: Lesson, only: Sequence[int] | None, at: datetime) -> Attempt:
    mine = Attempt.objects.taken_by(user).filter(lesson=lesson, test=None, purpose=Purpose.PRACTICE)
    seed = secrets.randbelow(SEEDS)
    # What a test asks right now is not explained beside it.
    asked = reviewing.asked_now(user.pk, lesson.course_id)
    told = reviewing.told(user, lesson.course_id) if only is not None else set()
    form = drawing.practice(lesson, seed, seen=drawing.earlier_forms(mine), only=only, told=told, without=asked)
    if not form["slots"]:
        sentence = _("These questions are in the test that you are taking. Finish it first, then practise.")
        raise Refused(sentence if asked else _("There is nothing to practise here yet."), "busy" if asked else "empty")
    attempt = Attempt(
        learner=user,
        course_id=lesson.course_id,
        lesson=lesson,
        purpose=Purpose.PRACTICE,
        number=mine.count() + 1,
        form=form,
        rules=pinned(marks.PRACTICE),
        seed=seed,
        started_at=at,
    )
    return _insert(attempt)


def pinned(data: dict[str, Any]) -> MarksRules:
    """Marks rules as a row, which is never changed."""
    digest = hashlib.blake2b(json.dumps(data, sort_keys=True).encode(), digest_size=16).hexdigest()
    rows = MarksRules.objects.filter(digest=digest)
    return rows.first() or rows.get_or_create(digest=digest, defaults={"data": data})[0]
