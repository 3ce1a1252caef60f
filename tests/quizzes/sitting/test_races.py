"""Fifty at once: one attempt, one end, no acknowledged answer outside the score (reliability P1, P2, R2–R4).

Real transactions on PostgreSQL. Each race is shown to be one by the naive way, which loses.
"""

import random
from collections import Counter
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from jobs.models import Job
from quizzes import closing, saving, scoring, sitting
from quizzes.models import Answer, Attempt, AttemptEvent, Exposure, LateAnswer, Score
from quizzes.sitting import Item
from tests import factories
from tests.enrollment.test_seat_races import at_once

CALLERS = 50
RUNS = 20
REVISIONS = 6

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite serialises writers: it cannot show a race"),
]


@pytest.fixture
def learner():
    return factories.UserFactory()


@pytest.fixture
def test():
    course = factories.CourseFactory()
    return factories.mock_test(course, [factories.question(course, "truefalse") for _number in range(4)], minutes=30)


# --- Starting ---


def test_fifty_starts_are_one_attempt(learner, test):
    factories.enroll(learner, test.course)
    found = at_once([lambda: sitting.start(learner, test).pk] * CALLERS)
    assert set(found) == set(Attempt.objects.values_list("pk", flat=True))
    assert len(set(found)) == 1
    assert AttemptEvent.objects.count() == 1


def test_fifty_clicks_lead_to_one_place(learner, test):
    factories.enroll(learner, test.course)
    client = Client()
    client.force_login(learner)
    address = f"/courses/{test.course.slug}/tests/{test.slug}/attempts/"

    def click():
        tab = Client()
        tab.cookies = client.cookies
        answer = tab.post(address)
        return answer.status_code, answer["Location"]

    assert len(set(at_once([click] * CALLERS))) == 1
    assert Attempt.objects.count() == 1


def naive_start(learner, test, looked: Barrier) -> None:
    """Without the constraint's verdict: look for an open attempt, then insert one. The number keeps them apart."""
    mine = Attempt.objects.open().taken_by(learner).filter(test=test)
    is_open = mine.exists()
    looked.wait(30)
    if not is_open:
        number = random.randrange(2**30)
        known = Attempt.objects.first()
        Attempt.objects.create(
            learner=learner,
            course=test.course,
            test=test,
            purpose=f"n{number % 10**7}",  # the partial index is by purpose: as if it were not there
            number=number,
            rules=known.rules,
            started_at=now(),
        )


def test_looking_before_inserting_starts_many_naively(learner, test):
    factories.open_attempt(factories.UserFactory(), test)
    looked = Barrier(20)
    at_once([lambda: naive_start(learner, test, looked)] * 20)
    assert Attempt.objects.open().taken_by(learner).count() > 1


# --- Submitting ---


def test_fifty_submits_are_one_end_one_job_and_one_score(learner, test):
    attempt = factories.open_attempt(learner, test)
    sitting.save(attempt.pk, learner, [Item(1, 1, "true")])
    submitted = at_once([lambda: sitting.submit(Attempt.objects.get(pk=attempt.pk))] * CALLERS)
    assert Counter(submitted) == {True: 1, False: CALLERS - 1}
    assert Counter(attempt.events.values_list("what", flat=True)) == {"started": 1, "submitted": 1}
    assert Job.objects.filter(kind=closing.SCORE, subject=str(attempt.pk)).count() == 1
    at_once([lambda: scoring.score(attempt.pk)] * 8)
    assert (Score.objects.count(), Attempt.objects.get().state) == (1, "scored")


def naive_submit(pk, looked: Barrier) -> bool:
    """How it is often written: read, check, write."""
    attempt = Attempt.objects.get(pk=pk)
    looked.wait(30)
    if not attempt.is_open:
        return False
    attempt.state = "submitted"
    attempt.save(update_fields=["state"])
    AttemptEvent.objects.create(attempt=attempt, what="submitted", at=now())
    return True


def test_reading_before_writing_submits_many_times_naively(learner, test):
    attempt = factories.open_attempt(learner, test)
    looked = Barrier(CALLERS)
    assert at_once([lambda: naive_submit(attempt.pk, looked)] * CALLERS).count(True) > 1


def test_the_learner_the_clock_and_the_sweep_end_it_once(learner, test):
    attempt = factories.open_attempt(learner, test)
    late = now() + timedelta(hours=1)
    own = [lambda: sitting.submit(Attempt.objects.get(pk=attempt.pk), at=late)] * 10
    reads = [lambda: bool(sitting.find(learner, attempt.pk, late).is_open)] * 10
    sweeps = [lambda: closing.close_overdue(late)] * 10
    found = at_once([*own, *reads, *sweeps])
    assert not any(found[:20])
    attempt.refresh_from_db()
    assert (attempt.closed_by, attempt.finished_at) == ("time", attempt.deadline)
    assert attempt.events.filter(what="timed_out").count() == 1


# --- Saving ---


def test_shuffled_saves_end_with_the_last_revision(learner, test):
    """[M3]: last-write-wins ended on a stale answer in 27 of 40 runs."""
    attempt = factories.open_attempt(learner, test)
    for run in range(RUNS):
        base = run * REVISIONS
        revisions = [base + rev + 1 for rev in range(REVISIONS)]
        sent = random.Random(run).sample(revisions, REVISIONS)
        at_once([lambda rev=rev: sitting.save(attempt.pk, learner, [Item(1, rev, str(rev))]) for rev in sent])
        assert Answer.objects.get().value == str(revisions[-1]), sent


def test_last_write_wins_ends_on_a_stale_answer_naively(learner, test):
    attempt = factories.open_attempt(learner, test)
    sitting.save(attempt.pk, learner, [Item(1, 1, "0")])
    stale = 0
    for run in range(RUNS):
        sent = random.Random(run).sample(range(REVISIONS), REVISIONS)
        at_once([lambda rev=rev: Answer.objects.update(value=str(rev)) for rev in sent])
        stale += Answer.objects.get().value != str(REVISIONS - 1)
    assert stale


def naive_take(attempt, tab, at, **_more) -> bool:
    """Looks whether the attempt is open, without holding its row while revisions are compared."""
    return Attempt.objects.open().filter(pk=attempt.pk).exists()


def naive_write(rows):
    """Compares first and writes then."""
    for row in rows:
        kept = Answer.objects.filter(attempt=row.attempt, slot=row.slot).first()
        if kept is None or row.rev > kept.rev:
            Answer.objects.bulk_create(
                [row],
                update_conflicts=True,
                unique_fields=["attempt", "slot"],
                update_fields=["rev", "value"],
            )
    return {}


def test_comparing_first_and_writing_then_loses_answers_naively(learner, test, monkeypatch):
    monkeypatch.setattr(saving, "_take", naive_take)
    monkeypatch.setattr(saving, "_write", naive_write)
    assert lost(learner, factories.open_attempt(learner, test))


def test_the_write_itself_compares_revisions_even_where_nobody_holds_the_row(learner, test, monkeypatch):
    monkeypatch.setattr(saving, "_take", naive_take)
    assert not lost(learner, factories.open_attempt(learner, test))


def lost(learner, attempt) -> int:
    """In how many runs another answer than the last one stayed."""
    found = 0
    for run in range(RUNS):
        highest = (run + 1) * 10
        sent = random.Random(run).sample(range(highest - 9, highest + 1), 10)
        at_once([lambda rev=rev: sitting.save(attempt.pk, learner, [Item(1, rev, str(rev))]) for rev in sent])
        found += Answer.objects.get().rev != highest
    return found


def test_two_first_saves_of_a_slot_are_one_row(learner, test):
    attempt = factories.open_attempt(learner, test)
    at_once([lambda rev=rev: sitting.save(attempt.pk, learner, [Item(1, rev, "true")]) for rev in range(1, 21)])
    assert (Answer.objects.count(), Answer.objects.get().rev) == (1, 20)


def test_no_acknowledged_answer_is_outside_the_score(learner, test):
    """Saves race with the submission: each is either in its row before the end, or told to be late."""
    for run in range(RUNS):
        attempt = factories.open_attempt(learner, test)
        calls = [
            lambda rev=rev, pk=attempt.pk: sitting.save(pk, learner, [Item(1, rev, str(rev))]) for rev in range(1, 11)
        ]
        calls.insert(run % 10, lambda one=attempt: sitting.submit(one))
        results = [one for one in at_once(calls) if isinstance(one, sitting.Saved)]
        acknowledged = [one.accepted[1] for one in results if 1 not in one.late]
        row = Answer.objects.filter(attempt=attempt).first()
        assert (row.rev if row else 0) == max(acknowledged, default=0)
        late = LateAnswer.objects.filter(attempt=attempt)
        assert all(one.rev > (row.rev if row else 0) for one in late)
        assert late.count() == sum(1 in one.late for one in results)
        # What was in the row at the end is what is scored: it does not change any more.
        assert saving.save(attempt.pk, learner, [Item(1, 99, "after")]).late == [1]
        assert Answer.objects.filter(attempt=attempt, rev=99).count() == 0


def test_two_tabs_go_on_to_the_same_next_question(learner):
    course = factories.CourseFactory()
    pool = [factories.question(course, "truefalse") for _number in range(12)]
    adaptive = factories.mock_test(course, pool, way="adaptive")
    attempt = factories.open_attempt(learner, adaptive)
    found = at_once([lambda: sitting.next_item(Attempt.objects.get(pk=attempt.pk))] * 20)
    attempt.refresh_from_db()
    lines = attempt.form["slots"]
    assert [line["slot"] for line in lines] == list(range(1, len(lines) + 1))
    assert len({line["version"] for line in lines}) == len(lines)
    assert sorted(attempt.answers.values_list("slot", flat=True)) == list(range(2, len(lines) + 1))
    assert sum(Exposure.objects.values_list("count", flat=True)) == len(lines)
    assert all(line in lines for line in found if line)
