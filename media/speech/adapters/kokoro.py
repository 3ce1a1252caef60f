"""Kokoro-82M: many English voices, from files that the operator supplies. Costs about thirty times what hibari does."""

import functools
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from importlib import resources, util
from pathlib import Path

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from .. import onnx, phonemes
from ..protocol import CannotSpeak, Speech, Voice

RATE = 24_000
FRAME = 600  # samples of one unit of length
LENGTHS = "/encoder/Clip_output_0"
SOUNDS_LIMIT = 500  # the model takes 510
STYLE = 256  # numbers that describe a voice, for each number of sounds
ACCENTS = {"a": "en-US", "b": "en-GB"}
# The best of each kind, if they are there.
FAVOURITES = {"af_heart": "teacher", "am_fenrir": "student", "bf_emma": "student2", "bm_fable": "narrator"}


class Kokoro:
    id = "kokoro"

    @property
    def version(self) -> str:
        return _mark(_model(), _styles_path())

    def available(self) -> bool:
        return _model().is_file() and _styles_path().exists() and util.find_spec("hibari") is not None

    def voices(self, language: str) -> Sequence[Voice]:
        if language.lower().split("-")[0] != "en" or not self.available():
            return []
        return _voices(str(_styles_path()))

    def speaks(self, character: str, language: str) -> bool:
        return phonemes.speaks(character)

    def synthesize(self, sentence: str, voice: Voice, *, beat: Callable[[], None], speed: float = 1.0) -> Speech:
        parts: list[np.ndarray] = []
        words = []
        at = 0.0
        found = phonemes.tokens(sentence, is_british=voice.lang == "en-GB")
        for run in phonemes.runs(found, SOUNDS_LIMIT):
            beat()
            pcm, owners, lengths = self._run(run, voice.id, speed)
            words += phonemes.spans(run, owners, lengths, at) if lengths else []
            parts.append(pcm)
            at += len(pcm) / RATE
        return Speech(np.concatenate(parts) if parts else np.zeros(0, np.float32), RATE, words)

    def _run(
        self, run: Sequence[phonemes.Token], voice: str, speed: float
    ) -> tuple[np.ndarray, list[int], list[float]]:
        known = [(number, owner) for sound, owner in phonemes.sounds(run) if (number := _alphabet().get(sound))]
        style = _style(str(_styles_path()), voice)
        model = onnx.shelf.model(_model(), LENGTHS)
        tokens = "input_ids" if "input_ids" in model.inputs else "tokens"
        pace = np.int32 if model.inputs.get("speed") == "tensor(int32)" else np.float32
        values = model.run(
            {
                tokens: np.asarray([[0, *(number for number, _owner in known), 0]], np.int64),
                "style": style[min(len(known), len(style) - 1)][None].astype(np.float32),
                "speed": np.asarray([speed], pace),
            }
        )
        lengths: Iterable[float] = np.ravel(values[-1]) * FRAME / RATE if model.tells_lengths else []
        owners = [-1, *(owner for _number, owner in known), -1]
        return np.ravel(values[0]).astype(np.float32), owners, [float(length) for length in lengths]


def _model() -> Path:
    return Path(settings.KOKORO_MODEL or "/nonexistent")


def _styles_path() -> Path:
    return Path(settings.KOKORO_VOICES or "/nonexistent")


def _mark(*paths: Path) -> str:
    """Changes with the files."""
    stats = [(path.name, path.stat().st_size) for path in paths if path.exists()]
    return "1." + hashlib.sha256(json.dumps(stats).encode()).hexdigest()[:8]


@functools.cache
def _voices(styles: str) -> tuple[Voice, ...]:
    names = [name for name in _names(Path(styles)) if name[:1] in ACCENTS and name[1:3] in ("f_", "m_")]
    voices = [
        Voice(
            name,
            f"Kokoro {name[3:].capitalize()}",
            ACCENTS[name[0]],
            "female" if name[1] == "f" else "male",
            "kokoro",
            (FAVOURITES[name],) if name in FAVOURITES else (),
        )
        for name in sorted(names)
    ]
    # A role's own voice first; where it is missing, any.
    return tuple(sorted(voices, key=lambda voice: (not voice.roles, voice.id)))


def _names(styles: Path) -> list[str]:
    if styles.is_dir():
        return [file.stem for file in styles.iterdir() if file.suffix in (".bin", ".npy")]
    try:
        with np.load(styles) as archive:
            return list(archive.files)
    except (OSError, ValueError):
        return []


@functools.lru_cache(maxsize=16)
def _style(styles: str, voice: str) -> np.ndarray:
    """One row for each number of sounds."""
    path = Path(styles)
    try:
        if not path.is_dir():
            with np.load(path) as archive:
                found = archive[voice]
        elif (path / f"{voice}.npy").is_file():
            found = np.load(path / f"{voice}.npy")
        else:
            found = np.frombuffer((path / f"{voice}.bin").read_bytes(), "<f4")
        return found.reshape(-1, STYLE)
    except (KeyError, OSError, ValueError) as error:
        raise CannotSpeak(
            _("The voice file of “%(voice)s” cannot be read (%(error)s). Choose another voice.")
            % {"voice": voice, "error": type(error).__name__}
        ) from error


@functools.cache
def _alphabet() -> dict[str, int]:
    """Kokoro's own; hibari was made of it and kept the numbers."""
    return json.loads((Path(str(resources.files("hibari"))) / "assets" / "vocab.json").read_text("utf-8"))
