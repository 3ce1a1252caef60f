"""Many scored attempts at once, straight into their rows: what figures are computed from."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from accounts.models import User
from quizzes import dictionary
from quizzes.dictionary import Spec
from quizzes.models import Answer, Attempt, GradedAnswer, MarksRules, MockTest, Question, QuestionVersion, Score
from tests import factories
from tests.factories import LONG_AGO
from tests.quizzes.statistics import people as invented

FULL = 1_000_000
OPTIONS = [{"id": name, "text": f"Option {name}"} for name in "abcd"]


def choices(course, count: int, keys: str = "a") -> list[Question]:
    """keys: the right option of each question in turn."""
    return [
        factories.question(
            course,
            "single",
            body={"options": OPTIONS},
            key={"options": {name: float(name == keys[number % len(keys)]) for name in "abcd"}},
        )
        for number in range(count)
    ]


def people(count: int) -> list[User]:
    first = User.objects.count()
    rows = [User(email=f"crowd{first + n}@example.org", password="!") for n in range(count)]
    return User.objects.bulk_create(rows)


def sat(
    test: MockTest,
    questions: Sequence[Question],
    responses: Sequence[Sequence[object]],
    *,
    learners: Sequence[User] = (),
    number: int = 1,
    seconds: Sequence[Sequence[int]] | None = None,
    purpose: str = "mock",
    state: str = "scored",
) -> list[Attempt]:
    """One attempt for each line of `responses`, which has one for each question; ... where it was not shown."""
    learners = learners or people(len(responses))
    rules = MarksRules.objects.get_or_create(digest="0" * 32, defaults={"data": {}})[0]
    attempts = Attempt.objects.bulk_create(
        Attempt(
            learner=learner,
            course=test.course,
            test=test,
            purpose=purpose,
            number=number,
            state=state,
            rules=rules,
            started_at=LONG_AGO + timedelta(days=number, seconds=place),
            finished_at=LONG_AGO + timedelta(days=number, seconds=place + 600),
        )
        for place, learner in enumerate(learners)
    )
    rows = QuestionVersion.objects.select_related("question", "revision").in_bulk([q.current_id for q in questions])
    specs = [Spec.of(rows[question.current_id]) for question in questions]
    answers, earned = [], [[0] for _ in attempts]
    texts = [[_text(*pair) for pair in zip(specs, line, strict=True)] for line in responses]
    dictionary.rows_for(
        [(spec, text) for line in texts for spec, text in zip(specs, line, strict=True) if text is not None]
    )
    places = {(row.version_id, row.text): row for row in GradedAnswer.objects.filter(version__in=rows)}
    for person, attempt in enumerate(attempts):
        for slot, (spec, text) in enumerate(zip(specs, texts[person], strict=True), 1):
            if text is None:
                continue
            graded: GradedAnswer = places[spec.version, text]
            earned[person].append(graded.score_ppm)
            answers.append(
                Answer(
                    attempt=attempt,
                    slot=slot,
                    version_id=spec.version,
                    weight_ppm=FULL,
                    value=text or None,
                    graded=graded,
                    seconds=seconds[person][slot - 1] if seconds else 30,
                )
            )
    Answer.objects.bulk_create(answers, batch_size=2_000)
    Score.objects.bulk_create(
        Score(
            attempt=attempt,
            test=test,
            rules_id=attempt.rules_id,
            sum_ppm=sum(earned[person]),
            possible_ppm=FULL * len(questions),
            marks_ppm=sum(earned[person]),
            share_ppm=sum(earned[person]) // len(questions),
            scored_at=LONG_AGO,
        )
        for person, attempt in enumerate(attempts)
    )
    return attempts


def _text(spec: Spec, response: object) -> str | None:
    return None if response is ... else spec.text(response)


def words(chosen) -> list[list[object]]:
    """Numbers of options as their ids; -1 is a blank, -2 was not shown."""
    names = {-1: None, -2: ...} | dict(enumerate("abcd"))
    return [[names[int(number)] for number in line] for line in chosen]


def exam(seed: int, n: int, items: int = 12) -> np.ndarray:
    """people × items: numbers of options, 0 being the right one."""
    rng = np.random.default_rng(seed)
    return invented.choices(rng, invented.bank(rng, items), n)
