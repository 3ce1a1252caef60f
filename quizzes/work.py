"""The background work of tests. What it does stands in the modules that it calls."""

import uuid
from datetime import timedelta

from django.utils.translation import gettext_lazy as _lazy

from jobs.kinds import kind
from jobs.models import Queue
from jobs.running import Work

from . import closing, figures, ledger, notices, regrading, scoring, stopping, sweeping
from .figures import Store

PERIODIC = "periodic"  # subject of a job that the clock asked for


@kind(scoring.SCORE, queue=Queue.SCORING, deadline=timedelta(minutes=2), title=_lazy("Score a test"))
def score(work: Work) -> None:
    attempt_id = uuid.UUID(work.subject)
    with stopping.limited():
        is_new = scoring.score(attempt_id)
    if is_new:
        scoring.tell_figures(attempt_id)


@kind(
    regrading.REGRADE,
    queue=Queue.BULK,
    deadline=timedelta(minutes=30),
    when_lost=regrading.lost,
    title=_lazy("Regrade a question"),
)
def regrade(work: Work) -> None:
    regrading.carry_out(work)


@kind(notices.NOTICES, queue=Queue.MEDIA, deadline=timedelta(hours=1), title=_lazy("Tell learners of new scores"))
def tell(work: Work) -> None:
    notices.send(uuid.UUID(work.subject), work.beat)


@kind("quizzes.close", queue=Queue.SCORING, deadline=timedelta(minutes=5), title=_lazy("Close tests whose time is up"))
def close(work: Work) -> None:
    closing.close_overdue()


@kind("quizzes.sweep", queue=Queue.BULK, deadline=timedelta(minutes=30), title=_lazy("Take away unused answers"))
def sweep(work: Work) -> None:
    sweeping.sweep(work.beat)


@kind("quizzes.ledger", queue=Queue.BULK, deadline=timedelta(minutes=10), title=_lazy("Check scores"))
def check(work: Work) -> None:
    ledger.report()


@kind(figures.FIGURES, queue=Queue.BULK, deadline=timedelta(minutes=30), title=_lazy("Compute figures of a test"))
def measure(work: Work) -> Store | None:
    if work.subject == PERIODIC:
        figures.look_around()
        return None
    return figures.measured(work.subject, work.beat)


@kind(figures.CALIBRATE, queue=Queue.BULK, deadline=timedelta(minutes=30), title=_lazy("Calibrate questions"))
def calibrate(work: Work) -> Store | None:
    return figures.calibrated(work.subject, work.beat)


@kind(figures.SCREEN, queue=Queue.BULK, deadline=timedelta(minutes=30), title=_lazy("Look for attempts that are alike"))
def screen(work: Work) -> Store | None:
    return figures.screened(work.subject, work.beat)
