"""A text with gaps: each gap is a small question of its own."""

from typing import Any

from . import choices, numeric, short
from .result import FULL, JSON, Grade, State, Unreadable, Why

KINDS = ("short", "numeric", "single")
CODES = ("option", "text", "long")


def normal(body: JSON, response: Any) -> JSON | None:
    """Gaps that are blank or not in the text do not count. An unreadable one stays, so that it can be told."""
    if response is None or response == "":
        return None
    if not isinstance(response, dict):
        raise Unreadable("gaps")
    given: JSON = {}
    for gap, part in sorted(body["gaps"].items()):
        value = response.get(gap)
        if is_mark(value):
            given[gap] = value
            continue
        try:
            value = NORMAL[part["kind"]](part, value)
        except Unreadable as problem:
            value = {"?": problem.code}
        if value is not None:
            given[gap] = value
    return given or None


def is_mark(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and value.get("?") in CODES


def check(body: JSON, response: JSON) -> None:
    for gap, value in response.items():
        part = body["gaps"][gap]
        try:
            if is_mark(value):
                raise Unreadable(value["?"])
            if part["kind"] == "numeric":
                numeric.check(part, value)
        except Unreadable as problem:
            datum = {"gap": gap, "kind": part["kind"], "code": problem.code, "datum": problem.datum}
            raise Unreadable("gap", datum)


def judge(body: JSON, key: JSON, response: JSON) -> Grade:
    why: Why = []
    total = weights = 0.0
    for gap, part in sorted(body["gaps"].items(), key=lambda one: (len(one[0]), one[0])):
        own = key["gaps"][gap]
        grade, weight = _gap(part, own, response.get(gap)), own.get("weight", 1)
        total += grade.ppm * weight
        weights += weight
        datum = {"gap": gap, "weight": weight, "ppm": grade.ppm, "state": grade.state.value, "why": grade.why}
        why.append(["gap", datum])
    ppm = min(FULL, round(total / weights)) if weights else 0
    return Grade(ppm, _state(ppm, {datum["state"] for _code, datum in why}), why)


def _gap(part: JSON, key: JSON, value: Any) -> Grade:
    if value is None:
        return Grade(0, State.BLANK, [["blank", None]])
    try:
        if is_mark(value):
            raise Unreadable(value["?"])
        return JUDGES[part["kind"]](part, key, value)
    except Unreadable as problem:
        return problem.grade()


def _state(ppm: int, states: set[str]) -> State:
    if ppm:
        return State.RIGHT if ppm == FULL else State.PARTIAL
    return State.INVALID if State.INVALID in states and State.WRONG not in states else State.WRONG


NORMAL = {"short": short.normal, "numeric": numeric.normal, "single": choices.normal_single}
JUDGES = {"short": short.judge, "numeric": numeric.judge, "single": choices.judge_single}
