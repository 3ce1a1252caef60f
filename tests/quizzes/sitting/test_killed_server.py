"""An answer that was shown as saved survives the death of the process that said so (reliability P1, R1)."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from jobs.models import Job
from quizzes import scoring, sitting
from quizzes.models import Answer, Attempt
from tests import factories
from tests.jobs.workers import ROOT, environment, until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite is no other process's"),
]
TOKEN = "0123456789abcdef" * 2
ROUNDS = 4


class Web:
    """gunicorn with two workers on the database of the tests, killed without a word."""

    def __init__(self, log) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = log
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "-k", "gthread", "-w", "2", "--threads", "4"]
        command += ["-b", f"127.0.0.1:{self.port}", "--no-control-socket", "--log-level", "error"]
        own = {"DJANGO_SETTINGS_MODULE": "config.test_settings", "ALLOWED_HOSTS": "127.0.0.1"}
        own |= {"SECRET_KEY": settings.SECRET_KEY}
        with self.log.open("ab") as file:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | environment(settings.BROKER_URL) | own,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        until(self.answers, self.log.read_text)

    def answers(self) -> bool:
        try:
            return self.ask("GET", "/healthz", "")[0] == 200
        except (OSError, HTTPException):
            return False

    def ask(self, verb: str, path: str, cookie: str, body: object = None) -> tuple[int, bytes]:
        caller = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": f"{cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Content-Type": "application/json"}
        try:
            caller.request(verb, path, json.dumps(body) if body is not None else None, headers)
            answer = caller.getresponse()
            return answer.status, answer.read()
        finally:
            caller.close()

    def die_while_asked(self, path: str, cookie: str, body: object) -> None:
        data = json.dumps(body)
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}; csrftoken={TOKEN}\r\n"
        head += f"X-CSRFToken: {TOKEN}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.port)) as caller:
            caller.sendall((head + data).encode())
            self.kill()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def web(transactional_db, tmp_path) -> Iterator[Web]:
    running = Web(tmp_path / "web.log")
    yield running
    running.kill()


@pytest.fixture
def attempt(transactional_db) -> Attempt:
    course = factories.CourseFactory()
    questions = [factories.question(course, "truefalse") for _number in range(8)]
    return factories.open_attempt(factories.UserFactory(), factories.mock_test(course, questions, minutes=30))


@pytest.fixture
def cookie(attempt) -> str:
    client = Client()
    client.force_login(attempt.learner)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def rows() -> dict[int, tuple]:
    return {row.slot: (row.rev, row.value) for row in Answer.objects.all()}


def test_every_acknowledged_answer_is_there_after_kill_9(web, attempt, cookie):
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance, safe, rev = random.Random(seed), {}, 0
    address = f"/attempts/{attempt.pk}/answers/"
    for _round in range(ROUNDS):
        for _save in range(chance.randint(1, 6)):
            rev += 1
            slot, value = chance.randint(1, 8), chance.choice(["true", "false"])
            sent = {"tab": "t", "answers": [{"slot": slot, "rev": rev, "value": value}]}
            status, body = web.ask("POST", address, cookie, sent)
            assert (status, json.loads(body)["accepted"]) == (200, {str(slot): rev}), body
            safe[slot] = (rev, value)
        # Killed while one is under way: its learner heard nothing and sends it again.
        rev += 1
        pending = {"tab": "t", "answers": [{"slot": 1, "rev": rev, "value": "true"}]}
        web.die_while_asked(address, cookie, pending)
        kept = rows()
        assert all(kept[slot] >= said for slot, said in safe.items()), "an acknowledged answer is gone"
        web.start()
        status, body = web.ask("POST", address, cookie, pending)
        assert (status, json.loads(body)["accepted"]) == (200, {"1": rev})
        safe[1] = (rev, "true")
    assert rows() == safe
    sitting.submit(attempt)
    assert scoring.score(attempt.pk)
    assert Attempt.objects.get().score.sum_ppm == 10**6 * sum(value == "true" for _rev, value in safe.values())


def test_a_submission_that_is_repeated_after_kill_9_is_one(web, attempt, cookie):
    address = f"/api/v1/attempts/{attempt.pk}/submission/"
    web.die_while_asked(address, cookie, {})
    for _time in range(2):
        web.start()
        status, body = web.ask("POST", address, cookie, {})
        assert (status, json.loads(body)["state"]) == (200, "submitted")
        web.kill()
    assert Job.objects.filter(kind="quizzes.score", subject=str(attempt.pk)).count() == 1
    assert attempt.events.filter(what="submitted").count() == 1
    assert scoring.score(attempt.pk)
    assert not scoring.score(attempt.pk)
