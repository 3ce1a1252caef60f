"""Every address × every role × every verb, with and without htmx: what the matrix says, and nothing else happens."""

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from django.core.cache import caches
from django.http import HttpResponse

from tests import factories
from tests.guards import routes, scene
from tests.guards.matrix import ADDRESSES, MATRIX, Case

VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
MEANING = {
    "Y": {200},
    "C": {201},
    "E": {204},
    "R": {301, 302, 303},
    "F": {403},
    "N": {404},
    "M": {405},
    "K": {409},
    "G": {410},
    "I": {422},
    "B": {400},
}
REFUSED = {401, 403, 404, 405}
LOG_IN = ("/account/login/", "/admin/login/")  # the second leads on to the first


def test_every_route_has_a_row_and_every_row_a_route():
    listed, known = set(MATRIX), set(routes.to_be_listed())
    assert listed - known == set(), "rows without a route"
    assert known - listed == set(), "routes without a row: say who gets what there"


def test_every_row_speaks_of_every_role():
    for route, cases in MATRIX.items():
        for case in cases:
            for verb in ("GET", "POST", "PUT", "PATCH", "DELETE"):
                letters = case.expected(verb)
                assert len(letters) in (0, len(scene.ROLES)), f"{verb} {route}: {letters}"
                assert set(letters) <= set(MEANING) | {"L"}, f"{verb} {route}: {letters}"


@pytest.mark.parametrize("role", scene.ROLES)
def test_everybody_gets_what_the_matrix_says(stage, role):
    found = list(deviations(stage, role))
    assert not found, "\n".join(found)


def test_the_desk_takes_no_passwords(stage):
    """Neither from visitors nor from who is signed in: there would be no limits there, and no second factor."""
    guess = {"username": stage.cast.superuser.email, "password": factories.PASSWORD, "next": "/admin/"}
    for role in scene.ROLES:
        client = scene.client_of(stage, role)
        client.post("/admin/login/", guess)
        answer = client.get("/admin/accounts/user/")
        assert answer.status_code == (200 if role == "superuser" else 302 if role == "visitor" else 403), role


def deviations(stage, role):
    for route, cases in MATRIX.items():
        for case in cases:
            address = address_of(stage, route, case)
            body = {key: stage.names.get(value, value.removeprefix("=")) for key, value in case.body.items()}
            for verb, htmx in asked(case, is_first=case is cases[0]):
                caches["throttles"].clear()
                if said := deviation(stage, role, verb, address, body, case, htmx=htmx):
                    yield f"{role}: {verb}{' htmx' if htmx else ''} {address}: {said}"


def asked(case: Case, *, is_first: bool) -> Iterator[tuple[str, bool]]:
    """Verbs that the row names, by htmx too; all others once a route."""
    for verb in VERBS:
        if case.expected(verb):
            yield verb, False
            if verb != "HEAD":
                yield verb, True
        elif is_first:
            yield verb, verb in UNSAFE


def address_of(stage, route, case):
    names = stage.names | {parameter: stage.names.get(name, name) for parameter, name in case.fill.items()}
    return routes.with_query(ADDRESSES.get(route) or routes.fill(route, names), case.query)


def deviation(stage, role, verb, address, body, case: Case, *, htmx: bool) -> str:
    headers = {"HX-Request": "true"} if htmx else {}
    with scene.undone() if verb in UNSAFE else nullcontext(), scene.writes() as written:
        answer = scene.ask(stage, role, verb, address, body, **headers)
    letters = case.expected(verb, htmx=htmx)
    letter = letters[scene.ROLES.index(role)] if letters else ""
    if answer.status_code >= 500:
        return f"{answer.status_code}"
    if not letter and not is_refused(answer, verb):
        return f"{answer.status_code}, not refused"
    if letter and not fits(answer, letter, htmx=htmx):
        return f"{answer.status_code} {answer.get('Location', '')}, not {letter}"
    # K: a seat is claimed before it turns out that there is none.
    may_write = verb in UNSAFE and letter in {"Y", "C", "E", "R", "K"}
    if written and not may_write:
        return f"{answer.status_code}, and wrote {', '.join(sorted(set(written)))}"
    return ""


def fits(answer: HttpResponse, letter: str, *, htmx: bool) -> bool:
    status, place = answer.status_code, answer.get("Location", "")
    if letter == "L":
        return status == 401 or (status == 302 and place.startswith(LOG_IN))
    if letter == "R":
        if htmx and status == 204:
            return "HX-Redirect" in answer or "HX-Refresh" in answer
        return status in MEANING["R"] and bool(place)
    if letter == "I" and answer.get("Content-Type", "").startswith("application/problem+json"):
        return status == 400
    return status in MEANING[letter]


def is_refused(answer: HttpResponse, verb: str) -> bool:
    # OPTIONS may tell the verbs; it tells nothing else and changes nothing.
    if verb == "OPTIONS" and answer.status_code == 200:
        return "Allow" in answer and not answer.content
    return answer.status_code in REFUSED or fits(answer, "L", htmx=False)
