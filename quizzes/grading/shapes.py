"""Whether a body and a key are of the shape their kind has: what an import or a hand-written file may get wrong."""

import math
from collections.abc import Callable
from typing import Any

Check = Callable[[Any], bool]


def is_whole(kind: str, body: Any, key: Any) -> bool:
    return BODIES[kind](body) and KEYS[kind](key)


def text(value: Any) -> bool:
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def measure(value: Any) -> bool:
    return text(value) or number(value)


def nothing_or(check: Check) -> Check:
    return lambda value: value is None or check(value)


def each(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


def by_name(check: Check) -> Check:
    return lambda value: isinstance(value, dict) and all(text(name) and check(inner) for name, inner in value.items())


def fields(needed: dict[str, Check], free: dict[str, Check] | None = None) -> Check:
    """`needed` must be there; `free` may be missing."""

    def check(value: Any) -> bool:
        return (
            isinstance(value, dict)
            and all(name in value and inner(value[name]) for name, inner in needed.items())
            and all(inner(value[name]) for name, inner in (free or {}).items() if name in value)
        )

    return check


ITEMS = each(fields({"id": text, "text": text}))
SAID: dict[str, Check] = {"feedback": by_name(text), "misconceptions": by_name(text)}
ANSWER: dict[str, Check] = {"fraction": number, "feedback": text, "misconception": text}

BODIES: dict[str, Check] = {
    "single": fields({"options": ITEMS}),
    "truefalse": fields({}),
    "multiple": fields({"options": ITEMS}),
    "numeric": fields({}, {"decimal": text, "asks_unit": flag}),
    "short": fields({}),
    "cloze": fields({"text": text, "gaps": by_name(fields({"kind": text}))}),
    "matching": fields({"left": ITEMS, "right": ITEMS}),
    "ordering": fields({"items": ITEMS}),
    "formula": fields({}, {"vars": each(text), "domain": text}),
    "essay": fields({}, {"words": nothing_or(whole)}),
}
KEYS: dict[str, Check] = {
    "single": fields({"options": by_name(number)}, SAID),
    "truefalse": fields({"options": by_name(number)}, SAID),
    "multiple": fields({"right": each(text)}, {"rule": text, **SAID}),
    "numeric": fields(
        {"answers": each(fields({"value": text}, {"kind": text, "tol": measure, "to": text, **ANSWER}))},
        {"unit": text, "unit_penalty": number, "sig_penalty": number},
    ),
    "short": fields(
        {"answers": each(fields({"text": text}, ANSWER))},
        {"reject": each(fields({"text": text}, ANSWER)), "case": flag, "accents": flag, "hints": flag},
    ),
    "cloze": fields({"gaps": by_name(fields({}, {"weight": number}))}),
    "matching": fields({"pairs": by_name(text)}, {"rule": text}),
    "ordering": fields({"order": each(text)}, {"rule": text}),
    "formula": fields({"answers": each(fields({"expr": text}, ANSWER))}),
    "essay": fields(
        {"rubric": each(fields({"id": text, "title": text, "levels": each(number)}, {"weight": number}))},
        {"sample": text},
    ),
}
