import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from tests import factories


@pytest.fixture
def learner(db: None) -> User:
    return factories.UserFactory(email="ada@example.org", display_name="Ada")


@pytest.fixture
def proof_by_mail(settings) -> None:
    """EMAIL_VERIFICATION=mandatory: a code is mailed before the first sign-in."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.VERIFIES_EMAIL = True
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True


def log_in(client: Client, email: str, password: str = factories.PASSWORD, **extra: str):
    return client.post("/account/login/", {"login": email, "password": password}, **extra)


def sign_up(client: Client, email: str, **fields: str):
    return client.post("/account/signup/", {"email": email, "password1": factories.PASSWORD} | fields)


def confirm_identity(client: Client) -> None:
    """Answer "Is it you?", which guards dangerous pages."""
    answer = client.post("/account/reauthenticate/", {"password": factories.PASSWORD})
    assert answer.status_code == 302


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def mailed_code() -> str:
    found = re.search(r"^ {4}(\d{6})$", mail.outbox[-1].body, re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


def mailed_link(containing: str) -> str:
    """The path of the link in the last mail."""
    found = re.search(rf"https?://[^/\s]+(/\S*{re.escape(containing)}\S*)", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found[1]
