"""What becomes of a job in the hands of a worker."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError
from django.utils.timezone import now

from jobs import claiming, leases, queue, running
from jobs.models import Job, State
from tests import factories
from tests.jobs.work import KIND, run_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _write_at_every_beat(monkeypatch):
    monkeypatch.setattr(running, "WRITE_EVERY", 0)


@pytest.fixture
def job(handles):
    return queue.enqueue(KIND, "thing:1", payload={"a": 1})


def test_a_job_is_done_once(handles, job):
    seen = []
    handles(lambda work: seen.append((work.subject, work.payload, work.attempt)))
    assert run_all() == 1
    assert running.run(job.pk) is None
    assert seen == [("thing:1", {"a": 1}, 1)]
    job.refresh_from_db()
    assert (job.state, job.progress, job.lease_until) == (State.DONE, 100, None)
    assert job.started_at
    assert job.finished_at


def test_a_claimed_job_is_its_row(handles, job):
    Job.objects.update(asked_by=factories.UserFactory(), progress=7, message="Was here", error="Broke")
    claimed = claiming.claim(job.pk)
    row = Job.objects.get(pk=job.pk)
    names = [field.attname for field in Job._meta.concrete_fields]
    assert [getattr(claimed, name) for name in names] == [getattr(row, name) for name in names]
    assert (row.state, row.attempts, row.progress, row.message, row.error) == (State.RUNNING, 1, 0, "", "")
    assert row.lease_until - row.started_at >= leases.LEASE
    assert claiming.claim(str(job.pk)) is None


def test_a_job_that_is_not_due_cannot_be_claimed(handles):
    job = queue.enqueue(KIND, "thing:1", delay=timedelta(minutes=1))
    assert claiming.claim(job.pk) is None
    Job.objects.update(due_at=now())
    assert claiming.claim(job.pk)


def test_only_its_owner_can_finish_a_job(handles, job):
    claimed = claiming.claim(job.pk)
    Job.objects.update(token=uuid4())
    assert not claiming.finish(claimed)
    assert claiming.finish(Job.objects.get())
    assert not claiming.finish(Job.objects.get())  # it has ended


def test_a_message_about_nothing_does_nothing(db):
    assert running.run("6f1b7a52-0000-4000-8000-000000000000") is None


def test_progress_shows_while_it_works(handles, job):
    seen = []

    def handler(work):
        for progress, message in ((-5, "Begins"), (41.6, "Speaks " + "on" * 200), (None, "Waits"), (250, None)):
            work.beat(progress, message)
            row = Job.objects.get()
            seen.append((row.progress, row.message[:9]))

    handles(handler)
    run_all()
    assert seen == [(0, "Begins"), (42, "Speaks on"), (42, "Waits"), (100, "Waits")]


def test_many_beats_are_few_writes(handles, job, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(running, "WRITE_EVERY", 1000)

    def handler(work):
        with django_assert_num_queries(0):
            for step in range(100):
                work.beat(step, "Counts")
        work.written -= 1000
        with django_assert_num_queries(1):
            work.beat()

    handles(handler)
    run_all()


def test_a_small_job_costs_few_queries(handles, job, django_assert_num_queries):
    with django_assert_num_queries(2):  # claim, end
        running.run(job.pk)


def test_words_that_no_database_keeps_end_no_work(handles, job):
    odd = "Reads \0 a\udcffb"

    def handler(work):
        work.beat(float("nan"), odd)
        work.beat(float("inf"))
        assert (Job.objects.get().message, Job.objects.get().progress) == ("Reads  a?b", 100)
        raise running.Failure(odd)

    handles(handler)
    assert running.run(job.pk) == State.FAILED
    job.refresh_from_db()
    assert job.error == "Reads  a?b"


def test_a_process_that_is_asked_to_end_begins_nothing(job):
    running.released.set()
    try:
        assert running.drain() == 0
    finally:
        running.released.clear()


# --- Storing --------------------------------------------------------------------------------------------------------


def test_what_is_stored_and_the_end_are_one(handles, job):
    def handler(work):
        def store():
            factories.UserFactory(email="made@example.org")
            raise IntegrityError("cannot be")

        return store

    handles(handler, attempts=1)
    run_all(allow_faults=True)
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert not type(factories.UserFactory.build()).objects.filter(email="made@example.org").exists()


def test_a_late_worker_cannot_store(handles, job):
    """Its lease ran out, another one did the work meanwhile."""
    stored = []

    def handler(work):
        if len(stored) == 0 and work.attempt == 1:
            Job.objects.update(state=State.WAITING, lease_until=None)
            assert running.run(job.pk) == State.DONE
        return lambda: stored.append(work.attempt)

    handles(handler)
    assert running.run(job.pk) is None
    job.refresh_from_db()
    assert (job.state, job.attempts, stored) == (State.DONE, 2, [2])


def test_a_worker_that_lost_its_job_is_told_at_the_next_beat(handles, job, told):
    seen = []

    def handler(work):
        Job.objects.update(state=State.WAITING, lease_until=None)
        for _ in range(2):
            with pytest.raises(running.Lost):
                work.beat()
            seen.append(work.attempt)

    handles(handler)
    assert running.run(job.pk) is None
    job.refresh_from_db()
    assert (job.state, seen, told) == (State.WAITING, [1, 1], [])


def test_a_deleted_job_ends_its_worker(handles, job):
    def handler(work):
        Job.objects.all().delete()
        work.beat()

    handles(handler)
    assert running.run(job.pk) is None


# --- Failing --------------------------------------------------------------------------------------------------------


def test_a_failure_says_why_and_is_not_tried_again(handles, job, told):
    def handler(work):
        raise running.Failure("The file holds no sound. Choose another one.")

    handles(handler)
    assert running.run(job.pk) == State.FAILED
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.FAILED, 1)
    assert job.error == "The file holds no sound. Choose another one."
    assert told == [("thing:1", job.error)]
    assert job.finished_at


def test_a_fault_is_tried_again_later_and_then_fails_with_a_sentence(handles, job, told):
    def handler(work):
        raise ZeroDivisionError

    handles(handler, attempts=3)
    pauses = []
    for _ in range(2):
        assert run_all(allow_faults=True) == 1
        job.refresh_from_db()
        assert (job.state, job.lease_until, told) == (State.WAITING, None, [])
        pauses.append(job.due_at - now())
        Job.objects.update(due_at=now())
    assert timedelta(seconds=25) < pauses[0] < timedelta(seconds=40)
    assert timedelta(seconds=115) < pauses[1] < timedelta(seconds=150)
    run_all(allow_faults=True)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.FAILED, 3)
    assert "3 attempts" in job.error
    assert told == [("thing:1", job.error)]


def test_the_pause_grows_and_is_never_the_same_for_all():
    assert [running.back_off(attempt, 0.0).total_seconds() for attempt in (1, 2, 3)] == [30, 120, 480]
    assert [running.back_off(attempt, 1.0).total_seconds() for attempt in (1, 2)] == [36, 144]


def test_a_job_of_a_kind_that_nobody_knows_fails_in_the_end(job):
    Job.objects.update(kind="tests.of-another-version")
    for _ in range(3):
        Job.objects.update(due_at=now())
        run_all(allow_faults=True)
    job.refresh_from_db()
    assert job.state == State.FAILED


def test_a_kind_that_cannot_be_told_does_not_keep_its_job_alive(handles, job):
    def handler(work):
        raise running.Failure("No.")

    def broken(work, sentence):
        factories.UserFactory(email="half@example.org")
        raise ZeroDivisionError

    handles(handler, when_lost=broken)
    assert run_all(allow_faults=True) == 1
    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, "No.")
    assert not type(factories.UserFactory.build()).objects.filter(email="half@example.org").exists()


def test_the_deadline_ends_it_with_a_sentence(handles, job, told):
    def handler(work):
        work.ends = time.monotonic() - 1
        work.beat()

    handles(handler, deadline=timedelta(minutes=7))
    assert running.run(job.pk) == State.FAILED
    job.refresh_from_db()
    assert "7 minutes" in job.error
    assert told == [("thing:1", job.error)]


def test_what_comes_of_a_stop_is_not_taken_for_a_fault(handles, job, told):
    """A killed child makes its handler complain of the child."""

    def handler(work):
        queue.cancel(work.job)
        try:
            work.beat()
        except Exception:
            raise running.Failure("The program ended without a word.")

    handles(handler)
    assert running.run(job.pk) == State.CANCELLED
    job.refresh_from_db()
    assert (job.state, job.error, told) == (State.CANCELLED, "", [("thing:1", "")])


def test_a_fault_after_a_cancel_is_not_tried_again(handles, job):
    def handler(work):
        queue.cancel(work.job)
        raise ZeroDivisionError

    handles(handler)
    run_all(allow_faults=True)
    job.refresh_from_db()
    assert job.state == State.CANCELLED


# --- Leaving and coming back ----------------------------------------------------------------------------------------


def test_a_process_that_ends_gives_its_jobs_back(handles, job, told):
    attempts = []

    def handler(work):
        attempts.append(work.attempt)
        if len(attempts) == 1:
            running.released.set()
            work.beat()

    handles(handler, attempts=1)
    try:
        assert running.run(job.pk) == State.WAITING
    finally:
        running.released.clear()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.offered_at, job.lease_until) == (State.WAITING, 0, None, None)
    assert run_all() == 1
    assert (attempts, told) == ([1, 1], [])


def test_ctrl_c_gives_its_job_back(handles, job):
    def handler(work):
        raise KeyboardInterrupt

    handles(handler)
    with pytest.raises(KeyboardInterrupt):
        running.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.WAITING, 0)


def test_a_database_that_is_away_for_a_moment_ends_no_work(handles, job, monkeypatch):
    def handler(work):
        mine = work.mine
        work.mine = away
        work.beat(10)
        work.mine = mine
        work.beat()
        assert Job.objects.get().progress == 10

    def away():
        raise OperationalError("could not connect")

    handles(handler)
    assert running.run(job.pk) == State.DONE


# --- Leases ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_long_silence_keeps_its_lease_until_the_deadline(handles, monkeypatch):
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=0.3))
    seen = []

    def handler(work):
        first = work.job.lease_until
        wait_until(lambda: Job.objects.get().lease_until > first)
        work.ends = time.monotonic() - 1
        wait_until(lambda: Job.objects.get().lease_until < now())
        seen.append(Job.objects.get().state)

    handles(handler)
    job = queue.enqueue(KIND, "thing:1")
    assert running.run(job.pk) == State.DONE
    assert seen == [State.RUNNING]
    wait_until(lambda: leases._keeper is None)


def wait_until(true, most=30.0):
    end = time.monotonic() + most
    while not true():
        assert time.monotonic() < end, "that never happened"
        time.sleep(0.02)
