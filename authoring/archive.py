"""A course folder as a zip file. Zips come from strangers: nothing in one is believed, everything is counted.

Texts are never unpacked to disk, and recordings only under names of our own, so a name can do no harm beyond the tree
it is read into; wrong ones are refused all the same, because an author should know.
"""

import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from . import limits, recordings
from .folder import COURSE_FILE
from .problems import CourseFolderError, Problem, Problems
from .recordings import AudioFile
from .tree import Rooms, Tree, file_limit, is_ignored, is_link, size_of, too_large, too_many, too_much

PIECE = 64 * 1024  # bytes read at a time
SLACK = 64 * 1024  # a short file may pack as well as it likes
RECORD = 46 + limits.NAME_LENGTH * 4 + 100  # bytes one member may take in the directory of the zip
END = struct.Struct("<4s4H2LH")  # the record that ends a zip: where its directory is and how much it holds
ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"7z\xbc\xaf\x27\x1c",
    b"\xfd7zXZ\0",
    b"Rar!\x1a",
    b"\x28\xb5\x2f\xfd",
)
ARCHIVE_NAMES = (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".zst", ".jar")
FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the oldest a zip can hold


def read(stream: BinaryIO, name: str = "") -> tuple[str, Tree]:
    """The course's slug and its tree. Raises CourseFolderError.

    name: of the zip file; it names the course when course.yaml is not inside a folder.
    """
    size = stream.seek(0, 2)
    if size > limits.ARCHIVE_BYTES:
        most = _("Keep it below %(most)d bytes.") % {"most": limits.ARCHIVE_BYTES}
        raise CourseFolderError([Problem(name, 0, _("This archive is too large."), most)])
    try:
        _check_directory(stream, size)
        with ZipFile(stream) as archive:
            files = _checked(archive.infolist())
            tree = _unpacked(archive, files, size)
    # All that Python's zip reader has been seen to raise on damaged and hostile files.
    except (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, struct.error):
        damaged = Problem(
            name, 0, _("This is no zip file, or it is damaged."), _("Pack the course folder again as zip.")
        )
        raise CourseFolderError([damaged])
    return _without_folder(tree, name)


def _check_directory(stream: BinaryIO, size: int) -> None:
    """Refuse a directory of a million members before Python makes an object of each."""
    stream.seek(max(size - END.size - 65_535, 0))
    tail = stream.read()
    place = tail.rfind(b"PK\5\6")
    if place < 0 or len(tail) < place + END.size:
        raise BadZipFile
    _signature, _disk, _start, _here, count, length, _offset, _comment = END.unpack_from(tail, place)
    if count > limits.FILES or length > limits.FILES * RECORD:
        raise CourseFolderError([too_many()])


def _checked(members: list[ZipInfo]) -> list[ZipInfo]:
    """The files worth reading; every member's name and kind has been looked at."""
    if len(members) > limits.FILES:
        raise CourseFolderError([too_many()])
    problems = Problems()
    seen: dict[str, str] = {}
    for member in members:
        problem = _problem_with_name(member.orig_filename) or _problem_with_kind(member)
        if problem:
            problems.append(problem)
            continue
        # Names that one file system or another would take for the same.
        path = unicodedata.normalize("NFC", member.filename.rstrip("/"))
        key = path.casefold()
        if key in seen:
            wrong = _("“%(twin)s” is in the archive too.") % {"twin": seen[key]}
            problems.append(Problem(path, 0, wrong, _("Give each file a name of its own.")))
        seen[key] = path
    files = [member for member in members if not member.is_dir()]
    folders = {str(parent) for path in seen for parent in PurePosixPath(path).parents}
    for member in files:
        if member.filename.casefold() in folders:
            wrong = _("This is a file and a folder at once.")
            problems.append(Problem(member.filename, 0, wrong, _("Pack the folder again.")))
    if problems:
        raise CourseFolderError(problems)
    return [member for member in files if not is_ignored(member.filename)]


def _problem_with_name(name: str) -> Problem | None:
    shown = "".join(letter if letter.isprintable() else "·" for letter in name)[: limits.NAME_LENGTH]
    parts = name.rstrip("/").split("/")
    remedy = _("Pack the course folder itself, with plain names in it.")
    if name.startswith("/") or "\\" in name or ":" in name or any(part in ("", ".", "..") for part in parts):
        return Problem(shown, 0, _("This name leads out of the archive."), remedy)
    if not name.isprintable():
        return Problem(shown, 0, _("This name holds characters nobody can see."), remedy)
    if len(name) > limits.NAME_LENGTH or len(parts) > limits.DEPTH:
        return Problem(shown, 0, _("This name is too long or too deep."), remedy)
    return None


def _problem_with_kind(member: ZipInfo) -> Problem | None:
    name = member.filename
    mode = stat.S_IFMT(member.external_attr >> 16)
    if mode not in (0, stat.S_IFREG, stat.S_IFDIR):
        return is_link(name)
    if member.flag_bits & 0x1:
        return Problem(name, 0, _("This file is encrypted."), _("Pack it without a password."))
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return Problem(name, 0, _("This file is packed in an unusual way."), _("Pack the folder as an ordinary zip."))
    if name.lower().endswith(ARCHIVE_NAMES):
        return _nested(name)
    return None


def _nested(name: str) -> Problem:
    return Problem(name, 0, _("There is an archive within the archive."), _("Put its files there instead."))


def _unpacked(archive: ZipFile, files: Iterable[ZipInfo], size: int) -> Tree:
    """size: of the zip. Sizes that the zip claims are not used: the bytes that come out are counted."""
    tree: Tree = {}
    rooms = Rooms()
    left = size * limits.RATIO + SLACK
    top = _top([member.filename for member in files])
    for member in files:
        name = unicodedata.normalize("NFC", member.filename)
        inner = name.removeprefix(top)
        most = min(file_limit(inner), member.compress_size * limits.RATIO + SLACK)
        pieces = _pieces(archive, member, inner, most, rooms)
        data: bytes | AudioFile
        if recordings.is_recording(inner):
            data = recordings.copied(pieces)
        else:
            data = b"".join(pieces)
            if data.startswith(ARCHIVES):
                raise CourseFolderError([_nested(name)])
        left -= size_of(data)
        if left < 0:
            raise CourseFolderError([too_much()])
        tree[name] = data
    return tree


def _pieces(archive: ZipFile, member: ZipInfo, name: str, most: int, rooms: Rooms) -> Iterator[bytes]:
    """What comes out of one member, counted. name: within the course folder."""
    length = 0
    with archive.open(member) as stream:
        while piece := stream.read(PIECE):
            length += len(piece)
            if rooms.take(name, len(piece)) < 0:
                raise CourseFolderError([too_much()])
            if length > most:
                raise CourseFolderError([too_large(name)])
            yield piece


def _top(names: Iterable[str]) -> str:
    """The folder that everything lies in, with its slash; empty when there is none."""
    tops = {name.partition("/")[0] for name in names}
    return f"{tops.pop()}/" if len(tops) == 1 else ""


def _without_folder(tree: Tree, name: str) -> tuple[str, Tree]:
    """Zips hold the folder or only what is in it, as people and systems like."""
    tops = {path.partition("/")[0] for path in tree}
    if COURSE_FILE not in tree and len(tops) == 1:
        top = tops.pop()
        return top, {path.removeprefix(f"{top}/"): data for path, data in tree.items()}
    return name.rpartition("/")[2].removesuffix(".zip"), tree


def write(tree: Tree, slug: str) -> bytes:
    """The tree below a folder `slug`; the same tree always gives the same bytes."""
    packed = BytesIO()
    write_into(packed, tree, slug)
    return packed.getvalue()


def write_into(stream: BinaryIO, tree: Tree, slug: str) -> None:
    """The same, for trees with recordings: piece by piece."""
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for path in sorted(tree):
            data = tree[path]
            member = ZipInfo(f"{slug}/{path}", FIXED_TIME)
            # Recordings are packed already.
            member.compress_type = ZIP_DEFLATED if isinstance(data, bytes) else ZIP_STORED
            member.external_attr = (stat.S_IFREG | 0o644) << 16
            if isinstance(data, bytes):
                archive.writestr(member, data)
                continue
            member.file_size = data.size
            with archive.open(member, "w") as packed:
                for piece in data.pieces():
                    packed.write(piece)
