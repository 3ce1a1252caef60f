"""Change the rate of sound by a ratio of whole numbers: a polyphase filter in plain numpy."""

import functools
import math

import numpy as np
import numpy.typing as npt

CROSSINGS = 24  # zero crossings of the filter on each side
BETA = 9.0  # of the Kaiser window: about 90 dB
PASSED = 0.94  # of the band; the rest is where the filter falls


def resample(sound: npt.NDArray[np.float32], up: int, down: int) -> npt.NDArray[np.float32]:
    """`sound` with up/down as many samples, in time with the original."""
    shared = math.gcd(up, down)
    up, down = up // shared, down // shared
    if up == down or not len(sound):
        return sound
    taps, half = _filter(up, down)
    reach = len(taps[0])
    padded = np.pad(sound, (half, reach + half))
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach)
    length = -(-len(sound) * up // down)
    result = np.empty(length, np.float32)
    for phase in range(min(up, length)):
        first = phase * down
        count = len(result[phase::up])
        result[phase::up] = windows[first // up :: down][:count] @ taps[first % up]
    return result


@functools.lru_cache(maxsize=16)
def _filter(up: int, down: int) -> tuple[list[npt.NDArray[np.float32]], int]:
    """For each of `up` phases its taps, in the order of the samples; and how many samples lie before the place."""
    wide = max(up, down)
    half = -(-CROSSINGS * wide // up)  # in samples of the original
    places = np.arange(-half, half + 1)
    taps = []
    for phase in range(up):
        away = (places - phase / up) * up / wide
        window = np.i0(BETA * np.sqrt(np.maximum(0, 1 - (away / CROSSINGS) ** 2))) / np.i0(BETA)
        tap = np.sinc(away * PASSED) * window * PASSED * up / wide
        taps.append((tap / tap.sum()).astype(np.float32))
    return taps, half
