"""No form and no call counts without its token; a key sent by a program needs none (reliability R39)."""

import pytest
from django.core.cache import caches
from django.test import Client

from accounts import tokens
from tests.guards import scene
from tests.guards.matrix import MATRIX
from tests.guards.test_matrix import UNSAFE, address_of

REACHED = set("YCERKIB")  # letters of the matrix that stand for an answer of the view itself


def writing_cases():
    for route, cases in MATRIX.items():
        for case in cases:
            for verb in sorted(UNSAFE):
                if letters := case.expected(verb):
                    yield route, case, verb, letters


@pytest.mark.parametrize("role", ["visitor", "enrolled", "instructor", "superuser"])
def test_nothing_is_written_without_the_token(stage, role):
    found, tried = [], 0
    for route, case, verb, letters in writing_cases():
        if letters[scene.ROLES.index(role)] not in REACHED:
            continue
        tried += 1
        caches["throttles"].clear()
        address = address_of(stage, route, case)
        client = scene.client_of(stage, role, enforce_csrf_checks=True)
        with scene.undone(), scene.writes() as written:
            answer = scene.send(client, verb, address)
        if answer.status_code != 403 or written:
            found.append(f"{verb} {address}: {answer.status_code}, wrote {written}")
    assert not found, "\n".join(found)
    assert tried > 5


def test_a_token_from_another_site_does_not_help(stage):
    client = scene.client_of(stage, "enrolled", enforce_csrf_checks=True)
    token = csrf_token(client)
    form = {"tier": "basic", "csrfmiddlewaretoken": token}
    assert client.post("/account/preference/", form, headers={"origin": "https://elsewhere.test"}).status_code == 403
    assert client.post("/account/preference/", form, headers={"origin": "http://testserver"}).status_code == 204


def csrf_token(client: Client) -> str:
    client.get("/account/")
    return client.cookies["csrftoken"].value


def test_a_program_with_a_key_needs_no_token(stage):
    secret = tokens.create(stage.cast.learner, "Program", scene.timedelta(days=1))
    client = Client(enforce_csrf_checks=True)
    answer = scene.send(client, "PATCH", "/api/v1/me/", {"tier": "basic"}, authorization=f"Bearer {secret}")
    assert answer.status_code == 200


def test_a_key_opens_the_api_only(stage):
    secret = tokens.create(stage.cast.superuser, "Program", scene.timedelta(days=1))
    for address in ("/learn/", "/account/", "/admin/"):
        assert Client().get(address, headers={"authorization": f"Bearer {secret}"}).status_code == 302
