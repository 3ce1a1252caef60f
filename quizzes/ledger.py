"""Whether what we promise about scores holds: any loss is noticed by us first (P10). A job asks every ten minutes."""

import logging
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet
from django.utils.timezone import now

from . import scoring
from .models import Attempt, Score

SCORED_WITHIN = timedelta(minutes=2)
CLOSED_WITHIN = timedelta(seconds=60)
SAMPLE = 50  # scores added up again
NAMED = 5  # attempts in a line of the log

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Broken:
    promise: str
    attempts: list[str]  # some of them
    count: int


def check(at: datetime | None = None, *, sample: int = SAMPLE, chance: random.Random | None = None) -> list[Broken]:
    """The promises that do not hold; empty in a sound ledger."""
    at = at or now()
    submitted = Attempt.objects.filter(state=Attempt.State.SUBMITTED, finished_at__lt=at - SCORED_WITHIN)
    overdue = Attempt.objects.open().filter(deadline__lt=at - CLOSED_WITHIN)
    unscored = Attempt.objects.filter(state=Attempt.State.SCORED, score=None)
    found = {
        "submitted attempts are scored within two minutes": _ids(submitted),
        "no attempt is open a minute after its deadline": _ids(overdue),
        "a scored attempt has a score": _ids(unscored),
        "an attempt has no more answers than slots": _crowded(at),
        "a score equals the sum of its answers": _wrong(sample, chance or random.Random()),
    }
    return [Broken(promise, ids[:NAMED], len(ids)) for promise, ids in found.items() if ids]


def report() -> list[Broken]:
    broken = check()
    for one in broken:
        log.error("Broken promise: %s (%d attempts, such as %s)", one.promise, one.count, ", ".join(one.attempts))
    return broken


def _ids(attempts: QuerySet[Attempt]) -> list[str]:
    return [str(pk) for pk in attempts.values_list("pk", flat=True)[:1000]]


def _crowded(at: datetime) -> list[str]:
    """Among the attempts of the last day."""
    recent = Attempt.objects.filter(started_at__gt=at - timedelta(days=1)).annotate(held=Count("answers"))
    return [str(one.pk) for one in recent.only("form").iterator() if one.held > len(one.form.get("slots", ()))]


def _wrong(sample: int, chance: random.Random) -> list[str]:
    ids = list(
        Score.objects.filter(attempt__state=Attempt.State.SCORED)
        .order_by("-scored_at")
        .values_list("pk", flat=True)[: sample * 20]
    )
    wrong = []
    for pk in chance.sample(ids, min(sample, len(ids))):
        score = Score.objects.get(pk=pk)
        total = scoring.recount(pk)
        if (score.sum_ppm, score.possible_ppm, score.marks_ppm, score.share_ppm, score.passed) != (
            total.sum_ppm,
            total.possible_ppm,
            total.marks_ppm,
            total.share_ppm,
            total.passed,
        ):
            wrong.append(str(pk))
    return wrong
