"""What learners read when an answer cannot be read: what to write instead. It tells nothing about the key."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .canonical import normal
from .kinds import KINDS, LONGEST
from .result import JSON, Unreadable

SENTENCES = {
    "option": gettext_lazy("Choose one of the options."),
    "options": gettext_lazy("Choose among the options."),
    "text": gettext_lazy("Write your answer as text."),
    "pairs": gettext_lazy("Choose for each item one that is offered."),
    "order": gettext_lazy("Put all items in order, each of them once."),
    "gaps": gettext_lazy("Fill the gaps."),
    "number": gettext_lazy("“%(datum)s” is not a number we can read. Write it like 9.81, −3, 4.5e-3 or 3/4."),
    "number_comma": gettext_lazy("“%(datum)s” is not a number we can read. Write it like 9,81, −3, 4,5e-3 or 3/4."),
    "comma": gettext_lazy("Write %(datum)s with a point, or without a comma: %(point)s or %(whole)s."),
    "point": gettext_lazy("Write %(datum)s with a comma, or without a point: %(point)s or %(whole)s."),
    "comma_only": gettext_lazy("Write %(point)s, not %(datum)s."),
    "zero": gettext_lazy("Nothing can be divided by 0. Check the fraction."),
    "size": gettext_lazy("This number is too large or too small to read. Check its exponent."),
    "unit_unasked": gettext_lazy("Write the number alone, without “%(datum)s”."),
    "unit": gettext_lazy("“%(datum)s” is not a unit we can read. Write it like m/s, kg m^2 or N*m."),
    "unit_unknown": gettext_lazy("We do not know the unit “%(datum)s”. Write its symbol, such as km, s or mol."),
    "formula_comma": gettext_lazy("Write numbers with a point: 2.5, not 2,5."),
    "formula_equals": gettext_lazy("Write only the expression, without = or <."),
    "formula_name": gettext_lazy("We do not know “%(datum)s” here. Use the variables of the question."),
    "formula_sign": gettext_lazy("“%(datum)s” is not expected here. Use + - * / ^ and brackets."),
    "formula_number": gettext_lazy("Write a sign before %(datum)s, such as ^%(datum)s or *%(datum)s."),
    "formula_log": gettext_lazy("Write ln(x) for the natural logarithm, lg(x) for the one of base 10."),
    "formula_function": gettext_lazy("Put brackets after %(datum)s, as in %(datum)s(x)."),
    "formula_bracket": gettext_lazy("A bracket has no partner. Check the brackets."),
    "formula_end": gettext_lazy("The formula stops too early. Something is missing at its end."),
    "formula_big": gettext_lazy("This formula is too long to check. Shorten it."),
    "formula_deep": gettext_lazy("This formula has too many brackets within brackets. Simplify it."),
}


def unreadable(kind: str, body: JSON, response: Any) -> str | None:
    """A sentence for the learner; None if it can be read, or is blank."""
    try:
        given = normal(kind, body, response)
        if given is not None:
            KINDS[kind].check(body, given)
    except Unreadable as problem:
        return sentence(kind, body, problem.code, problem.datum)
    return None


def sentence(kind: str, body: JSON, code: str, datum: Any = None) -> str:
    """code, datum: of an Unreadable, or of the reason "unreadable" of a grade."""
    if code == "gap":
        inner = body["gaps"].get(datum["gap"], {})
        said = sentence(datum["kind"], inner, datum["code"], datum["datum"])
        return _("Gap %(gap)s: %(sentence)s") % {"gap": datum["gap"], "sentence": said}
    if code == "long":
        most = LONGEST.get(kind, LONGEST["short"])
        return _("This is too long to read. Write at most %(most)d characters.") % {"most": most}
    words: dict[str, Any] = {"datum": datum}
    if code in ("comma", "point"):
        other = "," if code == "comma" else "."
        words |= {"point": datum.replace(other, "." if code == "comma" else ","), "whole": datum.replace(other, "")}
        if len(datum.rpartition(other)[2]) != 3:
            code = "comma_only"
    if code == "number" and body.get("decimal") == ",":
        code = "number_comma"
    return str(SENTENCES[code]) % words
