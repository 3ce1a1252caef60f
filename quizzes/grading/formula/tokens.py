"""Cutting a formula into numbers, names and signs."""

import re
from functools import lru_cache
from typing import NamedTuple

from ..result import Unreadable

LONGEST = 256  # characters
ROOTS_AND_LOGARITHMS = ("sqrt", "cbrt", "exp", "ln", "lg", "log2", "log10", "abs")
TRIGONOMETRY = ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh")
ARCS = ("asin", "acos", "atan", "arcsin", "arccos", "arctan")
FUNCTIONS = frozenset((*ROOTS_AND_LOGARITHMS, *TRIGONOMETRY, *ARCS))
CONSTANTS = frozenset({"pi", "e"})
# log is the natural logarithm to some and that of ten to others: we ask rather than guess.
AMBIGUOUS = frozenset({"log"})
SIGNS = str.maketrans("·⋅∙×∗•÷∕[]{}", "******//()()")
WORD = re.compile(r"[^\W\d_]+")


class Token(NamedTuple):
    kind: str  # number, variable, constant, function, or the sign itself
    text: str


def cut(text: str, names: tuple[str, ...]) -> list[Token]:
    """text: cleaned. Raises Unreadable."""
    pattern, known = _pattern(names)
    text = text.translate(SIGNS).replace("√", "sqrt").replace("π", "pi").replace("**", "^")
    tokens, at = [], 0
    while at < len(text):
        found = pattern.match(text, at)
        if not found:
            raise _unknown(text, at)
        at = found.end()
        if found.lastgroup == "number":
            tokens.append(Token("number", found[0]))
        elif found.lastgroup == "name":
            tokens.append(known[found[0]])
        elif found.lastgroup == "sign":
            tokens.append(Token(found[0], found[0]))
    return tokens


@lru_cache(256)
def _pattern(names: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, Token]]:
    known = {name: Token("ambiguous", name) for name in AMBIGUOUS}
    known |= {name: Token("function", name) for name in FUNCTIONS}
    known |= {name: Token("constant", name) for name in CONSTANTS}
    known |= {name: Token("variable", name) for name in names}
    # Telephones begin a line with a capital letter.
    known = {name.capitalize(): token for name, token in known.items()} | known
    longest_first = sorted(known, key=len, reverse=True)
    name = "|".join(map(re.escape, longest_first))
    number = r"[0-9]+(?:\.[0-9]+)?(?!\.?[0-9])|\.[0-9]+"
    return re.compile(rf" +|(?P<number>{number})|(?P<name>{name})|(?P<sign>[-+*/^()])"), known


def _unknown(text: str, at: int) -> Unreadable:
    if text[at] == ",":
        return Unreadable("formula_comma")
    if text[at] in "=<>≤≥":
        return Unreadable("formula_equals")
    word = WORD.match(text, at)
    return Unreadable("formula_name", word[0][:20]) if word else Unreadable("formula_sign", text[at])
