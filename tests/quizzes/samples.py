"""One question of every kind, with a right and a wrong answer. What must stay secret says so, in words to look for."""

from dataclasses import dataclass, field
from typing import Any

SECRET = "Secretly"  # every text of a key or an explanation begins with it


@dataclass(frozen=True)
class Sample:
    body: dict[str, Any]
    key: dict[str, Any]
    right: Any
    wrong: Any
    stem: str = "What holds?"
    explanation: str = f"{SECRET} explained."
    secrets: list[str] = field(default_factory=list)  # of the key, besides texts that begin with SECRET


def _options(*texts: str) -> list[dict[str, str]]:
    return [{"id": f"o{abs(hash_of(text))}", "text": text} for text in texts]


def hash_of(text: str) -> int:
    """A name that says nothing about order or key."""
    return sum((place + 7) * ord(letter) for place, letter in enumerate(text)) % 9973


def _id(text: str) -> str:
    return _options(text)[0]["id"]


LOCK, QUEUE, EVENT, TIMER = "A lock", "A queue", "An event", "A timer"
FEEDBACK = {_id(QUEUE): f"{SECRET} not a queue."}

SAMPLES: dict[str, Sample] = {
    "single": Sample(
        body={"options": _options(LOCK, QUEUE, EVENT, TIMER)},
        key={
            "options": {_id(LOCK): 1, _id(QUEUE): 0, _id(EVENT): 0.3, _id(TIMER): 0},
            "feedback": FEEDBACK,
            "misconceptions": {_id(QUEUE): f"{SECRET} queue for lock"},
        },
        right=_id(LOCK),
        wrong=_id(QUEUE),
    ),
    "truefalse": Sample(
        body={},
        key={"options": {"true": 1, "false": 0}, "feedback": {"false": f"{SECRET} true."}, "misconceptions": {}},
        right="true",
        wrong="false",
    ),
    "multiple": Sample(
        body={"options": _options(LOCK, QUEUE, EVENT, TIMER)},
        key={
            "right": [_id(LOCK), _id(EVENT)],
            "rule": "no_wrong",
            "feedback": FEEDBACK,
            "misconceptions": {},
        },
        right=[_id(LOCK), _id(EVENT)],
        wrong=[_id(QUEUE)],
    ),
    "numeric": Sample(
        body={"decimal": ".", "asks_unit": True},
        key={
            "unit": "m/s",
            "unit_penalty": 1,
            "sig_penalty": 0,
            "answers": [
                {
                    "value": "8642.75",
                    "kind": "abs",
                    "tol": "0.5",
                    "to": "",
                    "fraction": 1,
                    "feedback": f"{SECRET} fast.",
                }
            ],
        },
        right="8642.75 m/s",
        wrong="12 m/s",
        secrets=["8642.75"],
    ),
    "short": Sample(
        body={},
        key={
            "answers": [{"text": "mitosis", "fraction": 1, "feedback": f"{SECRET} it is."}],
            "reject": [{"text": "meiosis", "feedback": f"{SECRET} the other one."}],
            "case": False,
            "accents": False,
            "hints": True,
        },
        right="Mitosis",
        wrong="meiosis",
        secrets=["mitosis", "meiosis"],
    ),
    "cloze": Sample(
        stem="Fill the gaps.",
        body={
            "text": "Water moves by [[1]] through a [[2]].",
            "gaps": {"1": {"kind": "short"}, "2": {"kind": "single", "options": _options(LOCK, QUEUE)}},
        },
        key={
            "gaps": {
                "1": {
                    "answers": [{"text": "osmosis", "fraction": 1, "feedback": ""}],
                    "reject": [],
                    "case": False,
                    "accents": False,
                    "hints": True,
                    "weight": 1,
                },
                "2": {
                    "options": {_id(LOCK): 1, _id(QUEUE): 0},
                    "feedback": FEEDBACK,
                    "misconceptions": {},
                    "weight": 1,
                },
            }
        },
        right={"1": "osmosis", "2": _id(LOCK)},
        wrong={"1": "gravity", "2": _id(QUEUE)},
        secrets=["osmosis"],
    ),
    "matching": Sample(
        body={"left": _options("Paris", "Rome", "Oslo"), "right": _options("France", "Italy", "Norway", "Spain")},
        key={
            "pairs": {_id("Paris"): _id("France"), _id("Rome"): _id("Italy"), _id("Oslo"): _id("Norway")},
            "rule": "part",
        },
        right={_id("Paris"): _id("France"), _id("Rome"): _id("Italy"), _id("Oslo"): _id("Norway")},
        wrong={_id("Paris"): _id("Italy"), _id("Rome"): _id("France"), _id("Oslo"): _id("Spain")},
    ),
    "ordering": Sample(
        body={"items": _options("Bake", "Eat", "Mix")},
        key={"order": [_id("Mix"), _id("Bake"), _id("Eat")], "rule": "exact"},
        right=[_id("Mix"), _id("Bake"), _id("Eat")],
        wrong=[_id("Eat"), _id("Bake"), _id("Mix")],
    ),
    "formula": Sample(
        body={"vars": ["x"], "domain": "real"},
        key={"answers": [{"expr": "(x+17)^2", "fraction": 1, "feedback": f"{SECRET} a square."}]},
        right="x^2 + 34x + 289",
        wrong="x^2",
        secrets=["(x+17)^2"],
    ),
    "essay": Sample(
        body={"words": 300},
        key={
            "rubric": [{"id": "c1", "title": f"{SECRET} says why", "levels": [0, 1, 2, 4], "weight": 1}],
            "sample": f"{SECRET} a good essay.",
        },
        right="Because they wait.",
        wrong="No idea.",
    ),
}
