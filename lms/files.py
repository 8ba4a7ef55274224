"""Files by content: a folder by default, an S3 bucket by setting. The address of a file is its sha256."""

from hashlib import sha256

import obstore
from flask import Flask, current_app
from obstore.store import LocalStore, ObjectStore, from_url


def init_app(app: Flask) -> None:
    """Open the store named by FILES_URL."""
    url = str(app.config["FILES_URL"])
    app.extensions["files"] = (
        LocalStore(url.removeprefix("file://"), mkdir=True)
        if url.startswith("file://")
        else from_url(url)
    )


def put(data: bytes) -> str:
    """Keep these bytes; the address is theirs for ever, so putting twice is harmless."""
    digest = sha256(data).hexdigest()
    obstore.put(_store(), _path(digest), data)
    return digest


def get(digest: str) -> bytes:
    """The bytes at this address; FileNotFoundError when there are none."""
    return bytes(obstore.get(_store(), _path(digest)).bytes())


def _store() -> ObjectStore:
    store: ObjectStore = current_app.extensions["files"]
    return store


def _path(digest: str) -> str:
    """Two levels of folders, so that none grows to a million entries."""
    return f"{digest[:2]}/{digest}"
