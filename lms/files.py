"""Files by content: a folder by default, an S3 bucket by setting. The address of a file is its sha256."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from typing import IO

import obstore
from flask import Flask, current_app
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

PIECE = 256 * 1024
PROOF = "proof.txt"
RETRIES, PATIENCE = 2, timedelta(seconds=10)
"""What a bucket gets that does not answer: a page cannot wait for minutes."""
Away = BaseError
"""The store cannot be used at the moment."""
ADDRESS = re.compile(r"[0-9a-f]{64}")


class Unreachable(Exception):
    """The store does not answer."""


def init_app(app: Flask) -> None:
    """Open the store named by FILES_URL."""
    url = str(app.config["FILES_URL"])
    if url.startswith("file://"):
        app.extensions["files"] = LocalStore(url.removeprefix("file://"), mkdir=True)
    else:  # where it is, and with which keys, is said by AWS_… variables
        app.extensions["files"] = from_url(
            url, retry_config={"max_retries": RETRIES, "retry_timeout": PATIENCE}
        )


def put(data: bytes) -> str:
    """Keep these bytes; the address is theirs for ever, so putting twice is harmless."""
    digest = sha256(data).hexdigest()
    obstore.put(_store(), _path(digest), data)
    return digest


def put_file(file: IO[bytes]) -> str:
    """Keep a file that may be large: it is read in pieces. Leaves it at its end."""
    hashed = sha256()
    file.seek(0)
    while piece := file.read(PIECE):
        hashed.update(piece)
    digest = hashed.hexdigest()
    file.seek(0)
    obstore.put(_store(), _path(digest), file)
    return digest


def pieces(digest: str) -> Iterator[bytes]:
    """The bytes at this address, piece by piece; FileNotFoundError at once when there are none."""
    found = obstore.get(_store(), _path(digest)).stream(min_chunk_size=PIECE)
    return (bytes(piece) for piece in found)


def get(digest: str) -> bytes:
    """The bytes at this address; FileNotFoundError when there are none."""
    return bytes(obstore.get(_store(), _path(digest)).bytes())


def look() -> None:
    """Whether the store answers. Raises Unreachable."""
    try:
        _read_what_proves_it()
    except (BaseError, OSError) as error:
        raise Unreachable from error


def _read_what_proves_it() -> None:
    """Written by the first who asks, and then only read."""
    try:
        obstore.get(_store(), PROOF).bytes()
    except FileNotFoundError:
        obstore.put(_store(), PROOF, b"This file proves that the store works.\n")


def digests() -> Iterator[str]:
    """The addresses of all that is kept."""
    for found in obstore.list(_store(), chunk_size=1000):
        for one in found:
            name = one["path"].rpartition("/")[2]
            if ADDRESS.fullmatch(name):
                yield name


def stored_at(digest: str) -> datetime | None:
    """When these bytes were last put; None when there are none."""
    try:
        return obstore.head(_store(), _path(digest))["last_modified"]
    except FileNotFoundError:
        return None


def remove(digest: str) -> None:
    """Forget these bytes. Twice is harmless."""
    with suppress(FileNotFoundError):
        obstore.delete(_store(), _path(digest))


# --- notes: small things by name, beside the files ----------------------------------------------


def note(name: str, data: bytes) -> None:
    """Keep a small text under a name of our own, such as ``deletions/…``; the last one counts."""
    obstore.put(_store(), name, data)


def notes(folder: str) -> Iterator[bytes]:
    """All that is kept under names in this folder."""
    store = _store()
    for found in obstore.list(store, folder):
        for one in found:
            yield bytes(obstore.get(store, one["path"]).bytes())


def _store() -> ObjectStore:
    store: ObjectStore = current_app.extensions["files"]
    return store


def _path(digest: str) -> str:
    """Two levels of folders, so that none grows to a million entries."""
    return f"{digest[:2]}/{digest}"
