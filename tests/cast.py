"""The standing cast: every page and action says what each of them gets (reliability: permission matrix)."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import Group
from django.core.cache import caches

from accounts.models import REPORTING_GROUP, User
from courses.models import Course, Lesson
from enrollment import seats
from tests import factories


@dataclass(frozen=True)
class Cast:
    """Who may ask; `visitor` is None. All rights are toward `course`."""

    course: Course
    lesson: Lesson
    learner: User  # has an account, is not enrolled
    enrolled: User
    other: User  # enrolled too
    instructor: User  # teaches the course
    outsider: User  # teaches another course
    staff: User  # group Reporting
    superuser: User
    visitor: None = None

    def __getitem__(self, role: str) -> User | None:
        return getattr(self, role)


@pytest.fixture
def cast(db: None) -> Cast:
    lesson = factories.full_lesson(slug="threads")
    course = lesson.course
    people = {
        role: factories.UserFactory(email=f"{role}@example.org")
        for role in ("learner", "enrolled", "other", "instructor", "outsider", "staff")
    }
    seats.enroll(people["enrolled"], course)
    seats.enroll(people["other"], course)
    factories.TeachingFactory(course=course, user=people["instructor"])
    factories.TeachingFactory(user=people["outsider"])
    people["staff"].groups.add(Group.objects.get_or_create(name=REPORTING_GROUP)[0])
    User.objects.filter(pk=people["staff"].pk).update(is_staff=True)
    for user in people.values():
        user.refresh_from_db()
    superuser = User.objects.create_superuser("superuser@example.org", factories.PASSWORD)
    course.refresh_from_db()
    return Cast(course=course, lesson=lesson, superuser=superuser, **people)


@pytest.fixture(autouse=True)
def _forget_pages() -> Iterator[None]:
    yield
    caches["pages"].clear()
    caches["searches"].clear()
