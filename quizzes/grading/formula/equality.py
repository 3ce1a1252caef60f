"""Whether two formulas are the same function: by value at points, exactly where that is possible.

1. Rational over the integers: both at three random points of the field of 2^61 - 1 elements. Different polynomials of
   degree d agree there with a chance of d / 2^61 each time.
2. Else at 24 seeded points of the declared domain, in floating point, leaving the real line where roots and logarithms
   do. Points where a side has no finite value do not count.
"""

import cmath
import math
import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache

from .parser import Node

FIELD = 2**61 - 1
EXACT_POINTS = 3
EXACT_TRIES = 8
POINTS = 24
ENOUGH = 8
CLOSE = 1e-9  # relative
CANCELLED = 1e-13  # of the largest summand: what subtraction leaves of nothing
REAL = 1e-13  # an imaginary part this small, relatively, is rounding
RANGES = {"real": (-3.0, 3.0), "positive": (0.05, 4.0)}

Value = float | complex


class _NotRational(Exception):
    pass


def equal(one: Node, other: Node, names: tuple[str, ...], domain: str) -> bool | None:
    """None: cannot say. `one` is the key: what is computed of it is kept."""
    exact = _equal_exactly(one, other, names)
    return exact if exact is not None else _equal_at_points(one, other, names, domain)


def _equal_exactly(one: Node, other: Node, names: tuple[str, ...]) -> bool | None:
    values = _residues(one, names)
    if values is None:
        return None
    agreed = 0
    for point, value in zip(_field_points(names), values, strict=True):
        if value is None:
            continue
        try:
            if residue(other, point) != value:
                return False
        except _NotRational:
            return None
        except ZeroDivisionError:
            continue
        agreed += 1
        if agreed == EXACT_POINTS:
            return True
    return None


@lru_cache(2048)
def _residues(node: Node, names: tuple[str, ...]) -> tuple[int | None, ...] | None:
    values: list[int | None] = []
    for point in _field_points(names):
        try:
            values.append(residue(node, point))
        except _NotRational:
            return None
        except ZeroDivisionError:
            values.append(None)
    return tuple(values)


@lru_cache(256)
def _field_points(names: tuple[str, ...]) -> tuple[dict[str, int], ...]:
    chance = random.Random(f"field {names}")
    return tuple({name: chance.randrange(2, FIELD) for name in names} for _ in range(EXACT_TRIES))


def residue(node: Node, point: Mapping[str, int]) -> int:
    """The value in the field. Raises _NotRational, ZeroDivisionError."""
    kind = node[0]
    if kind == "number":
        exact = node[1]
        if isinstance(exact, int):
            return exact % FIELD
        return exact.numerator * _inverse(exact.denominator) % FIELD
    if kind == "variable":
        return point[node[1]]
    if kind == "negative":
        return -residue(node[1], point) % FIELD
    if kind in ("constant", "function"):
        raise _NotRational
    left = residue(node[1], point)
    if kind == "^":
        power = _whole(node[2])
        # The exponent is a number as written, so its length is bounded, and the field keeps the result small.
        return pow(left, power, FIELD) if power >= 0 else _inverse(pow(left, -power, FIELD))
    right = residue(node[2], point)
    if kind == "+":
        return (left + right) % FIELD
    if kind == "-":
        return (left - right) % FIELD
    return left * (right if kind == "*" else _inverse(right)) % FIELD


def _inverse(value: int) -> int:
    if value % FIELD == 0:
        raise ZeroDivisionError
    return pow(value, -1, FIELD)


def _whole(node: Node) -> int:
    if node[0] == "negative":
        return -_whole(node[1])
    if node[0] == "number" and node[1] == int(node[1]):
        return int(node[1])
    raise _NotRational


def _equal_at_points(one: Node, other: Node, names: tuple[str, ...], domain: str) -> bool | None:
    counted = 0
    for point, wanted in zip(_points(names, domain), _values(one, names, domain), strict=True):
        if wanted is None:
            continue
        given = value_at(other, point)
        if given is None:
            continue
        if not _is_close(one, other, wanted, given, point):
            return False
        counted += 1
    return True if counted >= ENOUGH else None


@lru_cache(2048)
def _values(node: Node, names: tuple[str, ...], domain: str) -> tuple[Value | None, ...]:
    return tuple(value_at(node, point) for point in _points(names, domain))


@lru_cache(256)
def _points(names: tuple[str, ...], domain: str) -> tuple[dict[str, float], ...]:
    low, high = RANGES[domain]
    chance = random.Random(f"{domain} {names}")
    return tuple({name: chance.uniform(low, high) for name in names} for _ in range(POINTS))


def value_at(node: Node, point: Mapping[str, float]) -> Value | None:
    """None where it is not finite, or too large for floating point on the way there."""
    try:
        value = _value(node, point)
    except (ArithmeticError, ValueError):
        return None
    return value if cmath.isfinite(value) else None


def _value(node: Node, point: Mapping[str, float], summands: list[float] | None = None) -> Value:
    """summands: filled with the size of everything that is added on the way."""
    kind = node[0]
    if kind == "number":
        return node[2]
    if kind == "variable":
        return point[node[1]]
    if kind == "constant":
        return CONSTANTS[node[1]]
    if kind == "negative":
        return -_value(node[1], point, summands)
    if kind == "function":
        return _real(FUNCTIONS[node[1]](_value(node[2], point, summands)))
    left, right = _value(node[1], point, summands), _value(node[2], point, summands)
    if kind in ("+", "-"):
        if summands is not None:
            summands += (abs(left), abs(right))
        return left + right if kind == "+" else left - right
    if kind == "*":
        return _real(left * right)
    if kind == "/":
        return _real(left / right)
    return _real(_power(left, right, node[2]))


def _power(base: Value, exponent: Value, written: Node) -> Value:
    if isinstance(base, complex) or isinstance(exponent, complex) or base >= 0 or exponent == int(exponent):
        return base**exponent
    # x^(1/3) of a negative number is taught as its real root. Any other power leaves the real line.
    power = _ratio(written)
    if power is None or power.denominator % 2 == 0:
        return base**exponent
    return (-1 if power.numerator % 2 else 1) * (-base) ** exponent


def _ratio(node: Node) -> Fraction | None:
    """The number p/q that is written there, if one is."""
    if node[0] == "number":
        return Fraction(node[1])
    if node[0] == "negative":
        inner = _ratio(node[1])
        return None if inner is None else -inner
    if node[0] != "/":
        return None
    above, below = _ratio(node[1]), _ratio(node[2])
    return above / below if above is not None and below else None


def _real(value: Value) -> Value:
    """Back on the real line if only rounding left it: beside a cut, the sign of that rounding would choose the side."""
    if isinstance(value, complex) and abs(value.imag) <= REAL * abs(value.real):
        return value.real
    return value


def _is_close(one: Node, other: Node, wanted: Value, given: Value, point: Mapping[str, float]) -> bool:
    apart = abs(wanted - given)
    if apart <= CLOSE * max(abs(wanted), abs(given)):
        return True
    if apart > CLOSE:
        return False
    # sin² + cos² - 1 is 1e-16, not 0: what remains is measured by what was added.
    summands = [0.0]
    for node in (one, other):
        _value(node, point, summands)
    return apart <= CANCELLED * max(summands)


def _root(value: Value) -> Value:
    if isinstance(value, complex):
        return cmath.sqrt(value)
    return math.sqrt(value) if value >= 0 else complex(0, math.sqrt(-value))


def _cube_root(value: Value) -> Value:
    return value ** (1 / 3) if isinstance(value, complex) else math.cbrt(value)


def _logarithm(value: Value) -> Value:
    if isinstance(value, complex):
        return cmath.log(value)
    return math.log(value) if value > 0 else complex(math.log(-value), math.pi)


def _either(real: Callable[[float], float], wider: Callable[[complex], complex]) -> Callable[[Value], Value]:
    return lambda value: wider(value) if isinstance(value, complex) else real(value)


def _within_one(real: Callable[[float], float], wider: Callable[[complex], complex]) -> Callable[[Value], Value]:
    return lambda value: wider(value) if isinstance(value, complex) or abs(value) > 1 else real(value)


CONSTANTS = {"pi": math.pi, "e": math.e}
_SIN, _COS, _TAN = _either(math.sin, cmath.sin), _either(math.cos, cmath.cos), _either(math.tan, cmath.tan)
_ASIN, _ACOS = _within_one(math.asin, cmath.asin), _within_one(math.acos, cmath.acos)
_ATAN = _either(math.atan, cmath.atan)
FUNCTIONS: dict[str, Callable[[Value], Value]] = {
    "sqrt": _root,
    "cbrt": _cube_root,
    "exp": _either(math.exp, cmath.exp),
    "ln": _logarithm,
    "lg": lambda value: _logarithm(value) / math.log(10),
    "log10": lambda value: _logarithm(value) / math.log(10),
    "log2": lambda value: _logarithm(value) / math.log(2),
    "abs": abs,
    "sin": _SIN,
    "cos": _COS,
    "tan": _TAN,
    "cot": lambda value: 1 / _TAN(value),
    "sec": lambda value: 1 / _COS(value),
    "csc": lambda value: 1 / _SIN(value),
    "asin": _ASIN,
    "acos": _ACOS,
    "atan": _ATAN,
    "arcsin": _ASIN,
    "arccos": _ACOS,
    "arctan": _ATAN,
    "sinh": _either(math.sinh, cmath.sinh),
    "cosh": _either(math.cosh, cmath.cosh),
    "tanh": _either(math.tanh, cmath.tanh),
}
