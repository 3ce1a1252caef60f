"""Adaptive tests: the next question follows from the answers before. There is no way back to an earlier one.

The form's "pool" holds everything that may be asked, pinned at the start; its "slots" grow one by one. What was asked
and which answers were right is all there is to know, so a sitting can be replayed (quizzes.statistics.adaptive).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.timezone import now

from . import drawing
from .deadlines import GRACE
from .grading import canonical, grade_revision
from .models import Answer, Attempt, Exposure, ItemParameters, Question, QuestionVersion
from .models.questions import FULL, Difficulty

RIGHT = FULL // 2  # what earns at least half counts as right
SPREAD = 1.96  # standard errors to either side hold 95 %

Line = dict[str, Any]


def is_adaptive(attempt: Attempt) -> bool:
    return "pool" in attempt.form


def current_slot(attempt: Attempt) -> int | None:
    """The only slot that may be answered; None in a test that is not adaptive."""
    return len(attempt.form["slots"]) if is_adaptive(attempt) else None


def first(attempt: Attempt) -> None:
    """Put the first question into the form of an attempt that is about to begin."""
    line = _choose(attempt, [], [])
    if line:
        attempt.form["slots"] = [line]


def next_item(attempt: Attempt, at: datetime | None = None) -> Line | None:
    """Go on to the next question: its line of the form, or None when the test is over (enough is known).

    Under compare-and-set: the next to the last one that `attempt` knows, so that a double click skips nothing, and of
    two tabs that ask at once both get the same question. `attempt` is brought up to date.
    """
    at, known = at or now(), len(attempt.form["slots"])
    attempt.refresh_from_db(fields=["form", "state", "deadline"])
    if not is_adaptive(attempt) or not attempt.is_open:
        return None
    lines = attempt.form["slots"]
    if len(lines) > known:
        return lines[-1]
    line = _choose(attempt, [one["version"] for one in lines], rights(attempt))
    if line is None:
        return None
    form = attempt.form | {"slots": [*lines, line]}
    still = Attempt.objects.open().filter(pk=attempt.pk).exclude(deadline__lte=at - GRACE)
    try:
        with transaction.atomic():
            # The row of the next slot is claimed by its unique key.
            Answer.objects.create(
                attempt=attempt, slot=line["slot"], version_id=line["version"], weight_ppm=line["weight"]
            )
            if not still.update(form=form):
                raise IntegrityError
            count(attempt, line)
    except IntegrityError:
        attempt.refresh_from_db(fields=["form", "state"])
        return attempt.form["slots"][-1] if attempt.is_open else None
    attempt.form = form
    return line


def rights(attempt: Attempt) -> list[bool]:
    """Which of the questions asked so far were answered right, in their order; a blank was not."""
    lines = attempt.form["slots"]
    values = dict(attempt.answers.values_list("slot", "value"))
    rows = QuestionVersion.objects.filter(pk__in=[one["version"] for one in lines])
    versions = {one.pk: one for one in rows.select_related("question", "revision")}
    return [_is_right(versions[one["version"]], values.get(one["slot"])) for one in lines]


def _is_right(version: QuestionVersion, value: Any) -> bool:
    kind, revision = version.question.kind, version.revision
    if value is None or revision is None:
        return False
    text = canonical(kind, version.body, value)
    grade = grade_revision(kind, version.body, revision.key, revision.also, revision.is_void, text)
    return grade.ppm >= RIGHT


def count(attempt: Attempt, line: Line) -> None:
    """Remember that one more sitting has shown this version."""
    if attempt.purpose != Attempt.Purpose.MOCK:
        return
    row = {"test_id": attempt.test_id, "version_id": line["version"]}
    if not Exposure.objects.filter(**row).update(count=F("count") + 1):
        made = Exposure.objects.bulk_create([Exposure(**row)], ignore_conflicts=True)
        Exposure.objects.filter(**row).update(count=F("count") + len(made))


def estimate(attempt: Attempt) -> tuple[float, float]:
    """(ability, standard error), as known so far."""
    from .statistics import adaptive

    lines = attempt.form["slots"]
    slopes, difficulties = parameters([one["version"] for one in lines])
    likely = adaptive.posterior(adaptive.bank(slopes, difficulties), range(len(lines)), rights(attempt))
    return adaptive.estimate(likely)


@dataclass(frozen=True)
class Expected:
    """What share of all questions of the pool somebody would have right, between what and what (95 %), in ppm."""

    share_ppm: int
    low_ppm: int
    high_ppm: int


def expected(attempt: Attempt, ability: float, error: float) -> Expected:
    """The ability in words that everybody knows: everybody has about half of the questions *asked* right."""
    items = list(zip(*parameters([one["version"] for one in attempt.form["pool"]]), strict=True))

    def share(at: float) -> int:
        return round(FULL * sum(1 / (1 + math.exp(slope * (place - at))) for slope, place in items) / len(items))

    return Expected(share(ability), share(ability - SPREAD * error), share(ability + SPREAD * error))


def parameters(versions: Sequence[int]) -> tuple[list[float], list[float]]:
    """(slopes, difficulties) of these versions; of what was never calibrated, what its author says."""
    known = {row.pk: row for row in ItemParameters.objects.filter(version__in=versions)}
    rest = [pk for pk in versions if pk not in known]
    guessed = dict(Question.objects.filter(versions__in=rest).values_list("versions", "difficulty")) if rest else {}
    slopes = [known[pk].slope if pk in known else 1.0 for pk in versions]
    difficulties = [
        known[pk].difficulty if pk in known else drawing.GUESSES[Difficulty(guessed.get(pk, Difficulty.MEDIUM))]
        for pk in versions
    ]
    return slopes, difficulties


def _choose(attempt: Attempt, asked: Sequence[int], right: Sequence[bool]) -> Line | None:
    import numpy as np  # only where a test is adaptive

    from .statistics import adaptive

    pool: list[Line] = attempt.form["pool"]
    versions = [one["version"] for one in pool]
    places = {version: index for index, version in enumerate(versions)}
    indices = [places[version] for version in asked]
    slopes, difficulties = parameters(versions)
    blueprint = attempt.form.get("blueprint") or [1]
    bank = adaptive.bank(slopes, difficulties, [one["section"] for one in pool], blueprint)
    likely = adaptive.posterior(bank, indices, right)
    if adaptive.stops(likely, len(asked), len(pool) - len(asked)):
        return None
    shown = dict(Exposure.objects.filter(test=attempt.test_id).values_list("version", "count"))
    sittings = Attempt.objects.filter(test=attempt.test_id, purpose=Attempt.Purpose.MOCK).count() + 1
    rng = np.random.default_rng([attempt.seed, len(asked)])
    index = adaptive.choose(bank, likely, indices, [shown.get(pk, 0) for pk in versions], sittings, rng)
    if index is None:
        return None
    shuffles = attempt.test is None or attempt.test.shuffle_options
    return drawing.ordered([pool[index]], attempt.seed, shuffles=shuffles, first=len(asked) + 1)[0]
