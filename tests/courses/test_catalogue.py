"""The home page and the tracks: tabs, filters, pages, whatever stands in the address."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.utils import timezone

from courses.models import Course, Track
from tests import factories


def titles(response):
    return re.findall(r'course-row__title"><a [^>]*>([^<]*)<', response.content.decode())


@pytest.fixture
def courses(db):
    """Six courses: two short beginners' ones in technology, one long advanced one in each track, one German."""
    tracks = {track.slug: track for track in Track.objects.all()}
    rows = [
        ("Threads", "technology", "beginner", 30, "en"),
        ("Locks", "technology", "beginner", 59, "en"),
        ("Clusters", "technology", "advanced", 181, "en"),
        ("Pricing", "business", "advanced", 200, "en"),
        ("Colour", "design", "advanced", 240, "en"),
        ("Schrift", "design", "intermediate", 60, "de"),
    ]
    for title, track, level, minutes, language in rows:
        course = factories.CourseFactory(title=title, track=tracks[track], level=level, language=language)
        Course.objects.filter(pk=course.pk).update(minutes=minutes)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/", {"Threads", "Locks", "Clusters", "Pricing", "Colour", "Schrift"}),
        ("/?level=beginner", {"Threads", "Locks"}),
        ("/?level=beginner&level=intermediate", {"Threads", "Locks", "Schrift"}),
        ("/?length=short", {"Threads", "Locks"}),
        ("/?length=medium", {"Schrift"}),
        ("/?length=long&level=advanced", {"Clusters", "Pricing", "Colour"}),
        ("/?language=de", {"Schrift"}),
        ("/tracks/design/", {"Colour", "Schrift"}),
        ("/tracks/design/?level=advanced", {"Colour"}),
        (
            "/?level=guru&length=eternal&language=xx&track=x",
            {"Threads", "Locks", "Clusters", "Pricing", "Colour", "Schrift"},
        ),
    ],
)
def test_filters_in_the_address_choose_the_courses(client, courses, address, expected):
    response = client.get(address)
    assert response.status_code == 200
    assert set(titles(response)) == expected


def test_every_page_counts_courses_per_track_under_the_filters(client, courses):
    html = client.get("/?level=advanced").content.decode()
    tabs = dict(re.findall(r'class="tabs__tab" href="([^"]+)"[^>]*>[^<]*<span class="tabs__count">(\d+)<', html))
    query = "?level=advanced"
    assert tabs == {
        f"/{query}": "3",
        f"/tracks/business/{query}": "1",
        f"/tracks/technology/{query}": "1",
        f"/tracks/design/{query}": "1",
    }


def test_a_chosen_filter_is_taken_back_by_its_own_link(client, courses):
    html = client.get("/?level=advanced&length=long").content.decode()
    taken_back = dict(re.findall(r'class="chip chip--on" id="([^"]+)" href="([^"]+)"', html))
    assert taken_back == {"filter-level-advanced": "/?length=long", "filter-length-long": "/?level=advanced"}


def test_values_that_do_not_exist_leave_the_address(client, courses):
    html = client.get("/?level=guru&level=beginner&page=-3&x=1").content.decode()
    assert "guru" not in html
    assert 'href="/?level=beginner&amp;level=intermediate"' in html


def test_an_empty_list_names_the_filter_that_leaves_out_most(client, courses):
    html = client.get("/tracks/technology/?level=intermediate&length=short").content.decode()
    assert titles(client.get("/tracks/technology/?level=intermediate&length=short")) == []
    assert "“Intermediate” leaves out the most: without it there are 2 courses." in html
    assert 'href="/tracks/technology/?length=short"' in html


def test_when_no_single_filter_helps_all_courses_are_offered(client, courses):
    html = client.get("/tracks/business/?level=beginner&length=medium").content.decode()
    assert "No single filter is to blame" in html


@pytest.mark.parametrize(
    ("wanted", "number"),
    [("2", 2), ("0", 1), ("-7", 1), ("99999999999999999999", 2), ("abc", 1), ("", 1), ("1.5", 1), ("²", 1), ("٢", 2)],
)
def test_any_page_number_gives_the_nearest_page(client, db, wanted, number):
    factories.CourseFactory.create_batch(21)
    response = client.get("/", {"page": wanted})
    assert response.status_code == 200
    assert f"Page {number} of 2" in response.content.decode()


def test_only_published_courses_are_listed_and_counted(client, courses):
    tomorrow = timezone.now() + timedelta(days=1)
    factories.CourseFactory(title="Draft", published_at=None)
    factories.CourseFactory(title="Tomorrow", published_at=tomorrow)
    factories.CourseFactory(title="Past", archived_at=timezone.now())
    response = client.get("/")
    assert len(titles(response)) == 6
    assert "6 courses" in response.content.decode()


def test_a_new_course_shows_at_once_though_pages_are_kept(client, courses):
    client.get("/")
    factories.CourseFactory(title="Fresh")
    assert "Fresh" in titles(client.get("/"))


def test_a_scheduled_course_shows_when_its_hour_comes(client, courses):
    factories.CourseFactory(title="Later", published_at=timezone.now() + timedelta(hours=1))
    assert "Later" not in titles(client.get("/"))
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert "Later" in titles(client.get("/"))


def test_seats_show_where_they_are_limited(client, db):
    factories.CourseFactory(title="Limited", seats=30, seats_taken=18)
    factories.CourseFactory(title="Full", seats=5, seats_taken=5)
    html = client.get("/").content.decode()
    assert "12 of 30 seats left" in html
    assert "No seats left" in html


@pytest.mark.parametrize("count", [1, 50])
@pytest.mark.parametrize("signed_in", [False, True])
def test_the_number_of_queries_does_not_grow(client, db, django_assert_max_num_queries, count, signed_in):
    factories.CourseFactory.create_batch(count)
    if signed_in:
        client.force_login(factories.UserFactory())
    caches["pages"].clear()
    with django_assert_max_num_queries(6):
        client.get("/?level=beginner")
    with django_assert_max_num_queries(4 if signed_in else 1):
        client.get("/?level=beginner")


def test_visitors_pages_touch_no_session_and_are_shared_by_visitors_only(client, courses):
    response = client.get("/")
    assert not response.cookies
    client.force_login(factories.UserFactory(display_name="Canary"))
    assert "Canary" in client.get("/").content.decode()
    client.logout()
    assert "Canary" not in client.get("/").content.decode()


def test_an_unknown_track_is_not_found(client, db):
    assert client.get("/tracks/alchemy/").status_code == 404


def test_without_any_course_the_page_says_so(client, db):
    assert "No courses yet." in client.get("/").content.decode()
    assert "No course in Design yet." in client.get("/tracks/design/").content.decode()
