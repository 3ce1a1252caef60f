import re
from datetime import timedelta

import pytest
from django.utils import timezone
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.test import APIRequestFactory

from accounts import tokens
from accounts.forms import MOST_TOKENS
from tests import factories

from .conftest import confirm_identity

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, learner):
    client.force_login(learner)
    confirm_identity(client)
    return client


def make(client, name: str = "My script", days: str = "365"):
    return client.post("/account/tokens/", {"name": name, "days": days})


def shown_secret(page: str) -> str:
    found = re.search(r'id="new-token">(ff_[0-9a-f]+)<', page)
    assert found
    return found[1]


def who(secret: str):
    request = APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"Bearer {secret}")
    answer = TokenAuthentication().authenticate(request)
    return answer and answer[0]


def test_a_token_is_shown_once_and_opens_the_api(signed_in, learner):
    secret = shown_secret(make(signed_in).content.decode())
    assert who(secret) == learner
    page = signed_in.get("/account/tokens/").content.decode()
    assert secret not in page
    assert "My script" in page
    assert secret[:9] in page


def test_the_database_holds_only_a_hash(signed_in):
    secret = shown_secret(make(signed_in).content.decode())
    row = AuthToken.objects.values().get()
    assert secret not in str(row)
    assert secret.removeprefix("ff_")[12:] not in str(row)
    assert row["token_key"] == secret[:15]


@pytest.mark.parametrize("days", [30, 90, 365])
def test_a_token_ends_when_it_was_said_to(signed_in, days, time_machine):
    secret = shown_secret(make(signed_in, days=str(days)).content.decode())
    assert AuthToken.objects.get().expiry - timezone.now() < timedelta(days=days)
    time_machine.move_to(timezone.now() + timedelta(days=days, seconds=1))
    with pytest.raises(AuthenticationFailed):
        who(secret)


def test_a_revoked_token_opens_nothing(signed_in):
    secret = shown_secret(make(signed_in).content.decode())
    answer = signed_in.post(f"/account/tokens/{secret[:15]}/revocation/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/tokens/")
    with pytest.raises(AuthenticationFailed):
        who(secret)
    assert "My script" not in signed_in.get("/account/tokens/").content.decode()


def test_nobody_sees_or_revokes_the_token_of_another(signed_in, client):
    other = factories.UserFactory()
    secret = tokens.create(other, "Theirs", timedelta(days=1))
    assert "Theirs" not in signed_in.get("/account/tokens/").content.decode()
    signed_in.post(f"/account/tokens/{secret[:15]}/revocation/")
    assert who(secret) == other


def test_a_token_of_a_closed_account_opens_nothing(signed_in, learner):
    secret = shown_secret(make(signed_in).content.decode())
    learner.is_active = False
    learner.save()
    with pytest.raises(AuthenticationFailed):
        who(secret)


def test_making_one_asks_once_more_who_is_there(client, learner):
    client.force_login(learner)
    answer = make(client)
    assert answer["Location"] == "/account/reauthenticate/?next=%2Faccount%2Ftokens%2F"
    assert not AuthToken.objects.exists()
    # The password finishes what was begun.
    answer = client.post(answer["Location"], {"password": factories.PASSWORD, "next": "/account/tokens/"})
    assert who(shown_secret(answer.content.decode())) == learner


@pytest.mark.parametrize("data", [{"name": "", "days": "365"}, {"name": "x", "days": "9999"}, {"name": "x"}])
def test_a_wrong_form_makes_none(signed_in, data):
    assert signed_in.post("/account/tokens/", data).status_code == 422
    assert not AuthToken.objects.exists()


def test_a_person_has_so_many_and_no_more(signed_in, learner):
    for n in range(MOST_TOKENS):
        tokens.create(learner, f"Token {n}", timedelta(days=1))
    answer = make(signed_in)
    assert answer.status_code == 422
    assert "Revoke one you no longer use." in answer.content.decode()


def test_the_list_costs_the_same_however_long(signed_in, learner, django_assert_num_queries):
    tokens.create(learner, "One", timedelta(days=1))
    with django_assert_num_queries(4):  # session, person twice, tokens
        signed_in.get("/account/tokens/")
    for n in range(5):
        tokens.create(learner, f"Token {n}", timedelta(days=1))
    with django_assert_num_queries(4):
        signed_in.get("/account/tokens/")
