"""A folder in memory: path → bytes. Where it comes from, disk or archive, the same limits count."""

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from . import limits
from .problems import CourseFolderError, Problem, Problems

# Relative paths with forward slashes.
Tree = dict[str, bytes]


def is_ignored(path: str) -> bool:
    """Notes for people and the droppings of operating systems."""
    *folders, name = path.split("/")
    return name == "README.md" or "__MACOSX" in folders or any(part.startswith(".") for part in (*folders, name))


def file_limit(path: str) -> int:
    return limits.COVER_BYTES if path.endswith(".png") else limits.FILE_BYTES


def read_disk(root: Path) -> Tree:
    """Raises CourseFolderError for links and for more than the limits allow."""
    problems = Problems()
    tree: Tree = {}
    total = 0
    for number, path in enumerate(_walk(root, problems)):
        if number >= limits.FILES:
            raise CourseFolderError([too_many()])
        name = path.relative_to(root).as_posix()
        with path.open("rb") as stream:
            data = stream.read(file_limit(name) + 1)
        if len(data) > file_limit(name):
            problems.append(too_large(name))
            continue
        total += len(data)
        if total > limits.TOTAL_BYTES:
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
        if name not in tree and path.suffix in (".md", ".yaml", ".png"):
            path.unlink()
    for name, data in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for folder, _folders, _files in os.walk(root, topdown=False):
        if Path(folder) != root and not os.listdir(folder):
            os.rmdir(folder)


def is_link(name: str) -> Problem:
    return Problem(name, 0, _("This is a link, not a file."), _("Put the file itself there."))


def too_large(name: str) -> Problem:
    remedy = _("Keep it below %(most)d bytes; split a long lesson in two.") % {"most": file_limit(name)}
    return Problem(name, 0, _("This file is too large."), remedy)


def too_many() -> Problem:
    remedy = _("Keep it to %(most)d files and folders.") % {"most": limits.FILES}
    return Problem("", 0, _("There are too many files."), remedy)


def too_much() -> Problem:
    remedy = _("Keep all files together below %(most)d bytes.") % {"most": limits.TOTAL_BYTES}
    return Problem("", 0, _("The files are too large together."), remedy)
