"""Formulas: read by our own grammar and compared by value. Nothing is evaluated as code, nothing is simplified."""

from functools import lru_cache
from typing import Any

from ..result import JSON, Grade, State, Unreadable, Why, earned, parts
from ..texts import clean_mathematics
from . import equality
from .parser import Node, parse
from .tokens import LONGEST

DOMAINS = ("real", "positive")


def normal(body: JSON, response: Any) -> str | None:
    if response is None:
        return None
    if not isinstance(response, str):
        raise Unreadable("text")
    return clean_mathematics(response, LONGEST, "^(%s)")


def check(body: JSON, response: str) -> Node:
    return parse(response, body.get("vars", ()))


@lru_cache(4096)
def read_key(expression: str, names: tuple[str, ...]) -> Node:
    """A formula of the key, which comes again and again."""
    return parse(clean_mathematics(expression, LONGEST, "^(%s)") or "", names)


def judge(body: JSON, key: JSON, response: str) -> Grade:
    given = check(body, response)
    names, domain = tuple(body.get("vars", ())), body.get("domain", "real")
    is_doubtful = False
    for at, answer in enumerate(key["answers"]):
        is_equal = equality.equal(read_key(answer["expr"], names), given, names, domain)
        if is_equal:
            ppm = parts(answer.get("fraction", 1))
            why: Why = [["equal", {"index": at, "expr": answer["expr"], "ppm": ppm}]]
            why += [[part, answer[part]] for part in ("feedback", "misconception") if answer.get(part)]
            return earned(ppm, why)
        is_doubtful |= is_equal is None
    if is_doubtful:
        return Grade(0, State.MANUAL, [["cannot_say", None]])
    return earned(0, [["unmatched", None]])
