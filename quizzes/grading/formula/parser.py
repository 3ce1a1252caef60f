"""From tokens to a tree of tuples, by binding power (Pratt).

("number", exact, float) · ("variable", name) · ("constant", name) · ("negative", a) · ("function", name, a) ·
("+", a, b), also for - * / ^. A minus binds less than a power: -x^2 is -(x^2). Products may leave out their sign.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ..result import Unreadable
from .tokens import Token, cut

Node = tuple[Any, ...]

MOST_NODES = 200
DEEPEST = 24
SUM, PRODUCT, NEGATIVE, POWER = 10, 20, 30, 40
BINDS = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "^": POWER}
BEGINS = frozenset({"variable", "constant", "function", "ambiguous", "("})
END = Token("end", "")


def parse(text: str, names: Sequence[str]) -> Node:
    """Raises Unreadable."""
    parser = _Parser(cut(text, tuple(names)))
    tree = parser.expression(0)
    if parser.token is not END:
        raise Unreadable("formula_bracket")  # only a closing one stops early
    return tree


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        if len(tokens) > 2 * MOST_NODES:
            raise Unreadable("formula_big")
        self.rest = iter(tokens)
        self.depth = self.nodes = 0
        self.advance()

    def advance(self) -> None:
        self.token = next(self.rest, END)

    def node(self, *parts: Any) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise Unreadable("formula_big")
        return parts

    def expression(self, least: int) -> Node:
        """Everything that binds more than `least`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable("formula_deep")
        left = self.operand()
        while True:
            sign = self.token.kind
            binds = BINDS.get(sign, PRODUCT if sign in BEGINS else 0)
            if sign == "number":
                raise Unreadable("formula_number", self.token.text)  # x2: x^2 or 2x?
            if binds <= least:
                break
            if sign in BEGINS:
                left = self.node("*", left, self.expression(PRODUCT))
            else:
                self.advance()
                # Powers gather from the right: 2^3^2 is 2^9.
                left = self.node(sign, left, self.expression(binds - (sign == "^")))
        self.depth -= 1
        return left

    def operand(self) -> Node:
        kind, text = self.token
        if kind == "ambiguous":
            raise Unreadable("formula_log")
        if kind == "end":
            raise Unreadable("formula_end")
        self.advance()
        if kind == "number":
            return self.node("number", *_number(text))
        if kind in ("variable", "constant"):
            return self.node(kind, text)
        if kind in ("-", "+"):
            inner = self.expression(NEGATIVE)
            return self.node("negative", inner) if kind == "-" else inner
        if kind == "function":
            if self.token.kind != "(":
                raise Unreadable("formula_function", text)
            self.advance()
            return self.node("function", text, self.bracketed())
        if kind == "(":
            return self.bracketed()
        raise Unreadable("formula_bracket" if kind == ")" else "formula_sign", text)

    def bracketed(self) -> Node:
        inner = self.expression(0)
        if self.token.kind != ")":
            raise Unreadable("formula_bracket")
        self.advance()
        return inner


def _number(text: str) -> tuple[int | Fraction, float]:
    exact = Fraction(text) if "." in text else int(text)
    try:
        return exact, float(exact)
    except OverflowError:
        return exact, float("inf")
