"""The command behind script/server, as people meet it: processes, signals and sentences."""

import fcntl
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import redis

ROOT = Path(__file__).resolve().parents[2]
# What the tests themselves set, and what would lead a copy elsewhere.
OURS = {"DATABASE_URL", "REDIS_URL", "FIVEFOLD_DATA", "FIVEFOLD_PARENT", "DJANGO_SETTINGS_MODULE"}
OURS |= {"SECRET_KEY", "BASE_URL", "ALLOWED_HOSTS", "DEBUG", "DEMO"}
PATIENCE = 120.0  # seconds, on a machine that is busy with other tests

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


class Copy:
    """A running copy and what it printed."""

    def __init__(
        self,
        data: Path,
        *options: str,
        through: tuple[str, ...] = (),
        with_workers: bool = False,
        env: dict[str, str] | None = None,
    ) -> None:
        self.data = data
        options = options if with_workers else ("--no-workers", *options)
        self.log = data.parent / f"{data.name}.log"
        command = [sys.executable, "manage.py", "serve", "--no-demo", "--data", str(data), "--port", "0"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*through, *command, *options],
                cwd=ROOT,
                env=clean_environment() | (env or {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=hear_signals,
            )

    def said(self) -> str:
        return self.log.read_text()

    def port(self) -> int:
        """Where it answers, once it says so."""
        ready = until(lambda: re.search(r"^Ready: http://127\.0\.0\.1:(\d+)/$", self.said(), re.M), self.said)
        return int(ready[1])

    def servers(self) -> dict[int, int]:
        """The processes it started: id → parent's id, the web server before its workers."""
        mine = f"FIVEFOLD_DATA={self.data}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mine in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:  # it ended meanwhile, or is another user's
                continue
        return dict(sorted(found.items()))

    def is_gone(self) -> bool:
        """No server runs, and no supervisor holds the folder."""
        return not self.servers() and self.holder() is None

    def holder(self) -> int | None:
        with suppress(FileNotFoundError), (self.data / "serve.lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(lock.read())
        return None

    def abandon(self) -> None:
        """Leave nothing behind, also where a test failed."""
        self.process.kill()
        self.process.wait()
        for pid in (self.holder(), *self.servers()):
            with suppress(ProcessLookupError):
                if pid:
                    os.kill(pid, signal.SIGKILL)
        until(self.is_gone, self.said)


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in OURS}


def hear_signals() -> None:
    """In the child: also when the tests themselves run in the background, where some signals are ignored."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def until(what: Callable[[], object], said: Callable[[], str]):
    end = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < end, said()
        time.sleep(0.05)
    return found


def end(copy: Copy, asked: signal.Signals) -> None:
    copy.process.send_signal(asked)
    assert copy.process.wait(PATIENCE) == 0
    assert copy.is_gone()


def status(port: int, path: str = "/healthz") -> int:
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all: only the first start has something to prepare."""
    return tmp_path_factory.mktemp("serve") / "data"


@pytest.fixture
def start(data: Path) -> Iterator[Callable[..., Copy]]:
    copies: list[Copy] = []

    def begin(*options: str, folder: Path = data, **how: Any) -> Copy:
        copies.append(Copy(folder, *options, **how))
        return copies[-1]

    yield begin
    for copy in copies:
        copy.abandon()


def test_a_start_prepares_everything_and_the_next_one_has_nothing_to_prepare(start, data):
    first = start()
    assert status(first.port(), "/") == 200
    assert (data / "secret.key").stat().st_mode & 0o777 == 0o600
    second = start()
    assert second.process.wait(PATIENCE) == 1
    assert f"{data} is in use by another copy (process {first.process.pid})" in second.said()
    end(first, signal.SIGTERM)

    third = start()
    assert status(third.port(), "/") == 200
    assert "Preparing" not in third.said()
    assert "Collecting" not in third.said()
    end(third, signal.SIGINT)


def test_killing_the_supervisor_ends_everything_it_started(start):
    copy = start()
    copy.port()
    assert len(copy.servers()) == 3
    copy.process.kill()
    until(copy.is_gone, copy.said)


def test_a_killed_web_server_comes_back_on_the_same_port(start):
    copy = start()
    port = copy.port()
    leader = next(pid for pid, parent in copy.servers().items() if parent == copy.process.pid)
    os.kill(leader, signal.SIGKILL)
    until(lambda: "web ended (killed by SIGKILL)" in copy.said(), copy.said)
    assert status(port) == 200  # waits in the socket that the supervisor holds
    assert leader not in copy.servers()


def test_two_copies_run_side_by_side_and_each_hears_its_own_signal(start, data, tmp_path):
    first = start()
    port = first.port()
    shutil.copytree(data, tmp_path / "other", ignore=shutil.ignore_patterns("secret.key"))
    second = start(folder=tmp_path / "other")
    assert status(second.port()) == 200
    assert (tmp_path / "other" / "secret.key").read_text() != (data / "secret.key").read_text()
    end(second, signal.SIGHUP)
    assert status(port) == 200


def test_it_ends_with_the_program_that_runs_it_in_its_foreground(start):
    copy = start(through=("sh", "-c", '"$@"; exit 0', "sh"))
    copy.port()
    assert not copy.is_gone()
    copy.process.kill()
    until(copy.is_gone, copy.said)


@pytest.mark.parametrize(
    ("line", "follows"),
    [
        ('"$@"; exit 0', True),
        ('"$@" & wait', False),
        ('nohup "$@"; exit 0', False),
        ('setsid --wait "$@"; exit 0', False),
    ],
)
def test_a_start_in_the_background_is_meant_to_outlive_its_shell(line, follows):
    code = "from jobs import launch; print(launch.parent_to_follow())"
    shell = subprocess.Popen(
        ["sh", "-c", line, "sh", sys.executable, "-c", code],
        cwd=ROOT,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=hear_signals,
    )
    followed = shell.communicate(timeout=PATIENCE)[0].decode().strip()
    assert followed == (str(shell.pid) if follows else "None")


def test_a_port_that_is_taken_is_told_when_it_was_asked_for(start):
    with socket.create_server(("127.0.0.1", 0)) as other:
        copy = start("--port", str(other.getsockname()[1]))
        assert copy.process.wait(PATIENCE) == 1
        assert "is taken by another program. Choose another with --port N" in copy.said()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--port", "eighty"), "eighty is not a port: give a number from 1 to 65535"),
        (("--host", "203.0.113.7"), "203.0.113.7 is not an address of this machine"),
        (("--data", "/dev/null/data"), "/dev/null/data cannot be used: Not a directory. Choose another with --data"),
    ],
)
def test_an_impossible_wish_is_answered_with_a_sentence(start, options, sentence):
    copy = start(*options)
    assert copy.process.wait(PATIENCE) != 0
    assert sentence in copy.said()
    assert "Traceback" not in copy.said()


def ask_in_silence(data: Path) -> uuid.UUID:
    """A job of a kind that no app knows, and no message about it: only the sweeper can find it."""
    job = uuid.uuid4()
    with closing(sqlite3.connect(data / "db.sqlite3", timeout=20)) as connection, connection:
        connection.execute(
            "INSERT INTO jobs_job"
            " (id, kind, subject, queue, payload, state, attempts, due_at, progress, message, error, created_at)"
            " VALUES (?, 'nobody.knows', ?, 'media', '{}', 'waiting', 0, ?, 0, '', '', ?)",
            (job.hex, job.hex, "2026-01-01 00:00:00", "2026-01-01 00:00:00"),
        )
    return job


def attempts(data: Path, job: uuid.UUID) -> int:
    with closing(sqlite3.connect(data / "db.sqlite3", timeout=20)) as connection:
        return connection.execute("SELECT attempts FROM jobs_job WHERE id = ?", (job.hex,)).fetchone()[0]


def broker_process(data: Path) -> int | None:
    client = redis.Redis(unix_socket_path=str(data / "broker.sock"), socket_timeout=5)
    try:
        return client.info("server")["process_id"]
    except (redis.RedisError, OSError):
        return None
    finally:
        client.close()


@pytest.mark.slow
def test_workers_find_waiting_work_survive_their_broker_and_end_with_the_supervisor(start, data):
    copy = start(with_workers=True)
    port = copy.port()
    until(lambda: copy.said().count("Ready for work") == 4, copy.said)
    job = ask_in_silence(data)
    until(lambda: attempts(data, job), copy.said)

    os.kill(broker_process(data), signal.SIGKILL)
    until(lambda: "broker ended (killed by SIGKILL)" in copy.said(), copy.said)
    assert status(port) == 200
    until(lambda: broker_process(data), copy.said)
    job = ask_in_silence(data)
    until(lambda: attempts(data, job), copy.said)

    copy.process.kill()
    until(copy.is_gone, copy.said)
    until(lambda: broker_process(data) is None, copy.said)


@pytest.mark.slow
def test_workers_end_warm_with_the_supervisor(start):
    copy = start(with_workers=True)
    copy.port()
    until(lambda: copy.said().count("Ready for work") == 4, copy.said)
    end(copy, signal.SIGTERM)
    assert copy.said().count("Warm shutdown") == 4
