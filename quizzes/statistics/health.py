"""What is wrong with a question, and how much it harms."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from .items import BadKey, Option

LEAST = 30  # answers, before anything is said
EASY, HARD = 0.95, 0.15  # facility
DEAD = 0.02  # share of an option that might as well be left out
WEAK = 0.35  # slope
MOVED = 3.0  # standard errors of a difficulty, since the calibration before
RAPID = 0.10  # share of answers given without reading
SLOW = 4.0  # times the median question of the test
EXPOSED = 0.25  # share of adaptive sittings
AGAINST = 2.0  # standard errors below zero, of the correlation with the rest
# How bad it is where no z says so. A wrong key starts at 3.
SEVERITY = {
    "too_hard": 2.0,
    "low_discrimination": 2.0,
    "too_easy": 1.0,
    "rapid": 1.0,
    "slow": 1.0,
    "over_exposed": 1.0,
    "never_chosen": 0.5,
}


@dataclass(frozen=True)
class Item:
    """What is known of a question; nan where it is not."""

    n: int
    facility: float
    discrimination: float
    options: Sequence[Option] = ()
    names: Sequence[str] = ()  # of the options
    right: Sequence[bool] = ()
    # Options that it offers, whether or not anybody chose them; empty when answers are typed.
    offered: Sequence[str] = ()
    bad_key: BadKey | None = None
    slope: float = math.nan
    moved: float = math.nan  # since the calibration before, in standard errors
    rapid_share: float = math.nan
    times_median: float = math.nan  # its median seconds / those of the median question
    exposure: float = math.nan
    weight: float = 1.0
    share_of_attempts: float = field(default=1.0)


def flags(item: Item) -> list[dict]:
    """[{"code", "z", …}], the worst first.

    Codes: bad_key (proposed: name of the option), negative_discrimination, drift, and those in SEVERITY; never_chosen
    names its option.
    """
    if item.n < LEAST:
        return []
    found = [{"code": code, "z": SEVERITY[code]} for code, holds in _beyond_limits(item).items() if holds]
    if item.bad_key:
        found.append({"code": "bad_key", "z": item.bad_key.z, "proposed": item.names[item.bad_key.proposed]})
    elif (z := math.atanh(max(item.discrimination, -0.999)) * math.sqrt(item.n - 3)) < -AGAINST:
        found.append({"code": "negative_discrimination", "z": z})
    if abs(item.moved) > MOVED:
        found.append({"code": "drift", "z": item.moved})
    found += [{"code": "never_chosen", "z": SEVERITY["never_chosen"], "option": name} for name in _dead(item)]
    return sorted(found, key=lambda flag: -abs(flag["z"]))


def harm(found: Sequence[dict], item: Item) -> float:
    """For sorting: what it weighs × how many meet it × how sure the worst flag is."""
    return item.weight * item.share_of_attempts * max((abs(flag["z"]) for flag in found), default=0.0)


def _beyond_limits(item: Item) -> dict[str, bool]:
    # What is not known is not beyond any limit: comparisons with nan are false.
    return {
        "too_easy": item.facility > EASY,
        "too_hard": item.facility < HARD,
        "low_discrimination": 0 <= item.slope < WEAK,
        "rapid": item.rapid_share > RAPID,
        "slow": item.times_median > SLOW,
        "over_exposed": item.exposure > EXPOSED,
    }


def _dead(item: Item) -> list[str]:
    chosen = {name: option.share for name, option in zip(item.names, item.options, strict=True)}
    right = {name for name, is_right in zip(item.names, item.right, strict=True) if is_right}
    return [name for name in item.offered if name not in right and chosen.get(name, 0.0) < DEAD]
