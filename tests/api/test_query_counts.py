"""A list costs the same for one row and for fifty."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.search import refresh
from enrollment import seats
from lessons import blocks, bookmarks
from lessons.models import Block
from study.models import Note
from tests import factories

pytestmark = pytest.mark.django_db
MOST = 8


def queries(client, address):
    client.get(address)  # what a process keeps is kept now
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(captured)


def more_courses(cast):
    for course in factories.CourseFactory.create_batch(49):
        seats.enroll(cast.enrolled, course)


def more_terms(cast):
    for lesson in factories.LessonFactory.create_batch(49, chapter=cast.lesson.chapter):
        factories.CardFactory(lesson=lesson, front=f"Lock {lesson.pk}")
        factories.SummaryFactory(lesson=lesson)
    refresh()


def more_notes(cast):
    for number in range(49):
        lesson = factories.LessonFactory(chapter=cast.lesson.chapter)
        block = Block.objects.create(lesson=lesson, key=f"key{number}", part="concepts", position=1, words=1)
        Note.objects.create(learner=cast.enrolled, block=block, quote="", body="Mine.")


def more_bookmarks(cast):
    for audio in [factories.ready_audio(factories.full_lesson(cast.course)) for _ in range(7)]:
        for seconds in range(7):
            bookmarks.add(cast.enrolled, audio, seconds)


@pytest.mark.parametrize(
    ("address", "more"),
    [
        ("tracks/", more_courses),
        ("courses/?page_size=100", more_courses),
        ("enrolments/?page_size=100", more_courses),
        ("courses/{course}/", more_terms),
        ("courses/{course}/glossary/?page_size=100", more_terms),
        ("courses/{course}/lessons/threads/", more_terms),
        ("search/?q=lock", more_terms),
        ("notes/?page_size=100", more_notes),
        ("courses/{course}/lessons/threads/place/", more_notes),
        ("bookmarks/?page_size=100", more_bookmarks),
        ("courses/{course}/", more_bookmarks),
    ],
)
def test_fifty_rows_cost_what_one_costs(cast, api, address, more):
    block = Block.objects.filter(key=next(iter(blocks.of(cast.lesson).words))).get()
    Note.objects.create(learner=cast.enrolled, block=block, quote="", body="Mine.")
    bookmarks.add(cast.enrolled, factories.ready_audio(cast.lesson), 1)
    refresh()
    client, address = api("enrolled"), "/api/v1/" + address.format(course=cast.course.slug)
    few = queries(client, address)
    more(cast)
    many = queries(client, address)
    assert many == few
    assert many <= MOST + 2  # two of them find out who asks


def test_a_visitor_who_has_a_lesson_already_costs_one_query(cast, api, django_assert_num_queries):
    address = f"/api/v1/courses/{cast.course.slug}/lessons/threads/"
    tag = api().get(address)["ETag"]
    with django_assert_num_queries(1):
        assert api().get(address, HTTP_IF_NONE_MATCH=tag).status_code == 304
