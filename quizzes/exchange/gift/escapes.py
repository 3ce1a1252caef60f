"""Texts in GIFT: which characters need a backslash, and how line ends survive.

Other readers trim lines and end a question at an empty one. So a line end that would not survive that is written as
`\\n`, as Moodle does; a line end in the file is one only between two lines that need nothing around them.
"""

import re
from itertools import pairwise

SPECIAL = "~=#{}"
ESCAPED = re.compile(r"\\([\\~=#{}:n])")
TOKEN = re.compile(r"\\.|####|[{}=~#\n]", re.DOTALL)
MARKER = re.compile(r"\[(html|markdown|plain|moodle)\][ \t]*")
COMMENT = re.compile(r"[ \t]*//")
CATEGORY = re.compile(r"[ \t]*\$CATEGORY:", re.IGNORECASE)


def read(raw: str, more: str = "") -> str:
    """What a piece of a file says. more: characters that may have a backslash here besides the usual ones."""

    def plain(found: re.Match[str]) -> str:
        return "\n" if found[1] == "n" else found[1]

    pattern = re.compile(rf"\\([\\~=#{{}}:n{re.escape(more)}])") if more else ESCAPED
    return pattern.sub(plain, raw)


def joined(raw: str) -> str:
    """The lines of a piece without what an editor put around them. In fenced code the indent counts."""
    lines: list[str] = []
    fence = ""
    for line in raw.split("\n"):
        bare = line.strip(" \t")
        marks = re.match(r"`{3,}|~{3,}|(?:\\~){3,}", bare)
        lines.append(line.rstrip(" \t") if fence and not (marks and bare.startswith(fence)) else bare)
        if marks and not fence:
            fence = marks[0]
        elif marks and bare == marks[0] and marks[0].startswith(fence):
            fence = ""
    return "\n".join(lines).strip(" \t\n")


def written(text: str, more: str = "") -> str:
    """`text` so that it is read back as it is wherever a text can stand."""
    marker = "[markdown]" if MARKER.match(text) else ""
    return _with_line_ends(marker + escaped(text, more))


def escaped(text: str, more: str = "") -> str:
    special = SPECIAL + more
    letters: list[str] = []
    for place, letter in enumerate(text):
        behind = text[place + 1 : place + 2]
        if letter in special:
            letters.append("\\" + letter)
        elif letter == "\\" and (not behind or behind in special or behind in ":n\\\n"):
            letters.append("\\\\")
        elif letter == ":" and ":" in (behind, text[place - 1 : place]):
            letters.append("\\:")
        else:
            letters.append(letter)
    return "".join(letters)


def in_one_line(text: str, more: str = "") -> str:
    return written(text, more).replace("\n", "\\n")


def _with_line_ends(text: str) -> str:
    lines = text.split("\n")
    out = lines[0]
    for before, line in pairwise(lines):
        is_safe = (
            line
            and line == line.strip()
            and before == before.rstrip()
            and not COMMENT.match(line)
            and not CATEGORY.match(line)
        )
        out += ("\n" if is_safe else "\\n") + line
    return out
