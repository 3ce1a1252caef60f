"""When audio is made without anybody asking: for lessons that are public or will be, as soon as their text is saved."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from courses.models import Course, Lesson

from . import audio


def is_wanted(lesson: Lesson) -> bool:
    """Drafts are spoken when their author asks; what is scheduled is ready when its day comes."""
    course = lesson.course
    moments = (lesson.published_at, course.published_at)
    return None not in moments and lesson.archived_at is None and course.archived_at is None


@transaction.atomic
def follow(lessons: Iterable[Lesson], *, asked_by: User | None = None) -> None:
    """Bring the audio in line with the text where it is wanted, in this order. The work is done in the background."""
    for lesson in lessons:
        if is_wanted(lesson):
            audio.refresh(lesson, asked_by=asked_by)


def listed(course: Course) -> list[Lesson]:
    """The lessons of `course` whose audio is wanted, in their order."""
    lessons = course.lessons.filter(published_at__isnull=False, archived_at=None)
    return [lesson for lesson in lessons.select_related("course", "chapter").in_order() if is_wanted(lesson)]
