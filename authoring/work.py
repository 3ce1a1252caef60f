"""Background work of the desk."""

from collections.abc import Callable
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from courses.models import Course
from jobs.kinds import kind
from jobs.models import Queue
from jobs.running import Work
from lessons import speaking

from . import sound


@kind(sound.FOR_COURSE, queue=Queue.BULK, deadline=timedelta(minutes=10), title=_("New voices for a course"))
def refresh_course(work: Work) -> Callable[[], None] | None:
    """Have the audio of a course's lessons follow the course's voices."""
    course = Course.objects.filter(pk=int(work.subject.rpartition(":")[2])).first()
    if course is None:
        return None
    asked_by = User.objects.filter(pk=work.payload["asked_by"] or 0).first()
    lessons = speaking.listed(course)
    for number, lesson in enumerate(lessons):
        work.beat(100 * number / len(lessons), lesson.title)
        speaking.follow([lesson], asked_by=asked_by)
    return None
