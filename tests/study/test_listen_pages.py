"""The pages that let one hear: a lesson's, a course's, one's own; and what other pages say of listening."""

import pytest
from django.urls import reverse

from jobs.models import Job
from lessons import listening
from lessons.models import Listening
from media.models import Asset, State
from tests import factories

SECONDS = 540.0


@pytest.fixture
def audio(cast):
    return factories.ready_audio(cast.lesson, seconds=SECONDS)


def page(client, cast, name="listen"):
    return client.get(reverse(f"study:{name}", args=[cast.course.slug, cast.lesson.slug]))


def words(response) -> str:
    return response.content.decode()


def listened(user, audio, place):
    return Listening.objects.create(
        learner=user,
        audio=audio,
        take=audio.asset.take,
        heard=[[0, place]],
        place=place,
        place_at=factories.LONG_AGO,
        place_device="phone",
    )


def test_a_visitor_hears_a_sample_and_meets_the_gate(cast, client, audio):
    html = words(page(client, cast))
    assert "9 minutes, 2 voices." in html
    assert html.count("<audio") == 1
    assert "Enrol to listen" in html
    assert "%23hear" in html  # back at the same block
    assert "course-player" not in html


def test_a_learner_who_is_not_enrolled_meets_the_same_gate(cast, client, audio):
    client.force_login(cast.learner)
    html = words(page(client, cast))
    assert "Enrol to listen" in html
    assert "course-player" not in html


def test_the_enrolled_get_the_player_and_a_plain_one_without_script(cast, client, audio):
    client.force_login(cast.enrolled)
    html = words(page(client, cast))
    assert "<course-player" in html
    assert "data-keeps" in html
    assert html.count('<audio class="hear__plain" controls') == 1
    assert "Enrol to listen" not in html
    assert "Download" in html


def test_who_teaches_the_course_hears_it_and_leaves_no_evidence(cast, client, audio):
    client.force_login(cast.instructor)
    html = words(page(client, cast))
    assert "<course-player" in html
    assert "data-keeps" not in html


def test_a_lesson_without_audio_asks_to_enrol_and_has_no_player(cast, client):
    html = words(page(client, cast))
    assert "Keep your place in this course" in html
    assert "<audio" not in html
    client.force_login(cast.enrolled)
    html = words(page(client, cast))
    assert "course-player" not in html
    assert 'id="hear"' not in html


@pytest.fixture
def being_made(cast, audio) -> Asset:
    Asset.objects.filter(pk=audio.asset_id).update(take=None, state=State.SPEAKING)
    return audio.asset


def test_while_it_is_made_learners_read_that_it_is(cast, client, being_made):
    client.force_login(cast.enrolled)
    html = words(page(client, cast))
    assert "The audio is being made; the transcript is here." in html
    assert "hx-get" not in html


def test_while_it_is_made_those_who_write_see_how_far(cast, client, being_made):
    Job.objects.create(
        kind="media.speak",
        subject=f"media.asset:{being_made.pk}",
        queue="speech",
        state="running",
        progress=40,
        due_at=factories.LONG_AGO,
    )
    client.force_login(cast.instructor)
    html = words(page(client, cast))
    assert 'value="40"' in html
    assert 'hx-trigger="every 4s"' in html


def test_what_failed_is_told_to_those_who_write_alone(cast, client, being_made):
    Asset.objects.filter(pk=being_made.pk).update(state=State.FAILED, error="The recording is silent.")
    client.force_login(cast.instructor)
    assert "The recording is silent." in words(page(client, cast))
    client.force_login(cast.enrolled)
    assert "The recording is silent." not in words(page(client, cast))


def test_the_page_offers_to_resume(cast, client, audio):
    listened(cast.enrolled, audio, 125)
    client.force_login(cast.enrolled)
    html = words(page(client, cast))
    assert "Resume at 2:05" in html
    assert "23 % heard" in html


def test_a_course_lists_all_there_is_to_hear(cast, client, audio):
    factories.ready_audio(cast.lesson, "audiobook", seconds=60)
    listened(cast.enrolled, audio, SECONDS)
    client.force_login(cast.enrolled)
    html = words(client.get(f"/listen/{cast.course.slug}/"))
    assert html.index("Classroom conversation") < html.index("Audiobook")
    assert "10 minutes" in html
    assert html.count("</svg>Heard</span>") == 1
    assert reverse("study:feed", args=[cast.course.slug]) in html


def test_a_course_with_nothing_to_hear_says_so(cast, client):
    client.force_login(cast.enrolled)
    html = words(client.get(f"/listen/{cast.course.slug}/"))
    assert "Nothing to hear yet" in html
    assert "course-player" not in html


def test_the_list_of_a_course_is_for_the_enrolled(cast, client, audio):
    client.force_login(cast.learner)
    assert client.get(f"/listen/{cast.course.slug}/").status_code == 403


def test_the_library_begins_with_what_was_heard_last(cast, client, audio):
    other = factories.full_lesson()
    factories.EnrollmentFactory(learner=cast.enrolled, course=other.course)
    listened(cast.enrolled, audio, 125)
    client.force_login(cast.enrolled)
    html = words(client.get("/listen/"))
    assert html.index(cast.course.title) < html.index(other.course.title)
    assert "Resume at 2:05" in html
    assert "Nothing to hear yet" in html  # of the other


def test_the_library_of_somebody_without_courses_shows_the_way(cast, client):
    client.force_login(cast.learner)
    assert "Explore courses" in words(client.get("/listen/"))


def test_other_pages_say_where_to_go_on(cast, client, audio):
    listened(cast.enrolled, audio, 125)
    client.force_login(cast.enrolled)
    for address in ("/learn/", f"/courses/{cast.course.slug}/"):
        assert f"Resume {cast.lesson.title} at 2:05" in words(client.get(address)), address


def test_a_courses_page_lets_visitors_hear_a_sample(cast, client, audio):
    html = words(client.get(f"/courses/{cast.course.slug}/"))
    assert "Hear how it sounds" in html
    assert html.count("<audio") == 1


def test_the_speed_of_the_course_is_on_the_page(cast, client, audio):
    listening.set_rate(cast.enrolled, cast.course, 1.35)
    client.force_login(cast.enrolled)
    assert 'data-rate-start="1.35"' in words(page(client, cast))


@pytest.mark.parametrize("address", ["/listen/", "/listen/{course}/", "/courses/{course}/{lesson}/listen/"])
def test_more_to_hear_costs_no_more_queries(cast, client, audio, address, django_assert_max_num_queries):
    client.force_login(cast.enrolled)
    address = address.format(course=cast.course.slug, lesson=cast.lesson.slug)
    client.get(address)
    with django_assert_max_num_queries(20) as asked:
        client.get(address)
        few = len(asked)
    for _number in range(3):
        factories.ready_audio(factories.full_lesson(cast.course), seconds=60)
    client.get(address)
    with django_assert_max_num_queries(few):
        client.get(address)
