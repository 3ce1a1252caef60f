"""Waking workers costs the caller nothing, whatever has become of the broker (reliability R14)."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
import redis
from django.db import transaction

from jobs import broker as brokers
from jobs import queue, sweeping, waking
from jobs.models import State
from tests.jobs.work import run_all
from tests.jobs.workers import Broker, ask, bell, broker, effects

__all__ = ["bell", "broker", "effects"]
ENOUGH = 20.0  # seconds after which something hangs


class Silent:
    """Accepts connections and never answers."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.callers: list[socket.socket] = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                self.callers.append(self.listener.accept()[0])

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.listener.getsockname()[1]}/0"

    def close(self) -> None:
        self.listener.close()
        for caller in self.callers:
            caller.close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    running = Silent()
    yield running
    running.close()


@contextmanager
def own_bell(settings, monkeypatch, url: str) -> Iterator[waking.Bell]:
    settings.BROKER_URL = url
    monkeypatch.setattr(waking, "TIMEOUT", 0.2)
    own = waking.Bell()
    monkeypatch.setattr(waking, "bell", own)
    yield own
    own.close(ENOUGH)


@pytest.fixture
def deaf(settings, monkeypatch, silent):
    with own_bell(settings, monkeypatch, silent.url) as own:
        yield own


@pytest.mark.django_db(transaction=True)
def test_who_asks_never_speaks_with_the_broker(deaf, monkeypatch):
    talking, go_on = threading.Event(), threading.Event()
    speakers = []

    def send(wanted):
        speakers.append(threading.current_thread())
        talking.set()
        go_on.wait(ENOUGH)

    monkeypatch.setattr(deaf, "send", send)
    ask("chores.sum", "one")
    assert talking.wait(ENOUGH)
    job = ask("chores.sum", "two")  # while the broker keeps the first one waiting
    assert job.state == State.WAITING
    go_on.set()
    assert deaf.flush(ENOUGH)
    assert threading.current_thread() not in speakers


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_never_answers_is_left_in_peace_for_a_while(deaf, silent, effects):
    ask("chores.sum", "one")
    assert deaf.flush(ENOUGH)
    tried = len(silent.callers)
    assert tried
    for number in range(20):
        ask("chores.sum", f"more {number}")
    assert deaf.flush(ENOUGH)
    assert len(silent.callers) == tried
    # The rows are there all the same: a worker that looks finds them.
    assert run_all() == 21


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_not_there_costs_no_job_and_the_sweeper_offers_it_again(
    settings, monkeypatch, tmp_path, effects, caplog
):
    with own_bell(settings, monkeypatch, f"redis+socket://{tmp_path}/nothing.sock") as bell:
        job = ask("chores.sum", "one")
        assert bell.flush(ENOUGH)
        assert "The broker takes no messages" in caplog.text
        bell.rests_until = 0
        there = Broker(tmp_path)
        try:
            settings.BROKER_URL = there.url
            job.refresh_from_db()
            sweeping.sweep(job.offered_at + 2 * sweeping.OFFER_AGAIN)
            assert bell.flush(ENOUGH)
            assert len(messages(there)) == 1
        finally:
            there.kill()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_wakes_nobody(bell, broker):
    with suppress(ZeroDivisionError), transaction.atomic():
        queue.enqueue("chores.sum", "one")
        raise ZeroDivisionError
    assert bell.flush(ENOUGH)
    assert messages(broker) == []


def test_a_broker_that_came_back_is_woken_through_a_new_connection(bell, broker):
    bell.ring("bulk", "one")
    assert bell.flush(ENOUGH)
    broker.kill()
    broker.start()
    bell.ring("bulk", "two")
    assert bell.flush(ENOUGH)
    assert "'two'" in messages(broker)[0]


def test_a_crowd_of_jobs_needs_no_crowd_of_messages():
    crowd = [("bulk", str(number)) for number in range(1000)] + [("media", "1"), ("media", "1"), ("media", "2")]
    sent = waking.messages(crowd)
    assert sent[:2] == [("bulk", "0"), ("bulk", "1")]
    assert [pk for queue, pk in sent if queue == "bulk"] == [str(number) for number in range(waking.BELLS)]
    assert [pk for queue, pk in sent if queue == "media"] == ["1", "2"]


def test_where_nobody_listens_no_thread_is_started(settings, monkeypatch):
    settings.BROKER_URL = brokers.NOBODY
    own = waking.Bell()
    own.ring("bulk")
    assert own.thread is None


def test_more_than_can_be_said_is_left_to_the_sweeper(settings, monkeypatch):
    monkeypatch.setattr(waking, "MOST_WAITING", 3)
    monkeypatch.setattr(threading.Thread, "start", lambda thread: None)
    own = waking.Bell()
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    for number in range(10):
        own.ring("bulk", str(number))
    assert own.waiting.qsize() == 3


def messages(broker: Broker) -> list[str]:
    """What it holds for workers, the newest first."""
    client = redis.Redis(unix_socket_path=str(broker.socket))
    try:
        return [json.loads(kept)["headers"]["kwargsrepr"] for kept in client.lrange("fivefold:bulk", 0, -1)]
    finally:
        client.close()
