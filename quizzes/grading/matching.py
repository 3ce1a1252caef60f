"""Pairs: each item on the left belongs to one on the right; some on the right may belong to none."""

from typing import Any

from .result import FULL, JSON, Grade, Unreadable, earned

RULES = ("part", "all")


def normal(body: JSON, response: Any) -> dict[str, str] | None:
    if response is None or response == "":
        return None
    if not isinstance(response, dict) or len(response) > len(body["left"]):
        raise Unreadable("pairs")
    left = {item["id"] for item in body["left"]}
    right = {item["id"] for item in body["right"]}
    pairs = {}
    for one, other in sorted(response.items()):
        if one not in left or not isinstance(other, str | None) or (other and other not in right):
            raise Unreadable("pairs")
        if other:
            pairs[one] = other
    return pairs or None


def judge(body: JSON, key: JSON, response: dict[str, str]) -> Grade:
    pairs = key["pairs"]
    wrong = sorted(one for one, other in pairs.items() if response.get(one) != other)
    right = len(pairs) - len(wrong)
    ppm = (2 * FULL * right + len(pairs)) // (2 * len(pairs))
    if wrong and key.get("rule") == "all":
        ppm = 0
    return earned(ppm, [["pairs", {"right": right, "of": len(pairs), "wrong": wrong, "rule": key.get("rule", "part")}]])
