from datetime import timedelta

import pytest
from django.utils import timezone

from courses.models import Course
from courses.search import refresh
from tests import factories

pytestmark = pytest.mark.django_db


def slugs(client, address):
    """All rows of a list, page by page, and how many pages there were."""
    found, pages = [], 0
    while address:
        page = client.get(address).json()
        found += [row["slug"] for row in page["results"]]
        address, pages = page["next"], pages + 1
    return found, pages


def test_tracks_count_their_published_courses(client):
    factories.CourseFactory()
    factories.CourseFactory(published_at=None)
    rows = {row["slug"]: row for row in client.get("/api/v1/tracks/").json()["results"]}
    assert {slug: row["course_count"] for slug, row in rows.items()} == {"business": 0, "technology": 1, "design": 0}
    assert rows["technology"]["url"].endswith("/tracks/technology/")


def test_only_published_courses_are_listed(client):
    shown = factories.CourseFactory()
    factories.CourseFactory(published_at=None)
    factories.CourseFactory(published_at=timezone.now() + timedelta(days=1))
    factories.CourseFactory(archived_at=timezone.now())
    assert slugs(client, "/api/v1/courses/") == ([shown.slug], 1)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("track=technology", {"quick", "long", "other"}),
        ("track=design", set()),
        ("level=beginner", {"quick", "other"}),
        ("level=beginner&level=advanced", {"quick", "long", "other"}),
        ("length=short", {"quick", "other"}),
        ("length=long&level=advanced", {"long"}),
        ("language=de", {"other"}),
        ("language=xx", set()),
        ("unknown=1", {"quick", "long", "other"}),
    ],
)
def test_filters(client, query, expected):
    factories.CourseFactory(slug="quick", level="beginner")
    factories.CourseFactory(slug="other", level="beginner", language="de")
    factories.CourseFactory(slug="long", level="advanced")
    Course.objects.filter(slug="long").update(minutes=300)
    assert set(slugs(client, f"/api/v1/courses/?{query}")[0]) == expected


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("track=cooking", "track"),
        ("track=%00", "track"),
        ("level=expert", "level.0"),
        ("length=endless", "length.0"),
        ("ordering=seats_taken", "ordering"),
        ("language=" + "x" * 20, "language.0"),
        ("page_size=0", "page_size"),
        ("page_size=many", "page_size"),
        ("page_size=²", "page_size"),
        ("cursor=", "cursor"),
        ("cursor=made-up", "cursor"),
        ("cursor=%00%FF", "cursor"),
    ],
)
def test_a_filter_that_makes_no_sense_is_named(client, query, field):
    answer = client.get(f"/api/v1/courses/?{query}")
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {field}


@pytest.mark.parametrize("ordering", ["title", "-title", "minutes", "-minutes", "published_at", "-published_at"])
def test_pages_show_every_course_once_in_any_order(client, ordering):
    for number in range(23):
        # Few different minutes and dates: rows that are equal must neither be skipped nor doubled.
        course = factories.CourseFactory(published_at=factories.LONG_AGO + timedelta(microseconds=number // 4))
        Course.objects.filter(pk=course.pk).update(minutes=number // 8)
    name = ordering.removeprefix("-")
    in_order = Course.objects.order_by(ordering, "-pk" if ordering != name else "pk").values_list("slug", flat=True)
    found, pages = slugs(client, f"/api/v1/courses/?ordering={ordering}&page_size=5")
    assert found == list(in_order)
    assert pages == 5


def test_a_page_leads_back_to_the_one_before(client):
    for _number in range(7):
        factories.CourseFactory()
    first = client.get("/api/v1/courses/?page_size=3").json()
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    assert (first["previous"], third["next"]) == (None, None)
    assert client.get(third["previous"]).json()["results"] == second["results"]
    again = client.get(second["previous"]).json()
    assert again["results"] == first["results"]
    assert again["previous"] is None


def test_a_course_that_appears_meanwhile_moves_nothing(client):
    for _number in range(4):
        factories.CourseFactory()
    first = client.get("/api/v1/courses/?page_size=2").json()
    factories.CourseFactory(published_at=timezone.now())
    second = client.get(first["next"]).json()
    shown = [row["slug"] for row in first["results"] + second["results"]]
    assert len(set(shown)) == 4


def test_a_cursor_serves_only_the_order_it_was_made_for(client):
    for _number in range(3):
        factories.CourseFactory()
    following = client.get("/api/v1/courses/?page_size=1&ordering=title").json()["next"]
    for other in ("minutes", "-title"):
        assert client.get(following.replace("ordering=title", f"ordering={other}")).status_code == 400


def test_a_page_holds_a_hundred_at_most(client):
    factories.CourseFactory.create_batch(101)
    assert len(client.get("/api/v1/courses/?page_size=5000").json()["results"]) == 100


def test_search_finds_lessons_and_marks_the_words(client):
    lesson = factories.full_lesson(title="Multiprocessing")
    refresh()
    found = client.get("/api/v1/search/", {"q": "multiprocesing"}).json()
    assert found["corrected"] == "multiprocessing"
    hit = next(hit for hit in found["results"] if hit["kind"] == "lesson")
    assert (hit["title"], hit["course"], hit["lesson"]) == ("Multiprocessing", lesson.course.slug, lesson.slug)
    assert hit["url"].endswith(lesson.get_absolute_url())


def test_search_snippets_are_safe_html(client):
    factories.ConceptFactory(name="Deadlock", description="A deadlock: `<script>alert(1)</script>` waits.")
    refresh()
    (hit,) = client.get("/api/v1/search/", {"q": "deadlock", "kind": "concept"}).json()["results"]
    assert "<mark>deadlock</mark>" in hit["snippet_html"].lower()
    assert "<script" not in hit["snippet_html"]


@pytest.mark.parametrize(
    ("query", "field"), [("", "q"), ("q=a", "q"), ("q=lock&kind=person", "kind"), ("q=lock&page=0", "page")]
)
def test_a_search_that_makes_no_sense_is_named(client, query, field):
    answer = client.get(f"/api/v1/search/?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_a_search_for_nothing_but_signs_finds_nothing(client):
    assert client.get("/api/v1/search/", {"q": "?!"}).json()["results"] == []
