"""eSpeak NG: a plain voice for about a hundred languages, in a child process (espeak_child.py)."""

import contextlib
import functools
import json
import os
import selectors
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Sequence
from importlib import metadata, util
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from ..protocol import CannotSpeak, Span, Speech, Voice

CHILD = Path(__file__).resolve().parent.parent / "espeak_child.py"
PATIENCE = 20.0  # seconds for one sentence; it needs hundredths
GLANCE = 0.2  # seconds between two looks at whether the work was stopped
VARIANTS = {
    "m3": (("teacher", "narrator"), "male", 45),
    "f3": (("student",), "female", 55),
    "m1": (("student2",), "male", 60),
}
# Languages that are called otherwise here.
ALSO = {"en": "en-us", "en-gb": "en-gb-x-rp", "zh": "cmn", "no": "nb", "nn": "nb", "fa-ir": "fa", "tl": "", "sh": "hr"}
CYRILLIC = "ba be bg cv kk ky mk nog ru sr tt uk"
SCRIPTS = {
    **dict.fromkeys(CYRILLIC.split(), ("CYRILLIC",)),
    **dict.fromkeys(("ar", "fa", "ur", "ug", "sd"), ("ARABIC",)),
    **dict.fromkeys(("hi", "mr", "ne", "kok"), ("DEVANAGARI",)),
    **dict.fromkeys(("bn", "as", "bpy"), ("BENGALI",)),
    **dict.fromkeys(("am", "ti"), ("ETHIOPIC",)),
    **dict.fromkeys(("cmn", "yue", "hak"), ("CJK", "BOPOMOFO")),
    **dict.fromkeys(("hy", "hyw"), ("ARMENIAN",)),
    **dict.fromkeys(("el", "grc"), ("GREEK",)),
    "he": ("HEBREW",),
    "ta": ("TAMIL",),
    "te": ("TELUGU",),
    "kn": ("KANNADA",),
    "ml": ("MALAYALAM",),
    "gu": ("GUJARATI",),
    "pa": ("GURMUKHI",),
    "or": ("ORIYA",),
    "si": ("SINHALA",),
    "th": ("THAI",),
    "my": ("MYANMAR",),
    "shn": ("MYANMAR",),
    "ka": ("GEORGIAN",),
    "ko": ("HANGUL",),
    "chr": ("CHEROKEE",),
    "ja": ("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"),
}
SIGNS = frozenset("£€¥§°×÷±µ²³")


class ESpeak:
    id = "espeak"

    def __init__(self) -> None:
        self.child = Child()

    @functools.cached_property
    def version(self) -> str:
        return f"{metadata.version('espeakng-loader')}.1"  # the second number: of this adapter

    def available(self) -> bool:
        return sys.platform != "win32" and util.find_spec("espeakng_loader") is not None

    def voices(self, language: str) -> Sequence[Voice]:
        name = _name_of(language)
        return _voices(name) if name else []

    def speaks(self, character: str, language: str) -> bool:
        if character.isascii() or character in SIGNS:
            return True
        if unicodedata.category(character)[0] not in "LMN":
            return False
        script = unicodedata.name(character, "").split(" ")[0]
        return script == "LATIN" or script in SCRIPTS.get(_name_of(language).split("-")[0], ())

    def synthesize(self, sentence: str, voice: Voice, *, beat: Callable[[], None], speed: float = 1.0) -> Speech:
        name, variant = voice.id.removeprefix("espeak-").rsplit("+", 1)
        wish = {"text": sentence, "voice": f"{name}+{variant}", "speed": speed, "pitch": VARIANTS[variant][2]}
        head, samples = self.child.ask(wish, beat)
        if head["error"] == "voice":
            raise CannotSpeak(_("eSpeak NG has no voice “%(voice)s” here. Choose another one.") % {"voice": voice.id})
        if head["error"]:
            raise ValueError(f"eSpeak NG refused {sentence!r}")
        pcm = np.frombuffer(samples, "<i2").astype(np.float32) * np.float32(1 / 32768)
        return Speech(pcm, head["rate"], _spans(sentence, head["words"], len(pcm) / head["rate"]))


def _spans(sentence: str, words: Sequence[tuple[float, int, int]], end: float) -> list[Span]:
    # A number is several words to the engine, all but the first beginning inside it.
    whole = [each for each in words if not sentence[max(0, each[1] - 1) : each[1]].isalnum()]
    stops = [*(start for start, _place, _length in whole[1:]), end]
    return [
        Span(start, max(start, stop), sentence[place : place + length])
        for (start, place, length), stop in zip(whole, stops, strict=False)
    ]


class Child:
    """The process, started when it is first needed and again after its end. One sentence at a time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None

    def ask(self, wish: dict[str, Any], beat: Callable[[], None]) -> tuple[dict[str, Any], bytes]:
        """Raises CannotSpeak when it dies or hangs, on a second try too."""
        with self.lock:
            for _attempt in range(2):
                try:
                    return self._ask(wish, beat)
                except (OSError, EOFError, TimeoutError):
                    self.end()
                except BaseException:  # stopped while waiting: what it says next is for nobody
                    self.end()
                    raise
        raise CannotSpeak(
            _("The speech engine eSpeak NG stopped at “%(text)s”. Shorten or reword this sentence and try again.")
            % {"text": wish["text"][:60]}
        )

    def _ask(self, wish: dict[str, Any], beat: Callable[[], None]) -> tuple[dict[str, Any], bytes]:
        process = self._running()
        assert process.stdin
        process.stdin.write(json.dumps(wish).encode() + b"\n")
        process.stdin.flush()
        deadline = time.monotonic() + PATIENCE
        size = int.from_bytes(self._read(4, deadline, beat), "big")
        head = json.loads(self._read(size, deadline, beat))
        return head, self._read(head["bytes"], deadline, beat)

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self.end()
            folder = Path(str(util.find_spec("espeakng_loader").submodule_search_locations[0]))  # type: ignore[union-attr,index]
            library = folder / ("libespeak-ng.dylib" if sys.platform == "darwin" else "libespeak-ng.so")
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(CHILD), str(library), str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.environ.get("PATH", "")},
                start_new_session=True,
            )
        return self.process

    def _read(self, size: int, deadline: float, beat: Callable[[], None]) -> bytes:
        assert self.process
        assert self.process.stdout
        found = bytearray()
        handle = self.process.stdout.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(handle, selectors.EVENT_READ)
            while len(found) < size:
                if time.monotonic() > deadline:
                    raise TimeoutError
                if not selector.select(GLANCE):
                    beat()
                    continue
                piece = os.read(handle, min(size - len(found), 1 << 16))
                if not piece:
                    raise EOFError
                found += piece
        return bytes(found)

    def end(self) -> None:
        if self.process is not None:
            process, self.process = self.process, None
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    if pipe:
                        pipe.close()


@functools.cache
def _voices(name: str) -> tuple[Voice, ...]:
    return tuple(
        Voice(f"espeak-{name}+{variant}", f"eSpeak NG, {name}, {variant}", name, gender, "espeak", roles)
        for variant, (roles, gender, _pitch) in VARIANTS.items()
    )


@functools.cache
def _name_of(language: str) -> str:
    """As eSpeak NG calls it; empty when it does not speak it."""
    names = _languages()
    wanted = language.lower().replace("_", "-")
    for tag in (wanted, wanted.split("-")[0]):
        if (name := ALSO.get(tag, tag)) in names:
            return name
    return ""


@functools.cache
def _languages() -> frozenset[str]:
    found = util.find_spec("espeakng_loader")
    if not found or not found.submodule_search_locations:
        return frozenset()
    data = Path(found.submodule_search_locations[0]) / "espeak-ng-data"
    dictionaries = {file.name.removesuffix("_dict") for file in data.glob("*_dict")}
    files = (file for file in (data / "lang").rglob("*") if file.is_file())
    # Some voices come without their dictionary; nb has that of Norwegian.
    return frozenset(
        file.name.lower() for file in files if file.name.lower().split("-")[0] in dictionaries or file.name == "nb"
    )
