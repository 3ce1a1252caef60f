import json

import pytest
from django.test import Client

from lib import bodies
from tests import factories

pytestmark = pytest.mark.django_db
MEMBERS = {"title", "status", "detail", "code", "errors"}
ME = "/api/v1/me/"


def send(client, method, address, body, kind="application/json", **headers):
    return client.generic(method, address, body, content_type=kind, **headers)


def is_problem(answer, status, code):
    assert answer.status_code == status, answer.content[:300]
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told.keys() >= MEMBERS
    assert (told["status"], told["code"]) == (status, code)
    assert told["detail"].endswith((".", "…"))
    assert "no-store" in answer["Cache-Control"]
    return told


def test_what_does_not_exist(client):
    for address in ("/api/", "/api/v1/", "/api/v1/nothing/", "/api/v2/courses/", "/api/v1/courses/nowhere/"):
        is_problem(client.get(address), 404, "not_found")


def test_a_personal_address_challenges_visitors(client):
    answer = client.get(ME)
    is_problem(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_closed_address_says_why(cast, api):
    told = is_problem(
        api("learner").get(f"/api/v1/courses/{cast.course.slug}/lessons/threads/place/"), 403, "permission_denied"
    )
    assert "Enrol" in told["detail"]


def test_a_wrong_method(client, cast, api):
    answer = api("learner").put(ME, {})
    is_problem(answer, 405, "method_not_allowed")
    assert set(answer["Allow"].split(", ")) >= {"GET", "PATCH"}


def test_an_answer_in_another_format(client):
    is_problem(client.get("/api/v1/tracks/", HTTP_ACCEPT="text/csv"), 406, "not_acceptable")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x" * 300]
)
def test_a_body_in_another_format(api, kind):
    is_problem(send(api("learner"), "PATCH", ME, "tier=basic", kind), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "nothing",
        b"\xff\xfe",
        '{"tier": NaN}',
        '{"tier": -Infinity}',
        '{"playback_rate": 1e400}',
        '{"playback_rate": ' + "9" * 5000 + "}",
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 100_000,
        '{"tier": "\\ud800"}',
        '"' + '\\"' * 100_000,
    ],
)
def test_a_body_that_is_no_json_of_ours(api, body):
    is_problem(send(api("learner"), "PATCH", ME, body), 400, "bad_request")


def test_brackets_within_words_are_no_depth(api):
    name = "[{" * 20 + '"\\'
    answer = api("learner").patch(ME, {"display_name": name})
    assert answer.json()["display_name"] == name


def test_a_body_that_is_too_large(api):
    body = json.dumps({"display_name": "x" * bodies.LARGEST})
    is_problem(send(api("learner"), "PATCH", ME, body), 413, "too_large")


def test_a_form_that_is_too_large(settings, cast):
    # Django itself reads forms, when it looks for a CSRF token in them.
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(cast.learner)
    answer = client.post("/api/v1/notes/", "a=" + "x" * 1000, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (403, 413)
    assert answer["Content-Type"] == "application/problem+json"


def test_each_wrong_field_is_named(api):
    told = is_problem(api("learner").patch(ME, {"tier": "huge", "theme": "pink"}), 400, "invalid")
    assert {error["field"] for error in told["errors"]} == {"tier", "theme"}
    assert all(error["message"] for error in told["errors"])


@pytest.mark.parametrize("body", ["[]", '"text"', "7", "null", "true"])
def test_a_body_that_is_no_object(api, body):
    for method, address in (("PATCH", ME), ("POST", "/api/v1/notes/"), ("POST", "/api/v1/enrolments/")):
        assert send(api("learner"), method, address, body).status_code in (200, 400)


def test_a_fault_of_ours(cast, monkeypatch):
    def fail(*args):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("courses.catalogue.courses", fail)
    answer = Client(raise_request_exception=False).get("/api/v1/courses/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert answer.json().keys() == MEMBERS | {"reference"}
    assert "secret" not in answer.content.decode()


def test_a_session_needs_its_csrf_token(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.learner)
    is_problem(send(client, "PATCH", ME, '{"tier": "basic"}'), 403, "csrf_failed")
    cast.learner.refresh_from_db()
    assert cast.learner.tier == "medium"
    client.get("/account/login/")
    client.get("/account/")
    token = client.cookies["csrftoken"].value
    assert send(client, "PATCH", ME, '{"tier": "basic"}', HTTP_X_CSRFTOKEN=token).status_code == 200


@pytest.mark.parametrize("path", ["%00", "..%2f", "%FF", "x" * 3000])
def test_odd_addresses(client, path):
    factories.full_lesson()
    for address in (f"/api/v1/courses/{path}/", f"/api/v1/notes/{path}/", f"/api/v1/courses/a/lessons/{path}/place/"):
        assert client.get(address).status_code in (401, 404)
