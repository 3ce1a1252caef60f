import hashlib
import http.client
import json
import os
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from jobs import broker, launch, pools
from jobs.supervisor import Child, Supervisor, printing

READY_WITHIN = 60.0  # seconds; slower than that, something is wrong and is said
WORKERS, THREADS = 2, 4
REQUEST_TIMEOUT = 60  # seconds until a worker that does not answer at all is replaced
STAND_BACK = {"media": 10, "speech": 10, "bulk": 10}  # so that pages stay quick on a machine with few cores


class Command(BaseCommand):
    help = "Prepare the data, then run web server and workers until asked to stop. script/server calls this."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        # Read before the settings were, by jobs.launch; named here so that they are not refused.
        for option in ("--port", "--host", "--data"):
            parser.add_argument(option)
        for switch in ("--no-demo", "--no-workers"):
            parser.add_argument(switch, action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (now := launch.current):
            raise CommandError("Start this from the command line: script/server, or manage.py serve.")
        self.launch = now
        self.has_answered = threading.Event()
        # Nobody listens yet; workers look for waiting work when they start.
        settings.BROKER_URL = broker.NOBODY
        self.migrate()
        self.collect_static()
        if now.with_demo:
            self.load_demo()
        # Only what a crash may have left out of search, so it is quick.
        call_command("reindex", stdout=StringIO())
        connections.close_all()
        self.tell("Starting the web server …")
        threading.Thread(target=self.announce, daemon=True).start()
        groups = [self.broker(), [self.web(), *self.workers()]]
        sys.exit(Supervisor(groups, parent=now.parent).run())

    # --- Steps ------------------------------------------------------------------------------------------------------

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        begun = time.monotonic()
        self.tell(f"{what} …", ending=" ")
        yield
        self.tell(f"{time.monotonic() - begun:.1f} s")

    def tell(self, text: str, ending: str = "\n") -> None:
        with printing:
            self.stdout.write(text, ending=ending)
            self.stdout.flush()

    def migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            with self.step("Preparing the database"):
                call_command("migrate", verbosity=0, interactive=False)
                call_command("createcachetable", verbosity=0)

    def collect_static(self) -> None:
        stamp, digest = self.launch.data / "static.stamp", sources_digest()
        if stamp.is_file() and stamp.read_text() == digest:
            return
        stamp.unlink(missing_ok=True)
        with self.step("Collecting style sheets, scripts and pictures"):
            # Nothing links to these two, and half of the time would go into compressing them.
            unused = ["rest_framework", "django_htmx"]
            call_command("collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=unused)
        stamp.write_text(digest)

    def load_demo(self) -> None:
        with self.step("Loading the demo courses"):
            call_command("load_demo", verbosity=0, stdout=StringIO())

    # --- The web server ---------------------------------------------------------------------------------------------

    def web(self) -> Child:
        listener = self.launch.listener.fileno()
        options = {
            "--bind": f"fd://{listener}",
            "--worker-class": "gthread",
            "--workers": WORKERS,
            "--threads": THREADS,
            "--timeout": REQUEST_TIMEOUT,
            "--graceful-timeout": 25,  # seconds, less than the supervisor's grace
            "--log-level": "warning",
        }
        argv = [sys.executable, "-m", "gunicorn", "config.wsgi", "--no-control-socket"]
        argv += [str(word) for option in options.items() for word in option]
        if Path("/dev/shm").is_dir():  # the workers' heartbeat must not wait for a disk
            argv += ["--worker-tmp-dir", "/dev/shm"]
        return Child("web", argv, cwd=settings.ROOT, pass_fds=[listener])

    # --- Background work --------------------------------------------------------------------------------------------

    def broker(self) -> list[Child]:
        if not (socket := self.launch.broker_socket):
            return []
        folder = self.launch.data / "broker"
        argv = broker.command(socket, folder)
        return [Child("broker", argv, cwd=folder, is_vital=False, repair=lambda: broker.forget(folder))]

    def workers(self) -> list[Child]:
        """One worker for each queue, and beat."""
        if not self.launch.with_workers:
            return []
        os.environ["CELERY_SKIP_CHECKS"] = "1"  # the web has just been checked, from the same files
        children = {queue: pools.worker(queue) for queue in pools.POOLS} | {"beat": pools.beat()}
        return [
            Child(
                name,
                argv,
                cwd=settings.ROOT,
                after=self.has_answered,
                nice=STAND_BACK.get(name, 0),
                is_vital=False,
            )
            for name, argv in children.items()
        ]

    # --- The first page ---------------------------------------------------------------------------------------------

    def announce(self) -> None:
        """Wait for the first page, then let the workers begin, and say where it is and who can sign in."""
        end, answer = time.monotonic() + READY_WITHIN, ""
        while not answer.isdecimal() and time.monotonic() < end:
            answer = self.ask_first_page()
            time.sleep(0.05)
        self.has_answered.set()
        if answer != "200":
            self.tell(f"The first page answers with {answer}, not with 200: see the messages above.")
            return
        lines = [f"Ready: {self.launch.address}/"]
        if self.launch.with_demo:
            lines += demo_lines(self.launch.data / "demo-signins.json")
            if self.launch.listener.getsockname()[0] not in ("127.0.0.1", "::1"):
                lines.append("Everybody knows these sign-ins: use --no-demo where others can reach this machine.")
        self.tell("\n".join(lines))

    def ask_first_page(self) -> str:
        """The status of the first page as text, or what went wrong on the way to it."""
        url = urlsplit(self.launch.address)
        # Behind a proxy that speaks HTTPS every other page sends the caller there.
        path = "/healthz" if url.scheme == "https" else "/"
        host, port = self.launch.listener.getsockname()[:2]
        local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        try:
            asked = http.client.HTTPConnection(local, port, timeout=READY_WITHIN)
            asked.request("GET", path, headers={"Host": url.netloc})
            return str(asked.getresponse().status)
        except (OSError, http.client.HTTPException) as error:
            return str(error) or type(error).__name__


def sources_digest() -> str:
    """Changes with every file that collectstatic would take."""
    digest = hashlib.sha256()
    for file in sorted(storage.path(path) for finder in get_finders() for path, storage in finder.list([])):
        found = Path(file).stat()
        digest.update(f"{file} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def demo_lines(path: Path) -> list[str]:
    if not path.is_file():
        return []
    rows = [(entry["role"], entry["email"], entry["password"]) for entry in json.loads(path.read_text())]
    widths = [max(len(row[column]) for row in rows) for column in range(3)] if rows else []
    return ["Sign in as:"] + ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
