"""What many attempts tell about a test, its questions and the people: when it is computed anew, and by whom.

The work itself stands in figures_items, figures_calibration and figures_screening. They load NumPy, which pages need
not; so this module does not.
"""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from django.db import transaction
from django.db.models import Count, F, QuerySet

from accounts.models import User
from courses.models import Course
from jobs import queue
from jobs.models import Job

from .models import Attempt, Calibration, ItemParameters, MockTest, TestFigures

FIGURES, CALIBRATE, SCREEN = "quizzes.figures", "quizzes.calibrate", "quizzes.screen"  # kinds of jobs
FEWEST_NEW, SHARE_NEW = 10, 10  # attempts, and one in so many, that make new figures worth it
SOON = timedelta(minutes=2)  # by then the others who sat together have submitted, too
SHARE_CHANGED = 100  # one in so many: for the periodic look
FEWEST_LEARNERS = 100  # in a course, before it is calibrated

Store = Callable[[], None]


class Beat(Protocol):
    def __call__(self, progress: float | None = None, message: str | None = None) -> None: ...


def quiet(progress: float | None = None, message: str | None = None) -> None:
    """For those who have no job to report to."""


def counted() -> QuerySet[Attempt]:
    """The attempts that figures rest on."""
    return Attempt.objects.filter(purpose=Attempt.Purpose.MOCK, state=Attempt.State.SCORED, test__isnull=False)


# --- When -----------------------------------------------------------------------------------------------------------


def wanted(test: MockTest | int) -> None:
    """An attempt was scored. Ask for new figures if enough of them came since the last ones: one or two queries."""
    pk = test if isinstance(test, int) else test.pk
    known = TestFigures.objects.filter(test=pk).values_list("attempts", flat=True).first() or 0
    needed = max(FEWEST_NEW, known // SHARE_NEW)
    # To count the attempts of a large test takes longer than to score one, and matters less often.
    if random.random() * needed <= FEWEST_NEW and counted().filter(test=pk).count() - known >= needed:
        ask(pk, delay=SOON)


def ask(test: MockTest | int, *, asked_by: User | None = None, delay: timedelta = timedelta(0)) -> Job:
    """Compute the figures of a test anew: now, or after the delay."""
    pk = test if isinstance(test, int) else test.pk
    return queue.enqueue(FIGURES, str(pk), asked_by=asked_by, delay=delay)


def look_around() -> int:
    """Ask for figures of all tests whose attempts have changed, and for a calibration of their courses where it is
    worth it. Returns of how many tests."""
    counts = dict(counted().order_by().values_list("test").annotate(Count("pk")))
    known = dict(TestFigures.objects.values_list("test", "attempts"))
    changed = [
        pk
        for pk in sorted(counts.keys() | known.keys())
        if abs(counts.get(pk, 0) - known.get(pk, 0)) > known.get(pk, 0) // SHARE_CHANGED
    ]
    for pk in changed:
        ask(pk)
    return len(changed)


def follow_up(test: MockTest) -> None:
    """After new figures: what else may be known by now."""
    queue.enqueue(SCREEN, str(test.pk))
    if needs_calibration(test.course_id):
        queue.enqueue(CALIBRATE, str(test.course_id))


def needs_calibration(course: int) -> bool:
    """Enough people came since the last one, or a key was corrected."""
    people = counted().filter(course=course).values("learner").distinct().count()
    last = Calibration.objects.filter(course=course).order_by("-at").first()
    if last is None or people < FEWEST_LEARNERS:
        return people >= FEWEST_LEARNERS
    if people >= last.people + max(FEWEST_NEW, last.people // SHARE_NEW):
        return True
    return ItemParameters.objects.filter(
        version__question__course=course, version__revision__at__gt=F("calibration__at"), calibration=last
    ).exists()


# --- What -----------------------------------------------------------------------------------------------------------


def measured(subject: str, beat: Beat = quiet) -> Store | None:
    """Compute the figures of a test, writing what people scored as abilities; the rest is for `store`, in the
    transaction that ends the job. None when the test is gone."""
    from . import figures_items

    test = MockTest.objects.filter(pk=int(subject)).first()
    return figures_items.measure(test, beat) if test else None


def calibrated(subject: str, beat: Beat = quiet) -> Store | None:
    from . import figures_calibration

    course = Course.objects.filter(pk=int(subject)).first()
    return figures_calibration.calibrate(course, beat) if course else None


def screened(subject: str, beat: Beat = quiet) -> Store | None:
    from . import figures_screening

    test = MockTest.objects.filter(pk=int(subject)).first()
    return figures_screening.screen(test, beat) if test else None


def refresh(test: MockTest) -> None:
    _now(measured(str(test.pk)))


def calibrate(course: Course) -> None:
    _now(calibrated(str(course.pk)))


def screen(test: MockTest) -> None:
    _now(screened(str(test.pk)))


def _now(store: Store | None) -> None:
    if store:
        with transaction.atomic():
            store()
