"""What GIFT has no words for stands in comments before a question: `// [kind:ordering] [concept:Locks]`.

Other readers skip them. `[`, `]`, `\\` and line ends in a value get a backslash. A key of one gap of a cloze has
the gap's number before it: `[2.unit:m/s]`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..problems import Problems

# Those that may be there more than once.
LISTS = ("tag", "misconception", "tolerance", "reject", "rubric")
KEYS = (
    "kind",
    "concept",
    "difficulty",
    "tag",
    "source",
    "spoken",
    "rule",
    "misconception",
    "unit",
    "asks_unit",
    "unit_penalty",
    "sig_penalty",
    "decimal",
    "sig",
    "rel",
    "tolerance",
    "reject",
    "case",
    "accents",
    "hints",
    "vars",
    "domain",
    "words",
    "rubric",
    "sample",
    "width",
    "weight",
)
SKIPPED = ("id",)  # Moodle writes it
ONE = re.compile(r"\[(?:(\d{1,2})\.)?([A-Za-z_]+):((?:\\.|[^\[\]\\])*)\]")
LINE = re.compile(rf"(?:{ONE.pattern}\s*)+")


@dataclass(frozen=True)
class Said:
    key: str
    value: str
    line: int
    gap: str = ""


def read(line: str, number: int, problems: Problems) -> list[Said]:
    """The keys in a comment; none in one that is only for people."""
    text = line.strip().removeprefix("//").strip()
    if not text.startswith("["):
        return []
    if not LINE.fullmatch(text):
        if any(found[2].lower() in KEYS for found in ONE.finditer(text)):
            problems.tell(number, _("This comment cannot be read. Write only keys, such as “// [concept:Locks]”."))
        return []
    said = []
    for found in ONE.finditer(text):
        key, value = found[2].lower(), re.sub(r"\\(.)", _plain, found[3]).strip()
        if key in KEYS:
            said.append(Said(key, value, number, str(int(found[1])) if found[1] else ""))
        elif key not in SKIPPED:
            problems.tell(
                number,
                _("There is no key “%(key)s”. The keys are: %(known)s.") % {"key": key, "known": ", ".join(KEYS)},
            )
    return said


def _plain(found: re.Match[str]) -> str:
    return "\n" if found[1] == "n" else found[1]


def written(pairs: Iterable[tuple[str, str]]) -> str:
    """One comment line, empty for no keys."""
    keys = [f"[{key}:{_escaped(value)}]" for key, value in pairs]
    return f"// {' '.join(keys)}" if keys else ""


def _escaped(value: str) -> str:
    return re.sub(r"[\\\[\]]", r"\\\g<0>", value).replace("\n", "\\n")
