"""Workers and brokers as processes of their own, for tests."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from jobs import broker as brokers
from jobs import pools, waking
from jobs import queue as asking
from jobs.models import Job
from tests.jobs.chores import work  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds, on a machine that is busy with other tests


class Broker:
    """A private server on a unix socket, which can be killed and comes back with what it had."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.socket = folder / "broker", folder / "broker.sock"
        self.url = f"redis+socket://{self.socket}"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(brokers.command(self.socket, self.folder), stdout=subprocess.DEVNULL)
        until(lambda: brokers.answers(self.url, self.folder, within=1))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class Worker:
    """One of Celery's, on the database of the tests."""

    def __init__(self, queue: str, url: str, log: Path) -> None:
        self.log = log
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                pools.worker(queue, 4),
                cwd=ROOT,
                env=os.environ | environment(url),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )

    def until_ready(self) -> "Worker":
        until(lambda: "Ready for work" in self.said(), self.said)
        return self

    def said(self) -> str:
        return self.log.read_text()

    def children(self, name: str) -> list[int]:
        """The processes of this name in its group, its own children's too."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                rest = (folder / "stat").read_text().rpartition(")")[2].split()
                is_ours = int(rest[2]) == self.process.pid and rest[0] != "Z"
                if is_ours and (folder / "comm").read_text().strip() == name:
                    found.append(int(folder.name))
        return found

    def kill(self) -> None:
        """As the kernel does when memory is scarce: the whole group, without a word."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def environment(url: str) -> dict[str, str]:
    database: dict[str, Any] = connection.settings_dict
    address = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
    return {
        "DATABASE_URL": f"postgres://{address}/{database['NAME']}",
        "REDIS_URL": url,
        "FIVEFOLD_DATA": str(settings.DATA),
        "DJANGO_SETTINGS_MODULE": "tests.jobs.chores.settings",
        "CELERY_SKIP_CHECKS": "1",
    }


def until(what: Callable[[], Any], said: Callable[[], object] = lambda: "it did not happen") -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < end, said()
        time.sleep(0.05)
    return found


# --- Fixtures, for test files that import them ----------------------------------------------------------------------


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    running = Broker(tmp_path)
    yield running
    running.kill()


@pytest.fixture
def bell(settings: Any, monkeypatch: pytest.MonkeyPatch, broker: Broker) -> Iterator[waking.Bell]:
    """Messages go to this test's broker, from a thread of this test."""
    settings.BROKER_URL = broker.url
    own = waking.Bell()
    monkeypatch.setattr(waking, "bell", own)
    yield own
    own.close(5)


@pytest.fixture
def effects(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE chores_done (subject text)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE chores_done")


def done() -> list[str]:
    """What left a row, as often as it did."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject FROM chores_done ORDER BY subject")
        return [subject for (subject,) in cursor.fetchall()]


def ask(kind: str, subject: str) -> Job:
    with transaction.atomic():
        return asking.enqueue(kind, subject)
