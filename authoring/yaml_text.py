"""The small part of YAML a course folder uses: mappings, lists and plain values, each with its line.

No aliases (a few lines can stand for gigabytes), no tags (they name code to run), no key twice. Values stay text
until somebody asks for a number or a moment, so `title: 1984` and `language: no` mean what they say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import yaml
from django.utils.translation import gettext as _

from . import limits
from .problems import Tell

NULL = "tag:yaml.org,2002:null"
PLAIN = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "timestamp", "value", "merge")}


@dataclass(frozen=True)
class Entry:
    """value: text, a list of entries, a mapping to entries, or None for nothing."""

    value: "str | list[Entry] | dict[str, Entry] | None"
    line: int


class _Loader(yaml.SafeLoader):
    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _RefusedError(event, _("Aliases (& and *) are not allowed."), _("Write the value out."))
        self.depth += 1
        if self.depth > limits.YAML_DEPTH:
            raise _RefusedError(event, _("This is nested too deeply."), _("Use only the keys of the format."))
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


class _RefusedError(Exception):
    def __init__(self, event: Any, message: str, remedy: str) -> None:
        self.line, self.message, self.remedy = event.start_mark.line, message, remedy


def load(text: str, first_line: int, tell: Tell) -> dict[str, Entry] | None:
    """The mapping in `text`, whose first line is `first_line` of its file. None when it cannot be read: told."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except _RefusedError as refused:
        tell(first_line + refused.line, refused.message, refused.remedy)
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = _("This is not valid YAML: %(said)s.") % {"said": error.problem or error.context}
        tell(first_line + (mark.line if mark else 0), said, _("Put text with special characters in quotes."))
        return None
    except yaml.YAMLError:
        tell(first_line, _("This is not valid YAML: it holds characters nobody can see."), _("Remove them."))
        return None
    if not isinstance(node, yaml.MappingNode):
        tell(first_line, _("There are no keys here."), _("Write lines like “title: My title”."))
        return None
    value = _entry(node, first_line, tell).value
    return value if isinstance(value, dict) else None


def _entry(node: yaml.Node, first_line: int, tell: Tell) -> Entry:
    line = first_line + node.start_mark.line
    if isinstance(node, yaml.MappingNode):
        return Entry(_mapping(node, first_line, tell), line)
    if isinstance(node, yaml.SequenceNode):
        return Entry([_entry(item, first_line, tell) for item in node.value], line)
    if node.tag == NULL:
        return Entry(None, line)
    if node.tag not in PLAIN:
        tell(line, _("The tag %(tag)s is not allowed.") % {"tag": node.tag}, _("Remove it, or put the text in quotes."))
        return Entry(None, line)
    return Entry(node.value, line)


def _mapping(node: yaml.MappingNode, first_line: int, tell: Tell) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for key, value in node.value:
        line = first_line + key.start_mark.line
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name in found:
            tell(line, _("The key “%(name)s” is here twice.") % {"name": name}, _("Keep one of them."))
        elif not name:
            tell(line, _("A key is missing."), _("Write lines like “title: My title”."))
        else:
            entry = _entry(value, first_line, tell)
            # An empty value has no place of its own.
            found[name] = Entry(entry.value, line if entry.value is None else entry.line)
    return found


class _Dumper(yaml.SafeDumper):
    pass


def _represent_moment(dumper: yaml.SafeDumper, moment: datetime) -> yaml.Node:
    text = moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", text)


def _represent_answer(dumper: yaml.SafeDumper, is_so: bool) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:bool", "yes" if is_so else "no")


_Dumper.add_representer(datetime, _represent_moment)
_Dumper.add_representer(bool, _represent_answer)


def dump(values: Mapping[str, Any]) -> str:
    """The same values always give the same text: keys in the order given, one line a value."""
    return yaml.dump(dict(values), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))


def moment(text: str) -> datetime:
    """Raises ValueError. Without a zone it is UTC; a date alone is its first moment."""
    try:
        found = datetime.fromisoformat(text.strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        raise ValueError(text)
