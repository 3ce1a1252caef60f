"""What the script of an open test meets: sessions that end, tokens that rotate, other tabs (R11, R12)."""

import time

import pytest
from django.test import Client

from accounts import signins
from quizzes import sitting
from quizzes.models import Attempt
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(cast):
    questions = [factories.question(cast.course, "truefalse") for _number in range(3)]
    return sitting.start(
        cast.enrolled, factories.mock_test(cast.course, questions, minutes=30, shuffle_questions=False)
    )


@pytest.fixture
def page(cast):
    """A browser that minds CSRF tokens."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.enrolled)
    return browser


def send(browser, attempt, rev=1, tab="", **more):
    body = {"tab": tab, "answers": [{"slot": 1, "rev": rev, "value": "true"}]}
    return browser.post(f"/attempts/{attempt.pk}/answers/", body, "application/json", **more)


def test_after_403_a_fresh_token_is_to_be_had(attempt, page):
    assert send(page, attempt).status_code == 403
    state = page.get(f"/attempts/{attempt.pk}/state/")
    assert "no-store" in state["Cache-Control"]
    again = send(page, attempt, headers={"X-CSRFToken": state.json()["csrf"]})
    assert (again.status_code, again.json()["accepted"]) == (200, {"1": 1})


def test_state_tells_what_is_kept_and_whose_it_is(cast, attempt, client):
    client.force_login(cast.enrolled)
    send(client, attempt, tab="one")
    state = client.get(f"/attempts/{attempt.pk}/state/").json()
    kept = {"rev": 1, "value": "true", "certainty": None, "flagged": False, "seconds": 0}
    assert state["answers"] == {"1": kept}
    assert (state["state"], state["tab"], state["user"]) == ("open", "one", str(cast.enrolled.pk))
    assert 0 < state["remaining_ms"] <= 30 * 60_000


def test_a_script_that_was_signed_out_is_told_so_in_json(cast, attempt, client):
    client.force_login(cast.enrolled)
    client.session.flush()
    for answer in (send(client, attempt), client.get(f"/attempts/{attempt.pk}/state/")):
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
        assert "Log in again" in answer.json()["detail"]
    client.force_login(cast.enrolled)
    assert send(client, attempt).json()["accepted"] == {"1": 1}


def test_another_persons_log_in_sends_nothing_into_the_attempt(cast, attempt, client):
    client.force_login(cast.other)
    assert send(client, attempt).status_code == 404
    assert client.get(f"/attempts/{attempt.pk}/state/").status_code == 404


def test_another_tab_is_told_and_may_take_over(cast, attempt, client):
    client.force_login(cast.enrolled)
    send(client, attempt, 1, "one")
    refused = send(client, attempt, 2, "two")
    assert (refused.status_code, refused.json()["code"]) == (409, "other_tab")
    taken = client.post(f"/attempts/{attempt.pk}/tab/", {"tab": "two"}, "application/json")
    assert (taken.status_code, taken.json()["tab"]) == (200, "two")
    assert send(client, attempt, 2, "two").json()["accepted"] == {"1": 2}
    assert send(client, attempt, 3, "one").status_code == 409


def test_refused_parts_are_422_and_the_rest_is_kept(cast, attempt, client):
    client.force_login(cast.enrolled)
    sent = [{"slot": 1, "rev": 1, "value": "x" * 200_000}, {"slot": 2, "rev": 1, "value": "true"}]
    answer = client.post(f"/attempts/{attempt.pk}/answers/", {"answers": sent}, "application/json")
    assert (answer.status_code, list(answer.json()["refused"]), answer.json()["accepted"]) == (422, ["1"], {"2": 1})


def test_after_the_end_it_is_200_with_the_state(cast, attempt, client):
    client.force_login(cast.enrolled)
    sitting.submit(attempt)
    told = send(client, attempt).json()
    assert (told["state"], told["late"], told["remaining_ms"]) == ("submitted", [1], 0)
    assert client.get(f"/attempts/{attempt.pk}/")["Location"].startswith(f"/attempts/{attempt.pk}/result/")


def test_the_address_leads_to_the_question_answered_last(cast, attempt, client):
    client.force_login(cast.enrolled)
    assert client.get(f"/attempts/{attempt.pk}/")["Location"] == f"/attempts/{attempt.pk}/q/1/"
    sitting.save(attempt.pk, cast.enrolled, [sitting.Item(3, 1, "true")])
    assert client.get(f"/attempts/{attempt.pk}/")["Location"] == f"/attempts/{attempt.pk}/q/3/"


class TestSessions:
    DAY = 24 * 3600

    def age(self, browser, seconds: float) -> None:
        """As if this browser had signed in so long ago."""
        session = browser.session
        session[signins.STARTED] = session[signins.USED] = time.time() - seconds
        session.save()

    def test_a_running_test_outlasts_the_sign_in(self, cast, attempt, client):
        client.force_login(cast.enrolled)
        self.age(client, 11 * 3600)
        assert send(client, attempt).status_code == 200
        self.age(client, 15 * self.DAY)
        assert send(client, attempt, 2).json()["accepted"] == {"1": 2}

    def test_it_is_held_from_the_first_page_on(self, attempt, client):
        client.force_login(attempt.learner)
        client.get(f"/attempts/{attempt.pk}/")
        assert 29 * 60 < client.session[signins.HELD] - time.time() < 32 * 60

    def test_nothing_else_does(self, cast, attempt, client):
        client.force_login(cast.enrolled)
        self.age(client, 15 * self.DAY)
        assert send(client, attempt).status_code == 401

    def test_it_lasts_no_longer_than_the_test(self, cast, attempt, client):
        client.force_login(cast.enrolled)
        send(client, attempt)
        held = client.session[signins.HELD]
        assert held - time.time() < 32 * 60
        sitting.submit(attempt)
        Attempt.objects.update(deadline=None)
        assert signins.is_over({signins.USED: 0, signins.HELD: held}, cast.enrolled, at=held + 1)
        assert not signins.is_over({signins.USED: 0, signins.HELD: held}, cast.enrolled, at=held - 1)

    def test_staff_are_signed_out_all_the_same(self, cast, attempt):
        assert signins.is_over({signins.USED: 0, signins.HELD: 10**12}, cast.instructor, at=10**9) == (
            signins.span_for(cast.instructor) is signins.STAFF
        )
        assert signins.is_over({signins.USED: 0, signins.HELD: 10**12}, cast.superuser, at=10**9)
