"""Who may hear a file, and sending it.

An address is signed, lasts some hours and may name a bearer, such as an enrolment. The app that knows bearers of a
kind registers here how to ask whether one still may; it is asked at every request, so that audio ends with the course.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.text import slugify

from lib import ranges

from . import files
from .models import Rendition

SALT = "media.delivery"
LASTS = timedelta(hours=6)
STEP = 3600  # seconds; within an hour a file keeps its address, so that the browser keeps the file
# A player that pauses reads no further: with small pieces it holds no thread of the server meanwhile.
MOST_AT_ONCE = 1024 * 1024  # bytes
DIGITS = 32  # of a file's digest that tell it from all others
BLOCK = 64 * 1024  # bytes
PRIVATE = "private, max-age=86400, immutable"
PUBLIC = "public, max-age=86400, immutable"

# prefix of a bearer → whether the one with this value still may
bearers: dict[str, Callable[[str], bool]] = {}


class Unsigned(Exception):
    """The address is none of ours."""


class Over(Exception):
    """The address was one of ours: its time is up, or its bearer may no longer."""


@dataclass(frozen=True)
class Key:
    """What a signed address says: all that sending the file needs, so that no row has to be read for it."""

    rendition: Rendition
    bearer: str
    until: int  # seconds since 1970

    def check(self) -> None:
        """Raises Over."""
        if time.time() >= self.until:
            raise Over
        prefix, _colon, value = self.bearer.partition(":")
        if prefix and not (prefix in bearers and bearers[prefix](value)):
            raise Over


def address(rendition: Rendition, *, bearer: str = "", lasts: timedelta = LASTS) -> str:
    """Where `rendition` is heard. Samples are for everybody and have one address for good.

    bearer: "<prefix>:<value>", the prefix one of `bearers`.
    """
    if rendition.purpose == Rendition.Purpose.SAMPLE:
        return reverse("media:sample", args=[rendition.pk, file_name(rendition)])
    until = (int(time.time() + lasts.total_seconds()) // STEP + 1) * STEP
    said = [rendition.name, rendition.digest[:DIGITS], rendition.bytes, bearer, until]
    signed = signing.Signer(salt=SALT).sign_object(said)
    return reverse("media:audio", args=[signed, file_name(rendition)])


def file_name(rendition: Rendition) -> str:
    """As it shall be called where somebody saves it."""
    title = rendition.take.asset.title if "take" in rendition._state.fields_cache else ""
    return f"{slugify(title)[:80] or 'audio'}.{rendition.format}"


def read(signed: str) -> Key:
    """Raises Unsigned."""
    try:
        name, digest, size, bearer, until = signing.Signer(salt=SALT).unsign_object(signed)
    except (signing.BadSignature, ValueError) as error:
        raise Unsigned from error
    rendition = Rendition(name=name, digest=digest, bytes=size, format=name.rpartition(".")[2])
    return Key(rendition, bearer, until)


# --- Sending --------------------------------------------------------------------------------------------------------


def serve(
    request: HttpRequest, rendition: Rendition, *, most: int | None = MOST_AT_ONCE, saved_as: str = ""
) -> HttpResponseBase:
    """The file, or the piece of it that is asked for, or word to the server in front to send it.

    most: a piece is no longer. saved_as: the name under which the browser shall save it instead of playing.
    Whoever calls has made sure that the person may hear it.
    """
    is_sample = rendition.purpose == Rendition.Purpose.SAMPLE
    headers = {
        "Content-Type": rendition.content_type,
        "Cache-Control": PUBLIC if is_sample else PRIVATE,
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'attachment; filename="{saved_as}"' if saved_as else "inline",
    }
    where = files.path(rendition.name)
    if where is None:
        return _elsewhere(rendition, headers)
    if settings.ACCEL_REDIRECT:
        return HttpResponse(headers=headers | {"X-Accel-Redirect": settings.ACCEL_REDIRECT + quote(rendition.name)})
    return _here(request, rendition, where, headers, most)


def _elsewhere(rendition: Rendition, headers: dict[str, str]) -> HttpResponse:
    """On to the bucket, by an address that it knows to be from us."""
    answer = {
        "ResponseContentType": headers["Content-Type"],
        "ResponseCacheControl": headers["Cache-Control"],
        "ResponseContentDisposition": headers["Content-Disposition"],
    }
    # A browser goes on asking at the second address while it plays: that one has to last as long as ours.
    seconds = int(LASTS.total_seconds())
    there = files.storage().url(rendition.name, parameters=answer, expire=seconds)  # type: ignore[call-arg]
    return HttpResponse(status=302, headers={"Location": there, "Cache-Control": "private, no-store"})


def _here(
    request: HttpRequest, rendition: Rendition, where: Path, headers: dict[str, str], most: int | None
) -> HttpResponseBase:
    etag = f'"{rendition.digest[:DIGITS]}"'
    headers |= {"ETag": etag, "Accept-Ranges": "bytes"}
    asked = request.headers
    piece = ranges.piece(
        rendition.bytes,
        etag,
        wanted=asked.get("Range", ""),
        if_range=asked.get("If-Range", ""),
        if_none_match=asked.get("If-None-Match", ""),
        most=most,
    )
    if piece.status in (206, 416):
        headers["Content-Range"] = piece.content_range(rendition.bytes)
    if piece.status in (304, 416):
        headers.pop("Content-Type")
        return HttpResponse(status=piece.status, headers=headers)
    headers["Content-Length"] = str(piece.length)
    if request.method == "HEAD":
        return HttpResponse(status=piece.status, headers=headers)
    file = where.open("rb")
    file.seek(piece.start)
    response = FileResponse(Slice(file, piece.length), status=piece.status, headers=headers)
    response.block_size = BLOCK
    # FileResponse finds out length and name by itself, and not always rightly for a piece.
    for name, value in headers.items():
        response[name] = value
    return response


class Slice:
    """The next `length` bytes of an open file. With its number known, the server lets the kernel send them."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self.file = file
        self.left = length
        self.fileno = file.fileno

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(data)
        return data

    def __iter__(self) -> Iterator[bytes]:
        while data := self.read(BLOCK):
            yield data

    def close(self) -> None:
        self.file.close()
