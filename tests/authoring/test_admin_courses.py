"""Courses in the admin: beginning, changing, publishing, archiving them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import Course, CourseAddress, Lesson
from tests import factories
from tests.authoring.adminforms import add_row, course_page, errors, filled

COURSE_ADD = "/admin/courses/course/add/"


@pytest.fixture
def author(cast, client):
    """The browser of the course's instructor."""
    client.force_login(cast.instructor)
    return client


def test_a_superuser_begins_a_course_and_names_its_instructor(cast, client):
    client.force_login(cast.superuser)
    data = filled(
        client,
        COURSE_ADD,
        title="Writing clearly",
        slug="writing-clearly",
        promise="Say it once.",
        track=cast.course.track_id,
        level="beginner",
        outcomes="Cut a sentence in half\r\n\r\n  Find the verb ",
    )
    data = add_row(data, "chapters", title="Words", slug="words")
    data = add_row(data, "teachings", user=cast.learner.pk)
    assert client.post(COURSE_ADD, data).status_code == 302
    course = Course.objects.get(slug="writing-clearly")
    assert course.outcomes == ["Cut a sentence in half", "Find the verb"]
    assert [one.name for one in course.cast.all()] == ["Teacher", "Student"]
    client.force_login(cast.learner)
    assert client.get(course_page(course)).status_code == 200


def test_a_closed_account_cannot_be_named(cast, client):
    client.force_login(cast.superuser)
    cast.learner.is_active = False
    cast.learner.save()
    page = course_page(cast.course)
    answer = client.post(page, add_row(filled(client, page), "teachings", user=cast.learner.pk))
    assert answer.status_code == 422
    assert "cannot sign in" in errors(answer)


def test_outcomes_are_written_one_a_line(cast, author):
    Course.objects.filter(pk=cast.course.pk).update(outcomes=["One", "Two"])
    page = course_page(cast.course)
    data = filled(author, page)
    assert data["outcomes"] == "One\nTwo"
    author.post(page, data)
    assert Course.objects.get(pk=cast.course.pk).outcomes == ["One", "Two"]
    answer = author.post(page, filled(author, page, outcomes="\n".join("abcdefghi")))
    assert answer.status_code == 422


def test_a_renamed_course_keeps_its_old_address(cast, author):
    old = cast.course.slug
    page = course_page(cast.course)
    assert author.post(page, filled(author, page, slug="renamed")).status_code == 302
    assert CourseAddress.objects.filter(slug=old, course=cast.course).exists()


def test_instructors_change_neither_figures_nor_instructors_by_forging_fields(cast, author):
    page = course_page(cast.course)
    data = filled(author, page) | {"seats_taken": "0", "lesson_count": "99", "teachings-TOTAL_FORMS": "1"}
    data |= {"teachings-INITIAL_FORMS": "0", "teachings-0-user": cast.learner.pk}
    author.post(page, data)
    cast.course.refresh_from_db()
    assert (cast.course.seats_taken, cast.course.lesson_count) == (2, 1)
    assert [one.user for one in cast.course.teachings.all()] == [cast.instructor]


def test_a_course_with_learners_is_archived_instead_of_deleted(cast, client):
    client.force_login(cast.superuser)
    address = reverse("admin:courses_course_delete", args=[cast.course.pk])
    html = client.get(address).content.decode()
    assert "2 people are or were enrolled" in html
    assert "Archive it instead" in html
    assert "enrolled@example.org" not in html
    client.post(address, {"post": "yes"})
    assert Course.objects.filter(pk=cast.course.pk).exists()


def test_a_course_nobody_joined_can_be_deleted(cast, client):
    course = factories.full_lesson().course
    client.force_login(cast.superuser)
    client.post(reverse("admin:courses_course_delete", args=[course.pk]), {"post": "yes"})
    assert not Course.objects.filter(pk=course.pk).exists()


def test_a_chapter_with_lessons_stays(cast, author):
    page = course_page(cast.course)
    answer = author.post(page, filled(author, page) | {"chapters-0-DELETE": "on"})
    assert answer.status_code == 422
    assert "holds 1 lesson" in errors(answer)
    assert Lesson.objects.filter(pk=cast.lesson.pk).exists()


def test_a_speaker_with_turns_stays(cast, author):
    page = course_page(cast.course)
    answer = author.post(page, filled(author, page) | {"cast-0-DELETE": "on"})
    assert answer.status_code == 422
    assert "speaks in 1 turn" in errors(answer)


# --- Publishing ---


def act(client, action: str, *rows: Course | Lesson):
    kind = type(rows[0])._meta.model_name
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    answer = client.post(reverse(f"admin:courses_{kind}_changelist"), chosen, follow=True)
    return [str(message) for message in answer.context["messages"]]


def test_publishing_says_how_many_and_which_and_leaves_archived_ones(cast, author):
    draft, second, archived, live = (factories.LessonFactory(chapter=cast.lesson.chapter) for _ in range(4))
    Lesson.objects.filter(pk__in=[draft.pk, second.pk, archived.pk]).update(published_at=None)
    Lesson.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
    said = act(author, "publish", draft, second, archived, live)
    assert said == [f"Published 2: {draft}, {second}.", "2 were left as they are: their state does not call for this."]
    archived.refresh_from_db()
    assert archived.state == "archived"
    assert Course.objects.get(pk=cast.course.pk).lesson_count == 4


def test_archiving_a_course_takes_it_from_visitors_at_once(cast, author, client):
    assert act(author, "archive", cast.course) == [f"Archived {cast.course}."]
    client.logout()
    assert client.get(cast.course.get_absolute_url()).status_code == 404
    client.force_login(cast.instructor)
    assert act(client, "unarchive", cast.course) == [f"Brought back {cast.course}."]
    client.logout()
    assert client.get(cast.course.get_absolute_url()).status_code == 200


def test_an_archived_lesson_no_longer_counts(cast, author):
    act(author, "archive", cast.lesson)
    assert Course.objects.get(pk=cast.course.pk).lesson_count == 0
