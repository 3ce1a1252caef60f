"""What the desk shows of questions and tests: the smallest of each, in the cast's course."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from quizzes.models import (
    Accommodation,
    Attempt,
    ItemFigures,
    MockTest,
    PairFlag,
    ProblemReport,
    Question,
    RegradeRun,
    Score,
    Section,
)
from tests import factories
from tests.cast import Cast
from tests.quizzes.samples import SAMPLES

MILLION = 1_000_000


def question(cast: Cast, kind: str = "single", **fields: Any) -> Question:
    return factories.question(cast.course, kind, lesson=cast.lesson, **fields)


def mock_test(cast: Cast, kinds: tuple[str, ...] = ("single",), **fields: Any) -> MockTest:
    return factories.mock_test(cast.course, [question(cast, kind) for kind in kinds], **fields)


def section(cast: Cast) -> Section:
    return mock_test(cast).sections.get()


def accommodation(cast: Cast) -> Accommodation:
    own = {"extra_percent": 25, "reason": "A certificate."}
    return Accommodation.objects.get_or_create(course=cast.course, learner=cast.enrolled, test=None, defaults=own)[0]


def open_attempt(cast: Cast, learner: Any = None, **fields: Any) -> Attempt:
    return factories.open_attempt(learner or cast.enrolled, mock_test(cast, **fields))


def scored(cast: Cast, attempt: Attempt, *, share: float = 0.5, **fields: Any) -> Attempt:
    """`attempt`, closed, with a score: written here, since how it is earned is not the desk's business."""
    Attempt.objects.filter(pk=attempt.pk).update(state="scored", finished_at=now(), closed_by="learner")
    ppm = int(share * MILLION)
    given = {"sum_ppm": ppm, "possible_ppm": MILLION, "marks_ppm": ppm, "share_ppm": ppm, "scored_at": now()}
    Score.objects.create(attempt=attempt, test=attempt.test, rules=attempt.rules, **given | fields)
    attempt.refresh_from_db()
    return attempt


def regrade_run(cast: Cast, **fields: Any) -> RegradeRun:
    version = question(cast).current
    assert version
    return RegradeRun.objects.create(version=version, **{"policy": "new", "reason": "The key was wrong."} | fields)


def report(cast: Cast) -> ProblemReport:
    attempt = scored(cast, open_attempt(cast))
    return ProblemReport.objects.create(
        attempt=attempt, slot=1, version=version_of(attempt), learner=attempt.learner, text="Two are right."
    )


def version_of(attempt: Attempt) -> Any:
    return Question.objects.get(pk=attempt.form["slots"][0]["question"]).current


def pair(cast: Cast) -> PairFlag:
    test = mock_test(cast)
    first, second = (scored(cast, factories.open_attempt(user, test)) for user in (cast.enrolled, cast.other))
    return PairFlag.objects.create(test=test, first=first, second=second, z=7.5, alike=9, alike_wrong=5, at=now())


def figures(test: MockTest, question: Question, **fields: Any) -> ItemFigures:
    assert question.current
    given = {"n": 120, "facility": 0.31, "discrimination": -0.12, "harm": 4.0, "at": now()}
    return ItemFigures.objects.create(test=test, version=question.current, **given | fields)


def options(kind: str = "single") -> list[dict[str, str]]:
    return list(SAMPLES[kind].body["options"])


ABOUT_TESTS: dict[type, Callable[[Cast], Any]] = {
    Question: question,
    MockTest: mock_test,
    Section: section,
    Accommodation: accommodation,
    Attempt: open_attempt,
    RegradeRun: regrade_run,
    ProblemReport: report,
    PairFlag: pair,
}


def queries(call: Callable[[], object]) -> int:
    """How many `call` makes."""
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)
