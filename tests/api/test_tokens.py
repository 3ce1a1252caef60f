from datetime import timedelta

import pytest
from django.utils import timezone
from knox.models import AuthToken
from rest_framework.test import APIClient

from accounts import tokens
from accounts.models import User

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"


def bearing(secret):
    client = APIClient(enforce_csrf_checks=True)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


@pytest.fixture
def secret(cast):
    return tokens.create(cast.learner, "Test", timedelta(days=1))


def test_a_token_acts_as_its_owner_without_csrf(cast, secret):
    assert bearing(secret).get(ME).json()["email"] == cast.learner.email
    assert bearing(secret).patch(ME, {"tier": "basic"}).status_code == 200


def test_answers_to_tokens_are_kept_by_nobody(secret):
    answer = bearing(secret).get("/api/v1/tracks/")
    assert "no-store" in answer["Cache-Control"]


def test_a_token_costs_one_query(secret, django_assert_num_queries):
    with django_assert_num_queries(1):
        bearing(secret).get(ME)


@pytest.mark.parametrize("change", ["expired", "revoked", "inactive", "other ending", "other beginning"])
def test_a_token_that_does_not_work_is_refused_everywhere(cast, secret, change):
    if change == "expired":
        AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    elif change == "revoked":
        tokens.revoke(cast.learner, AuthToken.objects.get().token_key)
    elif change == "inactive":
        User.objects.filter(pk=cast.learner.pk).update(is_active=False)
    elif change == "other ending":
        secret = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    else:
        secret = "x" + secret
    before = AuthToken.objects.count()
    for address in (ME, "/api/v1/tracks/"):
        answer = bearing(secret).get(address)
        assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")
        assert answer["WWW-Authenticate"] == "Bearer"
    assert AuthToken.objects.count() == before  # reading removes nothing


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer \xff\xfe", "Bearer \x00", "Bearer " + "x" * 5000])
def test_a_header_that_makes_no_sense_is_refused(header):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    assert client.get(ME).status_code == 401


def test_a_deactivated_person_s_session_ends_too(cast, api):
    client = api("learner")
    User.objects.filter(pk=cast.learner.pk).update(is_active=False)
    assert client.get(ME).status_code == 401
