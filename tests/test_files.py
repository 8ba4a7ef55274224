"""The store of files by content."""

import io
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask

from lms import files


@pytest.mark.parametrize("size", [0, 5, files.PIECE, 3 * files.PIECE + 7])
def test_a_file_is_kept_in_pieces_under_its_digest(app: Flask, size: int) -> None:
    data = b"x" * size
    file = io.BytesIO(data)
    file.seek(0, io.SEEK_END)

    digest = files.put_file(file)

    assert digest == sha256(data).hexdigest()
    assert b"".join(files.pieces(digest)) == data
    assert files.put(data) == digest


def test_what_is_not_there_is_said_at_once(app: Flask) -> None:
    with pytest.raises(FileNotFoundError):
        files.pieces("0" * 64)


def test_all_that_is_kept_is_listed_and_can_be_removed(app: Flask) -> None:
    digest, other = files.put(b"one"), files.put(b"other")
    (Path(app.config["FILES_URL"].removeprefix("file://")) / "notes").write_text("no file of ours")

    assert set(files.digests()) == {digest, other}
    for _twice in range(2):
        files.remove(digest)
    assert set(files.digests()) == {other}
    assert files.stored_at(digest) is None
    assert files.stored_at(other) is not None
