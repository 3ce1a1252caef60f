"""Sitting a test, from its start to its end: everything that pages and the API call.

Of an attempt that is open, its learner alone knows. Who has left the course meanwhile may still finish it, but begins
nothing new.
"""

from datetime import datetime
from uuid import UUID

from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import Course

from . import deadlines
from .adaptivity import next_item
from .closing import close_overdue, submit
from .deadlines import remaining_ms
from .models import Attempt, MockTest
from .saving import Item, OtherTab, Saved, flag, save, take_over
from .starting import Refused, Standing, may_start, practise, start

__all__ = [
    "Item",
    "OtherTab",
    "Refused",
    "Saved",
    "Standing",
    "close_overdue",
    "find",
    "find_test",
    "flag",
    "may_start",
    "next_item",
    "practise",
    "remaining_ms",
    "save",
    "start",
    "submit",
    "take_over",
]


def find_test(course: Course, slug: str, user: User) -> MockTest:
    """The test of a course at this address, if the user may see it; else Http404."""
    rows = MockTest.objects.select_related("lesson", "chapter").filter(course=course, slug=slug)
    found = next(iter(rows[:1]), None)
    # What is published everybody may see; only for the rest it matters who asks.
    is_public = found and course.is_published and found.is_published and (not found.lesson or found.lesson.is_published)
    if found and (is_public or MockTest.objects.visible_to(user).filter(pk=found.pk).exists()):
        found.course = course
        return found
    raise Http404(_("No test has this address."))


def find(user: User, pk: UUID | str, at: datetime | None = None) -> Attempt:
    """The user's own attempt, closed first if its time is up. Raises Attempt.DoesNotExist for any other."""
    mine = Attempt.objects.taken_by(user).select_related("test", "lesson", "course", "rules")
    at, attempt = at or now(), mine.get(pk=pk)
    if attempt.is_open and deadlines.is_over(attempt.deadline, at):
        close_overdue(at, among=Attempt.objects.filter(pk=pk))
        attempt = mine.get(pk=pk)  # closed by us or by whoever came first
    return attempt
