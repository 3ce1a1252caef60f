"""The command behind script/server, as people meet it: processes, signals and sentences."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIVEFOLD_DATA", "DJANGO_SETTINGS_MODULE", "BASE_URL", "DEMO"}
PATIENCE = 15.0  # seconds, on a machine that is busy with other tests

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


class Copy:
    """A running copy and what it printed."""

    def __init__(self, data: Path, *options: str, through: tuple[str, ...] = ()) -> None:
        self.data = data
        self.log = data.parent / f"{data.name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*through, sys.executable, "manage.py", "serve", "--data", str(data), "--no-demo", *options],
                cwd=ROOT,
                env={name: value for name, value in os.environ.items() if name not in OURS},
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
        return not self.servers()

    def finish(self) -> None:
        self.process.kill()
        self.process.wait()
        until(self.is_gone, self.said)


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

    def begin(*options: str, folder: Path = data, through: tuple[str, ...] = ()) -> Copy:
        copies.append(Copy(folder, *options, through=through))
        return copies[-1]

    yield begin
    for copy in copies:
        copy.finish()


def test_a_start_prepares_everything_and_the_first_page_answers(start, data):
    copy = start("--port", "0")
    assert status(copy.port(), "/") == 200
    assert (data / "db.sqlite3").is_file()
    assert (data / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_second_start_has_nothing_to_prepare(start):
    first = start("--port", "0")
    first.port()
    first.finish()
    second = start("--port", "0")
    assert second.port()
    assert "Preparing the database" not in second.said()
    assert "Collecting" not in second.said()


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_and_everything_it_started(start, asked):
    copy = start("--port", "0")
    copy.port()
    assert len(copy.servers()) == 3
    copy.process.send_signal(asked)
    assert copy.process.wait(PATIENCE) == 0
    assert copy.is_gone()


def test_killing_the_supervisor_ends_everything_it_started(start):
    copy = start("--port", "0")
    copy.port()
    assert not copy.is_gone()
    copy.process.kill()
    until(copy.is_gone, copy.said)


def test_a_killed_web_server_comes_back_on_the_same_port(start):
    copy = start("--port", "0")
    port = copy.port()
    leader = next(pid for pid, parent in copy.servers().items() if parent == copy.process.pid)
    os.kill(leader, signal.SIGKILL)
    assert status(port) == 200
    assert leader not in copy.servers()
    assert "web ended (killed by SIGKILL)" in copy.said()


def test_it_ends_with_the_program_that_runs_it_in_its_foreground(start):
    copy = start("--port", "0", through=("sh", "-c", '"$@"; exit 0', "sh"))
    copy.port()
    copy.process.kill()
    until(copy.is_gone, copy.said)


@pytest.mark.parametrize("background", ['"$@" & exec sleep 60', 'nohup "$@" & exec sleep 60', 'exec setsid "$@"'])
def test_a_start_in_the_background_outlives_its_shell(start, background):
    copy = start("--port", "0", through=("sh", "-c", background, "sh"))
    port = copy.port()
    supervisor = next(iter(set(copy.servers().values()) - set(copy.servers())))
    if supervisor != copy.process.pid:
        copy.process.kill()
        copy.process.wait()
        time.sleep(1)  # several looks at the parent
    assert status(port) == 200
    os.kill(supervisor, signal.SIGTERM)
    until(copy.is_gone, copy.said)


def test_a_folder_in_use_is_refused_with_a_sentence(start, data):
    first = start("--port", "0")
    first.port()
    second = Copy(data, "--port", "0")
    assert second.process.wait(PATIENCE) == 1
    assert f"{data} is in use by another copy (process {first.process.pid})" in second.said()


def test_two_copies_run_side_by_side(start, tmp_path):
    first, second = start("--port", "0"), start("--port", "0", folder=tmp_path / "other")
    assert status(first.port()) == status(second.port()) == 200
    assert (tmp_path / "other" / "secret.key").read_text() != (first.data / "secret.key").read_text()


def test_a_port_that_is_taken_is_told_when_it_was_asked_for(start):
    with socket.create_server(("127.0.0.1", 0)) as other:
        copy = start("--port", str(other.getsockname()[1]))
        assert copy.process.wait(PATIENCE) == 1
        assert "is taken by another program. Choose another with --port N" in copy.said()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--port", "eighty"), "eighty is not a port: give a number from 1 to 65535"),
        (("--port", "0", "--host", "203.0.113.7"), "203.0.113.7 is not an address of this machine"),
        (("--data", "/dev/null/data"), "/dev/null/data cannot be used: Not a directory. Choose another with --data"),
    ],
)
def test_an_impossible_wish_is_answered_with_a_sentence(start, options, sentence):
    copy = start(*options)
    assert copy.process.wait(PATIENCE) != 0
    assert sentence in copy.said()
    assert "Traceback" not in copy.said()
