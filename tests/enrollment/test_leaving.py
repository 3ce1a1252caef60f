"""Leaving a course: asked first, everything kept, the seat given back."""

import pytest
from django.urls import reverse

from courses.models import Course
from enrollment import seats
from enrollment.models import Enrollment
from tests import factories


def departure(course):
    return reverse("enrollment:departure", args=[course.slug])


def test_the_question_names_what_is_kept_and_changes_nothing(cast, client):
    client.force_login(cast.enrolled)
    html = client.get(departure(cast.course)).content.decode()
    assert "your notes and highlights" in html
    assert seats.is_enrolled(cast.enrolled, cast.course)


def test_leaving_gives_the_seat_back_and_keeps_the_row(cast, client):
    client.force_login(cast.enrolled)
    response = client.post(departure(cast.course))
    assert (response.status_code, response["Location"]) == (303, cast.course.get_absolute_url())
    assert "Everything you did there is kept." in client.get(response["Location"]).content.decode()
    assert not seats.is_enrolled(cast.enrolled, cast.course)
    assert Enrollment.objects.filter(learner=cast.enrolled).count() == 1
    cast.course.refresh_from_db()
    assert cast.course.seats_taken == 1


def test_a_double_click_leaves_once(cast, client):
    client.force_login(cast.enrolled)
    for _click in range(2):
        assert client.post(departure(cast.course)).status_code == 303
    cast.course.refresh_from_db()
    assert cast.course.seats_taken == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [("visitor", 302), ("learner", 302), ("enrolled", 200), ("instructor", 302), ("outsider", 302), ("superuser", 302)],
)
def test_only_the_enrolled_are_asked(cast, client, who, status):
    if cast[who]:
        client.force_login(cast[who])
    response = client.get(departure(cast.course))
    assert response.status_code == status
    if who == "visitor":
        assert response["Location"].startswith("/account/login/")


def test_an_archived_course_can_be_left_and_shows_nothing_to_others(cast, client):
    Course.objects.filter(pk=cast.course.pk).update(archived_at=factories.LONG_AGO)
    client.force_login(cast.learner)
    assert client.get(departure(cast.course)).status_code == 404
    client.force_login(cast.enrolled)
    assert client.post(departure(cast.course))["Location"] == reverse("study:learn")
    assert not seats.is_enrolled(cast.enrolled, cast.course)


def test_a_deleted_account_gives_its_seat_back(cast):
    seats.enroll(cast.learner, cast.course)
    seats.leave(cast.other, cast.course)
    for user, left_over in ((cast.other, 2), (cast.enrolled, 1)):
        user.delete()
        cast.course.refresh_from_db()
        assert cast.course.seats_taken == left_over


@pytest.mark.parametrize("state", [{"seats": None}, {"seats": 5}])
def test_the_counter_is_the_number_of_active_rows(db, state):
    course = factories.CourseFactory(**state)
    people = factories.UserFactory.create_batch(4)
    for person in people:
        seats.enroll(person, course)
    seats.leave(people[0], course)
    seats.leave(people[0], course)
    seats.enroll(people[0], course)
    seats.leave(people[1], course)
    course.refresh_from_db()
    assert course.seats_taken == Enrollment.objects.active().filter(course=course).count() == 3
