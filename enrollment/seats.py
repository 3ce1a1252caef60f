"""Enrolling and leaving. However many ask at once, a course never holds more learners than seats."""

from enum import StrEnum

from django.db import transaction
from django.db.models import F, Q
from django.db.models.signals import post_delete
from django.utils import timezone

from accounts.models import User
from courses.models import Course

from .models import Enrollment


class Outcome(StrEnum):
    ENROLLED = "enrolled"
    ALREADY = "already"
    FULL = "full"
    CLOSED = "closed"
    OWN_COURSE = "own_course"


class _NoSeatError(Exception):
    pass


def enroll(user: User, course: Course) -> Outcome:
    """Give `user` a seat in `course`; safe to repeat.

    The row is claimed first and the seat second, both by conditional writes in one transaction:
    two clicks meet at the row's unique key, fifty learners at the course's counter.
    """
    if course.teachings.filter(user=user).exists():
        return Outcome.OWN_COURSE
    try:
        with transaction.atomic():
            now = timezone.now()
            mine = Enrollment.objects.filter(learner=user, course=course)
            returned = mine.filter(left_at__isnull=False).update(left_at=None, enrolled_at=now)
            if not returned and not Enrollment.objects.get_or_create(learner=user, course=course)[1]:
                return Outcome.ALREADY
            free = Q(seats=None) | Q(seats_taken__lt=F("seats"))
            if not Course.objects.published(now).filter(free, pk=course.pk).update(seats_taken=F("seats_taken") + 1):
                raise _NoSeatError
    except _NoSeatError:
        course.refresh_from_db(fields=["seats", "seats_taken", "published_at", "archived_at"])
        # A seat may have come free since the update found none: the person is told to try again either way.
        return why_closed(course) or Outcome.FULL
    return Outcome.ENROLLED


def why_closed(course: Course) -> Outcome | None:
    """Why nobody can enrol now, as far as `course` knows; None when there is a seat."""
    if course.seats == 0 or not course.is_published:
        return Outcome.CLOSED
    return Outcome.FULL if course.seats_left == 0 else None


def leave(user: User, course: Course) -> bool:
    """Give the seat back and keep everything learnt. False when there was nothing to leave."""
    with transaction.atomic():
        mine = Enrollment.objects.active().filter(learner=user, course=course)
        left = mine.update(left_at=timezone.now())
        if left:
            _give_back(course.pk)
    return bool(left)


def is_enrolled(user: User | None, course: Course) -> bool:
    return user is not None and Enrollment.objects.active().filter(learner=user, course=course).exists()


def connect() -> None:
    # A signal, because rows also go with a deleted account or by hand in the admin.
    post_delete.connect(_deleted, sender=Enrollment, dispatch_uid="seat given back")


def _deleted(instance: Enrollment, **kwargs: object) -> None:
    if instance.left_at is None:
        _give_back(instance.course_id)


def _give_back(course_id: int) -> None:
    Course.objects.filter(pk=course_id, seats_taken__gt=0).update(seats_taken=F("seats_taken") - 1)
