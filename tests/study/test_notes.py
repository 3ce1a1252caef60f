import pytest
from django.urls import reverse

from enrollment import seats
from lessons import blocks
from lessons.models import Block
from study.models import Note

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(cast):
    return next(iter(blocks.of(cast.lesson).words))


def route(cast, key):
    return reverse("study:note", args=[cast.course.slug, cast.lesson.slug, key])


@pytest.mark.parametrize(
    ("who", "status"), [("visitor", 302), ("learner", 403), ("enrolled", 200), ("instructor", 403), ("staff", 403)]
)
def test_who_may_write_notes(cast, client, key, who, status):
    if cast[who]:
        client.force_login(cast[who])
    assert client.get(route(cast, key)).status_code == status
    posted = client.post(route(cast, key), {"body": "Mine."})
    assert posted.status_code == (302 if who == "enrolled" else status)
    assert Note.objects.count() == (who == "enrolled")


def test_a_note_is_kept_changed_and_removed(cast, client, key):
    client.force_login(cast.enrolled)
    client.post(route(cast, key), {"body": "First."})
    client.post(route(cast, key), {"body": "Second.", "is_highlighted": "on"})
    note = Note.objects.get()
    assert (note.body, note.is_highlighted, note.quote) == ("Second.", True, note.block.text)
    client.post(route(cast, key), {"body": "  "})
    assert not Note.objects.exists()


def test_who_has_left_the_course_keeps_the_notes(cast, client, key):
    client.force_login(cast.enrolled)
    client.post(route(cast, key), {"body": "Mine."})
    seats.leave(cast.enrolled, cast.course)
    client.post(route(cast, key), {"body": "Still mine."})
    assert Note.objects.get().body == "Still mine."
    client.post(route(cast, key), {"body": ""})
    assert client.post(route(cast, key), {"body": "New."}).status_code == 403
    assert not Note.objects.exists()


def test_a_note_is_seen_by_its_writer_only(cast, client, key):
    client.force_login(cast.enrolled)
    client.post(route(cast, key), {"body": "Secret thought"})
    for who in ("other", "instructor", "staff", "superuser"):
        client.force_login(cast[who])
        for address in (cast.lesson.get_absolute_url(), reverse("study:notes"), reverse("study:learn")):
            assert "Secret thought" not in client.get(address).content.decode()
    client.force_login(cast.enrolled)
    assert "Secret thought" in client.get(reverse("study:notes")).content.decode()
    assert "Secret thought" in client.get(cast.lesson.get_absolute_url()).content.decode()


def test_a_note_survives_the_edit_of_its_paragraph(cast, client, key):
    client.force_login(cast.enrolled)
    client.post(route(cast, key), {"body": "Remember."})
    summary = cast.lesson.summaries.get(tier="basic")
    summary.body = summary.body.replace("says Lock", "still says Lock")
    summary.save()
    page = client.get(cast.lesson.get_absolute_url() + "?tier=basic").content.decode()
    assert "still says" in page
    assert f'id="b-{key}"' in page
    assert f'data-block="{key}"' in page


def test_a_note_survives_the_end_of_its_paragraph(cast, client, key):
    client.force_login(cast.enrolled)
    client.post(route(cast, key), {"body": "Remember."})
    cast.lesson.summaries.filter(tier="basic").first().delete()
    client.get(cast.lesson.get_absolute_url())
    assert Block.objects.get(key=key).retired_at
    page = client.get(reverse("study:notes")).content.decode()
    assert "Remember." in page
    assert "has since been removed" in page
    Note.objects.get().block.lesson.delete()
    assert "From a lesson that was removed" in client.get(reverse("study:notes")).content.decode()


def test_what_is_too_long_comes_back_as_typed(cast, client, key):
    client.force_login(cast.enrolled)
    response = client.post(route(cast, key), {"body": "x" * 10_001})
    assert response.status_code == 422
    assert "x" * 10_001 in response.content.decode()


def test_the_page_s_script_gets_the_part_alone(cast, client, key):
    client.force_login(cast.enrolled)
    form = client.get(route(cast, key), headers={"HX-Request": "true"}).content.decode()
    assert "<form" in form
    assert "<html" not in form
    kept = client.post(route(cast, key), {"body": "Mine."}, headers={"HX-Request": "true"})
    assert kept.status_code == 200
    assert "<form" not in kept.content.decode()


def test_a_paragraph_of_another_lesson_is_not_found(cast, client):
    client.force_login(cast.enrolled)
    assert client.get(route(cast, "nosuchkey")).status_code == 404


def test_what_is_written_stays_text(cast, client, key):
    client.force_login(cast.enrolled)
    client.post(route(cast, key), {"body": "<script>alert(1)</script>"})
    assert "<script>alert" not in client.get(reverse("study:notes")).content.decode()
