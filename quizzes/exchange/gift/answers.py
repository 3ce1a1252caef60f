"""The inside of the braces: answers with their marks, weights and feedback."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..problems import MOST_OPTIONS, Unreadable, sized
from . import escapes

WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,7})?)%")
TRUE, FALSE = ("t", "true"), ("f", "false")


@dataclass(frozen=True)
class Answer:
    """mark: `=`, `~`, or "" for the only answer of a number. raw: what stands behind the mark, before the feedback."""

    mark: str
    raw: str
    feedback: str
    line: int

    @property
    def weight(self) -> float | None:
        """Per cent, None where none is written."""
        found = WEIGHT.match(self.raw)
        return float(found[1]) if found else None

    @property
    def words(self) -> str:
        """As it stands, without the weight."""
        found = WEIGHT.match(self.raw)
        return escapes.joined(self.raw[found.end() :] if found else self.raw)

    def text(self, more: str = "") -> str:
        return sized(content(self.words, more), self.line, _("This answer"))


@dataclass(frozen=True)
class Block:
    """before: what stands before the first answer."""

    before: str
    answers: list[Answer]
    explanation: str
    line: int

    @property
    def is_number(self) -> bool:
        return self.before.lstrip().startswith("#")

    @property
    def verdict(self) -> tuple[bool, str, str] | None:
        """(what is right, feedback for a wrong answer, feedback for the right one) of true or false."""
        said, *feedback = re.split(r"(?<!\\)#", self.before)
        word = said.strip().lower()
        if word not in (*TRUE, *FALSE) or self.answers:
            return None
        wrong, right = ([content(escapes.joined(text)) for text in feedback] + ["", ""])[:2]
        return word in TRUE, wrong, right


def content(raw: str, more: str = "") -> str:
    """The text in a piece, without the mark that says how it is written."""
    marker = escapes.MARKER.match(raw)
    text = escapes.read(raw[marker.end() :] if marker else raw, more)
    if marker and marker[1] == "html":
        # Imported here: few files hold HTML.
        from ..html import to_markdown

        return to_markdown(text)
    return text


def split(raw: str, line: int, *, is_whole: bool = True) -> Block:
    """raw: what stands between the braces; its first line is `line`. is_whole: there may be an explanation."""
    starts: list[int] = []
    explanation, end = "", len(raw)
    for token in escapes.TOKEN.finditer(raw):
        if token[0] == "####" and is_whole:
            explanation, end = raw[token.end() :], token.start()
            break
        if token[0] in ("=", "~"):
            starts.append(token.start())
    if len(starts) > MOST_OPTIONS:
        raise Unreadable(line, _("There are %(count)d answers. Keep to %(most)d.") % _counted(len(starts)))
    answers = []
    for start, stop in zip(starts, [*starts[1:], end], strict=False):
        at = line + raw.count("\n", 0, start)
        said, feedback = _with_feedback(raw[start + 1 : stop])
        answers.append(Answer(raw[start], said, feedback, at))
    before = raw[: starts[0]] if starts else raw[:end]
    return Block(before, answers, content(escapes.joined(explanation)), line)


def _counted(count: int) -> dict[str, int]:
    return {"count": count, "most": MOST_OPTIONS}


def _with_feedback(raw: str) -> tuple[str, str]:
    for token in escapes.TOKEN.finditer(raw):
        if token[0] in ("#", "####"):
            return raw[: token.start()], content(escapes.joined(raw[token.start() + 1 :]))
    return raw, ""


def only_answer(block: Block) -> Answer:
    """The answer of a number that is written without a mark: `{#9.81:0.02}`."""
    bare = block.before.lstrip()
    ahead = block.before[: len(block.before) - len(bare)].count("\n")
    said, feedback = _with_feedback(bare[1:])
    return Answer("", said, feedback, block.line + ahead)
