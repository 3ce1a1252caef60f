"""Whatever happens to jobs, in any order: each effect once, each end told once, nothing forgotten (reliability R13)."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from jobs import claiming, queue, running, sweeping
from jobs.models import Job, State
from tests.jobs.work import KIND

pytestmark = pytest.mark.django_db

SUBJECTS = st.sampled_from(["thing:1", "thing:2", "thing:3"])
ENDS = st.sampled_from(["done", "done", "fault", "failure", "too late", "cancelled", "asked again", "released"])
ATTEMPTS = 3


class Jobs(RuleBasedStateMachine):
    """`told` and `handles` are put in by the test."""

    told: list[tuple[str, str]]

    @initialize()
    def begin(self):
        self.before = transaction.savepoint()
        self.told.clear()
        self.effects = Counter()
        self.lost = []  # Work in the hands of workers that are believed dead

    # --- What happens ---

    @rule(subject=SUBJECTS, later=st.booleans())
    def enqueue(self, subject, later):
        queue.enqueue(KIND, subject, delay=timedelta(minutes=5) if later else timedelta(0))

    @rule(subject=SUBJECTS, end=ENDS)
    def run(self, subject, end):
        """Something is due, and messages come for all jobs there ever were."""
        self.end = end
        queue.enqueue(KIND, subject)
        for pk in Job.objects.filter(subject=subject).values_list("pk", flat=True):
            running.run(pk)

    @rule(subject=SUBJECTS)
    def vanish(self, subject):
        if claimed := claiming.claim(queue.enqueue(KIND, subject).pk):
            self.lost.append(running.Work(claimed, timedelta(minutes=5)))

    @rule()
    def come_back_and_store(self):
        """A worker that was believed dead ends its work: it may store only if nobody took the job."""
        if self.lost:
            work = self.lost.pop()
            owns = work.mine().exists()
            try:
                running._finish(work, lambda: self.effect(work))
            except running.Lost:
                assert not owns
            else:
                assert owns

    @rule(subject=SUBJECTS)
    def cancel(self, subject):
        for job in Job.objects.filter(subject=subject):
            assert queue.cancel(job) == job.is_active

    @rule(subject=SUBJECTS)
    def retry(self, subject):
        if job := Job.objects.filter(subject=subject).first():
            queue.retry(job)

    @rule(minutes=st.sampled_from([0, 1, 2, 60]))
    def time_passes(self, minutes):
        for name in ("due_at", "lease_until", "offered_at"):
            Job.objects.filter(**{f"{name}__isnull": False}).update(**{name: F(name) - timedelta(minutes=minutes)})

    @rule()
    def sweep(self):
        sweeping.sweep()

    # --- What holds, always ---

    @invariant()
    def one_is_active(self):
        active = Counter(Job.objects.active().values_list("subject", flat=True))
        assert not active or max(active.values()) == 1

    @invariant()
    def every_row_is_whole(self):
        for job in Job.objects.all():
            assert job.attempts <= ATTEMPTS
            assert bool(job.lease_until) == (job.state == State.RUNNING)
            assert bool(job.finished_at) == (not job.is_active)
            assert bool(job.error) == (job.state == State.FAILED)

    @invariant()
    def each_effect_is_one(self):
        done = Counter(map(str, Job.objects.filter(state=State.DONE).values_list("pk", flat=True)))
        assert self.effects == done

    @invariant()
    def each_bad_end_is_told_once(self):
        ended = Job.objects.filter(state__in=[State.FAILED, State.CANCELLED])
        assert Counter(self.told) == Counter(ended.values_list("subject", "error"))

    def teardown(self):
        try:
            self.end_all()
        finally:
            transaction.savepoint_rollback(self.before)

    def end_all(self):
        """With a sweeper and one worker that works, all of it comes to an end."""
        self.end = "done"
        for _ in range(ATTEMPTS + 1):
            self.time_passes(60)
            sweeping.sweep()
            running.drain()
        assert not Job.objects.active().exists()
        self.each_effect_is_one()
        self.each_bad_end_is_told_once()

    # --- The work ---

    def handler(self, work):
        try:
            self.suffer(work)
        finally:
            running.released.clear()
        return lambda: self.effect(work)

    def suffer(self, work):
        match self.end:
            case "fault":
                raise ZeroDivisionError
            case "failure":
                raise running.Failure("No.")
            case "too late":
                work.stop(running.TooLate())
            case "cancelled" | "asked again":
                queue.cancel(work.job)
                try:
                    work.write()
                finally:
                    if self.end == "asked again":
                        queue.enqueue(KIND, work.subject)
            case "released":
                running.released.set()
                work.beat()

    def effect(self, work):
        self.effects[str(work.job.pk)] += 1


def test_jobs_keep_their_promises_in_any_order(handles, told, caplog):
    def machine():
        jobs = Jobs()
        handles(jobs.handler, attempts=ATTEMPTS)
        return jobs

    Jobs.told = told
    caplog.set_level("CRITICAL")
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15, stateful_step_count=30, deadline=None, derandomize=True, suppress_health_check=checks
        ),
    )
