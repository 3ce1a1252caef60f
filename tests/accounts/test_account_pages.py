"""Every page of an account wears our look and keeps our rules."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from .conftest import confirm_identity, log_in

pytestmark = pytest.mark.django_db

FOR_VISITORS = [
    "/account/login/",
    "/account/signup/",
    "/account/inactive/",
    "/account/check-mail/",
    "/account/confirm-email/",
    "/account/confirm-email/nonsense/",
    "/account/password/reset/",
    "/account/password/reset/done/",
    "/account/password/reset/key/1-nonsense/",
    "/account/password/reset/key/done/",
]
FOR_PERSONS = [
    "/account/",
    "/account/email/",
    "/account/password/change/",
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/sessions/",
    "/account/tokens/",
    "/account/logout/",
    "/account/reauthenticate/",
]
FOR_PROTECTED = [
    "/account/2fa/",
    "/account/2fa/totp/deactivate/",
    "/account/2fa/recovery-codes/generate/",
    "/account/2fa/reauthenticate/",
]


def check(answer) -> None:
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("<h1") == 1
    assert 'class="mark"' in page  # our bar
    assert 'name="robots" content="noindex"' in page
    assert " style=" not in page
    assert "<script>" not in page
    assert not re.search(r"\son\w+=", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for name in re.findall(r'<label[^>]* for="([^"]+)"', page):
        assert name in ids


@pytest.mark.parametrize("address", FOR_VISITORS)
def test_a_page_for_visitors(client, address):
    check(client.get(address))


@pytest.mark.parametrize("address", FOR_PERSONS)
def test_a_page_for_persons(client, learner, address):
    client.force_login(learner)
    confirm_identity(client)
    check(client.get(address))


@pytest.mark.parametrize("address", FOR_PROTECTED)
def test_a_page_for_persons_with_a_second_factor(client, learner, address):
    client.force_login(learner)
    confirm_identity(client)
    TOTP.activate(learner, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    check(client.get(address))


def test_the_page_between_password_and_code(client, learner):
    TOTP.activate(learner, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    log_in(client, learner.email)
    check(client.get("/account/2fa/authenticate/"))


def test_a_person_without_a_password_sets_one(client, learner):
    learner.set_unusable_password()
    learner.save()
    client.force_login(learner)
    check(client.get("/account/password/set/"))
    assert client.post("/account/password/set/", {"password1": "a quite different phrase"}).status_code == 302


@pytest.mark.parametrize("address", [*FOR_PERSONS, "/account/2fa/recovery-codes/"])
def test_a_visitor_sees_no_page_for_persons(client, address):
    assert client.get(address).status_code == 302


def test_every_form_refuses_a_request_forged_elsewhere(learner):
    client = Client(enforce_csrf_checks=True)
    assert client.post("/account/login/", {"login": learner.email, "password": "x"}).status_code == 403
    client.force_login(learner)
    for address in ("/account/", "/account/preference/", "/account/tokens/", "/account/logout/"):
        assert client.post(address, {"theme": "dark"}).status_code == 403
