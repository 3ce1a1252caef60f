"""Lines that were spoken before, as files: after an edit only the changed turn is spoken again.

Nothing depends on an entry: one that is damaged, missing or cannot be written is only made anew.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

MARK = b"fivefold speech 1\n"
DIGEST = hashlib.sha256().digest_size
KEPT = 0.9  # of the allowed size, after the oldest are gone: so that not every render has to clear up


@dataclass(frozen=True)
class Entry:
    about: bytes
    sound: bytes


def folder() -> Path:
    return Path(settings.SPOKEN_CACHE)


def key(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def get(key: str) -> Entry | None:
    path = _path(key)
    try:
        data = path.read_bytes()
        os.utime(path)  # used now: it goes last
    except OSError:
        return None
    body = data[len(MARK) + DIGEST :]
    if data[: len(MARK)] != MARK or data[len(MARK) : len(MARK) + DIGEST] != hashlib.sha256(body).digest():
        with contextlib.suppress(OSError):
            path.unlink()
        return None
    size = int.from_bytes(body[:4], "big")
    return Entry(body[4 : 4 + size], body[4 + size :])


def put(key: str, entry: Entry) -> None:
    """Whole or not at all, whoever writes at the same time."""
    if not settings.SPOKEN_CACHE_MB:
        return
    body = len(entry.about).to_bytes(4, "big") + entry.about + entry.sound
    path = _path(key)
    part = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(MARK + hashlib.sha256(body).digest() + body)
        os.replace(part, path)
    except OSError:  # a full disk
        with contextlib.suppress(OSError):
            os.unlink(part)


def trim() -> None:
    """Remove the entries that were not used for longest, until the rest fits."""
    limit = settings.SPOKEN_CACHE_MB * 1024 * 1024
    files = []
    for path in folder().glob("*/*"):
        with contextlib.suppress(OSError):
            stat = path.stat()
            files.append((stat.st_mtime, stat.st_size, path))
    total = sum(size for _, size, _ in files)
    if total <= limit:
        return
    for _, size, path in sorted(files):
        if total <= limit * KEPT:
            return
        with contextlib.suppress(OSError):
            path.unlink()
        total -= size


def _path(key: str) -> Path:
    return folder() / key[:2] / key
