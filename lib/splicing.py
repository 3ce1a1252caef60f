"""A page around an article that was compressed before.

Most of a lesson's page is the same for everybody: the article. Compressing it again for each learner would cost more
than all the queries of the page. A deflate stream may be put together from pieces that each end on a byte and look back
at nothing before them (a full flush), so only what is new, the frame, is compressed for one request.
"""

import struct
import zlib
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe

# Where the article goes. Templates escape what people write, so no text can hold it.
PLACE = mark_safe("<!--article-->")
GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
RAW = -zlib.MAX_WBITS  # deflate without zlib's own header and checksum
FRAME_LEVEL = 2  # 12 KB a request: quick
ARTICLE_LEVEL = 9  # once a revision: small


@dataclass(frozen=True)
class Article:
    """The part of a page that is kept, as it is and compressed."""

    html: bytes
    deflated: bytes

    @classmethod
    def made_of(cls, html: str) -> "Article":
        text = html.encode()
        return cls(text, _deflate(text, ARTICLE_LEVEL, zlib.Z_FULL_FLUSH))


def page(request: HttpRequest, frame: str, article: Article) -> HttpResponse:
    """The page `frame`, which holds PLACE once, with the article there; compressed where the browser takes that."""
    response = packed(frame, article) if "gzip" in request.headers.get("Accept-Encoding", "") else plain(frame, article)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def plain(frame: str, article: Article) -> HttpResponse:
    before, _, after = frame.partition(PLACE)
    return HttpResponse(before.encode() + article.html + after.encode())


def packed(frame: str, article: Article) -> HttpResponse:
    before, _, after = (piece.encode() for piece in frame.partition(PLACE))
    checksum = zlib.crc32(after, zlib.crc32(article.html, zlib.crc32(before)))
    length = len(before) + len(article.html) + len(after)
    pieces = (
        GZIP_HEADER,
        _deflate(before, FRAME_LEVEL, zlib.Z_FULL_FLUSH),
        article.deflated,
        _deflate(after, FRAME_LEVEL, zlib.Z_FINISH),
        struct.pack("<LL", checksum, length & 0xFFFFFFFF),
    )
    return HttpResponse(b"".join(pieces), headers={"Content-Encoding": "gzip"})


def _deflate(data: bytes, level: int, end: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, RAW)
    return packer.compress(data) + packer.flush(end)
