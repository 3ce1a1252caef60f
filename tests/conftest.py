import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import OperationalError, connections
from django.test import TransactionTestCase

from tests import browser
from tests.cast import _forget_pages, cast

__all__ = ["_forget_pages", "cast"]

# As in config.celery, before NumPy is loaded: threads of small matrix products only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# --- Order ----------------------------------------------------------------------------------------------------------

EMPTYING = {"transactional_db", "live_server", "django_db_reset_sequences"}
EMPTYING_TRIES = 5


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that empty the tables afterwards come last, and each begins with the rows that migrations made.

    pytest-django orders them so; pytest then moves the browser tests, which share a session's parameter, to the middle.
    """
    for item in items:
        if empties_tables(item):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)
    items.sort(key=empties_tables)


def empties_tables(item: pytest.Item) -> bool:
    asked = item.get_closest_marker("django_db")
    wants = bool(asked and (asked.kwargs.get("transaction") or asked.args[:1] == (True,)))
    return wants or bool(EMPTYING.intersection(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="session", autouse=True)
def _empty_tables_again() -> Iterator[None]:
    """A page may still report while its test ends. Where that request and the emptying wait for each other, PostgreSQL
    ends one of the two; if it is the emptying, the next test would find the rows of this one."""
    empty = TransactionTestCase._fixture_teardown

    def again(case: TransactionTestCase) -> None:
        for left in reversed(range(EMPTYING_TRIES)):
            try:
                return empty(case)
            except CommandError as error:
                if not (left and isinstance(error.__cause__, OperationalError)):
                    raise
                time.sleep(0.2)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", again)
        yield


# --- The browser ----------------------------------------------------------------------------------------------------

# Playwright's plain interface keeps an event loop running in this thread, and Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", browser.node())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """While that loop runs, this thread has a connection object of its own. Let it, too, know the rows that migrations
    made, so that `serialized_rollback` brings them back after a browser test."""
    first = connections["default"]
    if rows := getattr(first, "_test_serialized_contents", None):
        type(first)._test_serialized_contents = rows


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program, environment = browser.chromium()
    return browser_type_launch_args | {
        "executable_path": program,
        "env": os.environ | environment,
        # A container's root may not make sandboxes, and its shared memory is small.
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
    }


@pytest.fixture(scope="session")
def playwright(playwright: Any) -> Iterator[Any]:
    """Playwright's loop gives this thread a second set of database connections: closed while they can be reached,
    else one of them is still open when the test database is to be dropped."""
    yield playwright
    connections.close_all()
