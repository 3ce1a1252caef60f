import pytest
from django.utils import timezone

from courses.models import Course
from enrollment import seats
from enrollment.models import Enrollment
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/api/v1/enrolments/"


def enrol(client, course):
    return client.post(LIST, {"course": course.slug})


def test_enrolling_twice_makes_one_enrolment(cast, api):
    client = api("learner")
    first, second = enrol(client, cast.course), enrol(client, cast.course)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert client.get(first["Location"]).json() == first.json()
    assert Enrollment.objects.filter(learner=cast.learner).count() == 1


def test_a_full_course_says_so(cast, api):
    Course.objects.filter(pk=cast.course.pk).update(seats=2)  # enrolled and other sit there
    answer = enrol(api("learner"), cast.course)
    assert (answer.status_code, answer.json()["code"]) == (409, "course_full")
    assert not Enrollment.objects.filter(learner=cast.learner).exists()


def test_a_closed_course_says_so(cast, api):
    Course.objects.filter(pk=cast.course.pk).update(seats=0)
    assert enrol(api("learner"), cast.course).json()["code"] == "course_closed"


def test_nobody_is_a_learner_of_their_own_course(cast, api):
    answer = enrol(api("instructor"), cast.course)
    assert (answer.status_code, answer.json()["code"]) == (403, "own_course")


@pytest.mark.parametrize("slug", ["", "draft", "nowhere", "x" * 200, "a/b", "\0", None, 7, [], {"a": 1}])
def test_a_course_one_must_not_see_is_as_unknown_as_any_other(api, slug):
    factories.CourseFactory(slug="draft", published_at=None)
    answer = api("learner").post(LIST, {"course": slug})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "course")


def test_a_slug_of_the_past_finds_the_course(cast, api):
    old = cast.course.slug
    cast.course.slug = "renamed"
    cast.course.save()
    assert api("learner").post(LIST, {"course": old}).json()["course"] == "renamed"


def test_leaving_gives_the_seat_back_and_returning_finds_the_same_enrolment(cast, api):
    client = api("enrolled")
    mine = Enrollment.objects.get(learner=cast.enrolled)
    taken = Course.objects.get(pk=cast.course.pk).seats_taken
    assert client.delete(f"{LIST}{mine.pk}/").status_code == 204
    assert client.delete(f"{LIST}{mine.pk}/").status_code == 204
    assert Course.objects.get(pk=cast.course.pk).seats_taken == taken - 1
    assert client.get(LIST).json()["results"] == []
    assert client.get(f"{LIST}{mine.pk}/").json()["left_at"]
    assert enrol(client, cast.course).json()["id"] == str(mine.pk)


def test_one_sees_and_ends_only_ones_own(cast, api):
    theirs = Enrollment.objects.get(learner=cast.other)
    for who in ("learner", "enrolled", "instructor", "outsider", "staff", "superuser"):
        assert theirs.pk not in [row["id"] for row in api(who).get(LIST).json()["results"]]
        assert api(who).get(f"{LIST}{theirs.pk}/").status_code == 404
        assert api(who).delete(f"{LIST}{theirs.pk}/").status_code == 404
    assert seats.is_enrolled(cast.other, cast.course)


def test_a_course_that_is_archived_takes_nobody(cast, api):
    Course.objects.filter(pk=cast.course.pk).update(archived_at=timezone.now())
    assert enrol(api("learner"), cast.course).status_code == 400
    assert enrol(api("superuser"), cast.course).json()["code"] == "course_closed"
