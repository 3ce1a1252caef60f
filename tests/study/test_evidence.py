import pytest
from django.urls import reverse

from enrollment import seats
from lessons import blocks, reading
from lessons.models import Reading
from tests import factories

pytestmark = pytest.mark.django_db


def route(cast, name):
    return reverse(f"study:{name}", args=[cast.course.slug, cast.lesson.slug])


def keys(cast):
    return list(blocks.of(cast.lesson).words)


def report(cast, **fields):
    return {"visit": reading.visit_token(), "elapsed": "1000", "key": keys(cast)[0], "read": ""} | fields


@pytest.mark.parametrize("action", ["place", "completion"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("visitor", 302), ("learner", 403), ("instructor", 403), ("outsider", 403), ("staff", 403)],
)
def test_only_the_enrolled_leave_evidence(cast, client, action, who, status):
    if cast[who]:
        client.force_login(cast[who])
    assert client.post(route(cast, action), report(cast)).status_code == status
    assert not Reading.objects.exists()


def test_place_and_read_paragraphs_are_kept(cast, client):
    client.force_login(cast.enrolled)
    known = keys(cast)
    assert (
        client.post(route(cast, "place"), report(cast, key=known[1], read=f"{known[0]},{known[1]},x")).status_code
        == 204
    )
    kept = Reading.objects.get()
    assert (kept.place_key, set(kept.read_keys)) == (known[1], set(known[:2]))


@pytest.mark.parametrize(
    "fields", [{"visit": ""}, {"visit": "forged"}, {"elapsed": "soon"}, {"elapsed": "9" * 400}, {"elapsed": "1e400"}]
)
def test_a_report_that_makes_no_sense_is_refused(cast, client, fields):
    client.force_login(cast.enrolled)
    assert client.post(route(cast, "place"), report(cast, **fields)).status_code == 400
    assert not Reading.objects.exists()


def test_after_leaving_nothing_more_is_kept_and_everything_is_there_on_return(cast, client):
    client.force_login(cast.enrolled)
    client.post(route(cast, "place"), report(cast, read=",".join(keys(cast))))
    seats.leave(cast.enrolled, cast.course)
    assert client.post(route(cast, "place"), report(cast)).status_code == 403
    seats.enroll(cast.enrolled, cast.course)
    assert "100" in client.get(cast.course.get_absolute_url()).content.decode()


def test_mark_read_goes_on_to_the_next_lesson(cast, client):
    client.force_login(cast.enrolled)
    following = factories.full_lesson(course=cast.course)
    response = client.post(route(cast, "completion"))
    assert response["Location"] == following.get_absolute_url()
    page = client.get(route(cast, "lesson")).content.decode()
    assert route(cast, "completion") not in page
    assert Reading.objects.get().finished_at


def test_the_last_lesson_leads_back_to_the_course(cast, client):
    client.force_login(cast.enrolled)
    assert client.post(route(cast, "completion"))["Location"] == cast.course.get_absolute_url()


def test_text_added_after_finishing_is_told(cast, client):
    client.force_login(cast.enrolled)
    client.post(route(cast, "completion"))
    factories.ExampleFactory(lesson=cast.lesson, body="Several new words to read here.")
    assert "text was added since you finished" in client.get(route(cast, "lesson")).content.decode()


def test_the_course_and_my_learning_lead_back_to_the_paragraph(cast, client):
    client.force_login(cast.enrolled)
    key = next(key for key, (part, _) in blocks.of(cast.lesson).words.items() if part == "summary-basic")
    client.post(route(cast, "place"), report(cast, key=key))
    there = f"{route(cast, 'lesson')}?tier=basic#b-{key}"
    for address in (cast.course.get_absolute_url(), reverse("study:learn"), route(cast, "lesson")):
        assert f'href="{there}"' in client.get(address).content.decode()
    assert f'id="b-{key}"' in client.get(there.partition("#")[0]).content.decode()


def test_a_place_in_the_transcript_leads_to_the_listen_page(cast, client):
    client.force_login(cast.enrolled)
    key = next(key for key, (part, _) in blocks.of(cast.lesson).words.items() if part == "conversation")
    client.post(route(cast, "place"), report(cast, key=key))
    assert f"{route(cast, 'listen')}#b-{key}" in client.get(reverse("study:learn")).content.decode()


def test_my_learning_needs_a_sign_in_and_guides_the_newcomer(cast, client):
    assert client.get(reverse("study:learn")).status_code == 302
    client.force_login(cast.learner)
    assert "Explore courses" in client.get(reverse("study:learn")).content.decode()


def test_a_course_taken_offline_is_named_not_linked(cast, client):
    cast.course.published_at = None
    cast.course.save()
    client.force_login(cast.enrolled)
    page = client.get(reverse("study:learn")).content.decode()
    assert cast.course.title in page
    assert cast.course.get_absolute_url() not in page
