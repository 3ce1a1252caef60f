"""Glossary terms in prose: the first use of each on a page opens its definition."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

# Inside these a link would be wrong or confusing.
CLOSED = {"link_open": 1, "link_close": -1}


@dataclass(frozen=True)
class Term:
    words: str
    target: str  # id of the element that holds the definition


@dataclass
class Terms:
    """The terms of a page. One object serves the whole page, so that only the first use is linked."""

    terms: Iterable[Term]
    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._targets = {term.words.casefold(): term.target for term in self.terms if term.words.strip()}
        longest_first = sorted(self._targets, key=len, reverse=True)
        words = "|".join(re.escape(words) for words in longest_first)
        # "threads" is a use of "thread": a plural ending belongs to the link.
        self._pattern = re.compile(rf"(?<!\w)({words})(?:e?s)?(?!\w)", re.IGNORECASE) if words else None

    def split(self, text: str) -> Iterator[tuple[str, str | None]]:
        """`text` in pieces: (words, id of the definition or None)."""
        start = 0
        for match in self._pattern.finditer(text) if self._pattern else ():
            key = match[1].casefold()
            if key in self.used:
                continue
            self.used.add(key)
            if match.start() > start:
                yield text[start : match.start()], None
            yield match[0], self._targets[key]
            start = match.end()
        if start < len(text):
            yield text[start:], None


def link_terms(state: StateCore) -> None:
    """Core rule: cut text tokens around the terms in `env["terms"]`; headings and links stay as they are."""
    terms: Terms | None = state.env.get("terms")
    if terms is None:
        return
    in_heading = False
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            in_heading = token.type == "heading_open"
        if token.type == "inline" and token.children and not in_heading:
            token.children = list(_with_terms(token.children, terms))


def _with_terms(children: list[Token], terms: Terms) -> Iterator[Token]:
    depth = 0
    for child in children:
        depth += CLOSED.get(child.type, 0)
        if child.type != "text" or depth:
            yield child
            continue
        for words, target in terms.split(child.content):
            if target is None:
                yield Token("text", "", 0, content=words)
            else:
                yield Token("term", "", 0, content=words, meta={"target": target})
