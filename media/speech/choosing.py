"""Which engine speaks a script, and which voice speaks a line."""

import functools
import json
from collections.abc import Sequence

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from ..scripts import Line, Script
from .protocol import CannotSpeak, SpeechEngine, Voice

RENDERING = 1  # of the way sentences become audio (rendering.py); a new number makes all audio anew
ROLES = ("teacher", "student", "student2", "narrator")
# Who speaks for a role that an engine has no voice of its own for.
STANDS_IN = {"teacher": "narrator", "narrator": "teacher", "student2": "student", "student": "student2"}


def engines() -> list[SpeechEngine]:
    """Those that can speak here, in the order of the setting."""
    return [engine for engine in map(_made, settings.SPEECH_ENGINES) if engine.available()]


def voices(language: str, engine: str = "") -> list[Voice]:
    """All that speak the language, or only one engine's."""
    return [voice for each in engines() if engine in ("", each.id) for voice in each.voices(language)]


def engine_of(script: Script) -> SpeechEngine:
    """The one the script names, where it is set up and speaks the language; else the first that does.

    Raises CannotSpeak when there is none.
    """
    speaking = [engine for engine in engines() if engine.voices(script.language)]
    if not speaking:
        raise CannotSpeak(
            _("No speech engine here speaks “%(language)s”. Upload a recording, or ask the operator for a voice.")
            % {"language": script.language}
        )
    return next((engine for engine in speaking if engine.id == script.engine), speaking[0])


def casting(script: Script) -> dict[tuple[str, str, str], Voice]:
    """(speaker, voice, role) of a line → who says it. A voice that is named stays; the others are made distinct."""
    engine = engine_of(script)
    known = {voice.id: voice for voice in voices(script.language) if voice.engine != engine.id}
    own = engine.voices(script.language)
    known |= {voice.id: voice for voice in own}
    parts = dict.fromkeys(part_of(line) for line in script.lines if line.text.strip())
    cast = {part: known[part[1]] for part in parts if part[1] in known}
    for part in sorted((part for part in parts if part not in cast), key=lambda part: _rank(part[2])):
        cast[part] = _voice_for(part[2], own, list(cast.values()))
    return cast


def part_of(line: Line) -> tuple[str, str, str]:
    return (line.speaker, line.voice, line.role)


def voice_of(voice: Voice) -> SpeechEngine:
    """The engine that has it."""
    return next(engine for engine in engines() if engine.id == voice.engine)


def recipe(script: Script) -> str:
    """Everything besides the script that decides what is heard."""
    try:
        cast = casting(script)
    except CannotSpeak:
        return "silent"
    versions = {engine.id: engine.version for engine in engines() if engine.id in {v.engine for v in cast.values()}}
    said_by = sorted((*part, voice.engine, voice.id) for part, voice in cast.items())
    return json.dumps([RENDERING, versions, said_by], sort_keys=True)


def _rank(role: str) -> int:
    return ROLES.index(role) if role in ROLES else len(ROLES)


def _voice_for(role: str, own: Sequence[Voice], heard: Sequence[Voice]) -> Voice:
    """The role's own voice if nobody has it yet, else the one that differs most from those heard beside it."""

    def differs(voice: Voice) -> tuple[bool, bool, int]:
        close = any(voice.id in other.too_close or other.id in voice.too_close for other in heard)
        wanted = (role, STANDS_IN.get(role, "teacher"))
        fits = min((wanted.index(each) for each in voice.roles if each in wanted), default=len(wanted))
        return (voice in heard, close, fits)

    return min(own, key=differs)


@functools.cache
def _made(path: str) -> SpeechEngine:
    return import_string(path)()
