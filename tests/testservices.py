"""Pytest plugin: starts the servers that the tests need before Django reads its settings.

DATABASE_URL and REDIS_URL are used where they are set. Workers of pytest-xdist inherit what their controller started;
each gets a database of its own from pytest-django, and here a Redis database and a data folder of its own.
"""

import atexit
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.devservices import Services

NOT_A_RUN = {"--help", "-h", "--version", "-V", "--markers", "--fixtures", "--collect-only", "--co"}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(args: list[str]) -> Iterator[None]:
    # A wrapper, since pytest-django reads the settings in this same hook.
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        share(int(worker.removeprefix("gw")))
    elif not NOT_A_RUN.intersection(args):
        start()
    return (yield)


def start() -> None:
    services = Services()
    atexit.register(services.stop)
    os.environ["FIVEFOLD_DATA"] = str(services.home("data"))
    try:
        for name, begin in (("DATABASE_URL", services.postgres), ("REDIS_URL", services.redis)):
            if not os.environ.get(name):
                os.environ[name] = begin()
    except RuntimeError as problem:
        sys.exit(str(problem))


def share(number: int) -> None:
    url = urlsplit(os.environ["REDIS_URL"])
    os.environ["REDIS_URL"] = url._replace(path=f"/{int(url.path.strip('/') or 0) + number}").geturl()
    own = Path(os.environ["FIVEFOLD_DATA"], f"worker-{number}")
    own.mkdir(exist_ok=True)
    os.environ["FIVEFOLD_DATA"] = str(own)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # script/test ran these before; said here, so that nobody reads only the last line and misses it.
    if failed := os.environ.get("CHECKS_FAILED"):
        terminalreporter.section("checks that failed before the tests", red=True)
        terminalreporter.line(failed)
