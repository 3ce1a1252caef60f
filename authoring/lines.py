"""The lines of a lesson file and the pieces cut from them, each with the number of its line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lessons.texts import MarkdownField, fenced, headings

from .keys import check_length
from .problems import Tell
from .texts import normal, one_line

HEADING = re.compile(r"(#{1,6})(?:[ \t]+(.*?))?[ \t]*$")


@dataclass(frozen=True)
class Row:
    number: int
    text: str
    is_code: bool = False

    def heading(self, level: int) -> str | None:
        """What a heading of this level says; None for other lines. Only the first column counts."""
        found = None if self.is_code else HEADING.match(self.text)
        return (found[2] or "") if found and len(found[1]) == level else None


@dataclass(frozen=True)
class Passage:
    """Text in its normal form and the line it begins on."""

    text: str
    line: int

    def __bool__(self) -> bool:
        return bool(self.text)

    def checked(self, field: MarkdownField, name: str, tell: Tell) -> str:
        """The text, after telling what `field` would not take."""
        check_length(self.text, field, self.line, name, tell)
        for number, level in headings(self.text):
            if level < field.headings_from:
                marks = "#" * field.headings_from
                wrong = _("A heading with %(marks)s or more is wanted here.") % {"marks": marks}
                tell(self.line + number - 1, wrong, _("Begin it with %(marks)s.") % {"marks": marks})
        return self.text


@dataclass(frozen=True)
class Item:
    """A title or label and the rows below it."""

    title: str
    line: int
    rows: list[Row]


def passage(rows: Sequence[Row], line: int = 0) -> Passage:
    """The rows as one text. line: where it would stand if it is empty."""
    rows = trimmed(rows)
    return Passage(normal("\n".join(row.text for row in rows)), rows[0].number if rows else line)


def trimmed(rows: Sequence[Row]) -> Sequence[Row]:
    """Without the blank rows around."""
    written = [place for place, row in enumerate(rows) if row.text.strip()]
    return rows[written[0] : written[-1] + 1] if written else []


def mark_code(rows: Sequence[Row], tell: Tell) -> list[Row]:
    """The rows of one section with `is_code` set; code that nobody closes is told."""
    codes, opened = fenced([row.text for row in rows])
    marked = [Row(row.number, row.text, is_code) for row, is_code in zip(rows, codes, strict=True)]
    if opened is not None:
        tell(
            rows[opened].number, _("The code that begins here has no end."), _("Write a line with its marks after it.")
        )
    return marked


def titled(rows: Sequence[Row], name: str, tell: Tell) -> list[Item]:
    """The `###` items of a section; text before the first one is told."""
    items: list[Item] = []
    stray: list[Row] = []
    for row in rows:
        title = row.heading(3)
        if title is not None:
            if not title:
                tell(row.number, _("The heading says nothing."), _("Write “### %(name)s”.") % {"name": name})
            items.append(Item(one_line(title), row.number, []))
        else:
            (items[-1].rows if items else stray).append(row)
    tell_stray(stray, _("Begin with “### %(name)s”.") % {"name": name}, tell)
    return items


def tell_stray(rows: Sequence[Row], remedy: str, tell: Tell) -> None:
    stray = passage(rows)
    if stray:
        tell(stray.line, _("This text belongs to nothing."), remedy)


def labelled(rows: Sequence[Row], label: re.Pattern[str], escaped: re.Pattern[str]) -> tuple[list[Row], list[Item]]:
    """The rows before the first label, and one item for each line that begins with a label.

    label: has the groups "name" and "rest"; escaped: a line that only looks like one, as it stands in the file.
    """
    before: list[Row] = []
    items: list[Item] = []
    for row in rows:
        found = None if row.is_code else label.match(row.text)
        if found:
            first = [Row(row.number, found["rest"])] if found["rest"] else []
            items.append(Item(one_line(plain_name(found["name"])), row.number, first))
        else:
            (items[-1].rows if items else before).append(without_escape(row, escaped))
    return before, items


def without_escape(row: Row, escaped: re.Pattern[str]) -> Row:
    return Row(row.number, row.text[1:]) if not row.is_code and escaped.match(row.text) else row


def with_escapes(text: str, structure: re.Pattern[str]) -> list[str]:
    """The lines of `text`, with a backslash before those that would be read as structure.

    structure: matches the line with any number of backslashes before it, so that each keeps its own.
    """
    lines = text.split("\n")
    codes = fenced(lines)[0]
    return [
        "\\" + line if not is_code and structure.match(line) else line
        for line, is_code in zip(lines, codes, strict=True)
    ]


def name_in_stars(name: str) -> str:
    return re.sub(r"([\\*])", r"\\\1", name)


def plain_name(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name)
