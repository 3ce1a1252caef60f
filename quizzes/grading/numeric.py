"""A number, within a tolerance, perhaps with a unit."""

import math
from typing import Any

from . import numbers, units
from .result import FULL, JSON, Grade, Unreadable, Why, earned, parts

KINDS = ("abs", "rel", "sig", "range")
SLACK = 1e-12  # relative: 0.4 lies within 0.3 ± 0.1, whatever binary fractions say


def normal(body: JSON, response: Any) -> str | None:
    if response is None:
        return None
    if isinstance(response, int | float) and not isinstance(response, bool):
        if not abs(response) < 1e60:  # nor is "not a number" less
            raise Unreadable("long")
        response = str(response).replace(".", body.get("decimal", "."))
    if not isinstance(response, str):
        raise Unreadable("text")
    return numbers.clean(response)


def check(body: JSON, response: str) -> tuple[numbers.Number, units.Unit | None]:
    """What was written, and its unit if there is one. Raises Unreadable."""
    number = numbers.read(response, body.get("decimal", "."))
    if not number.unit:
        return number, None
    if not body.get("asks_unit"):
        raise Unreadable("unit_unasked", number.unit)
    return number, units.read(number.unit)


def judge(body: JSON, key: JSON, response: str) -> Grade:
    number, unit = check(body, response)
    wanted = units.key(key["unit"]) if key.get("unit") else None
    read: Why = [["read", {"value": number.value, "unit": number.unit}]]
    value: float | None = number.value
    if wanted and unit != wanted:
        value = _converted(number.value, unit, wanted)
        if value is not None:
            read.append(["converted", {"value": value, "unit": key["unit"]}])
    if value is not None and (found := _matched(key, value)):
        return _earned(key, found, number, read, unit_cost=0.0)
    if wanted and unit != wanted and (found := _matched(key, number.value)):
        code = "unit_wrong" if unit else "unit_missing"
        why: Why = [*read, [code, {"unit": key["unit"]}]]
        return _earned(key, found, number, why, unit_cost=float(key.get("unit_penalty", 1)))
    return earned(0, [*read, ["unmatched", None]])


def _converted(value: float, unit: units.Unit | None, wanted: units.Unit) -> float | None:
    if unit is None or unit.dimension != wanted.dimension:
        return None
    return value * unit.factor / wanted.factor


def _matched(key: JSON, value: float) -> tuple[int, JSON] | None:
    """The first answer of the key that the value meets: an expected mistake may stand before a wide tolerance."""
    for at, answer in enumerate(key["answers"]):
        if meets(answer, value):
            return at, answer
    return None


def meets(answer: JSON, value: float) -> bool:
    wanted, kind = numbers.key(answer["value"]).value, answer.get("kind", "abs")
    if kind == "range":
        low, high = wanted, numbers.key(answer["to"]).value
        return low - SLACK * abs(low) <= value <= high + SLACK * abs(high)
    if kind == "sig":
        return agrees(value, wanted, int(answer["tol"]))
    tolerance = tolerance_of(answer.get("tol"))
    if kind == "rel":
        tolerance *= abs(wanted)
    return abs(value - wanted) <= tolerance + SLACK * max(abs(wanted), abs(value), tolerance)


def agrees(value: float, wanted: float, figures: int) -> bool:
    """Whether both are the same, rounded to so many significant figures; a half may be rounded either way."""
    if not wanted:
        return not value
    place = math.floor(math.log10(abs(wanted))) - figures + 1
    return abs(value - round(wanted, -place)) <= 0.5 * 10.0**place * (1 + 1e-9)


def tolerance_of(written: Any) -> float:
    """ "0.02" or "2 %"; nothing is an exact answer."""
    text = str(written or "0").strip()
    if text.endswith("%"):
        return numbers.key(text[:-1].strip()).value / 100
    return numbers.key(text).value


def _earned(key: JSON, found: tuple[int, JSON], number: numbers.Number, why: Why, unit_cost: float) -> Grade:
    at, answer = found
    ppm, cost = parts(answer.get("fraction", 1)), unit_cost
    if answer.get("kind") == "sig" and number.figures and key.get("sig_penalty"):
        least, most = number.figures
        if not least <= int(answer["tol"]) <= most:
            cost += float(key["sig_penalty"])
            why = [*why, ["figures", {"written": most, "wanted": int(answer["tol"])}]]
    after = round(ppm * max(0.0, 1 - cost))
    matched = {"index": at, "ppm": min(after, FULL)} | {
        part: answer[part] for part in ("value", "kind", "tol", "to") if answer.get(part)
    }
    why = [*why, ["matched", matched]]
    why += [[part, answer[part]] for part in ("feedback", "misconception") if answer.get(part)]
    return earned(after, why)
