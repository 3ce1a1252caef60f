"""From a closed attempt to its score: once in effect, however often it is asked for (P2).

The score is a function of the frozen answers and of the keys that count now. `read` takes all of it with one query,
`storing` writes all of it with one statement on PostgreSQL; between the two nothing but computing happens.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from jobs import queue
from jobs.models import Job
from jobs.models import State as JobState

from . import dictionary, figures, reading, storing, totals
from .dictionary import Spec, Stale
from .models import Answer, Attempt, GradedAnswer, MockTest, QuestionVersion

SCORE = "quizzes.score"  # the kind of job; its subject is the attempt's id
TRIES = 5  # keys are corrected while we score at most so often in a row


def ask(attempt_id: uuid.UUID) -> Job:
    """Call it in the transaction that closes the attempt."""
    return queue.enqueue(SCORE, str(attempt_id))


def score(attempt_id: uuid.UUID) -> bool:
    """Score the attempt. False, changing nothing, when it does not wait for it (any more)."""
    for _try in range(TRIES):
        frozen = reading.read(attempt_id)
        if frozen is None:
            return False
        try:
            return storing.store(frozen, now())
        except (Stale, IntegrityError):
            # A key was corrected, or a word that nobody used was swept away while we took it.
            continue
    raise RuntimeError(f"the keys of attempt {attempt_id} kept changing")


def tell_figures(attempt_id: uuid.UUID) -> None:
    """A score has come to a test: its statistics may be due."""
    for test in MockTest.objects.filter(attempts=attempt_id, attempts__purpose=Attempt.Purpose.MOCK):
        figures.wanted(test)


def judge(answer: Answer) -> GradedAnswer:
    """Grade one answer of an open practice round now."""
    for _try in range(TRIES):
        version = QuestionVersion.objects.select_related("question", "revision").get(pk=answer.version_id)
        spec = Spec.of(version)
        text = spec.text(answer.value)
        try:
            with transaction.atomic():
                dictionary.hold([spec])
                (word,) = dictionary.rows_for([(spec, text)]).values()
                row = GradedAnswer.objects.get(pk=word.pk)
                # What was saved meanwhile is judged when it is asked for.
                Answer.objects.filter(pk=answer.pk, rev=answer.rev).update(graded=row)
        except Stale:
            continue
        answer.graded = row
        return row
    raise RuntimeError(f"the key of version {answer.version_id} kept changing")


@dataclass(frozen=True)
class Marks:
    """Of one answer, for the page that explains a score."""

    line: totals.Line
    earned_ppm: int
    possible_ppm: int


def marks(attempt_id: uuid.UUID) -> dict[int, Marks]:
    """Slot → marks of each graded answer, by the same function as the score. Two queries."""
    rules, lines = _graded(attempt_id)
    return {slot: Marks(line, totals.earned(rules, line), totals.possible(rules, line)) for slot, line in lines.items()}


def recount(attempt_id: uuid.UUID) -> totals.Totals:
    """Add up the rows that the answers point at, without grading: what the score should be."""
    rules, lines = _graded(attempt_id)
    floor = Attempt.objects.filter(pk=attempt_id).values_list("score__floor_ppm", flat=True).get()
    return totals.total(rules, lines.values(), floor)


def _graded(attempt_id: uuid.UUID) -> tuple[dict[str, Any], dict[int, totals.Line]]:
    rules = Attempt.objects.values_list("rules__data", flat=True).get(pk=attempt_id)
    answers = Answer.objects.filter(attempt=attempt_id, graded__isnull=False).select_related(
        "graded", "version__question", "version__revision"
    )
    return rules, {answer.slot: line_of(answer) for answer in answers}


def line_of(answer: Answer) -> totals.Line:
    """Wants `graded`, `version__question` and `version__revision` selected."""
    spec, row = Spec.of(answer.version), answer.graded
    if row is None:
        raise ValueError(f"answer {answer.pk} is not graded")
    return totals.Line(
        row.score_ppm,
        row.state,
        row.why,
        answer.weight_ppm,
        answer.certainty,
        spec.options,
        answer.marked_ppm,
        spec.is_void,
        spec.is_dropped,
    )


def trouble(attempt: Attempt) -> str:
    """Why it is not scored and will not be by itself: a sentence, empty while it waits or when all is well."""
    if attempt.state != Attempt.State.SUBMITTED:
        return ""
    last = Job.objects.filter(kind=SCORE, subject=str(attempt.pk)).order_by("-created_at").first()
    return last.error if last and last.state == JobState.FAILED else ""
