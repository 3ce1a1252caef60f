"""Taking away files that nobody needs: uploads that were given up, recordings that were replaced, audio of old takes.

The rows of old takes stay, with their cues: what learners heard is told in their seconds.
"""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import F
from django.utils import timezone

from . import files, uploads
from .models import Asset, Rendition, Upload

UPLOADS_LAST = timedelta(days=2)  # a broken upload can be taken up again that long
# Players hold addresses for hours, pages longer; and a job may still be reading a recording that was replaced.
OLD_FILES_LAST = timedelta(days=1)


@dataclass
class Swept:
    """How many of each were taken away."""

    uploads: int = 0
    renditions: int = 0
    orphans: int = 0
    leftovers: int = 0


def sweep(at: datetime | None = None) -> Swept:
    at = at or timezone.now()
    return Swept(_uploads(at), _old_takes(at), _orphans(at), _leftovers(at))


def _uploads(at: datetime) -> int:
    given_up = list(Upload.objects.filter(begun_at__lt=at - UPLOADS_LAST))
    # Somebody with a slow line may still be sending: the file says when the last piece came.
    given_up = [upload for upload in given_up if uploads.last_piece_at(upload) < (at - UPLOADS_LAST).timestamp()]
    for upload in given_up:
        uploads.drop(upload)
    return len(given_up)


def _old_takes(at: datetime) -> int:
    """Files of takes that another one has replaced for a day."""
    replaced = Rendition.objects.filter(
        take__asset__take__isnull=False, take__asset__take__made_at__lt=at - OLD_FILES_LAST
    ).exclude(take=F("take__asset__take"))
    # A name says what is in it, so an old and a new take can share a file.
    names = set(replaced.values_list("name", flat=True))
    gone, _by_model = replaced.delete()
    for name in names - set(Rendition.objects.filter(name__in=names).values_list("name", flat=True)):
        files.delete(name)
    return gone


def _orphans(at: datetime) -> int:
    """Files without a row: their asset is gone, or a crash came between file and row."""
    gone = 0
    for folder, known in KNOWN.items():
        for asset in _folders(folder):
            here = [f"{folder}/{asset}/{name}" for name in files.storage().listdir(f"{folder}/{asset}")[1]]
            kept = known(here)
            for name in here:
                if name not in kept and _changed_at(name) < at - OLD_FILES_LAST:
                    files.delete(name)
                    gone += 1
    return gone


def _heard(names: list[str]) -> set[str]:
    return set(Rendition.objects.filter(name__in=names).values_list("name", flat=True))


def _recorded(names: list[str]) -> set[str]:
    return set(Asset.objects.filter(recording__in=names).values_list("recording", flat=True))


def _nothing(names: list[str]) -> set[str]:
    """Speech is encoded within hours, and spoken again should it be wanted later."""
    return set()


KNOWN = {files.AUDIO: _heard, files.RECORDINGS: _recorded, files.SPEECH: _nothing}


def _folders(name: str) -> list[str]:
    try:
        return files.storage().listdir(name)[0]
    except FileNotFoundError:
        return []


def _changed_at(name: str) -> datetime:
    try:
        return files.storage().get_modified_time(name)
    except FileNotFoundError:  # another sweep was quicker
        return timezone.now()


def _leftovers(at: datetime) -> int:
    """What crashed work left on this machine's disk, and pieces of uploads that have no row."""
    limit = (at - UPLOADS_LAST).timestamp()
    waiting = {str(pk) for pk in Upload.objects.values_list("pk", flat=True)}
    gone = 0
    for left in [*_entries(files.WORK), *(one for one in _entries(files.UPLOADS) if one.name not in waiting)]:
        if _newest(left) >= limit:
            continue
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)
        gone += 1
    return gone


def _entries(name: str) -> Iterator[Path]:
    return files.folder(name).iterdir()


def _newest(path: Path) -> float:
    """When it, or the youngest file in it, was last written."""
    try:
        return max(one.stat().st_mtime for one in [path, *(path.rglob("*") if path.is_dir() else ())])
    except FileNotFoundError:
        return time.time()
