"""Piper: English voices, each a file that the operator supplies, read with hibari's text stage."""

import functools
import json
from collections.abc import Callable, Sequence
from importlib import util
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from .. import onnx, phonemes
from ..protocol import CannotSpeak, Speech, Voice

FRAME = 256  # samples of one unit of length
LENGTHS = "/Ceil_output_0"
PAD, BEGIN, END = "_", "^", "$"
# The text stage writes some sounds with one letter; Piper knows them as the phonetic alphabet has them.
SPELLED = {
    "A": "eɪ",
    "I": "aɪ",
    "O": "oʊ",
    "Q": "əʊ",
    "W": "aʊ",
    "Y": "ɔɪ",
    "ʤ": "dʒ",
    "ʧ": "tʃ",
    "T": "ɾ",
    "ᵊ": "ə",
    "ɜ": "ɜː",
    "u": "uː",
    "i": "iː",
    "ɑ": "ɑː",
    "ɔ": "ɔː",
}
# Neither of these is repeated or lengthened a second time.
LONG = "ː"
ROLES = ("teacher", "student", "student2", "narrator")


class Piper:
    id = "piper"

    @property
    def version(self) -> str:
        return "1"

    def available(self) -> bool:
        return bool(_files()) and util.find_spec("hibari") is not None

    def voices(self, language: str) -> Sequence[Voice]:
        if language.lower().split("-")[0] != "en":
            return []
        voices = [(path, _about(path)) for path in _files()]
        english = [(path, about) for path, about in voices if _language(about).startswith("en")]
        return [
            Voice(
                path.stem,
                f"Piper {path.stem}",
                "en-GB" if _language(about).startswith("en-gb") else "en-US",
                "",
                "piper",
                ROLES[place : place + 1],
            )
            for place, (path, about) in enumerate(english)
        ]

    def speaks(self, character: str, language: str) -> bool:
        return phonemes.speaks(character)

    def synthesize(self, sentence: str, voice: Voice, *, beat: Callable[[], None], speed: float = 1.0) -> Speech:
        path = next((path for path in _files() if path.stem == voice.id), None)
        if path is None:
            raise CannotSpeak(
                _("The voice file of “%(voice)s” is not there any more. Choose another voice.") % {"voice": voice.id}
            )
        about = _about(path)
        rate = int(about["audio"]["sample_rate"])
        parts: list[np.ndarray] = []
        words = []
        at = 0.0
        for run in phonemes.runs(phonemes.tokens(sentence, is_british=voice.lang == "en-GB")):
            beat()
            ids, owners = numbered(run, about["phoneme_id_map"])
            pcm, units = _say(path, about, ids, speed)
            lengths = [float(unit) * FRAME / rate for unit in units]
            words += phonemes.spans(run, owners, lengths, at) if lengths else []
            parts.append(pcm)
            at += len(pcm) / rate
        return Speech(np.concatenate(parts) if parts else np.zeros(0, np.float32), rate, words)


def numbered(run: Sequence[phonemes.Token], known: dict[str, list[int]]) -> tuple[list[int], list[int]]:
    """The ids of all sounds with a pad after each, as Piper was trained; and for each id its token, −1 for none."""
    ids: list[int] = []
    owners: list[int] = []

    def add(sound: str, owner: int) -> None:
        for number in [*known.get(sound, []), *(known[PAD] if sound in known and sound != END else [])]:
            ids.append(number)
            owners.append(owner)

    add(BEGIN, -1)
    sounds = phonemes.sounds(run)
    for place, (sound, owner) in enumerate(sounds):
        spelled = SPELLED.get(sound, sound)
        if sounds[place + 1 : place + 2] and sounds[place + 1][0] == LONG:
            spelled = spelled.rstrip(LONG)
        for letter in spelled:
            add(letter, owner)
    add(END, -1)
    return ids, owners


def _say(path: Path, about: dict[str, Any], ids: Sequence[int], speed: float) -> tuple[np.ndarray, np.ndarray]:
    how = about.get("inference", {})
    scales = [0.0, how.get("length_scale", 1.0) / speed, 0.0]  # no noise: the same words give the same samples
    values: dict[str, np.ndarray] = {
        "input": np.asarray([ids], np.int64),
        "input_lengths": np.asarray([len(ids)], np.int64),
        "scales": np.asarray(scales, np.float32),
    }
    model = onnx.shelf.model(path, LENGTHS)
    if "sid" in model.inputs:
        values["sid"] = np.asarray([0], np.int64)
    found = model.run(values)
    units = np.ravel(found[-1]) if model.tells_lengths else np.zeros(0)
    return np.ravel(found[0]).astype(np.float32), units


def _language(about: dict[str, Any]) -> str:
    return (
        (about.get("language", {}).get("code") or about.get("espeak", {}).get("voice") or "").lower().replace("_", "-")
    )


def _files() -> list[Path]:
    """The voices that are complete, in the order of their names."""
    if not settings.PIPER_VOICES:
        return []
    files = sorted(Path(settings.PIPER_VOICES).glob("*.onnx"))
    return [path for path in files if _about(path)]


@functools.lru_cache(maxsize=64)
def _about(path: Path) -> dict[str, Any]:
    """The voice's description; empty when there is none to be read."""
    try:
        about = json.loads(path.with_name(path.name + ".json").read_text("utf-8"))
        return about if about["audio"]["sample_rate"] and about["phoneme_id_map"][PAD] else {}
    except (KeyError, OSError, TypeError, ValueError):
        return {}
