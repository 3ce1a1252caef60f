"""Whatever goes wrong has a page of ours for people and a problem document for programs, and tells no secret."""

import logging

import pytest
from django.db import DataError, InterfaceError, OperationalError, connection
from django.test import Client

from lib import outages, problems
from tests.guards import headers

pytestmark = [pytest.mark.urls("tests.guards.urls")]

STATUSES = {
    "unreadable": 400,
    "suspicious": 400,
    "closed": 403,
    "missing": 404,
    "gone": 410,
    "hasty": 429,
    "broken": 500,
}
# What a reader recognises the page by; a slip in a heading should not pass unseen.
HEADINGS = {
    400: "The request could not be read",
    403: "This is not open to you",
    404: "There is nothing at this address",
    410: "This is no longer here",
    429: "Too many tries",
    500: "Something went wrong on our side",
    503: "Fivefold is being looked after",
}


def get(address: str, **sent: str):
    return Client(raise_request_exception=False).get(address, headers=sent)


def is_page(answer, status: int, heading: str = "") -> str:
    html = answer.content.decode()
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/html")
    assert f"<h1>{heading or HEADINGS[status]}</h1>" in html
    assert "Traceback" not in html
    assert "secret" not in html
    return html


def is_problem(answer, status: int) -> dict:
    assert answer.status_code == status
    assert answer["Content-Type"] == problems.MEDIA_TYPE
    told = answer.json()
    assert told["status"] == status
    assert told["detail"]
    assert "secret" not in answer.content.decode()
    return told


@pytest.mark.parametrize("sent", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
@pytest.mark.parametrize("how", STATUSES)
def test_people_get_a_page(how, sent):
    is_page(get(f"/fails/{how}/", **sent), STATUSES[how])


@pytest.mark.parametrize("how", STATUSES)
def test_programs_get_a_problem_document(how):
    is_problem(get(f"/api/fails/{how}/"), STATUSES[how])


def test_a_form_without_its_token_is_told_how_to_go_on():
    client = Client(enforce_csrf_checks=True)
    is_page(client.post("/fails/form/"), 403, "Please send that again")
    assert is_problem(client.post("/api/fails/form/"), 403)["code"] == "csrf_failed"


def test_a_host_that_is_not_ours_is_refused():
    is_page(get("/", host="elsewhere.example.org"), 400)


def test_haste_is_told_how_long_to_wait():
    answer = get("/fails/hasty/")
    assert answer["Retry-After"] == "90"
    assert "Wait 2 minutes" in answer.content.decode()
    assert get("/api/fails/hasty/")["Retry-After"] == "90"


def test_a_failure_has_a_reference_that_the_log_has_too(caplog):
    with caplog.at_level(logging.ERROR):
        html = is_page(get("/fails/broken/"), 500)
        told = is_problem(get("/api/fails/broken/"), 500)
    references = [record.args[0] for record in caplog.records if record.name == "lib.errors"]
    assert references[0] in html
    assert references[1] == told["reference"]
    traced = [record for record in caplog.records if record.exc_info and "secret detail" in str(record.exc_info[1])]
    assert len(traced) == 2


# --- A database that does not answer ---

SESSION = "k" * 32


@pytest.fixture
def unreachable(transactional_db, monkeypatch):
    """The next connection is tried where nobody listens."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory cannot be closed and reopened")
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    yield
    monkeypatch.undo()
    connection.close()


pytest_unreachable = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest_unreachable
@pytest.mark.parametrize("address", ["/", "/search/?q=lock", "/courses/threads/", "/learn/"])
def test_an_unreachable_database_is_an_outage_not_a_failure(unreachable, address):
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = SESSION  # who that is only the database knows
    answer = client.get(address)
    is_page(answer, 503)
    assert answer["Retry-After"] == str(outages.RETRY_AFTER)
    assert headers.faults(answer) == []
    assert client.cookies["sessionid"].value == SESSION, "nobody is logged out by an outage"


@pytest_unreachable
def test_programs_are_told_of_an_outage(unreachable):
    answer = get("/api/v1/tracks/")
    assert is_problem(answer, 503)["code"] == "unavailable"
    assert answer["Retry-After"]


@pytest_unreachable
def test_probes_tell_an_outage_from_a_dead_process(unreachable):
    assert get("/healthz").status_code == 200
    assert get("/readyz").status_code == 503


@pytest.mark.django_db
def test_a_mistake_in_a_query_stays_a_failure():
    is_page(get("/fails/mistaken/"), 500)


class Refusal(Exception):
    """An error as drivers raise them."""

    def __init__(self, **codes: object) -> None:
        self.__dict__.update(codes)


@pytest.mark.parametrize(
    ("kind", "cause", "is_outage"),
    [
        (OperationalError, Refusal(pgcode=None), True),  # never reached
        (OperationalError, Refusal(pgcode="57P01"), True),  # shut down while asked
        (OperationalError, Refusal(pgcode="08006"), True),
        (OperationalError, Refusal(pgcode="53300"), True),  # no connection left
        (OperationalError, Refusal(pgcode="55P03"), False),  # a lock not had in time
        (OperationalError, Refusal(pgcode="57014"), False),  # a query stopped for taking too long
        (InterfaceError, Refusal(pgcode=None), True),
        (DataError, Refusal(pgcode=None), False),
        (OperationalError, Refusal(sqlite_errorcode=14), True),  # file not to be opened
        (OperationalError, Refusal(sqlite_errorcode=13), True),  # disk full
        (OperationalError, Refusal(sqlite_errorcode=5 | 2 << 8), True),  # busy, with details
        (OperationalError, Refusal(sqlite_errorcode=1), False),  # no such column
    ],
)
def test_only_what_comes_from_outside_is_an_outage(kind, cause, is_outage):
    error = kind("connection already closed")
    error.__cause__ = cause
    assert outages.is_outage(error) is is_outage
    wrapped = RuntimeError("while rendering")
    wrapped.__context__ = error
    assert outages.is_outage(wrapped) is is_outage


def test_misuse_of_a_cursor_is_no_outage():
    assert not outages.is_outage(InterfaceError("cursor already closed"))
    assert not outages.is_outage(None)
