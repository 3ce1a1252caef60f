"""Samples of speech: where the voice is, how loud it is, and the file they go to."""

import wave
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]

RATE = 24_000
BLOCK = 240  # samples: 10 ms
SILENCE = 10 ** (-46 / 20)  # below the loudest block, what is left is the room
NOTHING = 10 ** (-60 / 20)  # full scale is 1
LOUDNESS = 0.06  # of the blocks with voice, root mean square: leaves room for the peaks of speech
GAIN_LIMIT = 4.0
PEAK = 0.95
KNEE = 0.7  # above it peaks are rounded, so that none is cut off


def loudness(sound: Sound) -> npt.NDArray[np.float32]:
    """Root mean square of each block of 10 ms."""
    whole = np.pad(sound, (0, -len(sound) % BLOCK))
    return np.sqrt(np.mean(np.square(whole.reshape(-1, BLOCK)), axis=1))


def voiced(sound: Sound) -> tuple[int, int]:
    """Where the voice begins and ends, in samples; equal when there is none."""
    blocks = loudness(sound)
    if not len(blocks) or blocks.max() < NOTHING:
        return 0, 0
    loud = np.flatnonzero(blocks > max(blocks.max() * SILENCE, NOTHING / 10))
    return int(loud[0]) * BLOCK, min(len(sound), (int(loud[-1]) + 1) * BLOCK)


def levelled(sound: Sound) -> Sound:
    """All voices equally loud. The loudness of the whole is set when it is encoded."""
    blocks = loudness(sound)
    loud = blocks[blocks > blocks.max(initial=0) * 0.1]
    if not len(loud):
        return sound
    gain = LOUDNESS / max(float(np.sqrt(np.mean(loud**2))), LOUDNESS / GAIN_LIMIT)
    return rounded(sound * np.float32(gain))


def rounded(sound: Sound) -> Sound:
    over = np.abs(sound) > KNEE
    if over.any():
        room = PEAK - KNEE
        sound = sound.copy()
        sound[over] = np.sign(sound[over]) * (KNEE + room * np.tanh((np.abs(sound[over]) - KNEE) / room))
    return sound


def faded(sound: Sound, samples: int = RATE // 200) -> Sound:
    """Both ends from and to nothing, in 5 ms: no clicks."""
    samples = min(samples, len(sound) // 2)
    ramp = np.linspace(0, 1, samples, dtype=np.float32)
    sound = sound.copy()
    sound[:samples] *= ramp
    sound[len(sound) - samples :] *= ramp[::-1]
    return sound


def to_16_bits(sound: Sound) -> npt.NDArray[np.int16]:
    return np.round(np.clip(sound, -1, 1) * 32767).astype("<i2")


class Tape:
    """A WAV file that grows; it has its name only when it is complete."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.part = out.with_name(out.name + ".part")
        self.samples = 0

    @property
    def seconds(self) -> float:
        return self.samples / RATE

    def __enter__(self) -> Self:
        self.file = wave.open(str(self.part), "wb")
        self.file.setparams((1, 2, RATE, 0, "NONE", ""))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        try:
            self.file.close()  # writes the header anew: a full disk may still say so here
            if kind is None:
                self.part.replace(self.out)
        finally:
            self.part.unlink(missing_ok=True)

    def add(self, sound: npt.NDArray[np.int16]) -> None:
        self.file.writeframesraw(sound.tobytes())
        self.samples += len(sound)

    def silence(self, seconds: float) -> None:
        self.add(np.zeros(round(seconds * RATE), "<i2"))
