"""Recordings on their way here: in pieces that may be sent again, or whole.

The client begins with name and size, sends pieces from the offset it is told, and finishes. Whatever breaks, it asks
how much has arrived and goes on there. A piece waits in `MEDIA_ROOT/uploads/<id>` on the machine that took it.
"""

import fcntl
import hashlib
import io
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.models import User

from . import files, production
from .models import Asset, Source, Upload

BLOCK = 1024 * 1024  # bytes
MOST_AT_ONCE = 3  # uploads under way for one asset: each reserves room on the disk


class Refused(Exception):
    """What cannot be taken, and why: a sentence to show."""


class WrongOffset(Refused):
    """The piece belongs elsewhere: go on at `offset`."""

    def __init__(self, offset: int) -> None:
        super().__init__(_("So far %(bytes)d bytes have arrived. Go on from there.") % {"bytes": offset})
        self.offset = offset


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def begin(asset: Asset, name: str, size: int) -> Upload:
    """name: the file's, as it is called at home. size: in bytes, as a promise. Raises Refused."""
    _check(size)
    under_way = Upload.objects.filter(asset=asset).order_by("-begun_at")
    for old in under_way[MOST_AT_ONCE - 1 :]:
        drop(old)
    if not files.has_room(2 * size + sum(one.size - one.received for one in Upload.objects.all())):
        raise Refused(_("The disk is too full for this file. What is there still plays; tell whoever runs this site."))
    upload = Upload.objects.create(asset=asset, name=plain_name(name), size=size)
    _part(upload).touch(mode=0o600)
    return upload


def append(upload: Upload, offset: int, stream: Readable) -> int:
    """Add what `stream` gives, from `offset` on; returns how many bytes are here now.

    Raises Refused, and WrongOffset when `offset` is not where the next piece begins. If the connection breaks, what
    came through it is kept.
    """
    with _alone(upload) as file:
        begun = upload.received
        if offset != begun:
            raise WrongOffset(begun)
        file.seek(begun)
        # More than this would be a lie about the size.
        room = upload.size - begun
        try:
            while block := stream.read(min(BLOCK, room + 1)):
                if len(block) > room:
                    file.truncate(begun)
                    upload.received = begun
                    raise Refused(_("More arrived than was announced. Choose the file again and send it anew."))
                file.write(block)
                room -= len(block)
                upload.received += len(block)
        except OSError as error:
            if error.errno is None:  # not our disk: the browser went away (UnreadablePostError)
                raise
            file.truncate(begun)
            upload.received = begun
            raise Refused(_("The disk is too full for this file. What is there still plays.")) from error
        finally:
            file.flush()
            upload.save(update_fields=["received"])
    return upload.received


def finish(upload: Upload, asked_by: User | None) -> Asset:
    """All pieces are here: make the file the asset's recording, and have it made audible.

    Raises WrongOffset while something is missing, Refused when it was finished before.
    """
    asset = upload.asset
    with _alone(upload) as file:
        if upload.received != upload.size:
            raise WrongOffset(upload.received)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        _take(asset, _part(upload), digest, upload.size, upload.name, asked_by, upload)
    return asset


def take_whole(asset: Asset, uploaded: UploadedFile, asked_by: User | None) -> Asset:
    """The same from a form, at once. Raises Refused."""
    size = uploaded.size or 0
    _check(size)
    if not files.has_room(2 * size):
        raise Refused(_("The disk is too full for this file. What is there still plays; tell whoever runs this site."))
    whole = files.folder(files.UPLOADS) / f"{uuid.uuid4()}.whole"
    digest = hashlib.sha256()
    try:
        with whole.open("xb") as target:
            for block in uploaded.chunks():
                digest.update(block)
                target.write(block)
        _take(asset, whole, digest.hexdigest(), size, plain_name(uploaded.name or ""), asked_by)
    except OSError as error:
        raise Refused(_("The disk is too full for this file. What is there still plays.")) from error
    finally:
        whole.unlink(missing_ok=True)
    return asset


def take_file(asset: Asset, source: Path, name: str, asked_by: User | None) -> Asset:
    """The same from a file of ours, such as one from a course folder, which stays where it is. Raises Refused."""
    size = source.stat().st_size
    _check(size)
    copy = files.folder(files.UPLOADS) / f"{uuid.uuid4()}.whole"
    try:
        shutil.copyfile(source, copy)
        with copy.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        _take(asset, copy, digest, size, plain_name(name), asked_by)
    finally:
        copy.unlink(missing_ok=True)
    return asset


def drop(upload: Upload) -> None:
    """Forget it, and what has arrived of it."""
    Upload.objects.filter(pk=upload.pk).delete()
    _part(upload).unlink(missing_ok=True)


def last_piece_at(upload: Upload) -> float:
    """In seconds since 1970."""
    try:
        return _part(upload).stat().st_mtime
    except FileNotFoundError:
        return upload.begun_at.timestamp()


def plain_name(name: str) -> str:
    """Without folders and without letters that no file should have; for people to read, never for a path."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:200].strip() or _("recording")


# --- Inside ---------------------------------------------------------------------------------------------------------


def _check(size: int) -> None:
    if size <= 0:
        raise Refused(_("This file is empty. Choose the recording itself."))
    if size > settings.AUDIO_UPLOAD_BYTES:
        most = filesizeformat(settings.AUDIO_UPLOAD_BYTES)
        raise Refused(_("This file is larger than %(most)s. Save it as MP3 or FLAC and try again.") % {"most": most})


def _part(upload: Upload) -> Path:
    return files.folder(files.UPLOADS) / str(upload.pk)


@contextmanager
def _alone(upload: Upload) -> Iterator[io.BufferedRandom]:
    """The file of an upload that nobody else writes meanwhile, as long as the row says; the row read anew."""
    with open(os.open(_part(upload), os.O_RDWR | os.O_CREAT, 0o600), "r+b") as raw:
        try:
            fcntl.flock(raw, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(_("Another piece of this file is just arriving. Wait for it, then go on.")) from error
        if not Upload.objects.filter(pk=upload.pk).exists():
            _part(upload).unlink(missing_ok=True)
            raise Refused(_("This upload has ended. Look whether the recording is there, or choose the file again."))
        upload.refresh_from_db(fields=["received"])
        there = os.fstat(raw.fileno()).st_size
        # A crash between the bytes and the row: what the row does not know comes again.
        upload.received = min(upload.received, there)
        raw.truncate(upload.received)
        raw.seek(0)
        yield raw


def _take(
    asset: Asset, file: Path, digest: str, size: int, name: str, asked_by: User | None, upload: Upload | None = None
) -> None:
    kept = files.recording_name(asset.pk, digest)
    files.keep(file, kept)
    with transaction.atomic():
        if upload is not None and not Upload.objects.filter(pk=upload.pk).delete()[0]:
            return  # finished by another request meanwhile
        asset.source = Source.UPLOAD
        asset.recording, asset.recording_digest, asset.recording_bytes, asset.recording_name = kept, digest, size, name
        asset.save(
            update_fields=["source", "recording", "recording_digest", "recording_bytes", "recording_name", "changed_at"]
        )
        production.request(asset, asked_by=asked_by)
