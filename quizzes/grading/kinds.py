"""The kinds of questions, each with its way of reading a response and of judging it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from . import choices, cloze, essay, formula, matching, numeric, ordering, short
from .result import JSON, Grade


class Rules(NamedTuple):
    # A response in its normal form, so that equal answers are equal; None for a blank. Raises Unreadable.
    normal: Callable[[JSON, Any], Any]
    # (body, key, normal response) → Grade. Raises Unreadable.
    judge: Callable[[JSON, JSON, Any], Grade]
    # Raises Unreadable for what has a normal form and still means nothing; needs no key.
    check: Callable[[JSON, Any], object] = lambda body, response: None


KINDS = {
    "single": Rules(choices.normal_single, choices.judge_single),
    "truefalse": Rules(choices.normal_truefalse, choices.judge_single),
    "multiple": Rules(choices.normal_multiple, choices.judge_multiple),
    "numeric": Rules(numeric.normal, numeric.judge, numeric.check),
    "short": Rules(short.normal, short.judge),
    "cloze": Rules(cloze.normal, cloze.judge, cloze.check),
    "matching": Rules(matching.normal, matching.judge),
    "ordering": Rules(ordering.normal, ordering.judge),
    "formula": Rules(formula.normal, formula.judge, formula.check),
    "essay": Rules(essay.normal, essay.judge),
}
# The longest text of a kind, in characters.
LONGEST = {"numeric": numeric.numbers.LONGEST, "short": short.LONGEST, "formula": formula.LONGEST}
