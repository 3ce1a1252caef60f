"""Scores: what one costs from submitting to its row, how scoring scales with processes, and how long a regrade takes.

The bars are those of the design (A3, A4, A5): seconds and milliseconds, of the best of a few rounds, as other work on
the machine only adds to them. What PostgreSQL itself computed is said beside them.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, connections
from django.db.models import Count, Sum
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from jobs import running
from jobs.models import Job
from quizzes import closing, regrading, scoring
from quizzes.models import Answer, Attempt, MockTest, QuestionVersion, RegradeChange, RegradeRun, Score
from tests import factories

from . import sittings
from .harness import Bar

ATTEMPTS, QUICK_ATTEMPTS = 100_000, 5_000
KEYS = 25
ROUNDS = 3
SUBMITTED = 40  # attempts for the cost of one
CROWD, QUICK_CROWD = 600, 120  # attempts for the ratio of two processes to one
PROCESSES = 2
STEPS = 10_000_000  # of bare computing
BOUNDS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def measure(*, quick: bool) -> list[Bar]:
    call_command("migrate", verbosity=0)
    course = sittings.course()
    test = factories.mock_test(course, sittings.questions(course), pass_percent=50)
    sittings.sat(test, QUICK_ATTEMPTS if quick else ATTEMPTS)
    return [*one_score(test), *processes(test, QUICK_CROWD if quick else CROWD), *regrades(test)]


# --- One score ------------------------------------------------------------------------------------------------------


def one_score(test: MockTest) -> Iterator[Bar]:
    # SQLite cannot write several tables with one statement, and needs no network for each.
    most = 6 if connection.vendor == "postgresql" else 9
    for length in (5, 200):
        asked = factories.mock_test(test.course, sittings.questions(test.course, length, f"{length}: "))
        closed = [_sat(asked, person) for person in people(2, f"of{length}")]
        _score(closed[0])
        with CaptureQueriesContext(connection) as caught:
            _score(closed[1])
        count = sum(not query["sql"].startswith(BOUNDS) for query in caught.captured_queries)
        yield Bar(f"queries to submit and score {length} answers", count, "<=", most)
    taken = []
    waiting = [_sat(test, person) for person in people(SUBMITTED, "one")]
    spent = server_seconds()
    for attempt in waiting:
        began = time.process_time()
        _score(attempt)
        taken.append((time.process_time() - began) * 1000)
    ours = statistics.median(taken)
    servers = 0.0 if connection.vendor == "sqlite" else (server_seconds() - spent) / SUBMITTED * 1000
    print(f"submit and score: {ours:.2f} ms here, {servers:.2f} ms in the database's process; load {load():.1f}")
    yield Bar("processor time to submit and score 50 answers, ms", ours + servers, "<=", 5)


def people(count: int, name: str) -> list[User]:
    return User.objects.bulk_create([User(email=f"{name}{number}@bench.example.org") for number in range(count)])


def _sat(test: MockTest, person: User) -> Attempt:
    """An open attempt with an answer in each slot."""
    attempt = factories.open_attempt(person, test)
    slots = attempt.form["slots"]
    versions = QuestionVersion.objects.select_related("question").in_bulk([slot["version"] for slot in slots])
    Answer.objects.bulk_create(
        Answer(
            attempt=attempt,
            slot=slot["slot"],
            version_id=slot["version"],
            weight_ppm=slot["weight"],
            rev=1,
            value=sittings.values(versions[slot["version"]].question, versions[slot["version"]].body)[1],
        )
        for slot in slots
    )
    return Attempt.objects.get(pk=attempt.pk)


def _score(attempt: Attempt) -> None:
    closing.submit(attempt)
    if not scoring.score(attempt.pk):
        raise RuntimeError("it was not scored")


# --- Processes ------------------------------------------------------------------------------------------------------


def processes(test: MockTest, crowd: int) -> Iterator[Bar]:
    """Two processes / one, as a share of what two processes that only compute reach on this machine at that time.

    The best of rounds taken in turn: a neighbour who comes for a moment decides nothing.
    """
    if connection.vendor != "postgresql":
        return
    for attempt in [_sat(test, person) for person in people(crowd * 2, "crowd")]:
        closing.submit(attempt)
    jobs = list(Job.objects.active().filter(kind=scoring.SCORE).order_by("created_at").values_list("pk", flat=True))
    rates: dict[tuple[str, int], list[float]] = {}
    for place in range(ROUNDS):
        some = jobs[place::ROUNDS]
        for parts, mine in ((1, some[::2]), (PROCESSES, some[1::2])):
            seconds = forked(parts, lambda part, parts, mine=mine: [running.run(pk) for pk in mine[part::parts]])
            rates.setdefault(("score", parts), []).append(len(mine) / seconds)
            seconds = forked(parts, lambda part, parts: burn(STEPS // parts))
            rates.setdefault(("burn", parts), []).append(STEPS / seconds)
    best = {name: max(found) for name, found in rates.items()}
    one, two = best["score", 1], best["score", PROCESSES]
    reached, allowed = two / one, best["burn", PROCESSES] / best["burn", 1]
    print(
        f"scoring: {one:.0f} attempts a second with one process, {two:.0f} with {PROCESSES}: "
        f"{reached:.2f} times as many, where the machine allowed {allowed:.2f} "
        f"({os.cpu_count()} processors, load {load():.1f})"
    )
    # 1.7 of 2. A machine that had no second processor to give tells nothing, and nothing is not enough.
    yield Bar(f"{PROCESSES} scoring processes / 1, of what the machine allows", reached / max(allowed, 1.5), ">=", 0.85)


def forked(parts: int, work: Callable[[int, int], Any]) -> float:
    """Seconds until so many children have done their parts."""
    connections.close_all()
    began = time.perf_counter()
    children = []
    for part in range(parts):
        if pid := os.fork():
            children.append(pid)
            continue
        try:
            work(part, parts)
        finally:
            os._exit(0)
    for pid in children:
        os.waitpid(pid, 0)
    return time.perf_counter() - began


def burn(steps: int) -> None:
    total = 0
    for step in range(steps):
        total += step & 7


# --- Regrade --------------------------------------------------------------------------------------------------------


def regrades(test: MockTest) -> Iterator[Bar]:
    boss = User.objects.create_superuser("boss@bench.example.org", "x")
    asked = QuestionVersion.objects.select_related("question", "revision").filter(question__slots__section__test=test)
    versions = list(asked.order_by("question__slots__position"))
    before, count = totals(), Score.objects.count()
    for keys, seconds in ((1, 2.0), (KEYS, 5.0)):
        changes = [(one, sittings.corrected(one.question, one.revision.key)) for one in versions[:keys]]
        looked, taken, busy, again, wrong = [], [], [], 0, 0
        for _round in range(ROUNDS):
            began = time.perf_counter()
            run = look(changes, boss)
            looked.append(time.perf_counter() - began)
            spent = server_seconds()
            began = time.perf_counter()
            applied(run)
            taken.append(time.perf_counter() - began)
            busy.append(server_seconds() - spent)
            writes = RegradeChange.objects.count()
            applied(look(changes, boss))
            again += RegradeChange.objects.count() - writes
            run.refresh_from_db()
            regrading._take_back(run, None, quiet)
            wrong += sum(total != before[pk] for pk, total in totals().items())
        print(
            f"regrade of {keys}: {', '.join(f'{one:.2f}' for one in taken)} s, {min(busy):.2f} s of them computing in "
            f"the database; only reading those answers: {bare([one.pk for one, _key in changes]):.2f} s; "
            f"load {load():.1f}; {run.counts}"
        )
        where = f"{count} attempts on {connection.vendor}"
        yield Bar(f"dry run of {keys} of {len(versions)} keys, {where}, s", min(looked), "<=", seconds)
        yield Bar(f"regrade of {keys} of {len(versions)} keys, {where}, s", min(taken), "<=", seconds)
        yield Bar(f"scores that regrading {keys} once more writes", again, "<=", 0)
        yield Bar(f"scores that differ once {keys} are taken back", wrong, "<=", 0)


def bare(versions: list[int]) -> float:
    """Seconds to read the answers to these questions and add something up, without changing anything."""
    began = time.perf_counter()
    Answer.objects.filter(graded__version__in=versions).aggregate(Sum("weight_ppm"), Count("attempt_id", distinct=True))
    return time.perf_counter() - began


def load() -> float:
    return os.getloadavg()[0]


def look(changes: list, boss: User) -> RegradeRun:
    return regrading.dry_run(changes, None, "new", False, boss, "Benchmark.")


def applied(run: RegradeRun) -> None:
    """As the job does it, without the job."""
    RegradeRun.objects.filter(pk=run.pk).update(state=RegradeRun.State.ASKED)
    run.refresh_from_db()
    regrading._apply(run, quiet)


def quiet(*_: object) -> None:
    pass


def totals() -> dict:
    return dict(Score.objects.values_list("pk", "marks_ppm"))


def server_seconds() -> float:
    """Processor time of the database's process that serves us, where it can be seen."""
    if connection.vendor != "postgresql":
        return time.process_time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
