"""Whatever happens to attempts, in any order: every acknowledged answer is in its row or told to be late, each attempt
ends once and has one score, and the ledger adds up (reliability P1–P4, 4.6)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from jobs import running
from quizzes import closing, regrading, scoring, sitting
from quizzes.models import Answer, Attempt, AttemptEvent, LateAnswer, RegradeRun, Score
from quizzes.sitting import Item
from tests import factories

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
SLOTS = st.integers(1, 4)
VALUES = st.sampled_from(["true", "false", None])
LATEST = timedelta(seconds=60)  # after its deadline nothing is open, once the sweep came


class Sitting(RuleBasedStateMachine):
    """One learner and one test. Who they are is put in below."""

    learner = editor = test = None

    @initialize()
    def begin(self):
        self.before = transaction.savepoint()
        self.at = BEGIN
        self.attempt = None
        self.revs = {}  # slot → the last revision that the browser gave
        self.sent = []  # everything ever sent, to be sent again
        self.safe = {}  # slot → (rev, value) as acknowledged
        self.closed_at = None
        self.ends = 0

    # --- What happens ---

    @rule()
    def start(self):
        before = self.attempt
        self.attempt = sitting.start(self.learner, self.test, at=self.at)
        if before is None or self.attempt.pk != before.pk:
            self.revs, self.sent, self.safe = {}, [], {}

    @precondition(lambda self: self.attempt)
    @rule(slot=SLOTS, value=VALUES)
    def save(self, slot, value):
        self.revs[slot] = self.revs.get(slot, 0) + 1
        item = Item(slot, self.revs[slot], value)
        self.sent.append(item)
        self.deliver([item])

    @precondition(lambda self: self.attempt)
    @rule(slot=SLOTS, value=VALUES)
    def hold_back(self, slot, value):
        """Answered while offline: it goes out with something later."""
        self.revs[slot] = self.revs.get(slot, 0) + 1
        self.sent.append(Item(slot, self.revs[slot], value))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data):
        """Duplicates, in any order, several at a time."""
        self.deliver(data.draw(st.lists(st.sampled_from(self.sent), min_size=1, max_size=5)))

    @rule(seconds=st.sampled_from([1, 60, 600, 1790, 1805, 1815, 7200]))
    def time_passes(self, seconds):
        self.at += timedelta(seconds=seconds)

    @precondition(lambda self: self.attempt)
    @rule()
    def submit(self):
        for _click in range(2):
            sitting.submit(Attempt.objects.get(pk=self.attempt.pk), at=self.at)

    @rule()
    def sweep(self):
        closing.close_overdue(self.at)

    @precondition(lambda self: self.attempt)
    @rule()
    def score(self):
        scoring.score(self.attempt.pk)
        assert not scoring.score(self.attempt.pk)

    @precondition(lambda self: Score.objects.exists())
    @rule(policy=st.sampled_from(["new", "both", "void", "drop"]), lowers_nobody=st.booleans(), right=st.booleans())
    def regrade_and_take_back(self, policy, lowers_nobody, right):
        before = self.scores()
        version = Answer.objects.order_by("pk").first().version
        key = {"options": {"true": int(right), "false": int(not right)}, "feedback": {}, "misconceptions": {}}
        try:
            run = regrading.dry_run(version, key, policy, lowers_nobody, self.editor, "Wrong key")
        except ValueError:  # it would change nothing
            return
        running.run(regrading.apply(run, self.editor).pk)
        run.refresh_from_db()
        assert run.state == RegradeRun.State.APPLIED
        running.run(regrading.revert(run, self.editor).pk)
        run.refresh_from_db()
        assert run.state == RegradeRun.State.REVERTED
        assert self.scores() == before

    def scores(self):
        return list(Score.objects.order_by("pk").values_list("pk", "sum_ppm", "possible_ppm", "marks_ppm", "share_ppm"))

    def deliver(self, items):
        saved = sitting.save(self.attempt.pk, self.learner, items, "tab", self.at)
        for item in items:
            if item.slot in saved.late:
                continue
            assert saved.accepted[item.slot] >= item.rev
            if item.rev > self.safe.get(item.slot, (0, None))[0]:
                assert saved.state == Attempt.State.OPEN
                self.safe[item.slot] = (item.rev, item.value)

    # --- What holds, always ---

    @invariant()
    def what_was_acknowledged_is_in_its_row(self):
        if self.attempt:
            rows = {row.slot: (row.rev, row.value) for row in self.attempt.answers.filter(rev__gt=0)}
            assert rows == self.safe

    @invariant()
    def each_attempt_ends_once(self):
        for attempt in Attempt.objects.all():
            ends = attempt.events.filter(what__in=["submitted", "timed_out"]).count()
            assert ends == (0 if attempt.is_open else 1)
            assert attempt.is_open or attempt.started_at <= attempt.finished_at <= attempt.deadline
        assert Attempt.objects.open().count() <= 1

    @invariant()
    def late_answers_are_later(self):
        for late in LateAnswer.objects.all():
            row = Answer.objects.filter(attempt=late.attempt_id, slot=late.slot).first()
            assert late.rev > (row.rev if row else 0)

    @invariant()
    def one_score_for_each_scored_attempt(self):
        assert set(Score.objects.values_list("pk", flat=True)) == set(
            Attempt.objects.filter(state="scored").values_list("pk", flat=True)
        )

    def teardown(self):
        try:
            self.end_all()
        finally:
            transaction.savepoint_rollback(self.before)

    def end_all(self):
        """The ledger, once the sweep and the workers have come."""
        closing.close_overdue(self.at)
        assert not Attempt.objects.open().filter(deadline__lt=self.at - LATEST).exists()
        for attempt in Attempt.objects.filter(state="submitted"):
            assert scoring.score(attempt.pk)
        for attempt in Attempt.objects.closed():
            assert attempt.answers.count() <= len(attempt.form["slots"])
            totals = scoring.recount(attempt.pk)
            assert (attempt.score.sum_ppm, attempt.score.share_ppm) == (totals.sum_ppm, totals.share_ppm)
            assert attempt.score.sum_ppm == self.by_hand(attempt)
        assert AttemptEvent.objects.filter(what="started").count() == Attempt.objects.count()
        self.each_attempt_ends_once()
        self.one_score_for_each_scored_attempt()

    def by_hand(self, attempt):
        return sum(10**6 for row in attempt.answers.all() if row.value == "true")


def test_attempts_keep_their_promises_in_any_order(cast):
    Sitting.learner, Sitting.editor = cast.enrolled, cast.instructor
    questions = [factories.question(cast.course, "truefalse") for _number in range(4)]
    Sitting.test = factories.mock_test(cast.course, questions, minutes=30)
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    run_state_machine_as_test(
        Sitting,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, derandomize=True, suppress_health_check=checks
        ),
    )
