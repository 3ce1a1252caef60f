"""Reading numbers as people write them: 1 234.5 and 1,234.5, 4.5e-3 and 4.5×10⁻³, 3/4, with a unit or without.

What could mean two numbers is not guessed: 9,81 and 1,234 are unreadable where the decimal sign is a point.
"""

import math
import re
from functools import lru_cache
from typing import NamedTuple

from .result import Unreadable
from .texts import clean_mathematics

LONGEST = 64  # characters
MANTISSA = r"(?:[0-9]+(?:[ ,.'’][0-9]+)*[.,]?|[.,][0-9]+)"
POWER = r"(?:\^|\*\*) ?\(?([+-]?[0-9]+)\)?"
NUMBER = re.compile(
    rf"(?P<sign>[+-]?) ?(?:10 ?{POWER}|(?P<mantissa>{MANTISSA})"
    rf"(?: ?[eE](?P<e>[+-]?[0-9]+)| ?[x×*·⋅] ?10 ?{POWER}| ?/ ?(?P<below>{MANTISSA}))?)(?P<unit>.*)"
)
GROUPS = re.compile(r"[0-9]{1,3}(?:([ ,.'’])[0-9]{3})(?:\1[0-9]{3})*")


class Number(NamedTuple):
    value: float
    # Significant figures as written; 1200 may have two to four. None: a fraction is exact.
    figures: tuple[int, int] | None
    unit: str


def clean(text: str) -> str | None:
    return clean_mathematics(text, LONGEST, "^%s")


def read(text: str, decimal: str = ".") -> Number:
    """text: cleaned. Raises Unreadable."""
    found = NUMBER.fullmatch(text)
    if not found:
        raise Unreadable("number", text)
    sign = -1.0 if found["sign"] == "-" else 1.0
    unit = found["unit"].strip()
    if unit and (unit[0] in ".,'’^" or unit[0].isdigit()):
        raise Unreadable("number", text)
    if not found["mantissa"]:
        return Number(sign * _finite("1", found[2], text), (1, 1), unit)
    digits = _plain(found["mantissa"], decimal)
    if found["below"]:
        below = float(_plain(found["below"], decimal))
        if not below:
            raise Unreadable("zero", text)
        return Number(sign * float(digits) / below, None, unit)
    return Number(sign * _finite(digits, found["e"] or found[5] or "0", text), _figures(digits), unit)


@lru_cache(4096)
def key(text: str) -> Number:
    """A number of the key, which comes again and again, and has a point."""
    return read(clean(text) or "")


def _plain(written: str, decimal: str) -> str:
    """Digits and at most one point."""
    other = "," if decimal == "." else "."
    whole, point, rest = written.partition(decimal)
    if whole.count(other) == 1 and not point and not whole.endswith(other):
        raise Unreadable("comma" if decimal == "." else "point", written)
    if (whole and not whole.isdigit() and not GROUPS.fullmatch(whole)) or (rest and not rest.isdigit()):
        raise Unreadable("number", written)
    whole = "".join(filter(str.isdigit, whole))
    return f"{whole or '0'}.{rest}" if point else whole


def _finite(digits: str, exponent: str, text: str) -> float:
    value = float(f"{digits}e{exponent}") if len(exponent) < 6 else math.inf
    if math.isinf(value) or (not value and digits.strip("0.")):
        raise Unreadable("size", text)
    return value


def _figures(digits: str) -> tuple[int, int]:
    written = digits.replace(".", "").lstrip("0")
    least = written if "." in digits else written.rstrip("0")
    return max(1, len(least)), max(1, len(written))
