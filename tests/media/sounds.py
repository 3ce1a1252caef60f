"""Sounds for tests, and an independent ear: a loudness meter after ITU-R BS.1770-4, written from its text."""

import subprocess
import wave
from pathlib import Path

import numpy as np

from media.ffmpeg.run import program

RATE = 24_000


def speech(seconds: float, *, rate: int = RATE, level: float = 0.25, crest: float = 1.0, seed: int = 1) -> np.ndarray:
    """Something like a voice: harmonics in syllables, with pauses. Float samples.

    crest: how far syllables differ; at 4 a few are far louder than the rest.
    """
    chance = np.random.default_rng(seed)
    at = np.arange(int(seconds * rate)) / rate
    pitch = 150 + 25 * np.sin(2 * np.pi * 0.31 * at) + 10 * np.sin(2 * np.pi * 2.1 * at)
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    voice = sum(np.sin(number * phase) / number for number in range(1, 12))
    syllables = np.repeat(chance.uniform(0.2, 1.0, int(seconds * 4) + 2) ** crest, rate // 4)[: len(at)]
    pauses = np.repeat(chance.uniform(size=int(seconds) + 2) > 0.15, rate)[: len(at)]
    envelope = np.convolve(syllables * pauses, np.hanning(rate // 20) / np.hanning(rate // 20).sum(), "same")
    sound = voice * envelope + chance.normal(0, 0.002, len(at))
    return sound / np.abs(sound).max() * level


def write(path: Path, samples: np.ndarray, rate: int = RATE) -> Path:
    """16-bit WAV; samples of shape (n,) or (n, channels)."""
    whole = np.clip(samples * 32767, -32768, 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if whole.ndim == 1 else whole.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(whole.tobytes())
    return path


def ffmpeg(*arguments: str | Path) -> bytes:
    """The bare program, without any of our guards."""
    command = [program(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def convert(source: Path, target: Path, *arguments: str) -> Path:
    ffmpeg("-i", source, *arguments, target)
    return target


def decode(path: Path, rate: int) -> np.ndarray:
    """Float samples, one channel."""
    raw = ffmpeg("-i", path, "-map", "0:a:0", "-ac", "1", "-ar", str(rate), "-f", "f32le", "-")
    return np.frombuffer(raw, "<f4").astype(float)


# --- Loudness -------------------------------------------------------------------------------------------------------

# Coefficients of the two K-weighting stages at 48 kHz, from the recommendation's tables 1 and 2.
SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))


def loudness(samples: np.ndarray) -> float:
    """Integrated loudness in LUFS of one channel at 48 kHz: blocks of 400 ms, three quarters overlapping, two gates."""
    weighted = response(samples, (SHELF, HIGH_PASS))
    block, step = 19_200, 4_800
    total = np.concatenate([[0.0], np.cumsum(weighted**2)])
    starts = np.arange(0, len(weighted) - block + 1, step)
    power = (total[starts + block] - total[starts]) / block
    heard = power[-0.691 + 10 * np.log10(power + 1e-20) > -70]
    relative = -0.691 + 10 * np.log10(heard.mean()) - 10
    kept = heard[-0.691 + 10 * np.log10(heard) > relative]
    return float(-0.691 + 10 * np.log10(kept.mean()))


def response(samples: np.ndarray, stages: tuple) -> np.ndarray:
    """The filters, applied in the frequency domain: padded, so that the end does not leak into the beginning."""
    size = 1 << (len(samples) + 48_000).bit_length()
    turns = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    spectrum = np.fft.rfft(samples, size)
    for top, bottom in stages:
        spectrum *= np.polyval(top[::-1], turns) / np.polyval(bottom[::-1], turns)
    return np.fft.irfft(spectrum, size)[: len(samples)]


def true_peak(samples: np.ndarray) -> float:
    """In dB, between the samples too: four times as many of them, by way of the spectrum."""
    spectrum = np.fft.rfft(samples)
    finer = np.fft.irfft(np.concatenate([spectrum, np.zeros(3 * (len(spectrum) - 1))])) * 4
    return float(20 * np.log10(np.abs(finer).max() + 1e-12))
