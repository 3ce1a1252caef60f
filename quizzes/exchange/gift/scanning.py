"""Cutting a GIFT file into questions, each with its lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from ..problems import MOST_QUESTIONS, Problems, Unreadable, too_large
from . import comments, escapes
from .comments import Said

NAME = re.compile(r"\s*::((?:\\.|[^\\:]|:(?!:))*)::", re.DOTALL)
BRACES = re.compile(r"\\.|[{}]")
MOST_RAW = 500_000  # characters of one question
FENCES = ("```", "~~~", r"\~\~\~")


@dataclass
class Raw:
    """One question as it stands. block: what is between the braces, None without them; tail: what is behind."""

    line: int
    name: str = ""
    stem: str = ""
    stem_line: int = 0
    block: str | None = None
    block_line: int = 0
    tail: str = ""
    said: list[Said] = field(default_factory=list)
    category: str = ""


def cut(text: str, problems: Problems) -> Iterator[Raw]:
    """The questions in `text`, whose line ends are `\\n`; what is wrong with one is told, the others follow."""
    said: list[Said] = []
    category = ""
    count = 0
    lines = text.split("\n")
    at = 0
    while at < len(lines) and not problems.is_full:
        line = lines[at].strip()
        if not line:
            at += 1
        elif line.startswith("//"):
            said += comments.read(line, at + 1, problems)
            at += 1
        elif escapes.CATEGORY.match(line):
            category = line.partition(":")[2].strip().rsplit("/", 1)[-1].strip()
            at += 1
        else:
            end = _end(lines, at)
            count += 1
            if count > MOST_QUESTIONS:
                problems.append(too_large())
                return
            try:
                raw = _pieces(lines[at:end], at + 1)
                raw.said, raw.category = said, category
                yield raw
            except Unreadable as unreadable:
                problems.tell(unreadable.problem.line, unreadable.problem.sentence)
            said, at = [], end


def _end(lines: list[str], start: int) -> int:
    """The first line behind the question that begins at `start`."""
    depth, was_closed, fence = 0, False, ""
    for at in range(start, len(lines)):
        line = lines[at].strip()
        if not line and depth == 0 and not fence:
            return at
        if was_closed and depth == 0 and (line.startswith(("::", "//")) or escapes.CATEGORY.match(line)):
            return at
        if depth and at > start and not lines[at - 1].strip() and _begins_one(lines, at):
            return at  # the answers before it have no end
        if depth == 0 and line.startswith(FENCES) and not was_closed:
            fence = "" if fence and line.startswith(fence) else fence or line[:3]
        if depth and line.startswith("//"):
            continue
        for brace in BRACES.finditer(line):
            if brace[0] == "{":
                depth, fence = depth + 1, ""
            elif brace[0] == "}":
                depth, was_closed = max(depth - 1, 0), True
    return len(lines)


def _begins_one(lines: list[str], at: int) -> bool:
    """Whether a question with a name begins here, with what is said of it first."""
    while at < len(lines) - 1 and lines[at].strip().startswith("//"):
        at += 1
    return lines[at].strip().startswith("::")


def _pieces(lines: list[str], first: int) -> Raw:
    fence = ""
    for place, text in enumerate(lines):
        line = text.strip()
        if line.startswith(FENCES):
            fence = "" if fence and line.startswith(fence) else fence or line[:3]
        if line.startswith("//") and not fence:
            lines[place] = ""
    whole = "\n".join(lines)
    if len(whole) > MOST_RAW:
        raise Unreadable(first, _("This question is too long. Leave an empty line between questions."))
    named = NAME.match(whole)
    start = named.end() if named else 0
    raw = Raw(first, escapes.read(" ".join(named[1].split())) if named else "")
    if not named and whole.lstrip().startswith("::"):
        raise Unreadable(first, _("The name has no end. Write “::name::” before the question."))

    def line_at(place: int) -> int:
        return first + whole.count("\n", 0, place)

    braces = [brace for brace in BRACES.finditer(whole, start) if brace[0] in "{}"]
    raw.stem_line = line_at(start + len(whole[start:]) - len(whole[start:].lstrip()))
    if not braces:
        raw.stem = whole[start:]
        return raw
    opened = braces[0]
    if opened[0] == "}":
        raise Unreadable(line_at(opened.start()), _("There is a } without a {. Write \\} to show one."))
    if len(braces) == 1:
        raise Unreadable(line_at(opened.start()), _("The answers that begin here have no end. Write } behind them."))
    if len(braces) > 2 or braces[1][0] == "{":
        again = next(brace for brace in braces[1:] if brace[0] == "{" or brace is not braces[1])
        raise Unreadable(
            line_at(again.start()),
            _("A question has one pair of braces, around its answers. Write \\{ and \\} to show others."),
        )
    raw.stem = whole[start : opened.start()]
    raw.block, raw.block_line = whole[opened.end() : braces[1].start()], line_at(opened.end())
    raw.tail = whole[braces[1].end() :]
    return raw
