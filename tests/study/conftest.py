import pytest

from quizzes import scoring, sitting
from quizzes.models import Attempt, Question
from tests import factories
from tests.cast import Cast
from tests.quizzes.samples import SAMPLES


@pytest.fixture
def bank(cast: Cast):
    """One question of every kind, in the lesson and about its first concept."""
    concept = cast.lesson.concepts.first()
    return [factories.question(cast.course, kind, lesson=cast.lesson, concept=concept) for kind in SAMPLES]


@pytest.fixture
def mock_test(cast: Cast, bank):
    return factories.mock_test(
        cast.course, bank, lesson=cast.lesson, minutes=30, attempts_allowed=3, pass_percent=70, shuffle_questions=False
    )


@pytest.fixture
def sit(cast: Cast):
    """Sit a test as somebody: the kinds named are answered right, all others wrong; those in `blank` not at all."""

    def begin(test, right=(), *, who=None, blank=(), is_scored=True, **more) -> Attempt:
        user = who or cast.enrolled
        attempt = factories.open_attempt(user, test)
        answer(user, attempt, right, blank, **more)
        sitting.submit(attempt)
        if is_scored:
            scoring.score(attempt.pk)
        return Attempt.objects.get(pk=attempt.pk)

    return begin


def answer(user, attempt, right, blank=(), certainty=None) -> None:
    kinds = kinds_of(attempt)
    items = [
        sitting.Item(slot, 1, SAMPLES[kind].right if kind in right else SAMPLES[kind].wrong, certainty)
        for slot, kind in kinds.items()
        if kind not in blank
    ]
    sitting.save(attempt.pk, user, items)


def kinds_of(attempt) -> dict[int, str]:
    """Slot → kind."""
    known = dict(Question.objects.values_list("pk", "kind"))
    return {slot["slot"]: known[slot["question"]] for slot in attempt.form["slots"]}
