"""A stranger must not learn from our answers who has an account (reliability R33)."""

import re

import pytest
from django.core import mail
from django.test import Client

from tests import factories

from .conftest import is_signed_in, log_in, sign_up

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN, CLOSED = "known@example.org", "nobody@example.org", "closed@example.org"
ADDRESSES = [KNOWN, UNKNOWN, CLOSED]


@pytest.fixture(autouse=True)
def accounts(db: None) -> None:
    factories.UserFactory(email=KNOWN)
    factories.UserFactory(email=CLOSED, is_active=False)


def told(answer, address: str) -> tuple[int, str, str]:
    """Status, place and words of an answer, without what differs by chance or was typed."""
    words = answer.content.decode().replace(address, "ADDRESS")
    words = re.sub(r'(csrfmiddlewaretoken" value=|csrf-token" content=)"\w+"', r"\1", words)
    return answer.status_code, answer.get("Location", ""), words


def test_log_in_answers_alike_for_known_unknown_and_closed():
    answers = {told(log_in(Client(), address, "wrong password"), address) for address in ADDRESSES}
    assert len(answers) == 1
    assert answers.pop()[0] == 422


def test_a_closed_account_does_not_show_even_with_its_password():
    right = log_in(Client(), CLOSED)
    wrong = log_in(Client(), UNKNOWN)
    assert told(right, CLOSED) == told(wrong, UNKNOWN)


def test_a_lost_password_is_answered_alike_with_one_mail_each():
    answers = set()
    for address in ADDRESSES:
        client = Client()
        answers.add(told(client.post("/account/password/reset/", {"email": address}), address))
        answers.add(told(client.get("/account/password/reset/done/"), address))
    assert len(answers) == 2
    assert [message.to for message in mail.outbox] == [[address] for address in ADDRESSES]
    assert ["/password/reset/key/" in message.body for message in mail.outbox] == [True, False, False]


def test_with_proof_by_mail_a_sign_up_is_answered_alike_with_one_mail_each(proof_by_mail):
    answers, pages, wrong_codes = set(), set(), set()
    for address in ADDRESSES:
        client = Client()
        answers.add(told(sign_up(client, address), address))
        pages.add(told(client.get("/account/confirm-email/"), address))
        wrong_codes.add(told(client.post("/account/confirm-email/", {"code": "nonsense"}), address))
        assert not is_signed_in(client)
    assert (len(answers), len(pages), len(wrong_codes)) == (1, 1, 1)
    assert [message.to for message in mail.outbox] == [[address] for address in ADDRESSES]


def test_without_proof_by_mail_a_known_address_is_not_named_and_its_owner_is_told():
    """Who signs up here is in at once, so a stranger can tell that an address was free by taking it. What stays
    hidden is which account exists, and whether it is closed."""
    answers = {told(sign_up(Client(), address), address) for address in (KNOWN, CLOSED)}
    assert answers == {(302, "/account/check-mail/", "")}
    assert [message.to for message in mail.outbox] == [[KNOWN], [CLOSED]]
    assert "already has an account" in mail.outbox[0].body
    page = Client().get("/account/check-mail/")
    assert page.status_code == 200


def test_sign_ups_of_a_stranger_fill_nobodys_mailbox():
    for _ in range(7):
        sign_up(Client(), KNOWN)
    assert len(mail.outbox) == 5
