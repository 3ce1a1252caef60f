"""A folder in memory: path → bytes, recordings aside. Where it comes from, disk or archive, the same limits count."""

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from . import limits, recordings
from .problems import CourseFolderError, Problem, Problems
from .recordings import AudioFile

# Relative paths with forward slashes. What lies below audio/ is an AudioFile, everything else bytes.
Tree = dict[str, bytes | AudioFile]


def is_ignored(path: str) -> bool:
    """Notes for people and the droppings of operating systems."""
    *folders, name = path.split("/")
    return name == "README.md" or "__MACOSX" in folders or any(part.startswith(".") for part in (*folders, name))


def file_limit(path: str) -> int:
    if recordings.is_recording(path):
        return limits.RECORDING_BYTES
    if path.endswith(".gift"):
        return limits.BANK_BYTES
    return limits.COVER_BYTES if path.endswith(".png") else limits.FILE_BYTES


class Rooms:
    """What is left of the limits on all files together: one for texts, one for recordings."""

    def __init__(self) -> None:
        self._left = {False: limits.TOTAL_BYTES, True: limits.RECORDINGS_BYTES}

    def take(self, path: str, size: int) -> int:
        """What is left then; below 0 is too much."""
        kind = recordings.is_recording(path)
        self._left[kind] -= size
        return self._left[kind]


def size_of(data: bytes | AudioFile) -> int:
    return data.size if isinstance(data, AudioFile) else len(data)


def read_disk(root: Path) -> Tree:
    """Raises CourseFolderError for links and for more than the limits allow."""
    problems = Problems()
    tree: Tree = {}
    rooms = Rooms()
    for number, path in enumerate(_walk(root, problems)):
        if number >= limits.FILES:
            raise CourseFolderError([too_many()])
        name = path.relative_to(root).as_posix()
        if path.stat().st_size > file_limit(name):
            problems.append(too_large(name))
            continue
        data: bytes | AudioFile
        if recordings.is_recording(name):
            data = recordings.on_disk(path)
        else:
            with path.open("rb") as stream:
                data = stream.read(file_limit(name) + 1)
        if rooms.take(name, size_of(data)) < 0:
            raise CourseFolderError([*problems, too_much()])
        tree[unicodedata.normalize("NFC", name)] = data
    if problems:
        raise CourseFolderError(problems)
    return tree


def _walk(root: Path, problems: Problems) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        below = Path(folder)
        relative = below.relative_to(root)
        folders[:] = sorted(name for name in folders if not is_ignored((relative / name / "-").as_posix()))
        for name in sorted(folders + files):
            path = below / name
            if is_ignored((relative / name).as_posix()):
                continue
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                problems.append(is_link((relative / name).as_posix()))
            elif path.is_file():
                yield path


def write_disk(tree: Tree, root: Path) -> None:
    """Make `root` hold this tree; other files of the course format are removed, notes and hidden files stay."""
    root.mkdir(parents=True, exist_ok=True)
    for path in list(_walk(root, Problems())):
        name = path.relative_to(root).as_posix()
        if name not in tree and (path.suffix in (".md", ".yaml", ".png", ".gift") or recordings.is_recording(name)):
            path.unlink()
    for name, data in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(data, bytes):
            path.write_bytes(data)
        else:
            _write_recording(data, path)
    for folder, _folders, _files in os.walk(root, topdown=False):
        if Path(folder) != root and not os.listdir(folder):
            os.rmdir(folder)


def _write_recording(file: AudioFile, path: Path) -> None:
    """Whole or not at all; it may be the very file that is read."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as copy:
        for piece in file.pieces():
            copy.write(piece)
    part.replace(path)


def is_link(name: str) -> Problem:
    return Problem(name, 0, _("This is a link, not a file."), _("Put the file itself there."))


def too_large(name: str) -> Problem:
    remedy = _("Keep it below %(most)d bytes; split a long lesson in two.")
    if recordings.is_recording(name):
        remedy = _("Keep it below %(most)d bytes; export it as m4a.")
    remedy %= {"most": file_limit(name)}
    return Problem(name, 0, _("This file is too large."), remedy)


def too_many() -> Problem:
    remedy = _("Keep it to %(most)d files and folders.") % {"most": limits.FILES}
    return Problem("", 0, _("There are too many files."), remedy)


def too_much() -> Problem:
    remedy = _("Keep all texts together below %(texts)d bytes, and all recordings below %(recordings)d.")
    most = {"texts": limits.TOTAL_BYTES, "recordings": limits.RECORDINGS_BYTES}
    return Problem("", 0, _("The files are too large together."), remedy % most)
