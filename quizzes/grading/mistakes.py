"""What an author has to mend before a question can be used. Sentences say what to write."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from . import choices, cloze, matching, ordering, short, typed
from .result import FULL, JSON, parts
from .shapes import is_whole

GAP = re.compile(r"\[\[([0-9]{1,3})\]\]")
MOST = 50  # options, items, gaps: more is no question but a table


class Mistake(NamedTuple):
    where: str  # what it is about: "stem", "options", "answers", "gaps", "pairs", "items", "rubric", …
    sentence: str


def mistakes(kind: str, body: Any, key: Any, stem: str) -> list[Mistake]:
    """Empty: the question can be used. body and key may be anything that JSON can say."""
    # A text with gaps may say all by itself.
    found = [] if stem.strip() or kind == "cloze" else [Mistake("stem", _("Write the question."))]
    if kind not in CHECKS:
        return [*found, Mistake("kind", _("There is no such kind of question. Choose another."))]
    if not is_whole(kind, body, key):
        words = _("Parts of this question are missing or of the wrong type. Write its options and its key again.")
        return [*found, Mistake("body", words)]
    return found + [Mistake(*told) for told in CHECKS[kind](body, key)]


Found = Iterator[tuple[str, str]]


def _single(body: JSON, key: JSON) -> Found:
    yield from _items("options", body["options"], least=2)
    yield from _fractions(choices.option_ids(body), key)


def _truefalse(body: JSON, key: JSON) -> Found:
    yield from _fractions(choices.TRUE_FALSE, key)


def _fractions(ids: Sequence[str], key: JSON) -> Found:
    yield from _unknown("options", ids, [*key["options"], *_spoken_of(key)])
    fractions = key["options"].values()
    if any(not 0 <= fraction <= 1 for fraction in fractions):
        yield "options", _("Shares lie between 0 and 1. What a wrong answer costs is said by the marks of the test.")
    if FULL not in map(parts, fractions):
        yield "options", _("Mark one option as right.")


def _multiple(body: JSON, key: JSON) -> Found:
    yield from _items("options", body["options"], least=2)
    yield from _unknown("options", choices.option_ids(body), [*key["right"], *_spoken_of(key)])
    if not key["right"]:
        words = _("Mark at least one option as right. If none is, add an option “None of these” and mark that.")
        yield "options", words
    yield from _rule(key, choices.RULES)


def _cloze(body: JSON, key: JSON) -> Found:
    in_text = GAP.findall(body["text"])
    gaps, keys = body["gaps"], key["gaps"]
    if not in_text:
        yield "gaps", _("Write at least one gap into the text: [[1]].")
    for gap in _repeated(in_text):
        yield "gaps", _("Gap [[%(gap)s]] stands in the text twice. Give each gap its own number.") % {"gap": gap}
    for gap in dict.fromkeys(in_text):
        if gap not in gaps or gap not in keys:
            yield "gaps", _("Say what belongs into gap [[%(gap)s]].") % {"gap": gap}
    for gap in sorted({*gaps, *keys} - set(in_text)):
        yield "gaps", _("Write [[%(gap)s]] into the text, or remove that gap.") % {"gap": gap}
    if len(gaps) > MOST:
        yield "gaps", _("Write at most %(most)d gaps.") % {"most": MOST}
    for gap in sorted(gaps.keys() & keys.keys()):
        for told in _gap(gaps[gap], keys[gap]):
            yield "gaps", _("Gap %(gap)s: %(sentence)s") % {"gap": gap, "sentence": told}


def _gap(body: JSON, key: JSON) -> Iterator[str]:
    kind = body["kind"]
    if kind not in cloze.KINDS:
        yield _("A gap takes a word, a number or one of several options.")
        return
    if not 0 < key.get("weight", 1) <= 1000:
        yield _("Its weight must be above 0.")
    for mistake in mistakes(kind, body, key, stem="…"):
        yield mistake.sentence


def _matching(body: JSON, key: JSON) -> Found:
    yield from _items("pairs", body["left"], least=2)
    yield from _items("pairs", body["right"], least=2)
    left, right = ([item["id"] for item in body[side]] for side in ("left", "right"))
    yield from _unknown("pairs", left, key["pairs"])
    yield from _unknown("pairs", right, key["pairs"].values())
    for item in body["left"]:
        if item["id"] not in key["pairs"]:
            yield "pairs", _("Say what “%(text)s” belongs to.") % {"text": _brief(item["text"])}
    yield from _rule(key, matching.RULES)


def _ordering(body: JSON, key: JSON) -> Found:
    yield from _items("items", body["items"], least=2)
    ids = [item["id"] for item in body["items"]]
    if sorted(key["order"]) != sorted(ids):
        yield "items", _("Give the right order of all items, each of them once.")
    yield from _rule(key, ordering.RULES)


def _essay(body: JSON, key: JSON) -> Found:
    words = body.get("words")
    if words is not None and not 0 < words <= 20_000:
        yield "words", _("Allow 1 to 20,000 words, or leave it empty.")
    ids = [criterion["id"] for criterion in key["rubric"]]
    if not ids or len(set(ids)) < len(ids):
        yield "rubric", _("Write at least one criterion, and give each its own name.")
    for criterion in key["rubric"]:
        levels = criterion["levels"]
        said = {"title": _brief(criterion["title"])}
        if not criterion["title"].strip():
            yield "rubric", _("Write what each criterion asks for.")
        if len(levels) < 2 or levels != sorted(set(levels)) or levels[0] < 0 or levels[-1] > 1000:
            yield "rubric", _("Give “%(title)s” rising levels, such as 0, 1, 2, 4.") % said
        if not 0 < criterion.get("weight", 1) <= 1000:
            yield "rubric", _("The weight of “%(title)s” must be above 0.") % said


def _items(where: str, items: Sequence[JSON], least: int) -> Found:
    """Options and the like: enough of them, none empty, no two alike."""
    if not least <= len(items) <= MOST:
        yield where, _("Write %(least)d to %(most)d of them.") % {"least": least, "most": MOST}
    if len({item["id"] for item in items}) < len(items) or not all(item["id"] for item in items):
        yield where, _("Two of them have the same id. Give each its own.")
    if not all(item["text"].strip() for item in items):
        yield where, _("One of them is empty. Write a text, or remove it.")
    # Case tells options apart: mA is not MA.
    for text in _repeated(short.fold(item["text"], True, True) for item in items if item["text"].strip()):
        yield where, _("“%(text)s” stands there twice. Change one of them.") % {"text": _brief(text)}


def _unknown(where: str, known: Iterable[str], named: Iterable[str]) -> Found:
    for name in sorted(set(named) - set(known)):
        yield (
            where,
            _("The key speaks of “%(id)s”, which is not there. Choose again what is right.") % {"id": name[:40]},
        )


def _spoken_of(key: JSON) -> list[str]:
    return [*key.get("feedback", ()), *key.get("misconceptions", ())]


def _rule(key: JSON, rules: Sequence[str]) -> Found:
    if key.get("rule", rules[0]) not in rules:
        yield "rule", _("There is no such rule. Choose one of: %(rules)s.") % {"rules": ", ".join(rules)}


def _repeated(texts: Iterable[str]) -> list[str]:
    return [text for text, count in Counter(texts).items() if count > 1]


def _brief(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"


CHECKS: dict[str, Callable[[JSON, JSON], Iterable[tuple[str, str]]]] = {
    "single": _single,
    "truefalse": _truefalse,
    "multiple": _multiple,
    "numeric": typed.numeric_mistakes,
    "short": typed.short_mistakes,
    "cloze": _cloze,
    "matching": _matching,
    "ordering": _ordering,
    "formula": typed.formula_mistakes,
    "essay": _essay,
}
