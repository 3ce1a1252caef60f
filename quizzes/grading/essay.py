"""Long answers, which a person marks."""

from typing import Any

from .result import FULL, JSON, Grade, State, Unreadable

# One text for all essays: they stand in the answers, and go with their learners; the dictionary keeps none of them.
SOME = "essay"


def normal(body: JSON, response: Any) -> str | None:
    if response is None:
        return None
    if not isinstance(response, str):
        raise Unreadable("text")
    return SOME if response.strip() else None


def judge(body: JSON, key: JSON, response: str) -> Grade:
    return Grade(0, State.MANUAL, [["manual", None]])


def share(key: JSON, levels: dict[str, int]) -> int:
    """Ppm for the levels a marker gave. Criteria without a level earn nothing."""
    most = sum(criterion["weight"] * max(criterion["levels"]) for criterion in key["rubric"])
    given = sum(criterion["weight"] * levels.get(criterion["id"], 0) for criterion in key["rubric"])
    return min(FULL, max(0, round(FULL * given / most))) if most else 0
