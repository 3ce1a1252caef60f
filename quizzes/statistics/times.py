"""How long people took: who cannot have read the question."""

import numpy as np
from numpy.typing import NDArray

from .ability import Floats

Seconds = NDArray[np.float32]  # people × items; nan where it is not known or the item was not seen

SHARE = 0.10  # of the item's median
SHORTEST, LONGEST = 1.0, 10.0  # seconds: the limit lies between them


def medians(seconds: Seconds) -> Floats:
    """Of each item; nan where no time is known."""
    found = np.full(seconds.shape[1], np.nan)
    for item in range(seconds.shape[1]):
        known = seconds[:, item]
        known = known[~np.isnan(known)]
        if len(known):
            found[item] = np.median(known)
    return found


def rapid(seconds: Seconds, median: Floats) -> NDArray[np.bool_]:
    """Which answers were given too quickly to have read the question."""
    with np.errstate(invalid="ignore"):
        return seconds < np.clip(SHARE * median, SHORTEST, LONGEST).astype(np.float32)
