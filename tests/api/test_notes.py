import pytest
from django.utils import timezone

from courses.models import Lesson
from enrollment import seats
from lessons import blocks
from study.models import Note
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/api/v1/notes/"


@pytest.fixture
def key(cast):
    return next(iter(blocks.of(cast.lesson).words))


@pytest.fixture
def note(cast, api, key):
    return api("enrolled").post(LIST, {"key": key, "body": "Mine."}).json()


@pytest.mark.parametrize(
    ("who", "status"),
    [("visitor", 401), ("learner", 403), ("enrolled", 201), ("instructor", 403), ("outsider", 403), ("staff", 403)],
)
def test_only_the_enrolled_write_notes(api, key, who, status):
    assert api(who).post(LIST, {"key": key, "body": "Mine."}).status_code == status
    assert Note.objects.count() == (who == "enrolled")


def test_a_note_shows_its_paragraph(cast, note, key):
    assert (note["key"], note["course"], note["lesson"]) == (key, cast.course.slug, "threads")
    assert note["quote"] == "The basic text says Lock."
    assert note["url"].endswith(f"/courses/{cast.course.slug}/threads/?tier=basic#b-{key}")


def test_a_second_note_on_a_paragraph_changes_the_first(api, note, key):
    answer = api("enrolled").post(LIST, {"key": key, "is_highlighted": True})
    assert answer.status_code == 200
    assert answer.json()["id"] == note["id"]
    assert (answer.json()["body"], answer.json()["is_highlighted"]) == ("Mine.", True)


def test_a_note_is_changed_and_removed(api, note):
    client, address = api("enrolled"), f"{LIST}{note['id']}/"
    assert client.patch(address, {"body": "Better."}).json()["body"] == "Better."
    assert client.get(address).json()["body"] == "Better."
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("body", [{}, {"body": ""}, {"body": "   "}, {"is_highlighted": False}])
def test_a_note_without_words_or_highlight_is_none(api, key, note, body):
    other = list(blocks.of(Lesson.objects.get()).words)[1]
    assert api("enrolled").post(LIST, {"key": other} | body).status_code == 400
    if "body" in body:
        assert api("enrolled").patch(f"{LIST}{note['id']}/", body).status_code == 400
    assert Note.objects.get().body == "Mine."


@pytest.mark.parametrize(
    "body", [{"body": "x" * 10_001}, {"body": "\0"}, {"body": []}, {"is_highlighted": "maybe"}, []]
)
def test_a_change_that_makes_no_sense_is_refused(api, note, body):
    assert api("enrolled").patch(f"{LIST}{note['id']}/", body).status_code == 400


@pytest.mark.parametrize("key", ["", "unknown", None, "x" * 13, "\0"])
def test_an_unknown_paragraph_takes_no_note(api, key):
    answer = api("enrolled").post(LIST, {"key": key, "body": "Mine."})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "key")


def test_a_paragraph_one_must_not_see_is_unknown(cast, api, key):
    Lesson.objects.filter(pk=cast.lesson.pk).update(archived_at=timezone.now())
    assert api("enrolled").post(LIST, {"key": key, "body": "Mine."}).status_code == 400


def test_nobody_else_sees_changes_or_removes_a_note(api, note):
    address = f"{LIST}{note['id']}/"
    for who in ("learner", "other", "instructor", "outsider", "staff", "superuser"):
        assert api(who).get(LIST).json()["results"] == []
        assert api(who).get(address).status_code == 404
        assert api(who).patch(address, {"body": "Yours."}).status_code == 404
        assert api(who).delete(address).status_code == 404
    assert Note.objects.get().body == "Mine."


def test_notes_of_one_course_or_lesson(cast, api, note):
    elsewhere = factories.full_lesson(slug="pools")
    seats.enroll(cast.enrolled, elsewhere.course)
    api("enrolled").post(LIST, {"key": next(iter(blocks.of(elsewhere).words)), "is_highlighted": True})
    client = api("enrolled")
    assert len(client.get(LIST).json()["results"]) == 2
    for query in ({"course": cast.course.slug}, {"lesson": "threads"}):
        assert [one["id"] for one in client.get(LIST, query).json()["results"]] == [note["id"]]


def test_a_note_outlives_its_lesson_and_the_enrolment(cast, api, note):
    client, address = api("enrolled"), f"{LIST}{note['id']}/"
    seats.leave(cast.enrolled, cast.course)
    assert client.patch(address, {"body": "Still mine."}).status_code == 200
    cast.lesson.delete()
    kept = client.get(address).json()
    assert (kept["body"], kept["key"], kept["lesson"], kept["url"]) == ("Still mine.", None, None, None)
