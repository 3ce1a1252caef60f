"""Markdown as authors write it."""

import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

# A fence may be the first thing in a list item; a run of backticks with another one behind it is code within a line.
FENCE = re.compile(r"( {0,3}(?:(?:[-+*]|\d{1,9}[.)]) {1,4})*)(`{3,}(?=[^`]*$)|~{3,})")
HEADING = re.compile(r" {0,3}(#{1,6})(?:\s|$)")
# What no text editor shows: control characters, except tab and line feed, and halves of a character.
INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
BLANK_LINES_AHEAD = re.compile(r"\A(?:[^\S\n]*\n)+")


class MarkdownField(models.TextField):
    """Markdown; headings in it begin at level `headings_from`, since those above belong to the page.

    The same rule keeps the course folder readable: there, `##` and `###` separate the parts.
    """

    def __init__(self, *args: Any, headings_from: int = 4, **kwargs: Any) -> None:
        self.headings_from = headings_from
        super().__init__(*args, **kwargs)

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        text = super().clean(value, model_instance)
        text = tidy(text)
        for number, level in headings(text):
            if level < self.headings_from:
                raise ValidationError(
                    _("Line %(line)d: begin headings here with %(marks)s or more."),
                    code="heading",
                    params={"line": number, "marks": "#" * self.headings_from},
                )
        return text


def tidy(text: str) -> str:
    """Unix line ends, no blank lines around."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()


def one_line(text: str) -> str:
    """A title, a name: one line, single spaces."""
    return " ".join(INVISIBLE.sub(" ", text).split())


def normal(text: str) -> str:
    """Markdown without what would not survive a file: odd line ends, blank lines around, code that nobody closes."""
    text = tidy(BLANK_LINES_AHEAD.sub("", INVISIBLE.sub("", tidy(text))))
    lines = text.split("\n")
    opened = fenced(lines)[1]
    if opened is not None and (fence := FENCE.match(lines[opened])):
        text += "\n" + " " * len(fence[1]) + fence[2]
    return text


def headings(text: str) -> list[tuple[int, int]]:
    """Line number (from 1) and level of each `#` heading outside fenced code."""
    lines = text.split("\n")
    found = []
    for number, (line, is_code) in enumerate(zip(lines, fenced(lines)[0], strict=True), 1):
        if not is_code and (heading := HEADING.match(line)):
            found.append((number, len(heading[1])))
    return found


def fenced(lines: Sequence[str]) -> tuple[list[bool], int | None]:
    """For each line whether it belongs to fenced code, its fences included; and the index of a fence nobody closes."""
    inside: list[bool] = []
    fence, opened = None, None
    for index, line in enumerate(lines):
        if fence is None:
            fence = FENCE.match(line)
            opened = index if fence else None
            inside.append(bool(fence))
        else:
            inside.append(True)
            if closes(line, fence):
                fence = opened = None
    return inside, opened


def closes(line: str, fence: re.Match[str]) -> bool:
    """Whether `line` ends the code that `fence` began."""
    marks = line.strip()
    indent = len(line) - len(line.lstrip(" "))
    return len(marks) >= len(fence[2]) and set(marks) == {fence[2][0]} and indent <= len(fence[1]) + 3
