"""The store of files by content."""

import io
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask

from lms import create_app, files
from tests.conftest import settings
from tests.servers import closed_port, s3_server


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


def test_in_a_bucket_it_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the bucket is, and with which keys, is said by the usual variables."""
    with s3_server() as variables:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        url = variables["FILES_URL"]
        app = create_app({**settings(tmp_path, "sqlite://"), "FILES_URL": url})
        with app.app_context():
            large = files.put_file(io.BytesIO(b"x" * 12 * 2**20))
            small = files.put("مرحبا".encode())

            assert sum(len(piece) for piece in files.pieces(large)) == 12 * 2**20
            assert files.get(small).decode() == "مرحبا"
            assert {*files.digests()} == {large, small}
            with pytest.raises(FileNotFoundError):
                files.pieces("0" * 64)
            files.note("deletions/one.json", b"{}")
            assert [*files.notes("deletions")] == [b"{}"]
            assert {*files.digests()} == {large, small}
            files.remove(small)
            files.remove(small)
            assert files.stored_at(small) is None


def test_a_bucket_that_does_not_answer_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "learn")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret key")
    app = create_app({**settings(tmp_path, "sqlite://"), "FILES_URL": "s3://learn"})
    with app.app_context(), pytest.raises(files.Away):
        files.get("0" * 64)
