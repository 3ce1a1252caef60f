"""`?next=` never leads away from us (reliability R34)."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from .conftest import log_in, sign_up

pytestmark = pytest.mark.django_db

AWAY = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,hello",
    "/\t/evil.example/",
    "http://testserver/learn/",  # our own host, but only paths are kept
    "evil.example",
    "",
]
HERE = ["/learn/notes/", "/search/?q=a&page=2", "/courses/a/b/?tier=deep#block", "/%2F%2Fevil.example/"]


@pytest.mark.parametrize("address", AWAY)
def test_an_address_elsewhere_is_dropped(learner, address):
    assert Client().post(
        "/account/login/", {"login": learner.email, "password": "correct horse battery", "next": address}
    )["Location"] == reverse("study:learn")
    assert sign_up(Client(), "new@example.org", next=address)["Location"] == reverse("study:learn")
    client = Client()
    log_in(client, learner.email)
    assert client.post("/account/logout/", {"next": address})["Location"] == reverse("courses:home")


@pytest.mark.parametrize("address", HERE)
def test_a_place_here_is_kept(learner, address):
    credentials = {"login": learner.email, "password": "correct horse battery"}
    assert Client().post("/account/login/", credentials | {"next": address})["Location"] == address
    assert sign_up(Client(), "new@example.org", next=address)["Location"] == address


def test_the_links_between_log_in_and_sign_up_keep_the_place(client, db):
    for page, other in [("account_login", "account_signup"), ("account_signup", "account_login")]:
        text = client.get(reverse(page), {"next": "/learn/notes/"}).content.decode()
        assert f'href="{reverse(other)}?next=%2Flearn%2Fnotes%2F"' in text
        assert '<input type="hidden" name="next" value="/learn/notes/">' in text


def test_those_links_drop_an_address_elsewhere(client, db):
    text = client.get("/account/login/", {"next": "https://evil.example/"}).content.decode()
    assert f'href="{reverse("account_signup")}"' in text


def test_a_closed_page_asks_to_log_in_and_comes_back(client, learner):
    answer = client.get("/account/tokens/")
    assert answer.status_code == 302
    target = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
    credentials = {"login": learner.email, "password": "correct horse battery"}
    assert client.post(answer["Location"], credentials | {"next": target})["Location"] == "/account/tokens/"
