"""Many at once, against PostgreSQL: one transition, one score, and no regrade passes a score by (P2, R4)."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from jobs import running
from jobs.models import Job
from quizzes import moving, reading, regrading, scoring, sweeping
from quizzes.models import Answer, Attempt, GradedAnswer, Score
from quizzes.totals import total
from tests import factories
from tests.quizzes.scoring import sat

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time"),
]


def together(*what: Callable[[], Any]) -> list[Any]:
    """All at the same moment, each in a thread with a connection of its own; what they returned or raised."""
    start = threading.Barrier(len(what))
    results: list[Any] = [None] * len(what)

    def run(place: int) -> None:
        start.wait(20)
        try:
            results[place] = what[place]()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(what))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.fixture
def exam(cast):
    return factories.mock_test(cast.course, sat.choices(cast.course, 6), pass_percent=50)


def test_the_same_job_five_times_at_once_gives_one_score(cast, exam):
    attempt = sat.sit(cast.enrolled, exam, list("aabbaa"), scored=False)
    job = Job.objects.get(kind=scoring.SCORE)
    together(*[lambda: running.run(job.pk)] * 5)
    assert Score.objects.get().sum_ppm == 4_000_000
    assert Answer.objects.filter(attempt=attempt).count() == 6


def test_scoring_five_times_at_once_makes_one_transition(cast, exam):
    attempt = sat.sit(cast.enrolled, exam, list("aabbaa"), scored=False)
    done = together(*[lambda: scoring.score(attempt.pk)] * 5)
    assert sorted(done) == [False, False, False, False, True]
    assert Score.objects.count() == 1
    assert sat.recounted(attempt)


def naive(attempt_id: Any, seen: threading.Barrier, done: list[int]) -> None:
    """Read, check, write: what we do not do."""
    frozen = reading.read(attempt_id)
    if frozen and not Score.objects.filter(attempt=attempt_id).exists():
        seen.wait(20)
        lines = []
        for item in frozen.items:
            text = item.spec.text(item.value)
            grade = item.spec.grade(text)
            GradedAnswer.objects.create(
                version_id=item.spec.version,
                digest=f"{threading.get_ident()}-{item.slot}"[:32],
                text=text,
                score_ppm=grade.ppm,
                state=grade.state.value,
                revision_id=item.spec.revision,
            )
            lines.append(grade)
        done.append(sum(grade.ppm for grade in lines))


def test_the_naive_way_scores_twice(cast, exam):
    """The negative control: the tests above can fail."""
    attempt = sat.sit(cast.enrolled, exam, list("aabbaa"), scored=False)
    seen, done = threading.Barrier(5), []
    together(*[lambda: naive(attempt.pk, seen, done)] * 5)
    assert len(done) == 5
    assert GradedAnswer.objects.count() == 30


def test_many_who_answer_the_same_at_once_share_its_row(cast, exam):
    attempts = [sat.sit(user, exam, list("abcdab"), scored=False) for user in sat.people(8)]
    done = together(*[lambda one=one: scoring.score(one.pk) for one in attempts])
    assert done == [True] * 8
    assert GradedAnswer.objects.count() == 6
    assert all(sat.recounted(one) for one in attempts)
    assert Answer.objects.filter(graded=None).count() == 0


def test_a_regrade_waits_for_who_is_just_scoring(cast, exam, monkeypatch):
    """The score is written by the old key, and moved."""
    question = exam.sections.get().slots.first().question
    attempt = sat.sit(cast.enrolled, exam, ["b"] * 6, scored=False)
    run = regrading.dry_run(sat.version(question), sat.key("b"), "new", False, cast.instructor, "Wrong.")
    regrading.RegradeRun.objects.filter(pk=run.pk).update(state="asked")
    held, go_on = threading.Event(), threading.Event()

    def slow() -> bool:
        with transaction.atomic():
            done = scoring.score(attempt.pk)
            held.set()
            go_on.wait(20)
            return done

    def regrade() -> None:
        held.wait(20)
        threading.Timer(0.5, go_on.set).start()
        run.refresh_from_db()
        regrading._apply(run, lambda *_: None)

    done = together(slow, regrade)
    assert done == [True, None]
    run.refresh_from_db()
    assert (run.state, run.counts["up"]) == ("applied", 1)
    assert attempt.score.sum_ppm == 1_000_000
    assert sat.recounted(attempt)


def test_who_scores_during_a_regrade_waits_for_the_new_key(cast, exam, monkeypatch):
    question = exam.sections.get().slots.first().question
    sat.sit(cast.other, exam, ["b"] * 6)
    attempt = sat.sit(cast.enrolled, exam, ["b"] * 6, scored=False)
    run = regrading.dry_run(sat.version(question), sat.key("b"), "new", False, cast.instructor, "Wrong.")
    regrading.RegradeRun.objects.filter(pk=run.pk).update(state="asked")
    run.refresh_from_db()
    held = threading.Event()
    write = regrading._write

    def slowly(steps: Any) -> None:
        held.set()
        time.sleep(0.5)
        write(steps)

    monkeypatch.setattr(regrading, "_write", slowly)

    def score() -> bool:
        held.wait(20)
        return scoring.score(attempt.pk)

    done = together(lambda: regrading._apply(run, lambda *_: None), score)
    assert done == [None, True]
    assert attempt.score.sum_ppm == 1_000_000
    assert sat.recounted(attempt)


def test_a_word_that_is_written_while_somebody_looks_counts_in_what_they_see(cast, exam, monkeypatch):
    question = exam.sections.get().slots.first().question
    sat.sit(cast.enrolled, exam, ["b"] * 6)
    grades_of = moving.grades_of
    monkeypatch.setattr(moving, "grades_of", lambda *given: {version: {} for version in grades_of(*given)})
    assert regrading.dry_run(sat.version(question), sat.key("b"), "new", False, cast.instructor).forecast["up"] == 1


def test_a_crowd_submits_while_keys_are_corrected_and_taken_back(cast, exam):
    questions = [slot.question for slot in exam.sections.get().slots.all()]
    attempts = [sat.sit(user, exam, list("abcabc"), scored=False) for user in sat.people(12)]
    boss = cast.instructor

    def correct() -> None:
        run = sat.corrected(boss, questions[1], sat.key("b"))
        sat.corrected(boss, questions[2], sat.key("c"), "both")
        sat.reverted(run, boss)

    halves = [attempts[:6], attempts[6:]]
    done = together(correct, *[lambda half=half: [scoring.score(one.pk) for one in half] for half in halves])
    assert done == [None, [True] * 6, [True] * 6]
    assert Score.objects.count() == 12
    for attempt in attempts:
        scratch = from_scratch(attempt)
        assert attempt.score.sum_ppm == scratch
    assert {attempt.score.sum_ppm for attempt in attempts} == {3_000_000}


def from_scratch(attempt: Attempt) -> int:
    """Graded anew by the keys of now, without the dictionary."""
    Attempt.objects.filter(pk=attempt.pk).update(state="submitted")
    frozen = reading.read(attempt.pk)
    Attempt.objects.filter(pk=attempt.pk).update(state="scored")
    lines = []
    for item in frozen.items:
        grade = item.spec.grade(item.spec.text(item.value))
        lines.append(sat.line(item, grade))
    return total(frozen.rules, lines).sum_ppm


def test_deleting_an_unused_word_and_using_it_at_once_loses_nothing(cast, exam):
    first = sat.sit(cast.enrolled, exam, list("cccccc"))
    Attempt.objects.filter(pk=first.pk).delete()
    assert GradedAnswer.objects.count() == 6
    attempts = [sat.sit(user, exam, list("cccccc"), scored=False) for user in sat.people(4)]
    together(lambda: sweeping.sweep(lambda: None), *[lambda one=one: scoring.score(one.pk) for one in attempts])
    for attempt in attempts:
        scoring.score(attempt.pk)
        assert sat.recounted(attempt)
