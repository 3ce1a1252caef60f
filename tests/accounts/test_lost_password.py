import pytest
from django.core import mail
from django.test import Client

from .conftest import is_signed_in, log_in, mailed_link

pytestmark = pytest.mark.django_db

NEW = "a quite different phrase"


def ask(client: Client, email: str) -> str:
    answer = client.post("/account/password/reset/", {"email": email})
    assert (answer.status_code, answer["Location"]) == (302, "/account/password/reset/done/")
    return mailed_link("/password/reset/key/")


def test_a_lost_password_is_set_anew_by_mail(client, learner):
    elsewhere = Client()
    log_in(elsewhere, learner.email)
    form = client.get(ask(client, learner.email), follow=True)
    assert form.status_code == 200
    address = form.redirect_chain[-1][0]
    assert client.post(address, {"password1": "short"}).status_code == 422
    answer = client.post(address, {"password1": NEW})
    assert (answer.status_code, answer["Location"]) == (302, "/account/password/reset/key/done/")
    assert log_in(client, learner.email, NEW).status_code == 302
    assert not is_signed_in(elsewhere)
    assert mail.outbox[-1].subject == "Your password was set anew"


def test_a_link_works_once(client, learner):
    link = ask(client, learner.email)
    address = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(address, {"password1": NEW})
    assert "This link no longer works" in Client().get(link, follow=True).content.decode()


def test_a_link_names_our_site_whatever_host_was_asked(client, learner, settings):
    settings.BASE_URL = "https://learn.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    client.post("/account/password/reset/", {"email": learner.email}, HTTP_HOST="evil.example")
    assert "https://learn.example.org/account/password/reset/key/" in mail.outbox[-1].body
    assert "evil.example" not in mail.outbox[-1].body


def test_the_sixth_message_within_an_hour_is_not_sent(learner):
    statuses = [Client().post("/account/password/reset/", {"email": learner.email}).status_code for _ in range(6)]
    assert statuses == [302] * 5 + [429]
    assert len(mail.outbox) == 5
