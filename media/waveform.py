"""What a sound looks like: its loudest moment in each of STEPS equal parts."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

STEPS = 1_200
AT_ONCE = 50  # steps; three hours are never in memory together


def peaks(wave: Path) -> bytes:
    """One byte a step, the loudest 255. wave: 16-bit samples of one channel, without a header.

    A sound of fewer samples than STEPS has a step for each.
    """
    import numpy as np

    samples = np.memmap(wave, dtype="<i2", mode="r") if wave.stat().st_size >= 2 else np.zeros(0, "<i2")
    steps = min(STEPS, len(samples))
    if not steps:
        return b""
    # Whole numbers, so that every sample belongs to exactly one step.
    edges = np.arange(steps + 1) * len(samples) // steps
    loudest = np.concatenate(
        [_loudest(samples, edges[first : first + AT_ONCE + 1]) for first in range(0, steps, AT_ONCE)]
    )
    most = int(loudest.max()) or 1
    return bytes(np.round(loudest * 255.0 / most).astype(np.uint8))


def _loudest(samples: "np.ndarray", edges: "np.ndarray") -> "np.ndarray":
    import numpy as np

    # In 32 bits: the absolute of -32768 does not fit into 16.
    part = np.abs(samples[edges[0] : edges[-1]].astype(np.int32))
    return np.maximum.reduceat(part, edges[:-1] - edges[0])
