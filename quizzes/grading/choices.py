"""One option of several, true or false, and several options."""

from typing import Any

from .result import FULL, JSON, Grade, Unreadable, Why, earned, parts

TRUE_FALSE = ("true", "false")
RULES = ("all", "plus_minus", "per_option", "capped", "no_wrong")


def option_ids(body: JSON) -> list[str]:
    return [option["id"] for option in body["options"]]


def normal_single(body: JSON, response: Any) -> str | None:
    if response is None or response == "":
        return None
    for option in body["options"]:
        if option["id"] == response:
            return response
    raise Unreadable("option")


def normal_truefalse(body: JSON, response: Any) -> str | None:
    if isinstance(response, bool):
        return TRUE_FALSE[not response]
    if response is None or response == "":
        return None
    if response in TRUE_FALSE:
        return response
    raise Unreadable("option")


def judge_single(body: JSON, key: JSON, response: str) -> Grade:
    ppm = parts(key["options"].get(response, 0))
    return earned(ppm, [["option", {"id": response, "ppm": ppm}], *_said(key, (response,))])


def normal_multiple(body: JSON, response: Any) -> list[str] | None:
    if response is None or response == "" or response == []:
        return None
    if not isinstance(response, list) or not all(isinstance(ticked, str) for ticked in response):
        raise Unreadable("options")
    ticked = set(response)
    if not ticked <= set(option_ids(body)):
        raise Unreadable("options")
    return sorted(ticked)


def judge_multiple(body: JSON, key: JSON, response: list[str]) -> Grade:
    right, rule, options = set(key["right"]), key.get("rule", "all"), len(body["options"])
    hits = len(right.intersection(response))
    wrong = len(response) - hits
    ppm = share(rule, hits=hits, wrong=wrong, right=len(right), options=options)
    counts = {"right": hits, "wrong": wrong, "missed": len(right) - hits, "of": len(right), "rule": rule}
    return earned(ppm, [["ticks", counts], *_said(key, response)])


def share(rule: str, *, hits: int, wrong: int, right: int, options: int) -> int:
    """Ppm for so many right and wrong ticks, where `right` of all `options` are right."""
    if hits == right and not wrong:
        return FULL
    if rule == "plus_minus":
        # Each side counts alike, however many options it has: ticking everything earns nothing.
        return max(0, _part(hits, right) - _part(wrong, options - right))
    if rule == "per_option":
        return _part(options - (right - hits) - wrong, options)
    if rule == "capped":
        return _part(hits, right) if hits + wrong <= right else 0
    if rule == "no_wrong":
        return 0 if wrong else _part(hits, right)
    return 0


def _part(count: int, of: int) -> int:
    return (2 * FULL * count + of) // (2 * of) if of else 0


def _said(key: JSON, chosen: list[str] | tuple[str, ...]) -> Why:
    """What the author says to those who chose these options."""
    said: Why = []
    feedback, misconceptions = key.get("feedback"), key.get("misconceptions")
    if feedback:
        said += [["feedback", feedback[option]] for option in chosen if feedback.get(option)]
    if misconceptions:
        said += [["misconception", misconceptions[option]] for option in chosen if misconceptions.get(option)]
    return said
