"""Asking for work: once for a kind and subject, in the transaction of what wants it."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.timezone import now

from jobs import queue, running
from jobs.models import Job, State
from tests import factories
from tests.jobs.work import KIND, run_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handles")]


def test_asking_twice_makes_one_job_with_the_newest_payload(django_capture_on_commit_callbacks, woken):
    with django_capture_on_commit_callbacks(execute=True):
        first = queue.enqueue(KIND, "thing:1", payload={"size": 1})
        second = queue.enqueue(KIND, "thing:1", payload={"size": 2})
        other = queue.enqueue(KIND, "thing:2")
    assert first == second != other
    assert second.payload == {"size": 2}
    assert woken == [first, other]


def test_a_job_remembers_who_asked(cast):
    assert queue.enqueue(KIND, "thing:1", asked_by=cast.learner).asked_by == cast.learner


def test_the_job_goes_with_the_change_that_wanted_it():
    with transaction.atomic():
        queue.enqueue(KIND, "thing:1")
        transaction.set_rollback(True)
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_wake_up_that_fails_fails_nothing(monkeypatch):
    def broken(job):
        raise OSError("no broker")

    monkeypatch.setattr(queue, "wake", broken)
    job = queue.enqueue(KIND, "thing:1")
    assert Job.objects.get() == job


def test_who_asks_while_it_runs_gets_the_running_job(handles):
    again = []
    handles(lambda work: again.append(queue.enqueue(KIND, work.subject)))
    job = queue.enqueue(KIND, "thing:1")
    assert run_all() == 1
    assert again == [job]


def test_what_stores_may_ask_for_the_same_again(handles):
    wanted = ["one", "two", "three"]

    def handler(work):
        def store():
            wanted.pop(0)
            if wanted:
                queue.enqueue(KIND, work.subject, payload={"next": wanted[0]})

        return store

    handles(handler)
    queue.enqueue(KIND, "thing:1")
    assert run_all() == 3
    assert not wanted
    assert Job.objects.filter(state=State.DONE).count() == 3


def test_a_delayed_job_waits_and_wakes_nobody(django_capture_on_commit_callbacks, woken):
    with django_capture_on_commit_callbacks(execute=True):
        job = queue.enqueue(KIND, "thing:1", delay=timedelta(hours=1))
    assert woken == []
    assert run_all() == 0
    with django_capture_on_commit_callbacks(execute=True):
        queue.enqueue(KIND, "thing:1")
    assert woken == [job]
    assert run_all() == 1


def test_a_later_wish_does_not_put_off_an_earlier_one():
    queue.enqueue(KIND, "thing:1")
    queue.enqueue(KIND, "thing:1", delay=timedelta(hours=1))
    assert run_all() == 1


def test_unknown_kinds_are_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        queue.enqueue("tests.nothing", "thing:1")


# --- Cancelling -----------------------------------------------------------------------------------------------------


def test_what_waits_is_cancelled_at_once_and_its_kind_is_told(told):
    job = queue.enqueue(KIND, "thing:1")
    assert queue.cancel(job)
    job.refresh_from_db()
    assert (job.state, told) == (State.CANCELLED, [("thing:1", "")])
    assert job.finished_at
    assert run_all() == 0


def test_what_runs_is_asked_to_stop(handles, told, monkeypatch):
    monkeypatch.setattr(running, "WRITE_EVERY", 0)

    def handler(work):
        assert queue.cancel(work.job)
        work.beat()
        raise AssertionError("the beat lets nobody past")

    handles(handler)
    job = queue.enqueue(KIND, "thing:1")
    run_all()
    job.refresh_from_db()
    assert (job.state, job.error, told) == (State.CANCELLED, "", [("thing:1", "")])


def test_what_has_ended_cannot_be_cancelled(told):
    job = queue.enqueue(KIND, "thing:1")
    run_all()
    assert not queue.cancel(job)
    job.refresh_from_db()
    assert (job.state, told) == (State.DONE, [])


def test_asking_again_takes_a_cancel_back(handles, told, monkeypatch):
    """Also when the worker has noticed it already and is cleaning up."""
    monkeypatch.setattr(running, "WRITE_EVERY", 0)
    attempts = []

    def handler(work):
        attempts.append(work.attempt)
        if len(attempts) > 1:
            return
        queue.cancel(work.job)
        try:
            work.beat()
        finally:
            queue.enqueue(KIND, work.subject)

    handles(handler)
    job = queue.enqueue(KIND, "thing:1")
    assert run_all() == 2
    job.refresh_from_db()
    assert (job.state, attempts, told) == (State.DONE, [1, 1], [])


def test_a_cancel_that_comes_too_late_changes_nothing(handles, told):
    handles(lambda work: queue.cancel(work.job) and None)
    job = queue.enqueue(KIND, "thing:1")
    run_all()
    job.refresh_from_db()
    assert (job.state, told) == (State.DONE, [])


# --- Trying again ---------------------------------------------------------------------------------------------------


def test_what_failed_is_tried_again_as_a_job_of_its_own(handles):
    person = factories.UserFactory()

    def fail(work):
        raise running.Failure("The file holds no sound. Choose another one.")

    handles(fail)
    failed = queue.enqueue(KIND, "thing:1", payload={"a": 1}, asked_by=person)
    run_all()
    failed.refresh_from_db()
    again = queue.retry(failed)
    assert again != failed
    assert (again.payload, again.asked_by, again.attempts) == ({"a": 1}, person, 0)
    assert queue.retry(failed) == again


def test_trying_again_makes_a_waiting_job_due(handles):
    def stumble(work):
        if work.attempt == 1:
            raise OSError("one bad moment")

    handles(stumble)
    job = queue.enqueue(KIND, "thing:1")
    assert run_all(allow_faults=True) == 1
    job.refresh_from_db()
    assert job.due_at > now()
    assert queue.retry(job) == job
    assert run_all() == 1
    job.refresh_from_db()
    assert job.state == State.DONE


def test_what_is_done_is_not_tried_again():
    job = queue.enqueue(KIND, "thing:1")
    run_all()
    job.refresh_from_db()
    assert queue.retry(job) == job
    assert Job.objects.count() == 1


def test_what_nobody_can_do_any_more_is_not_tried_again():
    job = queue.enqueue(KIND, "thing:1")
    Job.objects.update(kind="tests.of-another-version", state=State.FAILED)
    job.refresh_from_db()
    assert queue.retry(job) == job
    assert Job.objects.count() == 1
