"""Attempts that were sat, for tests of scoring: answers go straight into their rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.models import User
from courses.models import Course
from quizzes import closing, grading, reading, regrading, scoring, storing, totals
from quizzes.models import Answer, Attempt, MockTest, Question, QuestionVersion, RegradeRun, Score
from tests import factories

OPTIONS = [{"id": name, "text": f"Option {name}"} for name in "abcd"]
BODY = {"options": OPTIONS}


def key(right: str, **others: float) -> dict[str, Any]:
    return {"options": {name: float(name == right) for name in "abcd"} | others, "feedback": {}, "misconceptions": {}}


def choice(course: Course, right: str = "a", **others: float) -> Question:
    return factories.question(course, "single", body=BODY, key=key(right, **others))


def choices(course: Course, count: int) -> list[Question]:
    return [choice(course) for _number in range(count)]


def sit(
    user: User, test: MockTest, responses: Sequence[Any], *, certainty: Sequence[int | None] = (), scored: bool = True
) -> Attempt:
    """responses: in the order of the test's questions, None for what is not touched. Closed, and scored by default."""
    attempt = factories.open_attempt(user, test)
    answer(attempt, responses, certainty)
    closing.submit(attempt)
    if scored:
        assert scoring.score(attempt.pk)
        attempt.refresh_from_db()
    return attempt


def answer(attempt: Attempt, responses: Sequence[Any], certainty: Sequence[int | None] = ()) -> None:
    places = {slot["question"]: slot for slot in attempt.form["slots"]}
    sure = [*certainty, *[None] * len(responses)]
    order = list(Question.objects.filter(slots__section__test=attempt.test).order_by("slots__position"))
    Answer.objects.bulk_create(
        Answer(
            attempt=attempt,
            slot=places[question.pk]["slot"],
            version_id=places[question.pk]["version"],
            weight_ppm=places[question.pk]["weight"],
            rev=1,
            value=value,
            certainty=sure[number],
        )
        for number, (question, value) in enumerate(zip(order, responses, strict=False))
        if value is not None
    )


def people(count: int) -> list[User]:
    return [factories.UserFactory() for _number in range(count)]


def version(question: Question) -> QuestionVersion:
    return QuestionVersion.objects.get(pk=question.current_id)


def corrected(by: User, question: Question | QuestionVersion, new: Any, policy: str = "new", **how: Any) -> RegradeRun:
    """A correction, applied."""
    held = question if isinstance(question, QuestionVersion) else version(question)
    return applied(regrading.dry_run(held, new, policy, by=by, reason="The book was wrong.", **how), by)


def applied(run: RegradeRun, by: User) -> RegradeRun:
    done(regrading.apply(run, by))
    run.refresh_from_db()
    return run


def reverted(run: RegradeRun, by: User) -> RegradeRun:
    done(regrading.revert(run, by))
    run.refresh_from_db()
    return run


def done(job: Any) -> None:
    from jobs import running

    running.run(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.error


def scores() -> Mapping[str, tuple]:
    fields = ("sum_ppm", "possible_ppm", "floor_ppm", "marks_ppm", "share_ppm", "passed", "is_provisional")
    return {str(row[0]): row[1:] for row in Score.objects.values_list("attempt_id", *fields)}


def recounted(attempt: Attempt) -> bool:
    """Whether the stored score is what its answers add up to."""
    total, score = scoring.recount(attempt.pk), Score.objects.get(pk=attempt.pk)
    names = ("sum_ppm", "possible_ppm", "marks_ppm", "share_ppm", "passed", "is_provisional")
    return all(getattr(total, name) == getattr(score, name) for name in names)


def line(item: reading.Item, grade: grading.Grade) -> totals.Line:
    return storing.line(item, grade.ppm, grade.state.value, grade.why)
