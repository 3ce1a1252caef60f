"""What nobody else would notice (reliability R13)."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from jobs import claiming, figures, queue, running, sweeping
from jobs.models import Job, State
from tests.jobs.work import KIND, run_all

pytestmark = pytest.mark.django_db

LEASE = timedelta(seconds=61)
OFFER = timedelta(seconds=31)


@pytest.fixture
def job(handles):
    return queue.enqueue(KIND, "thing:1")


def vanish(job):
    """A worker claims it and is never heard of again."""
    Job.objects.filter(pk=job.pk).update(due_at=now())
    claimed = claiming.claim(job.pk)
    assert claimed
    return claimed


def test_a_fresh_job_is_left_to_its_wake_up(job, woken):
    assert sweeping.sweep() == 0
    assert woken == []


def test_a_wake_up_that_nobody_followed_is_repeated_ever_more_rarely(job, woken):
    begin, at = job.due_at, job.due_at
    offered = []
    while at < begin + timedelta(minutes=20):
        at += timedelta(seconds=10)
        if sweeping.sweep(at):
            offered.append((at - begin).total_seconds())
    assert offered == [40, 90, 190, 390, 790]
    assert woken == [job] * len(offered)


def test_what_was_never_offered_is_offered_when_it_is_due(handles, woken):
    job = queue.enqueue(KIND, "thing:1", delay=timedelta(minutes=5))
    assert sweeping.sweep() == 0
    assert sweeping.sweep(now() + timedelta(minutes=6)) == 1
    assert woken == [job]
    assert sweeping.sweep(now() + timedelta(minutes=6)) == 0


def test_a_running_job_is_left_to_its_worker(job):
    vanish(job)
    assert sweeping.sweep(now() + LEASE / 2) == 0


def test_the_job_of_a_vanished_worker_is_offered_again(job, woken, told):
    vanish(job)
    assert sweeping.sweep(now() + LEASE) == 2
    job.refresh_from_db()
    assert (job.state, job.attempts, woken, told) == (State.WAITING, 1, [job], [])


def test_who_comes_back_from_the_dead_does_not_disturb_the_next(job):
    late = vanish(job)
    sweeping.sweep(now() + LEASE)
    Job.objects.update(due_at=now())
    assert running.run(job.pk) == State.DONE
    work = running.Work(late, timedelta(minutes=1))
    with pytest.raises(running.Lost):
        work.write()
    assert Job.objects.get().state == State.DONE


def test_a_job_whose_workers_keep_vanishing_fails_with_a_sentence(job, told):
    for _ in range(3):
        vanish(job)
        sweeping.sweep(now() + LEASE)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.FAILED, 3)
    assert "begun 3 times" in job.error
    assert told == [("thing:1", job.error)]
    assert sweeping.sweep(now() + 2 * LEASE) == 0


def test_a_cancel_that_no_worker_heard_is_closed(job, told):
    queue.cancel(vanish(job))
    sweeping.sweep(now() + LEASE)
    job.refresh_from_db()
    assert (job.state, told) == (State.CANCELLED, [("thing:1", "")])


def test_old_rows_go_and_failures_stay_longer(handles):
    for number, state in enumerate((State.DONE, State.FAILED, State.CANCELLED)):
        job = queue.enqueue(KIND, f"thing:{number}")
        Job.objects.filter(pk=job.pk).update(state=state, finished_at=now())
    waiting = queue.enqueue(KIND, "thing:9", delay=timedelta(days=900))
    assert sweeping.sweep(now() + timedelta(days=29)) == 0
    assert sweeping.sweep(now() + timedelta(days=31)) == 1
    assert set(Job.objects.values_list("state", flat=True)) == {State.FAILED, State.CANCELLED, State.WAITING}
    assert sweeping.sweep(now() + timedelta(days=181)) == 2
    assert Job.objects.get() == waiting


def test_a_thousand_jobs_that_wait_long_do_not_hide_a_lost_one(handles, woken):
    at = now()
    rows = [Job(kind=KIND, subject=f"thing:{n}", queue="media", due_at=at, offered_at=at) for n in range(1000)]
    Job.objects.bulk_create(rows)
    # Offered late: nearly as long ago as they had waited then.
    Job.objects.update(due_at=at - timedelta(hours=2), offered_at=at - timedelta(minutes=40))
    lost = queue.enqueue(KIND, "thing:lost")
    Job.objects.filter(pk=lost.pk).update(offered_at=at - timedelta(minutes=1), due_at=at - timedelta(minutes=1))
    assert sweeping.sweep(at) == 1
    assert woken == [lost]


def test_figures_count_by_queue_and_state(handles):
    queue.enqueue(KIND, "thing:1")
    run_all()
    queue.enqueue(KIND, "thing:2")
    queue.enqueue(KIND, "thing:3", delay=timedelta(hours=1))
    Job.objects.filter(subject="thing:2").update(due_at=now() - timedelta(minutes=3))
    found = figures.take()
    assert found.jobs["media", "done"] == 1
    assert found.jobs["media", "waiting"] == 2
    assert found.jobs["speech", "failed"] == 0
    assert 180 <= found.oldest_waiting["media"] < 240
    assert found.oldest_waiting["speech"] == 0
    assert found.overdue == 0


def test_figures_tell_of_leases_that_nobody_swept(job):
    vanish(job)
    assert figures.take(now() + timedelta(minutes=5)).overdue == 0
    assert figures.take(now() + timedelta(minutes=12)).overdue == 1
