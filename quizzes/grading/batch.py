"""Grading, one answer or many. There is one way to judge; doing it in bulk only spares the repetitions."""

from collections.abc import Iterable
from typing import Any

from .canonical import canonical, mark_of, response_of
from .kinds import KINDS
from .result import FULL, JSON, Grade, State, Unreadable


def grade(kind: str, body: JSON, key: JSON, response: Any) -> Grade:
    return grade_text(kind, body, key, canonical(kind, body, response))


def grade_text(kind: str, body: JSON, key: JSON, text: str) -> Grade:
    """text: canonical."""
    if not text:
        return Grade(0, State.BLANK, [["blank", None]])
    response = response_of(text)
    try:
        if (code := mark_of(response)) is not None:
            raise Unreadable(code)
        return KINDS[kind].judge(body, key, response)
    except Unreadable as problem:
        return problem.grade()


def batch(kind: str, body: JSON, key: JSON, texts: Iterable[str]) -> dict[str, Grade]:
    """Each distinct text with its grade."""
    return {text: grade_text(kind, body, key, text) for text in dict.fromkeys(texts)}


def grade_revision(kind: str, body: JSON, key: JSON, also: Iterable[JSON], is_void: bool, text: str) -> Grade:
    """The most that any of the keys gives; all of it, also for a blank, if the question is void."""
    if is_void:
        return Grade(FULL, State.RIGHT, [["void", None]])
    best = grade_text(kind, body, key, text)
    for at, other in enumerate(also):
        found = grade_text(kind, body, other, text)
        if _rank(found) > _rank(best):
            best = found._replace(why=[["also", {"index": at}], *found.why])
    return best


def _rank(found: Grade) -> tuple[int, bool]:
    return found.ppm, found.state is State.MANUAL  # what nobody has decided yet stands above nothing
