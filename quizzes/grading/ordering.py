"""Items put into an order."""

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Any

from .result import FULL, JSON, Grade, Unreadable, earned

RULES = ("kendall", "exact", "place", "adjacent")


def normal(body: JSON, response: Any) -> list[str] | None:
    if response is None or response == "" or response == []:
        return None
    known = {item["id"] for item in body["items"]}
    if (
        not isinstance(response, list)
        or len(response) != len(known)
        or not all(isinstance(item, str) for item in response)
        or set(response) != known
    ):
        raise Unreadable("order")
    return response


def judge(body: JSON, key: JSON, response: Sequence[str]) -> Grade:
    rule, order = key.get("rule", "kendall"), key["order"]
    place = {item: at for at, item in enumerate(order)}
    given = [place[item] for item in response]
    swapped = sum(one > other for one, other in combinations(given, 2))
    ppm = share(rule, given, swapped)
    in_place = sum(at == wanted for at, wanted in enumerate(given))
    counts = {"rule": rule, "swapped": swapped, "in_place": in_place, "of": len(order)}
    return earned(ppm, [["order", counts]])


def share(rule: str, given: Sequence[int], swapped: int) -> int:
    """given: the right places of the items, in the order they were put. swapped: pairs in the wrong order."""
    n = len(given)
    if not swapped:
        return FULL
    if rule == "kendall":
        # As many pairs wrong as chance gives, half of them, earn nothing.
        return max(0, FULL - _part(4 * swapped, n * (n - 1)))
    if rule == "place":
        return _part(sum(at == wanted for at, wanted in enumerate(given)), n)
    if rule == "adjacent":
        return _part(sum(other == one + 1 for one, other in pairwise(given)), n - 1)
    return 0


def _part(count: int, of: int) -> int:
    return (2 * FULL * count + of) // (2 * of)
