"""How a sign-in begins, lasts and ends (reliability R36, ASVS V7)."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import devices, signins
from accounts.models import User
from tests import factories

from .conftest import is_signed_in, log_in

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


def test_a_sign_in_gets_a_session_of_its_own(client, learner):
    client.get("/account/login/", {"next": "/learn/"})
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    log_in(client, learner.email)
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_log_out_asks_first_and_clears_the_browser(client, learner):
    log_in(client, learner.email)
    assert client.get("/account/logout/").status_code == 200
    assert is_signed_in(client)
    old = client.cookies["sessionid"].value
    answer = client.post("/account/logout/")
    assert (answer.status_code, answer["Location"]) == (302, reverse("courses:home"))
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    client.cookies["sessionid"] = old
    assert not is_signed_in(client)


def test_no_other_answer_clears_the_browser(client, learner):
    assert "Clear-Site-Data" not in log_in(client, learner.email)
    assert "Clear-Site-Data" not in client.get("/account/")


def test_pages_for_one_person_are_stored_by_nobody(client, learner):
    log_in(client, learner.email)
    answer = client.get("/account/")
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


def person(kind: str) -> User:
    return factories.UserFactory(is_staff=kind == "staff")


@pytest.mark.parametrize(
    ("kind", "rest", "is_in"),
    [
        ("learner", timedelta(hours=12), True),
        ("learner", timedelta(hours=12, seconds=2), False),
        ("staff", timedelta(minutes=30), True),
        ("staff", timedelta(minutes=30, seconds=2), False),
    ],
)
def test_a_sign_in_that_rests_too_long_ends(client, time_machine, kind, rest, is_in):
    time_machine.move_to("2026-11-23 08:00:00Z", tick=False)
    log_in(client, person(kind).email)
    time_machine.shift(rest)
    assert is_signed_in(client) is is_in
    if not is_in:
        page = client.get("/account/", follow=True)
        assert "You were away for a while." in page.content.decode()


@pytest.mark.parametrize(("kind", "whole"), [("learner", timedelta(days=14)), ("staff", timedelta(hours=12))])
def test_a_sign_in_in_constant_use_ends_too(client, time_machine, kind, whole):
    time_machine.move_to("2026-11-23 08:00:00Z", tick=False)
    log_in(client, person(kind).email)
    step = timedelta(minutes=25) if kind == "staff" else timedelta(hours=10)
    for _ in range(whole // step):
        time_machine.shift(step)
        assert is_signed_in(client)
    time_machine.shift(step)
    assert not is_signed_in(client)


def test_in_a_demo_staff_stay_signed_in_like_learners(settings):
    settings.DEMO = True
    assert signins.span_for(User(is_staff=True)) == signins.LEARNER


def test_reading_writes_at_most_once_a_minute(client, learner, time_machine, django_assert_num_queries):
    time_machine.move_to("2026-11-23 08:00:00Z", tick=False)
    log_in(client, learner.email)
    client.get("/account/preference/")
    with django_assert_num_queries(2):  # session, person
        client.get("/account/preference/")
    time_machine.shift(61)
    client.get("/account/preference/")
    assert UserSession.objects.get().last_seen_at.minute == 1
    with django_assert_num_queries(2):
        client.get("/account/preference/")


@pytest.fixture
def two_places(learner) -> tuple[Client, Client]:
    here, there = Client(HTTP_USER_AGENT=FIREFOX), Client(HTTP_USER_AGENT=IPHONE)
    log_in(here, learner.email)
    log_in(there, learner.email)
    return here, there


def test_the_list_names_every_place_and_this_one(two_places):
    page = two_places[0].get("/account/sessions/").content.decode()
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert page.count("This one") == 1


def test_one_place_can_be_ended_from_another(two_places):
    here, there = two_places
    pk = UserSession.objects.get(user_agent=IPHONE).pk
    assert here.post(f"/account/sessions/{pk}/end/")["Location"] == "/account/sessions/"
    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_all_others_can_be_ended_at_once(two_places):
    here, there = two_places
    here.post("/account/sessions/")
    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_ending_this_place_asks_like_log_out(two_places):
    here, _ = two_places
    pk = UserSession.objects.get(user_agent=FIREFOX).pk
    assert here.post(f"/account/sessions/{pk}/end/")["Location"] == "/account/logout/"


def test_nobody_ends_the_sign_in_of_another(two_places):
    stranger = Client()
    log_in(stranger, factories.UserFactory().email)
    for session in UserSession.objects.filter(user__email="ada@example.org"):
        assert stranger.post(f"/account/sessions/{session.pk}/end/").status_code == 404
    assert all(is_signed_in(place) for place in two_places)


def test_a_new_password_ends_all_other_sign_ins(two_places):
    here, there = two_places
    answer = here.post(
        "/account/password/change/", {"oldpassword": factories.PASSWORD, "password1": "a quite different phrase"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert mail.outbox[-1].subject == "Your password was changed"


@pytest.mark.parametrize(
    "data",
    [
        {"oldpassword": "wrong", "password1": "a quite different phrase"},
        {"oldpassword": factories.PASSWORD, "password1": "short"},
    ],
)
def test_a_password_is_not_changed_by_a_wrong_form(two_places, data):
    here, there = two_places
    assert here.post("/account/password/change/", data).status_code == 422
    assert is_signed_in(there)


def test_closing_an_account_ends_its_sign_ins(two_places, learner):
    learner.is_active = False
    learner.save()
    assert not any(is_signed_in(place) for place in two_places)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_named_in_words(user_agent, words):
    assert devices.describe(user_agent) == words
