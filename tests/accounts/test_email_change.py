import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from tests import factories

from .conftest import confirm_identity, is_signed_in, log_in, mailed_code, mailed_link, sign_up

pytestmark = pytest.mark.django_db

NEW = {"action_add": "", "email": "new@example.org"}


@pytest.fixture
def signed_in(client, learner):
    log_in(client, learner.email)
    confirm_identity(client)
    return client


def emails() -> list[str]:
    return sorted(User.objects.values_list("email", flat=True))


def test_the_address_changes_once_the_new_one_has_answered(signed_in, learner):
    assert signed_in.post("/account/email/", NEW)["Location"] == "/account/email/"
    assert emails() == ["ada@example.org"]
    assert mail.outbox[-1].to == ["new@example.org"]
    page = signed_in.get("/account/email/").content.decode()
    assert "<strong>new@example.org</strong> takes its place" in page
    link = mailed_link("/confirm-email/")
    assert "becomes the address of Ada" in signed_in.get(link).content.decode()
    assert emails() == ["ada@example.org"]
    signed_in.post(link)
    assert emails() == ["new@example.org"]
    assert mail.outbox[-1].to == ["ada@example.org"]
    assert mail.outbox[-1].subject == "Your address at Fivefold was changed"
    assert log_in(Client(), "new@example.org").status_code == 302


@pytest.mark.parametrize("made", ["by sign-up", "elsewhere"])
def test_a_change_that_is_never_finished_leaves_the_old_address_working(made):
    client = Client()
    if made == "by sign-up":
        sign_up(client, "bea@example.org")
    else:
        client.force_login(factories.UserFactory(email="bea@example.org"))
    confirm_identity(client)
    for attempt in ("one@example.org", "two@example.org"):
        client.post("/account/email/", {"action_add": "", "email": attempt})
    assert emails() == ["bea@example.org"]
    client.post("/account/email/", {"action_remove": "", "email": "two@example.org"})
    assert emails() == ["bea@example.org"]
    assert log_in(Client(), "bea@example.org").status_code == 302
    assert "takes its place" not in client.get("/account/email/").content.decode()


def test_an_address_somebody_else_signs_in_with_is_never_taken_over(signed_in):
    factories.UserFactory(email="bea@example.org")
    answer = signed_in.post("/account/email/", {"action_add": "", "email": "bea@example.org"})
    # The answer is that for a free address; the owner gets the mail.
    assert answer["Location"] == "/account/email/"
    link = mailed_link("/confirm-email/")
    assert signed_in.post(link).status_code == 302
    assert emails() == ["ada@example.org", "bea@example.org"]


def test_it_asks_once_more_who_is_there(client, learner):
    log_in(client, learner.email)
    answer = client.post("/account/email/", NEW)
    assert answer["Location"] == "/account/reauthenticate/?next=%2Faccount%2Femail%2F"
    assert mail.outbox == []


@pytest.mark.parametrize("address", ["nonsense", "", "ada@example.org"])
def test_a_wrong_address_comes_back(signed_in, address):
    answer = signed_in.post("/account/email/", {"action_add": "", "email": address})
    assert answer.status_code == 422
    assert 'id="id_email_error"' in answer.content.decode()


def test_with_proof_by_mail_a_code_confirms_it(client, proof_by_mail):
    sign_up(client, "ada@example.org")
    client.post("/account/confirm-email/", {"code": mailed_code()})
    confirm_identity(client)
    answer = client.post("/account/email/", NEW)
    assert answer["Location"] == "/account/confirm-email/"
    page = client.get("/account/confirm-email/").content.decode()
    assert "new@example.org" in page
    assert "Keep my old address" in page
    client.post("/account/confirm-email/", {"code": mailed_code()})
    assert emails() == ["new@example.org"]
    assert is_signed_in(client)
