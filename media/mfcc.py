"""What speech sounds like, 25 times a second, in numbers that two voices have in common."""

import functools
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

Features = npt.NDArray[np.float32]  # one row a step

STEP = 0.04  # seconds
WINDOW = 0.064
BLOCK = 750  # steps read at once: 30 s, so that an hour does not have to lie in memory
BANDS = 26
LOWEST, HIGHEST = 100.0, 7_600.0  # Hz
KEPT = 13
SLOPE = 2  # steps before and after, over which a change is measured
SLOPE_WEIGHT = 0.6
DECIBEL = np.log(10) / 10
DEEPEST, SHALLOWEST = 45 * DECIBEL, 8 * DECIBEL  # how far below the loud parts silence may begin
LOUD, QUIET = 95, 8  # percentiles
ABOVE_NOISE = 3 * DECIBEL


def comparable(one: Features, other: Features) -> tuple[Features, Features]:
    """MFCC of two recordings' bands, and how these change.

    A noisy room hides the soft parts of each band. They are hidden in the cleaner recording too: else its silence would
    be like nothing in the other one, and pauses could not be laid over pauses.
    """
    depth = np.minimum(_depth(one), _depth(other))
    return _coefficients(one, depth), _coefficients(other, depth)


def backwards(features: Features) -> Features:
    changed = features[::-1].copy()
    changed[:, KEPT:] *= -1  # what rose, falls
    return changed


def is_speech(bands: Features) -> npt.NDArray[np.bool_]:
    loud = np.logaddexp.reduce(bands, axis=1)
    top, quiet = np.percentile(loud, [LOUD, QUIET])
    return loud > max(top - DEEPEST * 0.7, min(quiet + ABOVE_NOISE, top - SHALLOWEST))


def _depth(bands: Features) -> Features:
    top, quiet = np.percentile(bands, [LOUD, QUIET], axis=0)
    return np.clip(top - quiet - ABOVE_NOISE, SHALLOWEST, DEEPEST)


def _coefficients(bands: Features, depth: Features) -> Features:
    floor = np.percentile(bands, LOUD, axis=0) - depth
    coefficients = np.maximum(bands, floor) @ _cosines().T
    around = np.pad(coefficients, ((SLOPE, SLOPE), (0, 0)), mode="edge")
    slopes = around[2 * SLOPE :] - around[: -2 * SLOPE]
    told = is_speech(bands)
    return np.concatenate([_even(coefficients, told), _even(slopes, told) * SLOPE_WEIGHT], axis=1).astype(np.float32)


def _even(values: npt.NDArray[np.floating], told: npt.NDArray[np.bool_]) -> npt.NDArray[np.floating]:
    """Of mean 0 and deviation 1 where somebody speaks: what is left of a voice or a microphone goes."""
    those = values[told] if told.any() else values
    return (values - those.mean(axis=0)) / (those.std(axis=0) + 1e-6)


def bands(path: Path, beat: Callable[[float], None]) -> Features:
    """The logarithm of the energy in each band of a WAV file (one channel, 16 bits).

    beat: gets the share that is done, 0–1.
    """
    blocks = []
    with wave.open(str(path), "rb") as file:
        rate, total = file.getframerate(), file.getnframes()
        hop, window = round(STEP * rate), round(WINDOW * rate)
        shape = np.hanning(window).astype(np.float32)
        mels = _mels(rate, window)
        rest = np.zeros(0, np.float32)
        while data := file.readframes(BLOCK * hop):
            sound = np.concatenate([rest, np.frombuffer(data, "<i2").astype(np.float32) * np.float32(1 / 32768)])
            if len(sound) < window:
                sound = np.pad(sound, (0, window - len(sound)))
            frames = np.lib.stride_tricks.sliding_window_view(sound, window)[::hop]
            power = np.abs(np.fft.rfft(frames * shape, axis=1)).astype(np.float32) ** 2
            blocks.append(np.log(power @ mels.T + 1e-10))
            rest = sound[len(frames) * hop :]
            beat(file.tell() / max(1, total))
    return np.concatenate(blocks) if blocks else np.zeros((0, BANDS), np.float32)


@functools.cache
def _mels(rate: int, window: int) -> Features:
    """Triangles over the spectrum, evenly spaced as the ear hears."""
    edges = np.linspace(_mel(LOWEST), _mel(min(HIGHEST, rate / 2)), BANDS + 2)
    hertz = 700 * (10 ** (edges / 2595) - 1)
    at = np.fft.rfftfreq(window, 1 / rate)
    up = (at - hertz[:-2, None]) / (hertz[1:-1, None] - hertz[:-2, None])
    down = (hertz[2:, None] - at) / (hertz[2:, None] - hertz[1:-1, None])
    return np.clip(np.minimum(up, down), 0, None).astype(np.float32)


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))


@functools.cache
def _cosines() -> Features:
    order, band = np.arange(KEPT)[:, None], np.arange(BANDS)[None]
    return np.cos(np.pi * order * (band + 0.5) / BANDS).astype(np.float32)
