"""Mistakes in the keys of what learners type: numbers, words, formulas. Part of quizzes.grading.mistakes."""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from . import formula, numbers, numeric, short, units
from .formula import equality, tokens
from .result import FULL, JSON, Unreadable, parts
from .unreadable import sentence

Found = Iterator[tuple[str, str]]

VARIABLE = re.compile(r"[^\W\d_]{1,16}(?:_[^\W_]{1,8}|[0-9]{1,2})?")
MOST_FIGURES = 15  # of a number as computers keep it
MOST_VARIABLES = 6


def numeric_mistakes(body: JSON, key: JSON) -> Found:
    if body.get("decimal", ".") not in (".", ","):
        yield "decimal", _("The decimal sign is a point or a comma.")
    yield from _unit(body, key)
    for part in ("unit_penalty", "sig_penalty"):
        if not 0 <= key.get(part, 0) <= 1:
            yield part, _("What is taken off lies between 0 and 1.")
    yield from _enough(key["answers"])
    seen: dict[tuple[Any, ...], int] = {}
    for at, answer in enumerate(key["answers"], 1):
        same = tuple(str(answer.get(part, "")) for part in ("value", "kind", "tol", "to"))
        if seen.setdefault(same, at) != at:
            yield "answers", _unreachable(at, seen[same])
        for told in _number(answer):
            yield "answers", _numbered(at, told)


def _unit(body: JSON, key: JSON) -> Found:
    if not key.get("unit"):
        if body.get("asks_unit"):
            yield "unit", _("Write the unit that is asked for.")
        return
    try:
        units.key(key["unit"])
    except Unreadable as problem:
        yield "unit", sentence("numeric", {}, problem.code, problem.datum)


def _number(answer: JSON) -> Iterator[str]:
    kind = answer.get("kind", "abs")
    if kind not in numeric.KINDS:
        yield _("Choose how near a number must be: abs, rel, sig or range.")
        return
    if kind == "range" and not answer.get("to"):
        yield _("Write where the range ends.")
        return
    try:
        ends = [_plain(answer[part]) for part in (("value", "to") if kind == "range" else ("value",))]
        if ends != sorted(ends):
            yield _("The range ends before it begins. Write the smaller number first.")
        if kind in ("abs", "rel") and numeric.tolerance_of(answer.get("tol")) < 0:
            yield _("A tolerance cannot be below 0.")
    except Unreadable as problem:
        yield sentence("numeric", {}, problem.code, problem.datum)
    if kind == "sig" and not re.fullmatch("[0-9]{1,2}", str(answer.get("tol", ""))):
        yield _("Write how many significant figures count, such as 3.")
    elif kind == "sig" and not 1 <= int(answer["tol"]) <= MOST_FIGURES:
        yield _("Ask for 1 to %(most)d significant figures.") % {"most": MOST_FIGURES}


def _plain(written: str) -> float:
    number = numbers.key(written)
    if number.unit:
        raise Unreadable("unit_unasked", number.unit)
    return number.value


def short_mistakes(body: JSON, key: JSON) -> Found:
    yield from _enough(key["answers"])
    case, accents = bool(key.get("case")), bool(key.get("accents"))
    seen: dict[str, int] = {}
    for at, answer in enumerate(key["answers"], 1):
        folded = short.fold(answer["text"], case, accents)
        if not folded:
            yield "answers", _numbered(at, _("Write what is accepted, or remove it."))
        elif seen.setdefault(folded, at) != at:
            yield "answers", _unreachable(at, seen[folded])
        if len(answer["text"]) > short.LONGEST:
            yield "answers", _numbered(at, sentence("short", {}, "long"))
    for rejected in key.get("reject", ()):
        if short.fold(rejected["text"], case, accents) in seen:
            words = _("“%(text)s” is both accepted and rejected. Remove one of them.")
            yield "reject", words % {"text": rejected["text"]}


def formula_mistakes(body: JSON, key: JSON) -> Found:
    names, domain = body.get("vars", []), body.get("domain", "real")
    if domain not in formula.DOMAINS:
        yield "domain", _("Choose where the variables lie: real or positive.")
        domain = formula.DOMAINS[0]
    if len(set(names)) < len(names) or len(names) > MOST_VARIABLES:
        yield "vars", _("Name each variable once, at most %(most)d of them.") % {"most": MOST_VARIABLES}
    for name in names:
        if not VARIABLE.fullmatch(name) or name in tokens.FUNCTIONS | tokens.CONSTANTS | tokens.AMBIGUOUS:
            yield "vars", _("“%(name)s” cannot be a variable. Use a letter, such as x or v_0.") % {"name": name[:40]}
            return
    yield from _enough(key["answers"])
    trees: list[tuple[int, formula.Node]] = []
    for at, answer in enumerate(key["answers"], 1):
        try:
            tree = formula.read_key(answer["expr"], tuple(names))
        except Unreadable as problem:
            yield "answers", _numbered(at, sentence("formula", body, problem.code, problem.datum))
            continue
        if equality.equal(tree, tree, tuple(names), domain) is None:
            yield "answers", _numbered(at, _("It has no value we can compute at most places. Choose another form."))
        for before, other in trees:
            if equality.equal(other, tree, tuple(names), domain):
                yield "answers", _unreachable(at, before)
                break
        trees.append((at, tree))


def _enough(answers: list[JSON]) -> Found:
    fractions = [answer.get("fraction", 1) for answer in answers]
    if any(not 0 <= fraction <= 1 for fraction in fractions):
        yield "answers", _("Shares lie between 0 and 1. What a wrong answer costs is said by the marks of the test.")
    if FULL not in map(parts, fractions):
        yield "answers", _("Write at least one answer that earns everything.")


def _numbered(at: int, told: str) -> str:
    return _("Answer %(number)d: %(sentence)s") % {"number": at, "sentence": told}


def _unreachable(at: int, before: int) -> str:
    return _("Answer %(number)d is the same as answer %(before)d. Remove one of them.") % {
        "number": at,
        "before": before,
    }
