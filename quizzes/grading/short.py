"""A word or two, compared letter by letter after small differences are set aside."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from rapidfuzz.distance import OSA

from .result import JSON, Grade, Unreadable, Why, earned, parts
from .texts import clean

LONGEST = 300  # characters
# Of punctuation, what carries meaning: C#, 50 %, AT&T, snake_case, and/or.
MEANS_SOMETHING = frozenset("#%&@*/\\_")
FULL_STOPS = re.compile(r"[\s.,;:!?…]+$")


def normal(body: JSON, response: Any) -> str | None:
    if response is None:
        return None
    if not isinstance(response, str):
        raise Unreadable("text")
    return clean(response, LONGEST)


def judge(body: JSON, key: JSON, response: str) -> Grade:
    case, accents = bool(key.get("case")), bool(key.get("accents"))
    given = _fold(response, case, accents)
    for answer in key["answers"]:
        if fold(answer["text"], case, accents) == given:
            ppm = parts(answer.get("fraction", 1))
            return earned(ppm, [["matched", {"text": answer["text"], "ppm": ppm}], *_said(answer)])
    for rejected in key.get("reject", ()):
        if fold(rejected["text"], case, accents) == given:
            return earned(0, [["rejected", {"text": rejected["text"]}], *_said(rejected)])
    why: Why = [["unmatched", None]]
    if key.get("hints", True) and (near := _nearest(given, key, case, accents)):
        why.append(["near", {"text": near}])
    return earned(0, why)


def _fold(text: str, case: bool, accents: bool) -> str:
    """The text without what does not count. Its letters and figures stay."""
    text = unicodedata.normalize("NFKC", text)
    if not case:
        text = text.casefold()
    if not accents and not text.isascii():
        letters = unicodedata.normalize("NFD", text)
        text = unicodedata.normalize("NFC", "".join(c for c in letters if unicodedata.category(c) != "Mn")) or text
    if any(map(str.isalpha, text)):  # else the signs are the answer: "!=", "-5"
        text = "".join(_kept(text)) or text
    return " ".join(text.split())


fold = lru_cache(4096)(_fold)  # of keys, which come again and again


def _kept(text: str) -> Iterable[str]:
    text = FULL_STOPS.sub("", text)
    for at, letter in enumerate(text):
        if letter in MEANS_SOMETHING or not unicodedata.category(letter).startswith("P"):
            yield letter
        elif text[at - 1 : at].isdigit() or text[at + 1 : at + 2].isdigit():
            yield letter  # 1.5 is not 15, nor x-1 x1


def _nearest(given: str, key: JSON, case: bool, accents: bool) -> str | None:
    """The accepted word that `given` seems to be meant for: worth a hint, never marks."""
    if any(map(str.isdigit, given)):
        return None  # 10000 is no slip of 1000
    rejected = [fold(word["text"], case, accents) for word in key.get("reject", ())]
    nearest, distance = None, 3
    for answer in key["answers"]:
        word = fold(answer["text"], case, accents)
        slips = 0 if len(word) < 5 else 1 if len(word) < 9 else 2
        apart = OSA.distance(given, word, score_cutoff=slips)
        if apart <= slips and apart < distance and parts(answer.get("fraction", 1)):
            nearest, distance = answer["text"], apart
    if nearest is None or any(OSA.distance(given, word) <= distance for word in rejected):
        return None
    return nearest


def _said(answer: JSON) -> Why:
    said: Why = [["feedback", answer["feedback"]]] if answer.get("feedback") else []
    if answer.get("misconception"):
        said.append(["misconception", answer["misconception"]])
    return said
