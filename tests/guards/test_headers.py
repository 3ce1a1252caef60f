"""Every answer carries the policy and its companions, errors and files included (reliability R38, R40, R41)."""

import pytest
from django.core.cache import caches
from django.http import HttpResponse

from tests.guards import headers, scene
from tests.guards.matrix import MATRIX
from tests.guards.test_matrix import address_of

ERRORS = ["unreadable", "suspicious", "closed", "missing", "gone", "hasty", "broken"]


def reported(found: list[tuple[str, list[str]]]) -> str:
    return "\n".join(f"{where}: {'; '.join(faults)}" for where, faults in found if faults)


@pytest.mark.parametrize("role", ["visitor", "enrolled", "superuser"])
@pytest.mark.parametrize("verb", ["GET", "POST", "OPTIONS"])
def test_every_route_answers_with_the_whole_set(stage, role, verb):
    found = []
    for route, cases in MATRIX.items():
        for case in cases:
            caches["throttles"].clear()
            address = address_of(stage, route, case)
            with scene.undone():
                answer = scene.ask(stage, role, verb, address)
            found.append((address, headers.faults(answer, personal=role != "visitor")))
    assert not reported(found), reported(found)


@pytest.mark.urls("tests.guards.urls")
@pytest.mark.parametrize("place", ["/fails", "/api/fails"])
@pytest.mark.parametrize("role", ["visitor", "enrolled"])
def test_errors_carry_them_too(stage, role, place):
    found = [
        (how, headers.faults(scene.ask(stage, role, "GET", f"{place}/{how}/"), personal=role != "visitor"))
        for how in ERRORS
    ]
    untrusted = scene.client_of(stage, role, enforce_csrf_checks=True)
    found.append(("csrf", headers.faults(untrusted.post(f"{place}/form/"), personal=role != "visitor")))
    assert not reported(found), reported(found)


def test_so_do_answers_given_before_any_view_is_found(client):
    found = [
        ("foreign host", headers.faults(client.get("/", headers={"host": "elsewhere.example.org"}))),
        ("no route", headers.faults(client.get("/nowhere"))),
        ("no slash", headers.faults(client.get("/learn"))),
    ]
    assert not reported(found), reported(found)


@pytest.mark.parametrize("file", ["css/site.css", "js/site.js", "img/favicon.svg", "fonts/figtree.woff2"])
def test_so_do_files(settings, file):
    settings.WHITENOISE_USE_FINDERS = True
    answer = scene.send(scene.QuickClient(), "GET", f"/static/{file}")
    assert answer.status_code == 200
    assert headers.faults(answer) == []


def test_a_cover_may_do_nothing_at_all(stage):
    answer = scene.ask(stage, "visitor", "GET", f"/covers/{stage.names['name']}")
    assert headers.policy_of(answer) == headers.STRICTER
    assert answer["Content-Type"] == "image/png"


def test_pages_for_visitors_may_be_kept_and_set_no_cookie(stage):
    for address in ("/", f"/courses/{stage.names['course']}/", f"/courses/{stage.names['course']}/threads/"):
        answer = scene.ask(stage, "visitor", "GET", address)
        assert (address, answer.status_code, answer.get("Cache-Control")) == (address, 200, "no-cache")
        assert not answer.cookies


# --- The guard itself ---


def complete() -> HttpResponse:
    policy = "; ".join(f"{name} {sources}" for name, sources in headers.POLICY.items())
    return HttpResponse(headers=headers.PLAIN | {"Content-Security-Policy": policy})


def test_a_complete_answer_has_no_faults():
    assert headers.faults(complete()) == []


@pytest.mark.parametrize("name", [*headers.PLAIN, "Content-Security-Policy"])
def test_a_missing_header_is_noticed(name):
    answer = complete()
    del answer[name]
    assert len(headers.faults(answer)) == 1


@pytest.mark.parametrize("source", ["'unsafe-inline'", "'unsafe-eval'", "'nonce-abc'", "https:", "data:"])
def test_a_weaker_policy_is_noticed(source):
    answer = complete()
    answer["Content-Security-Policy"] = answer["Content-Security-Policy"].replace(
        "script-src 'self'", f"script-src 'self' {source}"
    )
    assert headers.faults(answer)


def test_a_personal_page_that_may_be_stored_is_noticed():
    answer = complete()
    assert headers.faults(answer, personal=True)
    answer["Cache-Control"] = "private, no-store"
    assert headers.faults(answer, personal=True) == []


def test_a_cookie_on_a_page_that_may_be_stored_is_noticed():
    answer = complete()
    answer.set_cookie("tier", "basic")
    assert headers.faults(answer)
