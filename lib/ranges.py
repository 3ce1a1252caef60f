"""Which bytes of a file to send: one range of it, all of it, or none (RFC 9110, sections 13 and 14)."""

import re
from dataclasses import dataclass

from django.utils.http import parse_etags

ONE_RANGE = re.compile(r"bytes\s*=\s*(\d{0,30})\s*-\s*(\d{0,30})\s*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Piece:
    status: int  # 200, 206, 304 or 416
    start: int = 0
    length: int = 0

    def content_range(self, size: int) -> str:
        """The header of a 206 or 416."""
        return f"bytes */{size}" if self.status == 416 else f"bytes {self.start}-{self.start + self.length - 1}/{size}"


def piece(
    size: int, etag: str, *, wanted: str = "", if_range: str = "", if_none_match: str = "", most: int | None = None
) -> Piece:
    """What to answer for a file of `size` bytes.

    etag: strong, with its quotes. wanted, if_range, if_none_match: the headers Range, If-Range, If-None-Match.
    most: a 206 is no longer than this; section 15.3.7 allows it, and the client asks for the rest when it wants it.
    """
    if if_none_match and is_known(etag, if_none_match):
        return Piece(304)
    match = ONE_RANGE.fullmatch(wanted.strip())
    # A weak tag or a date proves nothing about bytes. Several ranges, or nonsense: the whole, as one may.
    if match is None or (if_range and if_range.strip() != etag):
        return Piece(200, 0, size)
    first, last = match.groups()
    if first:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return Piece(200, 0, size)
    elif last:
        start, end = max(size - int(last), 0), size - 1
    else:
        return Piece(200, 0, size)
    if start > end:
        return Piece(416)
    length = end - start + 1
    return Piece(206, start, min(length, most) if most else length)


def is_known(etag: str, if_none_match: str) -> bool:
    """Whether the client says that it has what `etag` names; weak and strong tags count alike here."""
    known = [one.removeprefix("W/") for one in parse_etags(if_none_match)]
    return "*" in known or etag.removeprefix("W/") in known
