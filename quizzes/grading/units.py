"""Units, as a factor to the base units. Our own grammar stands before pint, which hangs on m**9**9**9 (its issue 1306).

A unit is at most six factors, letters with a one-digit power, joined by * / . or a space. Each name reaches pint alone,
and once. Scales with an offset count as differences: 20 °C is 20 K.
"""

import re
from collections import defaultdict
from functools import lru_cache
from typing import Any, NamedTuple

from .result import Unreadable
from .texts import clean_mathematics

MOST = 6  # factors
FACTOR = re.compile(r"( ?[*/.·⋅] ?| )?([^\W\d_]{1,16})(?:(?:\^|\*\*)?(-?[0-9]))?(?![0-9])")
SIGNS = {"°C": "degC", "°F": "degF", "°": "degree", "%": "percent", "Ω": "ohm", "′": "arcmin", "″": "arcsec"}
LEADING_SLASH = re.compile(r"^1? ?/")
ALIASES = {"KB": "kB"}
SIGN = re.compile("|".join(map(re.escape, SIGNS)))


class Unit(NamedTuple):
    factor: float  # to base units
    dimension: tuple[tuple[str, float], ...]


@lru_cache(4096)
def read(text: str) -> Unit:
    """Raises Unreadable: the text is no unit, or one that nobody knows."""
    spelled = LEADING_SLASH.sub("/", SIGN.sub(lambda found: SIGNS[found[0]], text))
    factor, at, count = 1.0, 0, 0
    dimension: dict[str, float] = defaultdict(float)
    while at < len(spelled):
        found = FACTOR.match(spelled, at)
        joint = found[1] if found else None
        if not found or count == MOST or (not joint if at else joint not in (None, "/")):
            raise Unreadable("unit", text)
        power = int(found[3] or 1) * (-1 if joint and "/" in joint else 1)
        one = _named(found[2])
        if one is None:
            raise Unreadable("unit_unknown", found[2])
        factor *= one.factor**power
        for name, exponent in one.dimension:
            dimension[name] += exponent * power
        at, count = found.end(), count + 1
    if not count:
        raise Unreadable("unit", text)
    return Unit(factor, tuple(sorted((name, exponent) for name, exponent in dimension.items() if exponent)))


@lru_cache(1024)
def key(text: str) -> Unit:
    """A unit of the key."""
    return read(clean_mathematics(text, 64, "^%s") or "")


@lru_cache(4096)
def _named(name: str) -> Unit | None:
    """A unit by one name; None if nobody knows it, or if it is no linear scale (decibel)."""
    registry = _registry()
    try:
        unit = registry.parse_units(ALIASES.get(name, name))
        zero, one, two = (registry.Quantity(float(value), unit).to_root_units() for value in range(3))
        dimension = one.dimensionality
    except Exception:  # pint raises its own errors, Python's, and those of the tokenizer
        return None
    step = float(one.magnitude - zero.magnitude)
    if not step > 0 or abs(two.magnitude - one.magnitude - step) > 1e-9 * step + 1e-9 * abs(float(zero.magnitude)):
        return None
    return Unit(step, tuple(sorted((part, float(power)) for part, power in dimension.items())))


@lru_cache(1)
def _registry() -> Any:
    import pint  # half a second: only who meets a unit pays for it

    return pint.UnitRegistry(cache_folder=None)
