"""Whatever is killed while people sit a test: acknowledged answers are in their rows, attempts have one score (P1, P2).

A whole copy, as `script/server` starts it, on the database and the broker that it brings and on PostgreSQL with Redis.
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.devservices import Services
from tests.jobs.test_serve import ROOT, Copy, clean_environment, until
from tests.jobs.workers import Broker

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]
LEARNERS, SLOTS, CHANGES = 4, 4, 6  # changes: of each answer
TOKEN = "0123456789abcdef" * 2
GIVE_UP = 90.0  # seconds

SIT = f"""
import json, django
django.setup()
from django.conf import settings
from django.test import Client
from tests import factories
course = factories.CourseFactory()
exam = factories.mock_test(course, [factories.question(course, "truefalse") for _ in range({SLOTS})], minutes=30)
people = {{}}
for _ in range({LEARNERS}):
    user, client = factories.UserFactory(), Client()
    client.force_login(user)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    people[str(factories.open_attempt(user, exam).pk)] = f"{{settings.SESSION_COOKIE_NAME}}={{key}}"
print(json.dumps({{"people": people, "token": settings.CSRF_COOKIE_NAME}}))
"""
# Leases of those who were killed run out at once, so that nobody waits for them here.
LOOK = f"""
import json, time, django
django.setup()
from datetime import timedelta
from django.utils.timezone import now
from jobs import sweeping
from jobs.models import Job
from quizzes import ledger
from quizzes.models import Attempt
end, ago = time.monotonic() + {GIVE_UP}, timedelta(minutes=5)
while Attempt.objects.exclude(state="scored").exists() and time.monotonic() < end:
    Job.objects.filter(state="running").update(lease_until=now() - ago)
    Job.objects.filter(state="waiting").update(offered_at=now() - ago, due_at=now() - ago)
    sweeping.sweep()
    time.sleep(2)
found = {{}}
for one in Attempt.objects.select_related("score"):
    found[str(one.pk)] = {{
        "state": one.state,
        "answers": {{row.slot: [row.rev, row.value] for row in one.answers.all()}},
        "closed": one.events.filter(what="submitted").count(),
        "jobs": Job.objects.filter(kind="quizzes.score", subject=str(one.pk)).count(),
        "sum": one.score.sum_ppm if hasattr(one, "score") else None,
    }}
print(json.dumps({{"attempts": found, "ledger": [one.promise for one in ledger.check(now() + timedelta(minutes=3))]}}))
"""


class Database(Services):
    """PostgreSQL that keeps what it has committed, and can be killed as a whole."""

    def spawn(self, home: Path, argv: list[Any], *args: Any, **how: Any) -> None:
        argv = [str(word).replace("synchronous_commit=off", "synchronous_commit=on") for word in argv]
        self.again = lambda: super(Database, self).spawn(home, argv, *args, **how)
        self.again()

    def kill(self) -> None:
        first = self.servers.pop()
        group = [first.pid, *children(first.pid)]
        for pid in group:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        first.wait()
        until(lambda: not any(is_alive(pid) for pid in group), lambda: "PostgreSQL does not die")
        next(self.folder.glob("postgres/data/postmaster.pid")).unlink()
        self.again()


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    with suppress(OSError):
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


class Site(Copy):
    def __init__(self, data: Path, env: dict[str, str]) -> None:
        self.env = env
        super().__init__(data, with_workers=True, env=env)
        self.address = self.port()

    def run(self, program: str) -> Any:
        own = {"DJANGO_SETTINGS_MODULE": "config.settings", "FIVEFOLD_DATA": str(self.data), "DEMO": ""}
        env = clean_environment() | self.env | own
        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def strike(self, *words: str) -> None:
        """Kill all of its processes whose command has these words."""
        for pid in self.servers():
            with suppress(OSError):
                line = Path(f"/proc/{pid}/cmdline").read_text()
                if pid != self.process.pid and all(word in line for word in words):
                    os.kill(pid, signal.SIGKILL)


class Learner(threading.Thread):
    """Answers, again and again, and submits; sends everything until it is acknowledged, as the script does."""

    def __init__(self, site: Site, pk: str, cookie: str, token: str, seed: int) -> None:
        super().__init__()
        self.site, self.pk, self.chance = site, pk, random.Random(seed)
        self.headers = {"Cookie": f"{cookie}; {token}={TOKEN}", "X-CSRFToken": TOKEN}
        self.said: dict[str, list[Any]] = {}
        self.failures: list[object] = []

    def run(self) -> None:
        for rev in range(1, CHANGES + 1):
            for slot in self.chance.sample(range(1, SLOTS + 1), SLOTS):
                value = self.chance.choice(["true", "false"])
                sent = {"tab": "t", "answers": [{"slot": slot, "rev": rev, "value": value}]}
                told = self.until_told(f"/attempts/{self.pk}/answers/", sent)
                if told and json.loads(told)["accepted"].get(str(slot)) == rev:
                    self.said[str(slot)] = [rev, value]
                else:
                    self.failures.append(told)
        self.until_told(f"/api/v1/attempts/{self.pk}/submission/", {})

    def until_told(self, path: str, body: object) -> bytes | None:
        end = time.monotonic() + GIVE_UP
        while time.monotonic() < end:
            with suppress(OSError, HTTPException):
                caller = HTTPConnection("127.0.0.1", self.site.address, timeout=15)
                caller.request("POST", path, json.dumps(body), self.headers | {"Content-Type": "application/json"})
                answer = caller.getresponse()
                told = answer.read()
                caller.close()
                if answer.status == 200:
                    return told
                if answer.status < 500:
                    self.failures.append((answer.status, told[:300]))
                    return None
            time.sleep(0.2)
        self.failures.append(f"nobody answered {path}")
        return None


@pytest.fixture(params=["embedded", "postgresql"])
def site(request, tmp_path) -> Iterator[tuple[Site, dict[str, Any]]]:
    """A site, and what can be killed in it."""
    env, ends, faults = {"ALLOWED_HOSTS": "127.0.0.1"}, [], {}
    if request.param == "postgresql":
        database = Database()
        ends.append(database.stop)
        broker = Broker(tmp_path)
        ends.append(broker.kill)
        env |= {"DATABASE_URL": database.postgres(), "REDIS_URL": broker.url}
        faults = {"database": database.kill, "broker": lambda: (broker.kill(), broker.start())}
    running = Site(tmp_path / "copy", env)
    ends.append(running.abandon)
    faults |= {"web": lambda: running.strike("gunicorn"), "worker": lambda: running.strike("scoring")}
    faults.setdefault("broker", lambda: running.strike("valkey-server") or running.strike("redis-server"))
    yield running, faults
    for end in reversed(ends):
        end()


def test_every_acknowledged_answer_counts_and_each_attempt_has_one_score(site):
    copy, faults = site
    seed = int(os.environ.get("FAULTS_SEED", random.randrange(10**6)))
    print(f"FAULTS_SEED={seed}")
    chance, asked = random.Random(seed), copy.run(SIT)
    learners = [
        Learner(copy, pk, cookie, asked["token"], seed + number)
        for number, (pk, cookie) in enumerate(asked["people"].items())
    ]
    for learner in learners:
        learner.start()
    for fault in chance.sample(list(faults), len(faults)):
        time.sleep(chance.uniform(0.2, 1.0))
        faults[fault]()
    for learner in learners:
        learner.join()
    copy.strike("scoring")
    found = copy.run(LOOK)
    for learner in learners:
        row = found["attempts"][learner.pk]
        assert learner.failures == []
        assert row["answers"] == learner.said, "an acknowledged answer is gone"
        right = sum(value == "true" for _rev, value in learner.said.values())
        assert (row["state"], row["closed"], row["jobs"], row["sum"]) == ("scored", 1, 1, right * 10**6), copy.said()
    assert found["ledger"] == []
    ended = re.findall(r"(\w+) ended \(killed by SIGKILL\)", copy.said())
    assert {"web", "scoring"} <= set(ended), "nothing was killed"
