from datetime import timedelta

import pytest
from django.utils import timezone

from courses.models import Lesson
from lessons import blocks, reading
from tests import factories

pytestmark = pytest.mark.django_db


def address(lesson, *more):
    return "/".join(["/api/v1/courses", lesson.course.slug, "lessons", lesson.slug, *more]) + "/"


@pytest.fixture
def shown(cast, api):
    return api().get(address(cast.lesson)).json()


def test_a_lesson_comes_with_every_part(shown):
    assert [one["tier"] for one in shown["summaries"]] == ["basic", "medium", "detailed"]
    assert [one["name"] for one in shown["concepts"]] == ["Lock", "Waiting"]
    assert shown["examples"][0]["body"]["markdown"] == "Twenty downloads of one second take one second."
    assert {one["kind"] for one in shown["memory_aids"]} == {"rhyme", "story", "acronym", "visual"}
    turns = shown["episodes"][0]["turns"]
    assert [(turn["speaker"]["name"], turn["speaker"]["role"]) for turn in turns] == [
        ("Nora", "teacher"),
        ("Ben", "student"),
    ]
    assert shown["chunks"][0]["analogy"]["blocks"][0]["html"].strip() == "<p>A kitchen with one knife.</p>"
    assert [card["kind"] for card in shown["cards"]] == ["term", "question", "cloze"]
    assert shown["cards"][0]["concept"] == "Lock"


def test_a_cloze_hides_its_words_in_front_and_shows_them_behind(shown):
    cloze = shown["cards"][2]
    assert cloze["front"]["markdown"] == "Threads overlap {{waiting}}."
    assert "waiting" not in cloze["front"]["html"]
    assert "<strong>waiting</strong>" in cloze["back"]["html"]


def test_texts_come_as_markdown_and_as_paragraphs_with_their_keys(cast, shown):
    body = shown["summaries"][0]["body"]
    assert body["markdown"] == "The basic text says Lock.\n\n### More\n\nAnd *more* of it."
    assert [block["html"].strip() for block in body["blocks"]] == [
        "<p>The basic text says Lock.</p>",
        "<h3>More</h3>",
        "<p>And <em>more</em> of it.</p>",
    ]

    def keys(data):
        if isinstance(data, dict):
            return [data["key"] for _one in {"key"} & data.keys()] + [
                key for value in data.values() for key in keys(value)
            ]
        return [key for value in data for key in keys(value)] if isinstance(data, list) else []

    assert sorted(keys(shown)) == sorted(blocks.of(cast.lesson).words)


def test_markup_that_could_run_never_leaves(client):
    lesson = factories.LessonFactory()
    factories.ConceptFactory(lesson=lesson, description='<img src=x onerror="alert(1)"> [x](javascript:alert(1))')
    html = client.get(address(lesson)).json()["concepts"][0]["description"]["blocks"][0]["html"]
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_a_caller_who_has_the_lesson_gets_nothing_until_it_changes(cast, api):
    first = api().get(address(cast.lesson))
    known = {"HTTP_IF_NONE_MATCH": first["ETag"]}
    again = api().get(address(cast.lesson), **known)
    assert (again.status_code, again.content) == (304, b"")
    concept = cast.lesson.concepts.first()
    concept.description = "Another idea."
    concept.save()
    changed = api().get(address(cast.lesson), **known)
    assert changed.status_code == 200
    assert changed.json()["concepts"][0]["description"]["markdown"] == "Another idea."


def test_visitors_answers_may_be_kept_and_personal_ones_never(cast, api):
    assert api().get(address(cast.lesson))["Cache-Control"] == "no-cache"
    mine = api("learner").get(address(cast.lesson))
    assert "no-store" in mine["Cache-Control"]
    assert "private" in mine["Cache-Control"]
    assert {"Authorization", "Cookie"} <= set(mine["Vary"].replace(" ", "").split(","))


@pytest.mark.parametrize(
    "state",
    [{"published_at": None}, {"published_at": timezone.now() + timedelta(days=9)}, {"archived_at": timezone.now()}],
)
def test_what_is_not_published_is_there_for_its_editors_only(cast, api, state):
    Lesson.objects.filter(pk=cast.lesson.pk).update(**state)
    statuses = {
        who: api(who).get(address(cast.lesson)).status_code for who in ("visitor", "enrolled", "outsider", "staff")
    }
    assert set(statuses.values()) == {404}
    assert api("instructor").get(address(cast.lesson)).status_code == 200
    assert api("superuser").get(address(cast.lesson)).status_code == 200


def test_old_slugs_lead_to_the_new_address(cast, api):
    old = address(cast.lesson)
    cast.course.slug = "renamed"
    cast.course.save()
    answer = api().get(old)
    assert answer.status_code == 301
    assert answer["Location"] == f"/api/v1/courses/renamed/lessons/{cast.lesson.slug}/"


def test_a_course_lists_its_lessons_and_no_addresses_of_people(cast, api):
    cast.instructor.display_name = ""
    cast.instructor.save()
    answer = api().get(f"/api/v1/courses/{cast.course.slug}/")
    (chapter,) = answer.json()["chapters"]
    assert [lesson["slug"] for lesson in chapter["lessons"]] == ["threads"]
    assert answer.json()["own"] is None
    assert chapter["lessons"][0]["percent"] is None
    assert "@" not in answer.content.decode()


def test_the_enrolled_see_how_far_they_are(cast, api):
    words = blocks.of(cast.lesson).words
    read = [key for key, (part, _count) in words.items() if part == "concepts"]
    reading.record(cast.enrolled, cast.lesson, read=read)
    course = api("enrolled").get(f"/api/v1/courses/{cast.course.slug}/").json()
    assert 0 < course["own"]["percent"] < 100
    assert course["own"]["next_lesson"] == "threads"
    assert course["chapters"][0]["lessons"][0]["percent"] == course["own"]["percent"]
    assert api("learner").get(f"/api/v1/courses/{cast.course.slug}/").json()["own"] is None


def test_an_announced_lesson_is_listed_but_not_open(cast, api):
    Lesson.objects.filter(pk=cast.lesson.pk).update(published_at=timezone.now() + timedelta(days=1))
    (chapter,) = api().get(f"/api/v1/courses/{cast.course.slug}/").json()["chapters"]
    assert chapter["lessons"][0]["is_open"] is False


def test_the_glossary_goes_from_a_to_z_whatever_the_case(cast, api):
    for front in ("zebra", "Apple", "banana"):
        factories.CardFactory(lesson=cast.lesson, front=front)
    hidden = factories.LessonFactory(chapter=cast.lesson.chapter, published_at=None)
    factories.CardFactory(lesson=hidden, front="Secret")
    address = f"/api/v1/courses/{cast.course.slug}/glossary/?page_size=2"
    first = api().get(address).json()
    second = api().get(first["next"]).json()
    terms = [term["front"]["markdown"] for term in first["results"] + second["results"]]
    assert terms == ["Apple", "banana", "Lock", "zebra"]
    assert second["results"][1]["lesson"] == "threads"
