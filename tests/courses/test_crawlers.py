"""What search engines and link previews are told."""

import json
import re
from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone

from courses import seo
from tests import factories


def data_of(html):
    return [
        json.loads(text) for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    ]


def test_robots_may_read_all_but_personal_pages(client, settings):
    text = client.get("/robots.txt").content.decode()
    assert set(re.findall(r"Disallow: (\S+)", text)) == {"/account/", "/admin/", "/api/", "/learn/"}
    assert f"Sitemap: {settings.BASE_URL}/sitemap.xml" in text


def test_the_site_map_lists_what_is_published(client, db, settings):
    shown = factories.LessonFactory(slug="shown")
    factories.LessonFactory(slug="hidden", published_at=None)
    factories.LessonFactory(slug="later", published_at=timezone.now() + timedelta(days=1))
    factories.LessonFactory(slug="inside-draft", chapter__course__published_at=None)
    index = client.get("/sitemap.xml")
    assert index.status_code == 200
    sections = re.findall(r"<loc>https?://[^/]+(/sitemap[^<]+)</loc>", index.content.decode())
    assert sections == ["/sitemap-places.xml", "/sitemap-courses.xml", "/sitemap-lessons.xml"]
    found = [re.findall("<loc>([^<]+)</loc>", client.get(section).content.decode()) for section in sections]
    assert f"{settings.BASE_URL}/tracks/design/" in found[0]
    assert f"{settings.BASE_URL}{shown.course.get_absolute_url()}" in found[1]
    assert found[2] == [settings.BASE_URL + shown.get_absolute_url()]


def test_a_long_site_map_comes_in_pages(client, db, monkeypatch):
    monkeypatch.setattr(seo.CourseSitemap, "limit", 2)
    factories.CourseFactory.create_batch(3)
    assert "/sitemap-courses.xml?p=2" in client.get("/sitemap.xml").content.decode()
    assert client.get("/sitemap-courses.xml?p=2").content.decode().count("<url>") == 1
    for wrong in ("3", "x", "-1"):
        assert client.get(f"/sitemap-courses.xml?p={wrong}").status_code == 404
    assert client.get("/sitemap-people.xml").status_code == 404


@pytest.mark.parametrize("count", [1, 50])
def test_the_site_map_takes_the_same_few_queries_at_any_size(client, db, django_assert_max_num_queries, count):
    chapter = factories.ChapterFactory()
    factories.LessonFactory.create_batch(count, chapter=chapter)
    with django_assert_max_num_queries(5):
        client.get("/sitemap.xml")
    with django_assert_max_num_queries(3):
        client.get("/sitemap-lessons.xml")


def test_every_list_has_one_canonical_address(client, db, settings):
    factories.CourseFactory.create_batch(21, level="beginner")
    for address, canonical in [
        ("/", "/"),
        ("/?page=2", "/?page=2"),
        ("/?level=beginner", "/"),
        ("/?page=77", "/?page=2"),
    ]:
        html = client.get(address).content.decode()
        assert f'<link rel="canonical" href="{settings.BASE_URL}{canonical}">' in html


def test_the_host_a_request_claims_is_not_repeated(client, db, settings):
    settings.ALLOWED_HOSTS = ["*"]
    html = client.get("/", headers={"host": "evil.example"}).content.decode()
    assert "evil.example" not in html


def test_the_home_page_names_its_search(client, db, settings):
    (data,) = data_of(client.get("/").content.decode())
    assert data["@type"] == "WebSite"
    assert data["potentialAction"]["target"] == settings.BASE_URL + "/search/?q={search_term_string}"


def test_courses_and_lessons_are_described(db, settings):
    lesson = factories.LessonFactory(chapter__course__outcomes=["Tell threads from processes"])
    course = lesson.course
    course.refresh_from_db()
    about = seo.course(course)
    assert (about["@type"], about["name"], about["teaches"]) == (
        "Course",
        course.title,
        ["Tell threads from processes"],
    )
    assert about["hasCourseInstance"]["courseWorkload"] == "PT20M"
    part = seo.lesson(lesson)
    assert part["@type"] == "LearningResource"
    assert part["timeRequired"] == "PT20M"
    assert part["isPartOf"]["url"] == settings.BASE_URL + course.get_absolute_url()


def test_data_cannot_break_out_of_its_block():
    nasty = {"name": "</script><script>alert(1)</script><!-- & é"}
    html = Template("{% load jsonld %}{% jsonld data %}").render(Context({"data": nasty}))
    assert html.count("<") == 2
    assert data_of(html) == [nasty]
    assert Template("{% load jsonld %}{% jsonld data %}").render(Context({"data": None})) == ""
