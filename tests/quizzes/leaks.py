"""Whether an answer of ours tells what nobody may know yet: keys, weights, feedback, explanations (reliability R30).

Two ways of looking. `told`: the secret words themselves, however they are written. `same_with_other_keys`: everything
else, such as a mark at the right option: whatever the keys are, the answer must be the same to the letter.
"""

import html
import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.cache import caches
from django.http import HttpResponse

from quizzes.models import KeyRevision, Question, QuestionVersion
from tests.quizzes.samples import SAMPLES, SECRET

# Names of parts of keys and grades: no JSON of an open attempt has them.
NAMES = {
    "fraction", "feedback", "misconceptions", "pairs", "rule", "reject", "rubric", "sample", "tol",
    "explanation", "key", "why", "verdict", "share_ppm", "score_ppm", "marks_ppm", "weight", "weight_ppm", "graded",
    "revision", "difficulty", "discrimination", "seed", "pool",
}  # fmt: skip
# CSRF tokens, signed tokens with their moments, clocks.
CHANGES_BY_ITSELF = [
    re.compile(r"\b[A-Za-z0-9]{64}\b"),
    re.compile(r"\b[\w-]+:\w{6}:[\w-]{43}"),
    re.compile(r"remaining(?:[-_]ms)?\W{1,4}\d+"),
    re.compile(r"'(?:Expires|Content-Length)': '[^']+'"),
]


def told(response: HttpResponse, questions: Iterable[Question]) -> list[str]:
    """The secrets that stand in an answer; for JSON also names that only keys and grades have."""
    text = plain(response)
    found = [word for word in secrets(questions) if word.casefold() in text.casefold()]
    is_of_a_test = re.search("/(attempts|tests)/", response.request["PATH_INFO"])  # lessons, too, explain and sample
    if is_of_a_test and "json" in response.get("Content-Type", ""):
        found += sorted(NAMES & set(names(json.loads(response.content))))
    return found


def secrets(questions: Iterable[Question]) -> set[str]:
    return {SECRET}.union(*(SAMPLES[question.kind].secrets for question in questions))


def plain(response: HttpResponse) -> str:
    """The body and the headers, whatever their words are escaped with."""
    body = b"".join(response) if response.streaming else response.content
    text = html.unescape(html.unescape(body.decode())) + str(dict(response.items()))
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)


def names(data: Any) -> Iterable[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield name
            yield from names(value)
    elif isinstance(data, list):
        for one in data:
            yield from names(one)


def same_with_other_keys(ask: Callable[[], HttpResponse], questions: Iterable[Question]) -> bool:
    """Whether the answer to `ask` (which changes nothing) is the same when every key and explanation is another."""
    questions = list(questions)
    before = without_tokens(ask())
    for question in questions:
        _exchange(question)
    try:
        return without_tokens(ask()) == before
    finally:
        for question in questions:
            _exchange(question, back=True)


def without_tokens(response: HttpResponse) -> tuple[int, str]:
    text = plain(response)
    for pattern in CHANGES_BY_ITSELF:
        text = pattern.sub("", text)
    return response.status_code, text


def other_key(kind: str) -> dict[str, Any]:
    """A key by which what was right is wrong."""
    key = json.loads(json.dumps(SAMPLES[kind].key).replace(SECRET, f"{SECRET} otherwise"))
    if kind in ("single", "truefalse"):
        key["options"] = dict(zip(key["options"], reversed(key["options"].values()), strict=True))
    elif kind == "multiple":
        ids = [one["id"] for one in SAMPLES[kind].body["options"]]
        key |= {"right": [one for one in ids if one not in key["right"]], "rule": "all"}
    elif kind == "matching":
        key["pairs"] = dict(zip(key["pairs"], reversed(key["pairs"].values()), strict=True))
    elif kind == "ordering":
        key["order"] = key["order"][::-1]
    elif kind == "cloze":
        gaps = key["gaps"]
        gaps["1"]["answers"][0]["text"] = "diffusion"
        gaps["2"]["options"] = dict(zip(gaps["2"]["options"], reversed(gaps["2"]["options"].values()), strict=True))
    elif kind in ("short", "numeric", "formula"):
        name, value = {"short": ("text", "other"), "numeric": ("value", "77"), "formula": ("expr", "x^5")}[kind]
        key["answers"][0][name] = value
    return key


def _exchange(question: Question, *, back: bool = False) -> None:
    key = SAMPLES[question.kind].key if back else other_key(question.kind)
    KeyRevision.objects.filter(version__question=question).update(key=key)
    explanation = SAMPLES[question.kind].explanation
    QuestionVersion.objects.filter(question=question).update(explanation=explanation if back else f"{SECRET} not so.")
    caches["pages"].clear()
