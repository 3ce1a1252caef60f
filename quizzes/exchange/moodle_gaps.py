"""Gaps in Moodle's texts: `{1:SHORTANSWER:=word}` within a text, or `[[1]]` with words to choose from."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from quizzes.models.questions import Kind

from .gift import answers, kinds
from .gift.answers import Answer
from .gift.settings import Settings
from .problems import Unreadable

EMBEDDED = re.compile(r"\{(\d{0,3}):([A-Z_]{2,20}):((?:\\.|[^{}\\])*)\}", re.DOTALL)
PLACED = re.compile(r"\[\[(\d{1,3})\]\]")
TAG = re.compile(r"<[^<>]*>")
SHORT = {"SHORTANSWER", "SA", "MW"}
SHORT_CASE = {"SHORTANSWER_C", "SAC", "MWC"}
NUMERIC = {"NUMERICAL", "NM"}
SINGLE = {f"{name}{way}" for name in ("MULTICHOICE", "MC") for way in ("", "_V", "_H", "_S", "_VS", "_HS")}
SINGLE |= {f"MC{way}" for way in ("V", "H", "S", "VS", "HS")}
MOST_GAPS = 50


@dataclass
class Pieces:
    """html: the text, with \\x02 number \\x03 for each gap: no converter touches that."""

    html: str = ""
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, kind: Kind, body: dict[str, Any], key: dict[str, Any], weight: int = 1) -> str:
        number = str(len(self.bodies) + 1)
        self.bodies[number] = {"kind": kind.value} | body
        self.keys[number] = key | {"weight": weight}
        return f"\x02{number}\x03"


def embedded(text: str, line: int) -> Pieces:
    pieces = Pieces()

    def gap(found: re.Match[str]) -> str:
        inner = html.unescape(TAG.sub("", found[3])).replace("\n", " ").strip()
        kind = _kind(found[2], line)
        block = answers.split(f"#{inner}" if kind == Kind.NUMERIC else inner, line, is_whole=False)
        if kind != Kind.SINGLE:
            block.answers[:] = [_equal(answer) for answer in block.answers if answer.words != "*"]
        body, key = kinds.build(kind, block, Settings([], line), "")
        if found[2] in SHORT_CASE:
            key["case"] = True
        return pieces.add(kind, body, key, max(int(found[1] or 1), 1))

    pieces.html = EMBEDDED.sub(gap, text.replace("\x02", "").replace("\x03", ""))
    return _counted(pieces, line)


def _kind(name: str, line: int) -> Kind:
    for kind, names in ((Kind.SHORT, SHORT | SHORT_CASE), (Kind.NUMERIC, NUMERIC), (Kind.SINGLE, SINGLE)):
        if name in names:
            return kind
    raise Unreadable(
        line,
        _("A gap is of the kind “%(kind)s”, which is not known here. Write SHORTANSWER, NUMERICAL or MULTICHOICE.")
        % {"kind": name},
    )


def _equal(answer: Answer) -> Answer:
    """Here `~` only divides, also words and numbers that count; one without a weight is wrong."""
    weight = 100 if answer.mark == "=" else max(answer.weight or 0, 0)
    return replace(answer, mark="=", raw=f"%{weight:g}%{answer.words}")


def placed(text: str, words: Sequence[tuple[str, str]], line: int) -> Pieces:
    """words: (text, group); the right one for [[2]] is the second, the others of its group are to choose from."""
    pieces = Pieces()

    def gap(found: re.Match[str]) -> str:
        number = int(found[1])
        if not 1 <= number <= len(words):
            raise Unreadable(line, _("There is no word for the gap [[%(number)d]].") % {"number": number})
        right, group = words[number - 1]
        texts = list(dict.fromkeys(word for word, other in words if other == group))
        options = [{"id": str(place), "text": word} for place, word in enumerate(texts)]
        key = {"options": {option["id"]: int(option["text"] == right) for option in options}}
        return pieces.add(Kind.SINGLE, {"options": options}, key)

    pieces.html = PLACED.sub(gap, text.replace("\x02", "").replace("\x03", ""))
    return _counted(pieces, line)


def _counted(pieces: Pieces, line: int) -> Pieces:
    if not 1 <= len(pieces.bodies) <= MOST_GAPS:
        raise Unreadable(line, _("This text has no gaps, or more than %(most)d.") % {"most": MOST_GAPS})
    return pieces
