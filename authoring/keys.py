"""Reading the keys of course.yaml, chapter.yaml and a lesson's front matter, and telling what is wrong with them."""

import re
from collections.abc import Collection
from datetime import datetime

from django.db.models import Field
from django.utils.translation import gettext as _

from . import yaml_text
from .problems import Tell
from .texts import one_line
from .yaml_text import Entry

DECIMAL = re.compile(r"\d{1,4}(?:\.\d{1,2})?")


class Keys:
    """The keys of one file. Each method reads one and tells what is wrong with it; the answer is then empty."""

    def __init__(self, text: str, first_line: int, known: Collection[str], tell: Tell) -> None:
        self.tell = tell
        self.first_line = first_line
        loaded = yaml_text.load(text, first_line, tell)
        self.unreadable = loaded is None
        self.entries = loaded or {}
        for name in self.entries:
            if name not in known:
                wrong = _("There is no key “%(name)s”.") % {"name": name}
                tell(self.line(name), wrong, _("The keys are: %(known)s.") % {"known": ", ".join(known)})

    def line(self, name: str) -> int:
        entry = self.entries.get(name)
        return entry.line if entry else self.first_line

    def text(self, name: str, field: Field | None = None, *, default: str | None = None) -> str:
        """One line of text, no longer than `field` holds. Without a default it must be there."""
        entry = self.entries.get(name)
        if entry is None or entry.value is None:
            if default is None and not self.unreadable:
                self.tell(
                    self.line(name),
                    _("“%(name)s” is missing.") % {"name": name},
                    _("Write “%(name)s: …”.") % {"name": name},
                )
            return default or ""
        return self.line_of(entry, name, field)

    def line_of(self, entry: Entry, name: str, field: Field | None = None) -> str:
        if not isinstance(entry.value, str):
            self.tell(
                entry.line,
                _("“%(name)s” must be text.") % {"name": name},
                _("Write it behind the colon; put it in quotes when it holds special characters."),
            )
            return ""
        text = one_line(entry.value)
        if not text:
            self.tell(entry.line, _("“%(name)s” is empty.") % {"name": name}, _("Write it, or remove the key."))
        check_length(text, field, entry.line, name, self.tell)
        return text

    def number(self, name: str, low: int, high: int, *, required: bool = False) -> int | None:
        entry = self.entries.get(name)
        if entry is None or entry.value is None:
            if required:
                self.text(name)
            return None
        text = entry.value if isinstance(entry.value, str) else ""
        # The length keeps int() from working on a million digits.
        if text.isascii() and text.isdigit() and len(text) < 12 and low <= int(text) <= high:
            return int(text)
        self.tell(
            entry.line,
            _("“%(name)s” must be a whole number.") % {"name": name},
            _("Write a number from %(low)d to %(high)d.") % {"low": low, "high": high},
        )
        return None

    def decimal(self, name: str, low: float, high: float, *, default: float) -> float:
        """With two places at most."""
        entry = self.entries.get(name)
        if entry is None or entry.value is None:
            return default
        text = entry.value if isinstance(entry.value, str) else ""
        if DECIMAL.fullmatch(text) and low <= float(text) <= high:
            return float(text)
        wrong = _("“%(name)s” must be a number.") % {"name": name}
        remedy = _("Write one from %(low)g to %(high)g, such as 0.45.") % {"low": low, "high": high}
        self.tell(entry.line, wrong, remedy)
        return default

    def pairs(self, name: str) -> dict[str, Entry]:
        """The entries of a mapping."""
        entry = self.entries.get(name)
        if entry is None or entry.value is None:
            return {}
        if not isinstance(entry.value, dict):
            wrong = _("“%(name)s” must be a list of pairs.") % {"name": name}
            self.tell(entry.line, wrong, _("Write each below it, indented, such as “  SQL: sequel”."))
            return {}
        return entry.value

    def moment(self, name: str) -> datetime | None:
        entry = self.entries.get(name)
        if entry is None or entry.value is None:
            return None
        try:
            return yaml_text.moment(entry.value if isinstance(entry.value, str) else "")
        except ValueError:
            self.tell(
                entry.line, _("“%(name)s” is not a moment.") % {"name": name}, _("Write one like 2026-11-01T08:00:00Z.")
            )
            return None

    def items(self, name: str) -> list[Entry] | None:
        """The entries of a list; None when the key is not there."""
        entry = self.entries.get(name)
        if entry is None:
            return None
        if not isinstance(entry.value, list):
            wrong = _("“%(name)s” must be a list.") % {"name": name}
            self.tell(entry.line, wrong, _("Write each entry on a line of its own, beginning with “- ”."))
            return []
        return entry.value

    def choice(self, name: str, choices: Collection[str]) -> str:
        text = self.text(name)
        if text and text not in choices:
            tell_choice(self.line(name), name, text, choices, self.tell)
            return ""
        return text


def check_length(text: str, field: Field | None, line: int, name: str, tell: Tell) -> None:
    most = field.max_length if field else None
    if most and len(text) > most:
        wrong = _("“%(name)s” has %(count)d characters; at most %(most)d fit.")
        tell(line, wrong % {"name": name, "count": len(text), "most": most}, _("Shorten it."))


def tell_choice(line: int, name: str, text: str, choices: Collection[str], tell: Tell) -> None:
    wrong = _("“%(text)s” is not a %(name)s.") % {"text": text, "name": name}
    tell(line, wrong, _("Write one of: %(choices)s.") % {"choices": ", ".join(choices)})
