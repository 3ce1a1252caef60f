"""A lesson's mode Test, the page a mock test begins on, and what other pages say of tests."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from quizzes import sitting
from quizzes.models import Accommodation, Kind
from tests import factories
from tests.quizzes.samples import SAMPLES, SECRET

pytestmark = pytest.mark.django_db


def mode(cast, name="test"):
    return f"/courses/{cast.course.slug}/{cast.lesson.slug}/{name}/"


def words(client, address) -> str:
    response = client.get(address)
    assert response.status_code == 200
    html = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- The mode Test --------------------------------------------------------------------------------------------------


def test_a_lesson_has_the_mode_when_there_is_something_to_test(client, cast, bank):
    assert f'href="{mode(cast)}"' in client.get(mode(cast, "recall")).content.decode()


def test_a_lesson_without_questions_has_it_not(client, cast):
    assert f'href="{mode(cast)}"' not in client.get(mode(cast, "recall")).content.decode()
    assert "No questions here yet" in words(client, mode(cast))


def test_visitors_see_what_there_is_and_samples_without_any_key(client, cast, mock_test):
    text = words(client, mode(cast))
    assert "10 questions · no time limit" in text
    assert "Several right options 1" in text
    assert "30 minutes" in text
    assert "3 attempts" in text
    assert "Enrol to take the test" in text
    assert "Start practice" not in text
    html = client.get(mode(cast)).content.decode()
    assert html.count('class="sample__one"') == 3
    assert SECRET not in html
    assert "8642.75" not in html


def test_the_options_of_a_sample_stand_in_no_order_of_the_author(client, cast):
    texts = ["Right one", "Wrong one", "Another"]
    options = [{"id": name, "text": text} for name, text in zip("zma", texts, strict=True)]
    factories.question(cast.course, body={"options": options}, lesson=cast.lesson)
    text = words(client, mode(cast))
    assert text.index("Another") < text.index("Wrong one") < text.index("Right one")


def test_the_enrolled_start_practice_and_find_the_test(client, cast, mock_test, sit):
    client.force_login(cast.enrolled)
    text = words(client, mode(cast))
    assert "Start practice" in text
    assert "Not taken yet" in text
    assert "3 attempts left" in text
    assert "If the connection drops: answers wait on this device; they count if sent before time is up." in text
    assert "Sample questions" not in text
    sit(mock_test, [kind for kind in SAMPLES if kind != "essay"])
    text = words(client, mode(cast))
    assert "2 attempts left" in text
    assert "Your attempts" in text


def test_what_is_open_comes_first(client, cast, mock_test):
    client.force_login(cast.enrolled)
    attempt = factories.open_attempt(cast.enrolled, mock_test)
    html = client.get(mode(cast)).content.decode()
    assert "Continue the test" in html
    assert f"/attempts/{attempt.pk}/" in html
    assert html.count("button--primary") == 1


@pytest.mark.parametrize("who", ["visitor", "learner", "enrolled", "instructor"])
def test_one_button_is_the_primary_one(client, cast, mock_test, who):
    if cast[who]:
        client.force_login(cast[who])
    for address in (mode(cast), mock_test.get_absolute_url()):
        assert client.get(address).content.decode().split("<main", 1)[1].count("button--primary") == 1, address


def test_queries_do_not_grow_with_the_questions(client, cast, bank):
    client.force_login(cast.enrolled)
    test = factories.mock_test(cast.course, bank[:1], lesson=cast.lesson)
    client.get(mode(cast))
    counts = []
    for _more in range(2):
        for address in (mode(cast), test.get_absolute_url()):
            caches["pages"].clear()
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))
        section = test.sections.get()
        for kind in SAMPLES:
            section.slots.create(question=factories.question(cast.course, kind, lesson=cast.lesson), position=9)
    assert counts[2:] == counts[:2]
    assert counts[1] <= 18, counts


# --- Where a test begins --------------------------------------------------------------------------------------------


def test_the_start_page_says_what_is_asked_and_begins(client, cast, mock_test):
    client.force_login(cast.enrolled)
    text = words(client, mock_test.get_absolute_url())
    for told in ("Questions 10", "Time 30 minutes", "Attempts left 3", "Pass mark 70 %", "Start test"):
        assert told in text
    response = client.post(f"/courses/{cast.course.slug}/tests/{mock_test.slug}/attempts/")
    assert response.status_code == 302


def test_extra_time_and_a_near_end_are_told(client, cast, bank):
    test = factories.mock_test(cast.course, bank, minutes=40, closes_at=now() + timedelta(minutes=24, seconds=30))
    Accommodation.objects.create(course=cast.course, test=test, learner=cast.enrolled, extra_percent=25, reason="Ask.")
    client.force_login(cast.enrolled)
    text = words(client, test.get_absolute_url())
    assert "Extra time: 25 % is set for you" in text
    assert "If you start now you have 24 minutes." in text


def test_a_test_with_room_to_spare_says_nothing_of_its_end(client, cast, mock_test):
    client.force_login(cast.enrolled)
    assert "If you start now" not in words(client, mock_test.get_absolute_url())
    assert "It closes soon" not in words(client, mode(cast))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"opens_at": 1}, "This test opens on"),
        ({"opens_at": -3, "closes_at": -1}, "This test closed on"),
    ],
)
def test_why_it_cannot_begin_is_told(client, cast, bank, fields, reason):
    moments = {name: now() + timedelta(days=days) for name, days in fields.items()}
    test = factories.mock_test(cast.course, bank, **moments)
    client.force_login(cast.enrolled)
    text = words(client, test.get_absolute_url())
    assert reason in text
    assert "Start test" not in text


def test_used_up_attempts_and_waiting_are_told(client, cast, bank, sit):
    once = factories.mock_test(cast.course, bank[:1], attempts_allowed=1)
    later = factories.mock_test(cast.course, bank[:1], wait_hours=5)
    for test, told in ((once, "You have used all your attempts."), (later, "Your next attempt may begin on")):
        sit(test, ("single",))
        client.force_login(cast.enrolled)
        assert told in words(client, test.get_absolute_url())


def test_who_edits_previews_and_who_is_not_enrolled_meets_the_gate(client, cast, mock_test):
    client.force_login(cast.instructor)
    assert "Preview the test" in words(client, mock_test.get_absolute_url())
    client.force_login(cast.learner)
    assert "Enrol to take the test" in words(client, mock_test.get_absolute_url())


def test_no_page_before_a_test_holds_anything_of_a_key(client, cast, mock_test):
    for who in ("visitor", "learner", "enrolled", "other"):
        client.logout()
        if cast[who]:
            client.force_login(cast[who])
        for address in (mode(cast), mock_test.get_absolute_url(), cast.course.get_absolute_url()):
            assert SECRET not in client.get(address).content.decode()


# --- Elsewhere ------------------------------------------------------------------------------------------------------


def test_the_course_lists_its_tests_with_their_state(client, cast, bank, sit):
    final = factories.mock_test(cast.course, bank[:1], title="Final", pass_percent=50)
    factories.mock_test(cast.course, bank[:1], title="Of a lesson", lesson=cast.lesson)
    client.force_login(cast.enrolled)
    assert "Final 1 question" in words(client, cast.course.get_absolute_url())
    assert "Of a lesson" not in words(client, cast.course.get_absolute_url())
    sit(final, ("single",))
    assert "Final 100 % · Passed" in words(client, cast.course.get_absolute_url())


def test_my_learning_lists_the_latest_results(client, cast, bank, sit):
    sit(factories.mock_test(cast.course, bank[:1], title="Final"), ("single",))
    client.force_login(cast.enrolled)
    assert "Latest results" in words(client, "/learn/")
    assert "Final, attempt 1 100 %" in words(client, "/learn/")


def test_my_learning_leads_back_to_a_test_whose_clock_runs(client, cast, bank):
    attempt = factories.open_attempt(
        cast.enrolled, factories.mock_test(cast.course, bank[:1], title="Final", minutes=9)
    )
    client.force_login(cast.enrolled)
    assert "“Final” is still open The clock runs until" in words(client, "/learn/")
    assert f'href="/attempts/{attempt.pk}/"' in client.get("/learn/").content.decode()
    sitting.submit(attempt)
    assert "is still open" not in words(client, "/learn/")


def test_every_kind_has_a_sample_or_is_left_out(client, cast, bank):
    assert {one.kind for one in bank} == set(Kind.values)
    assert client.get(mode(cast)).status_code == 200
