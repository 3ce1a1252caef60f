"""A running copy of the platform, as `script/server` starts it."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Set for the tests or by the person who runs them; each would lead this copy elsewhere.
ELSEWHERE = {"DATABASE_URL", "REDIS_URL", "FIVEFOLD_DATA", "FIVEFOLD_PARENT", "DJANGO_SETTINGS_MODULE"}
ELSEWHERE |= {"SECRET_KEY", "BASE_URL", "ALLOWED_HOSTS", "DEBUG", "DEMO", "EMAIL_URL", "EMAIL_VERIFICATION"}
PATIENCE = 60.0  # seconds, on a machine that is busy with other tests


class Site:
    def __init__(self, data: Path, *, with_workers: bool = False) -> None:
        self.data = data
        options = [] if with_workers else ["--no-workers"]
        self.log = data.parent / "site.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--data", str(data), "--port", "0", *options],
                cwd=ROOT,
                env={name: value for name, value in os.environ.items() if name not in ELSEWHERE},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.url = self._wait()

    def _wait(self) -> str:
        end = time.monotonic() + PATIENCE
        while not (ready := re.search(r"^Ready: (http://[\d.:]+)/$", self.log.read_text(), re.MULTILINE)):
            if time.monotonic() > end or self.process.poll() is not None:
                self.stop()
                raise RuntimeError(f"The copy did not start:\n{self.log.read_text()}")
            time.sleep(0.1)
        return ready[1]

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def sign_in(self, role: str) -> tuple[str, str]:
        """Address and password of one of the demo's people."""
        entries = json.loads((self.data / "demo-signins.json").read_text())
        return next((entry["email"], entry["password"]) for entry in entries if entry["role"] == role)

    def sql(self, statement: str, *values: object) -> list[tuple]:
        """Straight into the database: what somebody else does meanwhile, or what the server has kept."""
        with closing(sqlite3.connect(self.data / "db.sqlite3", timeout=20)) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def run(self, code: str) -> str:
        """The last line that Python code prints that runs beside the copy, on its data."""
        command = [sys.executable, "manage.py", "shell", "--no-imports", "--command", code]
        here = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        done = subprocess.run(
            command, cwd=ROOT, env=here | {"FIVEFOLD_DATA": str(self.data)}, capture_output=True, text=True, check=True
        )
        return done.stdout.splitlines()[-1]
