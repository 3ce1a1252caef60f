"""The words of a Markdown text as a voice reads them: what only eyes can take in is named instead."""

import re
from collections.abc import Mapping, Sequence

from markdown_it.token import Token

from .render import PARSER, _blocks

# A formula as short as "n" or "2x" is read out; a longer one is TeX, which nobody can follow by ear.
SAYABLE = re.compile(r"[A-Za-z0-9 ]{1,6}")
SILENT = {"fence": "code", "code_block": "code", "math_block": "formula"}
BREAKS = ("paragraph_close", "heading_close")
LINES = re.compile(r"[^\S\n]*\n\s*")
SPACES = re.compile(r"[^\S\n]+")


def spoken(text: str, instead: Mapping[str, str]) -> list[str]:
    """The words of each block, as many as `render` gives. A line within a block is a sentence of its own.

    instead: what to say for "code", "table", "formula" and "inline", a formula within a sentence; empty: nothing.
    """
    return [_tidy(_said(group, instead)) for group in _blocks(PARSER.parse(text, {}))]


def _said(tokens: Sequence[Token], instead: Mapping[str, str]) -> str:
    parts: list[str] = []
    tables = 0
    for token in tokens:
        tables += {"table_open": 1, "table_close": -1}.get(token.type, 0)
        if token.type == "table_open":
            parts.append(f"\n{instead['table']}\n")
        elif tables:
            continue
        elif token.type in SILENT:
            parts.append(f"\n{instead[SILENT[token.type]]}\n")
        elif token.children:
            parts.append(_said(token.children, instead))
        else:
            parts.append(_word(token, instead))
    return "".join(parts)


def _word(token: Token, instead: Mapping[str, str]) -> str:
    if token.type in BREAKS:
        return "\n"
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "math_inline":
        return token.content if SAYABLE.fullmatch(token.content.strip()) else instead["inline"]
    return token.content if token.type in ("text", "term", "code_inline") else ""


def _tidy(words: str) -> str:
    return SPACES.sub(" ", LINES.sub("\n", words)).strip()
