"""Pieces of a page that are packed one by one are, joined, the page."""

import gzip

import pytest

from lms.web.pieces import LEAST, joined, packed, packed_soon


@pytest.mark.parametrize("name", ["", "Amina", "أمينة", "x" * (LEAST - 1), "a long name " * 60])
def test_pieces_that_were_packed_alone_make_one_page(name: str) -> None:
    texts = [b"<p>Names are a tree.</p>" * 50, name.encode(), b"<p>The tree has a root.</p>" * 50]
    whole = b"".join(texts)
    parts = [packed(texts[0]), packed_soon(texts[1]), packed(texts[2])]
    page = joined(whole, parts)
    assert gzip.decompress(page) == whole
    assert len(page) < len(whole)
