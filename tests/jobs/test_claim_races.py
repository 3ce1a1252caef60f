"""Many at once, where one may win (reliability R13). Each race is shown to be one by the naive way, which loses."""

from collections import Counter
from threading import Barrier, Thread, get_ident

import pytest
from django.db import OperationalError, connection, transaction
from django.utils.timezone import now

from accounts.models import User
from jobs import claiming, queue, running, sweeping
from jobs.models import Job, State
from tests import factories
from tests.enrollment.test_seat_races import at_once
from tests.jobs.work import KIND, faults

WORKERS = 50

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite serialises writers: it cannot show a race"),
]


def naive_claim(pk, looked):
    """Look, then write: all of them look before the first one writes, as they would now and then."""
    job = Job.objects.get(pk=pk)
    looked.wait()
    if job.state != State.WAITING:
        return None
    job.state, job.attempts = State.RUNNING, job.attempts + 1
    job.save(update_fields=["state", "attempts"])
    return job


def naive_enqueue(subject, looked):
    """Without the constraint: look whether there is one, then make one."""
    is_wanted = Job.objects.filter(subject=subject, state=State.WAITING).exists()
    looked.wait()
    if not is_wanted:
        # A kind each, so that the constraint lets them pass.
        Job.objects.create(kind=f"tests.{get_ident()}", subject=subject, queue="media", due_at=now())


def test_fifty_workers_claim_one_job_and_one_wins(handles):
    job = queue.enqueue(KIND, "thing:1")
    claims = at_once([lambda: claiming.claim(job.pk)] * WORKERS)
    assert len([claim for claim in claims if claim]) == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.RUNNING, 1)


def test_looking_before_claiming_gives_the_job_to_several(handles):
    job = queue.enqueue(KIND, "thing:1")
    looked = Barrier(WORKERS, timeout=60)
    claims = at_once([lambda: naive_claim(job.pk, looked)] * WORKERS)
    assert len([claim for claim in claims if claim]) > 1


def test_fifty_messages_about_one_job_have_one_effect(handles):
    effects = []
    handles(lambda work: lambda: effects.append(work.attempt))
    job = queue.enqueue(KIND, "thing:1")
    states = at_once([lambda: running.run(job.pk)] * WORKERS)
    assert Counter(states) == {State.DONE: 1, None: WORKERS - 1}
    assert effects == [1]


def test_fifty_wishes_make_one_job(handles):
    jobs = at_once([lambda: queue.enqueue(KIND, "thing:1")] * WORKERS)
    assert len({job.pk for job in jobs}) == Job.objects.count() == 1


def test_wishing_without_the_constraint_makes_several():
    looked = Barrier(WORKERS, timeout=60)
    at_once([lambda: naive_enqueue("thing:1", looked)] * WORKERS)
    assert Job.objects.count() > 1


def test_ten_sweepers_offer_a_lost_job_once(handles, woken):
    job = queue.enqueue(KIND, "thing:1")
    Job.objects.update(offered_at=None)
    woken.clear()
    assert sum(at_once([sweeping.sweep] * 10)) == 1
    assert woken == [job]


def test_a_vanished_worker_counts_once_however_many_sweep(handles, told):
    job = queue.enqueue(KIND, "thing:1")
    claiming.claim(job.pk)
    Job.objects.update(lease_until=now(), attempts=3)
    assert sum(at_once([sweeping.sweep] * 10)) == 1
    assert len(told) == 1


def test_a_cancel_and_an_end_at_once_agree(handles, told):
    for number in range(10):
        job = queue.enqueue(KIND, f"thing:{number}")
        ended, cancelled = at_once([lambda: running.run(job.pk), lambda: queue.cancel(job)])  # noqa: B023
        state = Job.objects.get(pk=job.pk).state
        assert state in (State.DONE, State.CANCELLED)
        if state == State.CANCELLED:
            assert cancelled
            assert ended in (None, State.CANCELLED)
    assert len(told) == Job.objects.filter(state=State.CANCELLED).count()


def test_a_change_made_while_its_job_ends_is_not_forgotten(handles):
    """The wish of an open transaction either is seen by the job that ends, or makes a job of its own."""
    meet, seen = Barrier(2, timeout=60), []

    def handler(work):
        if not seen:
            meet.wait()  # the other one has changed the thing and asks, and has not committed
            meet.wait()
        return lambda: seen.append(list(Job.objects.filter(kind="tests.change").values_list("subject", flat=True)))

    handles(handler)
    job = queue.enqueue(KIND, "thing:1")
    worker = Thread(target=closing(lambda: running.run(job.pk)))
    worker.start()
    meet.wait()
    with transaction.atomic():
        Job.objects.create(kind="tests.change", subject="new text", queue="media", due_at=now(), state=State.DONE)
        asked = queue.enqueue(KIND, "thing:1")
        meet.wait()  # now the job ends, or tries to
        worker.join(0.5)
        assert worker.is_alive(), "it must wait for our transaction"
    worker.join(60)
    assert asked == job
    assert seen == [["new text"]]


def change_and_ask(user, meet):
    """A request: it changes the subject, then asks for its work. It holds the one and waits for the other."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(display_name="New text")
        meet.wait()  # the worker has ended its job and is about to store
        return queue.enqueue(KIND, "thing:1")


@pytest.mark.parametrize("steps_back", [True, False], ids=["ours", "naive"])
def test_an_ending_job_and_a_request_never_lock_each_other_out(handles, monkeypatch, steps_back):
    if not steps_back:
        monkeypatch.setattr(running, "PATIENCE", 60_000)
        monkeypatch.setattr(running, "LOCKED", ())
    user, meet, stored = factories.UserFactory(), Barrier(2, timeout=60), []

    def store():
        if not stored:
            stored.append("tried")
            meet.wait()
        stored.append(User.objects.filter(pk=user.pk).update(time_zone="UTC"))

    handles(lambda work: store)
    queue.enqueue(KIND, "thing:1")
    pk = Job.objects.get().pk
    with faults() as raised:
        answers = at_once([lambda: failure(change_and_ask, user, meet), lambda: failure(running.run, pk)])
    if steps_back:
        assert answers == [None, None]
        assert (stored, raised) == (["tried", 1], [])
        assert Job.objects.get(pk=pk).state == State.DONE
    else:
        # PostgreSQL ended one of the two.
        assert isinstance(answers[0], OperationalError) or raised


def failure(call, *args):
    try:
        call(*args)
    except OperationalError as error:
        return error


def closing(call):
    """For a thread: it closes its connection."""

    def run():
        try:
            call()
        finally:
            connection.close()

    return run
