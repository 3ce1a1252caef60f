"""Whatever is killed, and whenever: every job ends, and its effect is there once (reliability R13)."""

import os
import random
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.models import Q

from jobs import figures, running, sweeping, waking
from jobs.models import Job, State
from tests.jobs.chores.work import leave_a_row
from tests.jobs.workers import Broker, Worker, ask, bell, broker, done, effects, until

__all__ = ["bell", "broker", "effects"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("effects"),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite is no other process's"),
]
JOBS = 200
EVERY = 5  # one in so many runs a child process
FAULTS = ["child"] * 8 + ["worker"] * 3 + ["broker"] * 3


class Chaos:
    """Two workers, as on two machines, and a broker, killed again and again; and a sweeper that comes often."""

    def __init__(self, broker: Broker, folder: Path, seed: int) -> None:
        self.broker, self.folder, self.chance = broker, folder, random.Random(seed)
        self.starts = 0
        self.workers = [self.begin(), self.begin()]

    def begin(self) -> Worker:
        self.starts += 1
        return Worker("media", self.broker.url, self.folder / f"worker-{self.starts}.log")

    def end(self) -> None:
        for worker in self.workers:
            worker.kill()

    def strike(self, fault: str) -> None:
        if fault == "child":
            for worker in self.workers:
                for pid in worker.children("sleep")[:1]:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
        elif fault == "worker":
            oldest = self.workers.pop(0).until_ready()
            time.sleep(self.chance.uniform(0, 1))
            oldest.kill()
            self.workers.append(self.begin())
        else:
            self.broker.kill()
            time.sleep(self.chance.uniform(0, 0.5))
            self.broker.start()

    def sweep(self) -> None:
        waking.bell.rests_until = 0
        sweeping.sweep()

    def said(self) -> str:
        return "\n".join(log.read_text()[-3000:] for log in sorted(self.folder.glob("worker-*.log")))


def active() -> int:
    return Job.objects.active().count()


@pytest.mark.slow
@pytest.mark.usefixtures("bell")
def test_every_job_ends_and_each_effect_is_there_once(broker, tmp_path, monkeypatch):
    seed = int(os.environ.get("FAULTS_SEED", random.randrange(10**6)))
    print(f"FAULTS_SEED={seed}")
    monkeypatch.setattr(sweeping, "OFFER_AGAIN", sweeping.OFFER_AGAIN / 30)
    chaos = Chaos(broker, tmp_path, seed)
    asked = [ask("chores.quick" if number % EVERY else "chores.child", f"{number:03}") for number in range(JOBS)]
    try:
        for worker in chaos.workers:
            worker.until_ready()
        faults = list(FAULTS)
        chaos.chance.shuffle(faults)
        for fault in faults:
            # Messages that come twice: for what runs, for what waits, for what is long done.
            for job in [*Job.objects.filter(state=State.RUNNING), *chaos.chance.choices(asked, k=10)]:
                waking.wake(job)
            time.sleep(chaos.chance.uniform(0, 0.4))
            chaos.strike(fault)
            chaos.sweep()
        until(lambda: chaos.sweep() or not active(), chaos.said)
    finally:
        chaos.end()
    ended = set(Job.objects.values_list("subject", "state"))
    assert {state for _, state in ended} <= {State.DONE, State.FAILED}
    assert done() == sorted(subject for subject, state in ended if state == State.DONE)
    assert not Job.objects.filter(state=State.FAILED, error="").exists()
    assert len(ended) == JOBS
    assert figures.take().overdue == 0
    assert not Job.objects.filter(Q(lease_until__isnull=False), ~Q(state=State.RUNNING)).exists()


def together(run, times: int = 8) -> None:
    """The same message, delivered to so many threads at once."""
    start = threading.Barrier(times)

    def deliver() -> None:
        start.wait(20)
        try:
            run(start)
        finally:
            connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.race
def test_without_a_claim_a_message_that_comes_twice_is_done_twice():
    """The negative control: the same work as a plain task would do it."""
    job = ask("chores.quick", "one")

    def naive(start: threading.Barrier) -> None:
        row = Job.objects.get(pk=job.pk)
        start.wait(20)  # the moment in which a plain task computes
        if row.state == State.WAITING:
            with transaction.atomic():
                leave_a_row(row.subject)
                Job.objects.filter(pk=row.pk).update(state=State.DONE)

    together(naive)
    assert len(done()) > 1


@pytest.mark.race
def test_with_a_claim_it_is_done_once():
    job = ask("chores.quick", "one")
    together(lambda _: running.run(job.pk))
    assert done() == ["one"]
