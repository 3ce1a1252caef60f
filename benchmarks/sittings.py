"""Many attempts that were sat and scored, written straight into the tables: what a regrade has to move."""

import io
import json
import random
import uuid
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from django.utils.timezone import now

from accounts.models import User
from courses.models import Course
from quizzes import totals
from quizzes.dictionary import Spec
from quizzes.grading import digest, marks
from quizzes.models import Answer, Attempt, GradedAnswer, MockTest, Question, QuestionVersion, Score
from quizzes.starting import pinned
from tests import factories

QUESTIONS = 50
AT_ONCE = 4_000  # attempts
LEARNERS = 1_000
BLANK = 0.04  # of all answers


@dataclass(frozen=True)
class Asked:
    question: Question
    spec: Spec
    values: list[Any]  # distinct answers, the first is a blank
    graded: list[int]  # the rows of the dictionary
    marks: np.ndarray  # what each earns


def course() -> Course:
    return factories.full_lesson().course


def questions(where: Course, count: int = QUESTIONS, name: str = "") -> list[Question]:
    """7 of 10 with one right option, 2 with several, 1 number."""
    return [_question(where, number, f"{name}Question {number}") for number in range(count)]


def _question(where: Course, number: int, name: str) -> Question:
    ids = [f"o{letter}{number}" for letter in "abcd"]
    options = {"options": [{"id": one, "text": f"Option {one}"} for one in ids]}
    if number % 10 < 7:
        key: dict[str, Any] = {"options": {one: float(one == ids[0]) for one in ids}}
        told = {"feedback": {}, "misconceptions": {}}
        return factories.question(where, "single", body=options, key=key | told, name=name)
    if number % 10 < 9:
        key = {"right": ids[:2], "rule": "all", "feedback": {}, "misconceptions": {}}
        return factories.question(where, "multiple", body=options, key=key, name=name)
    answers = [{"value": "50", "kind": "abs", "tol": "2", "to": "", "fraction": 1, "feedback": ""}]
    key = {"unit": "", "unit_penalty": 0, "sig_penalty": 0, "answers": answers}
    body = {"decimal": ".", "asks_unit": False}
    return factories.question(where, "numeric", body=body, key=key, name=name)


def values(question: Question, body: dict[str, Any]) -> list[Any]:
    if question.kind == "numeric":
        return [None, *(str(number) for number in range(1, 201))]
    names = [option["id"] for option in body["options"]]
    if question.kind == "single":
        return [None, *names]
    return [None, *([name for place, name in enumerate(names) if mask >> place & 1] for mask in range(1, 16))]


def corrected(question: Question, key: dict[str, Any]) -> dict[str, Any]:
    """Another key, by which about half of the answers earn something else."""
    if question.kind == "numeric":
        return key | {"answers": [key["answers"][0] | {"value": "150", "tol": "40"}]}
    if question.kind == "multiple":
        return key | {"right": [key["right"][0]]}
    first, second, *rest = key["options"]
    return key | {"options": {first: 0.0, second: 1.0} | dict.fromkeys(rest, 0.0)}


def sat(test: MockTest, count: int, seed: int = 4) -> list[Asked]:
    """`count` scored attempts of a test with fixed slots."""
    asked = [_asked(slot.question_id) for slot in test.sections.get().slots.all()]
    rules = pinned(marks.of_test(test))
    learners = User.objects.bulk_create([User(email=f"sitter{number}@example.org") for number in range(LEARNERS)])
    weight = totals.FULL
    slots = [
        {"slot": place, "section": 0, "question": one.question.pk, "version": one.spec.version, "weight": weight}
        for place, one in enumerate(asked, 1)
    ]
    common = {"form": json.dumps({"sections": [""], "slots": slots}), "rules": rules.pk, "at": now().isoformat(" ")}
    chance = np.random.default_rng(seed)
    with _unchecked():
        for start in range(0, count, AT_ONCE):
            _some(test, asked, learners, range(start, min(start + AT_ONCE, count)), chance, common)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return asked


def _asked(question_id: int | None) -> Asked:
    question = Question.objects.get(pk=question_id)
    version = QuestionVersion.objects.select_related("question", "revision").get(pk=question.current_id)
    spec = Spec.of(version)
    given = values(question, spec.body)
    rows = []
    for value in given:
        text = spec.text(value)
        grade = spec.grade(text)
        rows.append(
            GradedAnswer(
                version=version,
                digest=digest(text),
                text=text,
                score_ppm=grade.ppm,
                state=grade.state.value,
                why=grade.why,
                revision_id=spec.revision,
            )
        )
    GradedAnswer.objects.bulk_create(rows)
    return Asked(question, spec, given, [row.pk for row in rows], np.array([row.score_ppm for row in rows]))


def _some(
    test: MockTest,
    asked: list[Asked],
    learners: list[User],
    numbers: range,
    chance: np.random.Generator,
    common: dict[str, Any],
) -> None:
    count = len(numbers)
    picks = np.stack([_picks(one, count, chance) for one in asked], axis=1)
    sums = sum(one.marks[picks[:, place]] for place, one in enumerate(asked))
    ids = [uuid.UUID(int=random.getrandbits(128), version=4) for _number in numbers]
    at, possible = common["at"], len(asked) * totals.FULL
    tail = (common["rules"], 0, "{}", "", at, at, "learner")
    attempts = [
        (
            pk,
            learners[n % LEARNERS].pk,
            test.course_id,
            test.pk,
            "mock",
            n // LEARNERS + 1,
            "scored",
            common["form"],
            *tail,
        )
        for pk, n in zip(ids, numbers, strict=True)
    ]
    columns = "id learner_id course_id test_id purpose number state form rules_id seed terms tab started_at finished_at"
    _copy(Attempt, f"{columns} closed_by".split(), attempts)
    scores = [
        (pk, test.pk, common["rules"], total, possible, total, total * totals.FULL // possible, total * 2 >= possible)
        for pk, total in zip(ids, sums.tolist(), strict=True)
    ]
    columns = "attempt_id test_id rules_id sum_ppm possible_ppm marks_ppm share_ppm passed"
    _copy(Score, f"{columns} is_provisional scored_at".split(), [(*one, False, at) for one in scores])
    texts = [[None if value is None else json.dumps(value) for value in one.values] for one in asked]
    answers = [
        (pk, place + 1, one.spec.version, totals.FULL, 1, texts[place][pick], False, 0, one.graded[pick])
        for pk, row in zip(ids, picks.tolist(), strict=True)
        for place, (one, pick) in enumerate(zip(asked, row, strict=True))
    ]
    columns = "attempt_id slot version_id weight_ppm rev value is_flagged seconds graded_id"
    _copy(Answer, columns.split(), answers)


def _picks(one: Asked, count: int, chance: np.random.Generator) -> np.ndarray:
    """Half of the people are right, the rest spread over everything else."""
    right = int(np.argmax(one.marks))
    picks = chance.integers(1, len(one.values), count)
    draw = chance.random(count)
    picks[draw < 0.5] = right
    picks[draw > 1 - BLANK] = 0
    return picks


# --- Into the tables ------------------------------------------------------------------------------------------------


class _unchecked:
    """Foreign keys are right by construction; checking five million of them takes minutes."""

    def __enter__(self) -> None:
        self._say("SET session_replication_role = replica", "PRAGMA foreign_keys = OFF")

    def __exit__(self, *_: object) -> None:
        self._say("SET session_replication_role = DEFAULT", "PRAGMA foreign_keys = ON")

    def _say(self, postgresql: str, sqlite: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(postgresql if connection.vendor == "postgresql" else sqlite)


def _copy(model: Any, columns: list[str], rows: list[tuple]) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = io.StringIO("".join("\t".join(map(_cell, row)) + "\n" for row in rows))
            cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", lines)
        else:
            marks = ", ".join(["%s"] * len(columns))
            plain = [tuple(value.hex if isinstance(value, uuid.UUID) else value for value in row) for row in rows]
            cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", plain)


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    return str(value).replace("\\", "\\\\")
