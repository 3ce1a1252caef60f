"""Grading without a database: one call an answer, and each distinct answer of a question once.

The test: 25 single, 8 multiple, 5 numeric, 4 short, 3 cloze, 2 matching, 1 ordering and 2 formula questions, with about
as many distinct answers as learners give. CPU seconds of this process alone; texts are fresh objects, as from a table.
"""

import contextlib
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from quizzes import grading
from quizzes.grading import choices, ids
from tests.quizzes.grading import formulas, hostile
from tests.quizzes.samples import SAMPLES

from .harness import Bar

ATTEMPTS, QUICK_ATTEMPTS = 100_000, 10_000
SAMPLE = 400  # attempts graded answer by answer
BLANK = 0.04
REPEATS = 20_000  # of one single-choice call


@dataclass(frozen=True)
class Asked:
    kind: str
    body: dict[str, Any]
    key: dict[str, Any]
    answers: Sequence[Any]  # distinct ones, the frequent ones first


def measure(*, quick: bool) -> list[Bar]:
    chance = random.Random(4)
    bank, attempts = questions(chance), QUICK_ATTEMPTS if quick else ATTEMPTS
    grading.grade(bank[33].kind, bank[33].body, bank[33].key, "9.81 m/s")  # pint is loaded
    columns = [given(asked, SAMPLE, chance) for asked in bank]
    sums, seconds = one_by_one(bank, columns)
    batch_sums, batch_seconds, differing = in_bulk(bank, columns, attempts, chance)
    rate = SAMPLE / seconds
    return [
        Bar("grading one by one, attempts/s", rate, ">=", 1000),
        Bar("single choice, CPU us", single_choice(bank[0]), "<=", 3),
        Bar(f"batch of {attempts:,} x {len(bank)}, CPU s", batch_seconds, "<=", 1.5),
        Bar("batch / one by one, attempts/s", attempts / batch_seconds / rate, ">=", 10 if quick else 30),
        Bar("answers the two grade differently", differing + (sums != batch_sums), "<=", 0),
        Bar("formula check, CPU us", comparing(), "<=", 100),
        Bar("hostile formula, slowest, CPU ms", hostile_formulas(), "<=", 50),
        Bar("hostile response, slowest, CPU ms", hostile_responses(), "<=", 50),
        Bar("unit m**9**9**9, CPU ms", milliseconds(told, "numeric", "5 m**9**9**9"), "<=", 1),
    ]


def questions(chance: random.Random) -> list[Asked]:
    makers: Sequence[tuple[int, Callable[[random.Random], Asked]]] = (
        (25, single),
        (8, multiple),
        (5, numeric),
        (4, short),
        (3, cloze),
        (2, matching),
        (1, ordering),
        (2, formula),
    )
    return [make(chance) for count, make in makers for _ in range(count)]


def options(count: int) -> list[dict[str, str]]:
    texts = [f"Option {number}" for number in range(count)]
    return [{"id": name, "text": text} for name, text in zip(ids.new(texts), texts, strict=True)]


def single(chance: random.Random) -> Asked:
    offered = options(5)
    names = [option["id"] for option in offered]
    key = {"options": {names[0]: 1, names[1]: 0.5}, "feedback": {names[2]: "Read it again."}}
    return Asked("single", {"options": offered}, key, names)


def multiple(chance: random.Random) -> Asked:
    offered = options(5)
    names = [option["id"] for option in offered]
    answers = [[name for at, name in enumerate(names) if ticks >> at & 1] for ticks in range(1, 32)]
    rule = chance.choice(choices.RULES)
    return Asked("multiple", {"options": offered}, {"right": names[:2], "rule": rule}, answers)


def numeric(chance: random.Random) -> Asked:
    answers = [f"{9.81 + chance.gauss(0, 0.3):.{2 + at % 2}f}{(' m/s', ' km/h', '')[at % 3]}" for at in range(220)]
    answer = {"value": "9.81", "kind": "rel", "tol": "0.02", "fraction": 1}
    key = {"unit": "m/s", "unit_penalty": 0.5, "answers": [answer]}
    return Asked("numeric", {"asks_unit": True}, key, answers)


def short(chance: random.Random) -> Asked:
    key = {
        "answers": [{"text": "mitosis", "fraction": 1}, {"text": "cell division", "fraction": 0.5}],
        "reject": [{"text": "meiosis", "feedback": "That halves the chromosomes."}],
    }
    return Asked("short", {}, key, ["mitosis", "Meiosis", *(slip("mitosis", chance) for _ in range(318))])


def slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + chance.choice("abcdefghij") * chance.randrange(3) + word[at + 1 :]


def cloze(chance: random.Random) -> Asked:
    first, second = short(chance), numeric(chance)
    body = {"text": "[[1]] [[2]]", "gaps": {"1": first.body | {"kind": "short"}, "2": {"kind": "numeric"}}}
    key = {"gaps": {"1": first.key | {"weight": 2}, "2": {"answers": second.key["answers"]}}}
    answers = [{"1": chance.choice(first.answers), "2": chance.choice(second.answers[2::3])} for _ in range(700)]
    return Asked("cloze", body, key, answers)


def matching(chance: random.Random) -> Asked:
    left, right = options(4), options(6)
    names = [item["id"] for item in left]
    others = [item["id"] for item in right]
    answers = [dict(zip(names, chance.sample(others, 4), strict=True)) for _ in range(120)]
    key = {"pairs": dict(zip(names, others, strict=False)), "rule": "part"}
    return Asked("matching", {"left": left, "right": right}, key, answers)


def ordering(chance: random.Random) -> Asked:
    items = options(6)
    names = [item["id"] for item in items]
    return Asked("ordering", {"items": items}, {"order": names}, [chance.sample(names, 6) for _ in range(300)])


def formula(chance: random.Random) -> Asked:
    answers = ["x^2+2x+1", "(x+1)^2", "x^2+1", "(x+1)*(1+x)", "2x+1", "x^2+x", "sqrt((x+1)^4)", "e^(2ln(x+1))"]
    body = {"vars": ["x"], "domain": "positive"}
    return Asked("formula", body, {"answers": [{"expr": "(x+1)^2", "fraction": 1}]}, answers)


def given(asked: Asked, attempts: int, chance: random.Random) -> list[Any]:
    """Responses of so many learners; few answers are frequent, many are rare."""
    weights = [1 / (at + 1) for at in range(len(asked.answers))]
    drawn = chance.choices(range(len(asked.answers)), weights, k=attempts)
    return [None if chance.random() < BLANK else asked.answers[at] for at in drawn]


def one_by_one(bank: Sequence[Asked], columns: Sequence[Sequence[Any]]) -> tuple[list[int], float]:
    begun = time.process_time()
    sums = [0] * SAMPLE
    for asked, responses in zip(bank, columns, strict=True):
        for at, response in enumerate(responses):
            sums[at] += grading.grade(asked.kind, asked.body, asked.key, response).ppm
    return sums, time.process_time() - begun


def in_bulk(
    bank: Sequence[Asked], columns: Sequence[Sequence[Any]], attempts: int, chance: random.Random
) -> tuple[list[int], float, int]:
    """Sums of the first attempts, seconds, and how many of their answers are graded otherwise than one by one."""
    sums, took, differing = [0] * attempts, 0.0, 0
    for asked, first in zip(bank, columns, strict=True):
        responses = [*first, *given(asked, attempts - len(first), chance)]
        texts = [fresh(text) for text in written(asked, responses)]
        begun = time.process_time()
        grades = grading.batch(asked.kind, asked.body, asked.key, texts)
        earned = {text: grade.ppm for text, grade in grades.items()}
        sums = [total + earned[text] for total, text in zip(sums, texts, strict=True)]
        took += time.process_time() - begun
        for response, text in zip(first, texts, strict=False):
            differing += grading.grade(asked.kind, asked.body, asked.key, response) != grades[text]
    return sums[: len(columns[0])], took, differing


def written(asked: Asked, responses: Sequence[Any]) -> list[str]:
    known = {id(answer): grading.canonical(asked.kind, asked.body, answer) for answer in [*asked.answers, None]}
    return [known[id(response)] for response in responses]


def fresh(text: str) -> str:
    """Another object with the same letters: its hash is not known yet."""
    return text.encode().decode()


def single_choice(asked: Asked) -> float:
    """Microseconds of CPU for one answer."""
    name = asked.answers[0]
    begun = time.process_time()
    for _ in range(REPEATS):
        grading.grade(asked.kind, asked.body, asked.key, name)
    return (time.process_time() - begun) / REPEATS * 1e6


def comparing() -> float:
    """Microseconds of CPU for one comparison, on the average of the pairs, the key being known."""
    body, took, checks = {"vars": ["x", "y"], "domain": "positive"}, 0.0, 0
    for pairs, ppm in ((formulas.EQUAL, grading.FULL), (formulas.DIFFERENT, 0)):
        for expression, answer in pairs:
            key = {"answers": [{"expr": expression, "fraction": 1}]}
            if grading.grade("formula", body, key, answer).ppm != ppm:
                raise RuntimeError(f"{expression} and {answer}: wrongly compared")
            begun = time.process_time()
            for _ in range(200):
                grading.grade("formula", body, key, answer)
            took += time.process_time() - begun
            checks += 200
    return took / checks * 1e6


def hostile_formulas() -> float:
    body, key = {"vars": ["x", "y"], "domain": "real"}, {"answers": [{"expr": "(x+1)^2", "fraction": 1}]}
    return max(milliseconds(grading.grade, "formula", body, key, given) for given in formulas.HOSTILE)


def hostile_responses() -> float:
    """Refusing what is no answer, and reading what is one of 100,000 letters."""
    refusing = [milliseconds(refused, make()) for make in hostile.HOSTILE.values()]
    reading = [milliseconds(told, kind, text) for kind in ("numeric", "short", "formula") for text in hostile.LONG]
    return max(*refusing, *reading)


def refused(response: Any) -> None:
    with contextlib.suppress(grading.Refused):
        grading.refuse(response)
        raise RuntimeError("a hostile response was not refused")


def told(kind: str, text: str) -> None:
    sample = SAMPLES[kind]
    grading.unreadable(kind, sample.body, text)
    grading.grade(kind, sample.body, sample.key, text)


def milliseconds(call: Callable[..., object], *given: Any) -> float:
    begun = time.process_time()
    call(*given)
    return (time.process_time() - begun) * 1000
