"""Speech: a script becomes sound, sentence by sentence, and every sentence knows when it is heard.

Engines differ in languages, voices and cost; all stand behind one small protocol (protocol.py) and are chosen by the
setting SPEECH_ENGINES, by the script, and by the language. What no engine can say is told to the author.
"""

from collections.abc import Callable
from pathlib import Path

from ..scripts import Script
from . import wording
from .choosing import engines, recipe, voices
from .protocol import CannotSpeak, Span, Speech, SpeechEngine, Spoken, Voice
from .wording import unspoken

__all__ = [
    "CannotSpeak",
    "Span",
    "Speech",
    "SpeechEngine",
    "Spoken",
    "Voice",
    "engines",
    "recipe",
    "render",
    "unspoken",
    "voices",
]


def render(script: Script, out: Path, beat: Callable[[float], None]) -> Spoken:
    """Say all of it into `out`: one channel, 16 bits, 24 kHz WAV. `beat` gets the share that is done, 0–1.

    Raises CannotSpeak; then there is no file.
    """
    from .rendering import Rendering  # numpy: only where sound is made

    wording.check(script)
    return Rendering(script, beat).into(out)
