"""Courses and lessons are found by their slugs, also by those they had before."""

import pytest

from tests import factories


def rename(thing, slug):
    thing = type(thing).objects.get(pk=thing.pk)
    thing.slug = slug
    thing.save()


@pytest.fixture
def lesson(db):
    chapter = factories.ChapterFactory(course__slug="pools")
    return factories.LessonFactory(chapter=chapter, slug="sizes")


def test_a_past_course_slug_leads_to_the_same_page_for_good(client, lesson):
    rename(lesson.course, "worker-pools")
    response = client.get("/courses/pools/join/?next=/courses/pools/sizes/%23b-abc")
    assert response.status_code == 301
    assert response["Location"] == "/courses/worker-pools/join/?next=/courses/pools/sizes/%23b-abc"


def test_course_and_lesson_renamed_take_one_redirect(client, lesson):
    rename(lesson, "how-many")
    rename(lesson.course, "worker-pools")
    for old in ("/courses/pools/sizes/", "/courses/worker-pools/sizes/", "/courses/pools/how-many/"):
        response = client.get(f"{old}?tier=basic")
        assert (response.status_code, response["Location"]) == (301, "/courses/worker-pools/how-many/?tier=basic")


def test_a_lesson_that_moved_to_another_course_is_found_there(client, lesson):
    rename(lesson, "how-many")
    lesson.refresh_from_db()
    lesson.chapter = factories.ChapterFactory(course__slug="queues")
    lesson.save()
    assert client.get("/courses/pools/sizes/")["Location"] == "/courses/queues/how-many/"


def test_a_slug_that_is_used_again_belongs_to_its_new_owner(client, lesson):
    rename(lesson.course, "worker-pools")
    factories.CourseFactory(slug="pools")
    assert client.get("/courses/pools/join/").status_code == 302


def test_a_form_sent_to_the_old_address_arrives_whole(client, lesson):
    rename(lesson.course, "worker-pools")
    client.force_login(factories.UserFactory())
    response = client.post("/courses/pools/enrollment/")
    assert (response.status_code, response["Location"]) == (308, "/courses/worker-pools/enrollment/")


@pytest.mark.parametrize("state", [{"published_at": None}, {"archived_at": factories.LONG_AGO}])
def test_a_past_slug_tells_strangers_nothing_of_hidden_courses(client, lesson, state):
    rename(lesson.course, "worker-pools")
    type(lesson.course).objects.filter(pk=lesson.course.pk).update(**state)
    assert client.get("/courses/pools/join/").status_code == 404
    assert client.get("/courses/pools/sizes/").status_code == 404


def test_a_past_slug_of_a_hidden_lesson_tells_nothing_either(client, lesson):
    rename(lesson, "how-many")
    type(lesson).objects.filter(pk=lesson.pk).update(published_at=None)
    assert client.get("/courses/pools/sizes/").status_code == 404


def test_addresses_nobody_ever_had_are_not_found(client, lesson):
    assert client.get("/courses/pool/join/").status_code == 404
    assert client.get("/courses/pools/size/").status_code == 404
    assert client.get("/courses/pool/sizes/").status_code == 404
