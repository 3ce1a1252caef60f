"""Fifty at once: a course never holds more learners than seats (reliability P5, R16).

Real transactions on PostgreSQL; SQLite lets one writer in at a time and would hide the races.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from accounts.models import User
from courses.models import Course
from enrollment import seats
from enrollment.models import Enrollment
from enrollment.seats import Outcome
from tests import factories

CALLERS = 50

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite serialises writers: it cannot show a race"),
]


def at_once(calls: Sequence[Callable[[], object]]) -> list[object]:
    """Start all calls at the same moment, each with its own connection; what they return, in order."""
    start = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def people(count: int = CALLERS) -> list[User]:
    return User.objects.bulk_create(User(email=f"caller{number}@example.org") for number in range(count))


def active(course: Course) -> int:
    """Active enrolments, after checking the ledger: the counter says the same, and never more than there are seats."""
    course.refresh_from_db()
    count = Enrollment.objects.active().filter(course=course).count()
    assert course.seats_taken == count
    assert course.seats is None or count <= course.seats
    return count


def naive_enroll(user: User, course: Course) -> Outcome:
    """How it is often written: look, then write. Kept here to show that the test can see the mistake."""
    with transaction.atomic():
        fresh = Course.objects.get(pk=course.pk)
        if fresh.seats_taken >= fresh.seats:
            return Outcome.FULL
        Enrollment.objects.create(learner=user, course=fresh)
        Course.objects.filter(pk=fresh.pk).update(seats_taken=fresh.seats_taken + 1)
    return Outcome.ENROLLED


def test_fifty_at_ten_seats_are_exactly_ten():
    course = factories.CourseFactory(seats=10)
    outcomes = at_once([lambda user=user: seats.enroll(user, course) for user in people()])
    assert Counter(outcomes) == {Outcome.ENROLLED: 10, Outcome.FULL: 40}
    assert active(course) == 10


def test_looking_before_writing_oversells():
    course = factories.CourseFactory(seats=10)
    outcomes = at_once([lambda user=user: naive_enroll(user, course) for user in people()])
    assert Enrollment.objects.filter(course=course).count() == outcomes.count(Outcome.ENROLLED) > 10


def test_five_leaving_while_fifty_arrive():
    course = factories.CourseFactory(seats=10)
    inside, arriving = people(5), User.objects.bulk_create(User(email=f"new{n}@example.org") for n in range(CALLERS))
    for user in inside:
        seats.enroll(user, course)
    leaving = [lambda user=user: seats.leave(user, course) for user in inside]
    entering = [lambda user=user: seats.enroll(user, course) for user in arriving]
    outcomes = at_once([*leaving, *entering])
    assert outcomes[:5] == [True] * 5
    entered = outcomes.count(Outcome.ENROLLED)
    assert 5 <= entered <= 10
    assert active(course) == entered


def test_twenty_clicks_of_one_learner_are_one_row():
    course = factories.CourseFactory(seats=10)
    (user,) = people(1)
    outcomes = at_once([lambda: seats.enroll(user, course)] * 20)
    assert Counter(outcomes) == {Outcome.ENROLLED: 1, Outcome.ALREADY: 19}
    assert active(course) == 1


def test_twenty_returns_of_one_learner_take_one_seat():
    course = factories.CourseFactory(seats=10)
    (user,) = people(1)
    seats.enroll(user, course)
    seats.leave(user, course)
    outcomes = at_once([lambda: seats.enroll(user, course)] * 20)
    assert outcomes.count(Outcome.ENROLLED) == 1
    assert active(course) == 1


def test_twenty_departures_of_one_learner_give_back_one_seat():
    course = factories.CourseFactory(seats=10)
    user, other = people(2)
    seats.enroll(user, course)
    seats.enroll(other, course)
    assert at_once([lambda: seats.leave(user, course)] * 20).count(True) == 1
    assert active(course) == 1


def test_the_last_seat_goes_to_one_of_those_who_return_and_those_who_come():
    course = factories.CourseFactory(seats=1)
    users = people(20)
    for user in users[:10]:
        seats.enroll(user, course)
        seats.leave(user, course)
    outcomes = at_once([lambda user=user: seats.enroll(user, course) for user in users])
    assert Counter(outcomes) == {Outcome.ENROLLED: 1, Outcome.FULL: 19}
    assert active(course) == 1
