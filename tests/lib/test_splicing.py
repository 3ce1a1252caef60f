import gzip

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from lib import splicing


def page(frame: str, article: splicing.Article, encoding: str):
    return splicing.page(RequestFactory().get("/", headers={"Accept-Encoding": encoding}), frame, article)


@given(st.text(max_size=500), st.text(max_size=2000), st.text(max_size=500))
def test_the_pieces_unpack_to_the_page(before, middle, after):
    frame = before.replace("<!--", "") + splicing.PLACE + after.replace("<!--", "")
    article = splicing.Article.made_of(middle)
    whole = frame.replace(splicing.PLACE, middle).encode()
    assert gzip.decompress(page(frame, article, "gzip, br").content) == whole
    assert page(frame, article, "").content == whole


def test_a_long_article_unpacks_too_and_is_compressed_once(monkeypatch):
    article = splicing.Article.made_of("".join(f"<p>Paragraph {number} of many.</p>" for number in range(20_000)))
    compressed = []
    deflate = splicing._deflate

    def counting(data, level, end):
        compressed.append(len(data))
        return deflate(data, level, end)

    monkeypatch.setattr(splicing, "_deflate", counting)
    response = page(f"<h1>A</h1>{splicing.PLACE}<p>Z</p>", article, "gzip")
    assert gzip.decompress(response.content).startswith(b"<h1>A</h1><p>Paragraph 0")
    assert sum(compressed) < 100


@pytest.mark.parametrize("encoding", ["gzip", ""])
def test_caches_are_told_that_the_encoding_matters(encoding):
    response = page(splicing.PLACE, splicing.Article.made_of("x"), encoding)
    assert response["Vary"] == "Accept-Encoding"
    assert response.has_header("Content-Encoding") == bool(encoding)
