"""hibari: a small neural voice that comes inside its package, and two more made of it.

Pitch and formants are moved together: the model is asked to speak faster or slower by a ratio, and the result is
resampled by the same ratio, so the pace stays and nothing is stretched. The ratios were measured for distance between
speakers and for clearness (Fivefold's docs, audio).
"""

import functools
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata, resources, util
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from .. import onnx, phonemes
from ..protocol import Speech, Voice
from ..resampling import resample

RATE = 24_000
FRAME = 600  # samples of one unit of length
LENGTHS = "/Clip_output_0"
SEED = 0  # of the breath in the voice: the same words give the same samples


@dataclass(frozen=True)
class Make:
    """How a voice is made of the model's own."""

    ratio: tuple[int, int] = (1, 1)  # of pitch and formants
    tone: float = 1.0  # of the pitch alone


MAKES = {
    "teacher": Make((43, 50)),
    "student": Make((28, 25)),
    "student2": Make((41, 50), 0.75),
    "heart": Make(),
}


class Hibari:
    id = "hibari"

    @functools.cached_property
    def version(self) -> str:
        return f"{metadata.version('hibari-tts')}.1"  # the second number: of this adapter

    def available(self) -> bool:
        return util.find_spec("hibari") is not None and util.find_spec("onnxruntime") is not None

    def voices(self, language: str) -> Sequence[Voice]:
        return _voices() if language.lower().split("-")[0] == "en" else []

    def speaks(self, character: str, language: str) -> bool:
        return phonemes.speaks(character)

    def synthesize(self, sentence: str, voice: Voice, *, beat: Callable[[], None], speed: float = 1.0) -> Speech:
        make = MAKES[voice.id]
        parts: list[np.ndarray] = []
        words = []
        at = 0.0
        for run in phonemes.runs(phonemes.tokens(sentence)):
            beat()
            pcm, owners, lengths = self._run(run, make, speed)
            words += phonemes.spans(run, owners, lengths, at) if lengths else []
            parts.append(pcm)
            at += len(pcm) / RATE
        return Speech(np.concatenate(parts) if parts else np.zeros(0, np.float32), RATE, words)

    def _run(
        self, run: Sequence[phonemes.Token], make: Make, speed: float
    ) -> tuple[np.ndarray, list[int], list[float]]:
        from hibari import dsp

        up, down = make.ratio
        known = [(number, owner) for sound, owner in phonemes.sounds(run) if (number := _alphabet().get(sound))]
        ids = [0, *(number for number, _owner in known), 0]
        model = onnx.shelf.model(_file("hibari.onnx"), LENGTHS)
        values: list[Any] = model.run(
            {"ids": np.asarray([ids], np.int64), "speed": np.asarray([speed * down / up], np.float32)}
        )
        lh, theta, ln, lr, phi, f0 = (value[0] for value in values[:6])
        sound = dsp.synth(lh, theta, ln, lr, phi, f0 * make.tone, np.random.default_rng(SEED))
        owners = [-1, *(owner for _number, owner in known), -1]
        lengths: Iterable[float] = np.ravel(values[6]) * FRAME / RATE * down / up if model.tells_lengths else []
        return resample(sound, down, up), owners, [float(length) for length in lengths]


@functools.cache
def _voices() -> tuple[Voice, ...]:
    return (
        Voice("teacher", _("Teacher"), "en-US", "female", "hibari", ("teacher",)),
        Voice("student", _("Student"), "en-US", "female", "hibari", ("student",), too_close=("heart",)),
        Voice("student2", _("Second student"), "en-US", "male", "hibari", ("student2",)),
        Voice("heart", _("Narrator"), "en-US", "female", "hibari", ("narrator",), too_close=("student",)),
    )


@functools.cache
def _alphabet() -> dict[str, int]:
    return json.loads(_file("vocab.json").read_text("utf-8"))


def _file(name: str) -> Path:
    return Path(str(resources.files("hibari"))) / "assets" / name
