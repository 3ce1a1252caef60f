"""Real workers, as `serve` runs them: woken by a message, and warm when they are asked to end."""

import signal

import pytest
from django.db import connection

from jobs.broker import FILES, NOBODY
from jobs.models import State
from tests.jobs.workers import Worker, ask, bell, broker, done, effects, until

__all__ = ["bell", "broker", "effects"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("effects", "bell"),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite is no other process's"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "short", "long"),
    [("media", "chores.quick", "chores.long"), ("bulk", "chores.sum", "chores.heavy")],
    ids=["threads", "processes"],
)
def test_a_worker_does_what_waited_what_it_is_woken_for_and_gives_back_the_rest(
    broker, settings, tmp_path, line, short, long
):
    settings.BROKER_URL = NOBODY
    ask(short, "waited")
    settings.BROKER_URL = broker.url
    worker = Worker(line, broker.url, tmp_path / "worker.log").until_ready()
    try:
        until(lambda: done() == ["waited"], worker.said)
        ask(short, "woken")
        until(lambda: done() == ["waited", "woken"], worker.said)

        unfinished = ask(long, "unfinished")
        until(lambda: worker.children("sleep"), worker.said)
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(20) == 0, worker.said()
        assert worker.children("sleep") == []
        unfinished.refresh_from_db()
        assert (unfinished.state, unfinished.attempts) == (State.WAITING, 0), "it starts afresh, and may do so often"
    finally:
        worker.kill()


@pytest.mark.slow
def test_where_no_server_runs_files_carry_the_messages(settings, tmp_path):
    settings.BROKER_URL = FILES
    worker = Worker("media", FILES, tmp_path / "worker.log").until_ready()
    try:
        for subject in ("one", "two"):
            ask("chores.quick", subject)
        until(lambda: done() == ["one", "two"], worker.said)
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(20) == 0, worker.said()
    finally:
        worker.kill()
