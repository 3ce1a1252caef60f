"""The recordings of a course folder: its files in audio/, named by the front matter of its lessons.

They may be a hundred times larger than all texts together, so they are never held in memory: a tree holds an
`AudioFile` where it holds the bytes of a text.
"""

import hashlib
import os
import re
import tempfile
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from lessons.models import LessonAudio

from .keys import Keys, tell_choice
from .problems import Tell
from .texts import LessonText, RecordingText
from .yaml_text import Entry

FOLDER = "audio"
# Part of a lesson → its heading.
PARTS = {LessonAudio.Part.CONVERSATION.value: "Conversation", LessonAudio.Part.AUDIOBOOK.value: "Audiobook"}
SUFFIXES = ("m4a", "mp3", "mp4", "aac", "wav", "flac", "ogg", "oga", "opus", "aif", "aiff", "caf", "mka", "webm")
NAME = re.compile(rf"(?!\.)[\w.()+-]{{1,100}}\.(?i:{'|'.join(SUFFIXES)})")
UNFIT = re.compile(r"[^\w.()+-]+")
PIECE = 1024 * 1024  # bytes read at a time
HEAD = 64  # bytes that tell what a file is
# How audio files begin: (offset, bytes).
BEGINNINGS = (
    (4, b"ftyp"),  # m4a, mp4
    (0, b"ID3"),
    (0, b"RIFF"),
    (0, b"RF64"),
    (0, b"fLaC"),
    (0, b"OggS"),
    (0, b"FORM"),  # aiff
    (0, b"caff"),
    (0, b"\x1a\x45\xdf\xa3"),  # Matroska, WebM
)


@dataclass(frozen=True)
class AudioFile:
    """Two with the same bytes are the same, wherever they lie."""

    digest: str  # SHA-256
    size: int
    open: Callable[[], IO[bytes]] = field(compare=False, repr=False)

    def pieces(self) -> Iterator[bytes]:
        with self.open() as stream:
            while piece := stream.read(PIECE):
                yield piece

    def begins_like_audio(self) -> bool:
        """Whether anything can be heard shows when it is converted."""
        with self.open() as stream:
            head = stream.read(HEAD)
        is_frame = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0  # MP3 and AAC without a header
        return is_frame or any(head[at : at + len(start)] == start for at, start in BEGINNINGS)


def on_disk(path: Path) -> AudioFile:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
            size += len(piece)
    return AudioFile(digest.hexdigest(), size, lambda: path.open("rb"))


def copied(pieces: Iterable[bytes]) -> AudioFile:
    """A private copy on disk; it goes when nobody can open it any more."""
    copy = _Copy()
    with copy.path.open("wb") as stream:
        for piece in pieces:
            stream.write(piece)
    known = on_disk(copy.path)
    return AudioFile(known.digest, known.size, copy.open)


class _Copy:
    def __init__(self) -> None:
        descriptor, name = tempfile.mkstemp(prefix="recording-")
        os.close(descriptor)
        self.path = Path(name)
        weakref.finalize(self, self.path.unlink, missing_ok=True)

    def open(self) -> IO[bytes]:
        return self.path.open("rb")


def is_recording(path: str) -> bool:
    return path.startswith(f"{FOLDER}/")


def fitting(name: str, taken: Collection[str]) -> str:
    """`name` as a folder can have it. taken: names there already, in lower case."""
    stem, _dot, suffix = UNFIT.sub("-", name).lstrip(".-").rpartition(".")
    suffix = suffix if suffix.lower() in SUFFIXES else "m4a"
    stem = stem[:80] or "recording"
    found, number = f"{stem}.{suffix}", 1
    while found.casefold() in taken:
        number += 1
        found = f"{stem}-{number}.{suffix}"
    return found


# --- Reading --------------------------------------------------------------------------------------------------------


class Shelf:
    """The recordings of a folder, and who names them."""

    def __init__(self, files: Mapping[str, AudioFile]) -> None:
        self.files = files
        self.named: dict[str, str] = {}  # file → the lesson that names it

    def take(self, path: str, lesson: str, line: int, tell: Tell) -> AudioFile | None:
        if path not in self.files:
            known = ", ".join(self.files) or _("none yet")
            remedy = _("Put it into the folder audio/, or write one of these: %(known)s.") % {"known": known}
            tell(line, _("There is no file “%(path)s”.") % {"path": path}, remedy)
            return None
        if path in self.named:
            wrong = _("%(lesson)s has this recording already.") % {"lesson": self.named[path]}
            tell(line, wrong, _("Give each part a recording of its own."))
            return None
        self.named[path] = lesson
        return self.files[path]

    def problems(self, at: Callable[[str], Tell]) -> None:
        """Tell what is wrong with the files themselves."""
        for path, file in self.files.items():
            tell = at(path)
            if not NAME.fullmatch(path.removeprefix(f"{FOLDER}/")):
                kinds = ", ".join(SUFFIXES)
                remedy = _("Use letters, digits and hyphens, and one of these endings: %(kinds)s.") % {"kinds": kinds}
                tell(0, _("A recording cannot have this name."), remedy)
            elif not file.size:
                tell(0, _("This file is empty."), _("Export the recording again."))
            elif not file.begins_like_audio():
                tell(0, _("This is no audio file, whatever its name says."), _("Export the recording again as m4a."))
            elif path not in self.named:
                remedy = _("Remove it, or name it in a lesson: “audio:” and below it “  conversation: %(path)s”.")
                tell(0, _("No lesson names this recording."), remedy % {"path": path})


def parse(keys: Keys, lesson: str, shelf: Shelf) -> tuple[RecordingText, ...]:
    """What the key `audio` of a lesson says. lesson: its address, for the problems of others."""
    entry = keys.entries.get("audio")
    if entry is None or entry.value is None:
        return ()
    if not isinstance(entry.value, dict):
        remedy = _("Write below it “  conversation: audio/threads.m4a”, “  audiobook: audio/book.m4a”, or both.")
        keys.tell(entry.line, _("“audio” must name parts and their recordings."), remedy)
        return ()
    found = []
    for part in PARTS:
        if part in entry.value and (text := _recording(part, entry.value[part], lesson, shelf, keys)):
            found.append(text)
    for part, stray in entry.value.items():
        if part not in PARTS:
            tell_choice(stray.line, _("part to be heard"), part, PARTS, keys.tell)
    return tuple(found)


def _recording(part: str, entry: Entry, lesson: str, shelf: Shelf, keys: Keys) -> RecordingText | None:
    path = keys.line_of(entry, part)
    file = shelf.take(path, lesson, entry.line, keys.tell) if path else None
    return RecordingText(part, path.removeprefix(f"{FOLDER}/"), file.digest) if file else None


def without_text(lesson: LessonText) -> list[str]:
    """Parts that are recorded and not written: nobody could read what is said."""
    written = {"conversation": lesson.episodes, "audiobook": lesson.chunks}
    return [recording.part for recording in lesson.recordings if not written[recording.part]]


# --- Writing --------------------------------------------------------------------------------------------------------


def keys_of(lesson: LessonText) -> dict[str, str]:
    return {recording.part: f"{FOLDER}/{recording.name}" for recording in lesson.recordings}
