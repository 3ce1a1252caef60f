"""Where files lie: in MEDIA_ROOT, or in a bucket where one is configured.

Names: `audio/<asset>/<digest>.m4a` for what is heard, `recordings/<asset>/<digest>` for what was uploaded,
`speech/<asset>/<digest>.wav` for what was spoken and is not encoded yet. A name says what is in the file, so a file
that is there is right and is never changed.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, default_storage

AUDIO, RECORDINGS, SPEECH = "audio", "recordings", "speech"
SHORT = 16  # characters of a digest in a name
WORK, UPLOADS = "work", "uploads"  # folders of this machine's disk, also where files lie in a bucket
RESERVE = 256 * 1024 * 1024  # bytes that stay free for the database and the log


def audio_name(asset: UUID, digest: str, suffix: str) -> str:
    """suffix: m4a or mp3."""
    return f"{AUDIO}/{asset}/{digest[:SHORT]}.{suffix}"


def recording_name(asset: UUID, digest: str) -> str:
    return f"{RECORDINGS}/{asset}/{digest}"


def storage() -> Storage:
    return default_storage


def path(name: str) -> Path | None:
    """Where the file called `name` lies on this machine; None: in a bucket."""
    where = storage()
    return Path(where.path(name)) if isinstance(where, FileSystemStorage) else None


def keep(local: Path, name: str) -> None:
    """Put the finished file `local` under `name`, whole or not at all. `local` is gone afterwards."""
    target = path(name)
    if target is None:
        with local.open("rb") as content:
            storage().save(name, File(content))
        local.unlink()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if same_disk(local, target.parent):
        _settle(local, target)
        return
    with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as part:
        try:
            with local.open("rb") as content:
                shutil.copyfileobj(content, part, 1024 * 1024)
        except BaseException:
            os.unlink(part.name)
            raise
    _settle(Path(part.name), target)
    local.unlink()


def same_disk(one: Path, two: Path) -> bool:
    return one.stat().st_dev == two.stat().st_dev


def _settle(file: Path, target: Path) -> None:
    """Rename, but only what has reached the disk: after a power cut there is the whole file or none."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fchmod(descriptor, 0o644)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(file, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def local(name: str) -> Iterator[Path]:
    """The file called `name`, to read; fetched first where it lies in a bucket. Raises FileNotFoundError."""
    if (there := path(name)) is not None:
        if not there.is_file():
            raise FileNotFoundError(name)
        yield there
        return
    with tempfile.TemporaryDirectory(dir=folder(WORK)) as private:
        copy = Path(private, "file")
        with storage().open(name) as source, copy.open("wb") as target:
            shutil.copyfileobj(source, target, 1024 * 1024)
        yield copy


def delete(name: str) -> None:
    """Nothing happens where there is none."""
    if not name:
        return
    storage().delete(name)
    if (gone := path(name)) is not None:
        # The folder of an asset whose last file this was.
        with suppress(OSError):
            gone.parent.rmdir()


def exists(name: str) -> bool:
    return bool(name) and storage().exists(name)


def folder(name: str) -> Path:
    """A folder of this machine's disk, readable by nobody else."""
    there = Path(settings.MEDIA_ROOT, name)
    there.mkdir(mode=0o700, parents=True, exist_ok=True)
    return there


@contextmanager
def workspace(job_id: object) -> Iterator[Path]:
    """A private folder for one piece of work, empty at first, removed at the end."""
    private = folder(WORK) / f"job-{job_id}"
    shutil.rmtree(private, ignore_errors=True)
    private.mkdir(mode=0o700)
    try:
        yield private
    finally:
        shutil.rmtree(private, ignore_errors=True)


def has_room(wanted: int) -> bool:
    """Whether the disk takes `wanted` bytes more and still has some to breathe."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(root).free >= wanted + RESERVE
