"""Makes an archive of this installation while it runs."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import Connection

from lms import files
from lms.backup import sealing, tables
from lms.backup.archive import KEYS, Manifest, Step, Writer, opened
from lms.backup.errors import BackupError
from lms.backup.tables import Shape

PAGES = "pages/"
"""What the operator wrote about the site."""
Progress = Callable[[int], Step]
"""Told how much there is to do; gives what is told of each step."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What lies beside database and files."""

    made_at: str
    site: str
    pages: Mapping[str, bytes]
    keys: Mapping[str, bytes]


def make(
    path: Path,
    connection: Connection,
    beside: Surroundings,
    *,
    passphrase: str | None,
    progress: Progress,
) -> Manifest:
    """Write the archive beside its place, read it back, and put it there whole."""
    revision = tables.revision(connection)
    if revision is None:
        raise BackupError("There is nothing to back up: the database has no tables.")
    manifest = Manifest(beside.made_at, beside.site, revision)
    with _whole(path) as (unfinished, file):
        writer = Writer(file, manifest)
        _add_rows_and_files(writer, connection, progress)
        for name, data in beside.pages.items():
            writer.add_other(f"{PAGES}{name}", data)
        if beside.keys:
            manifest.keys = "sealed" if passphrase else "missing"
        if beside.keys and passphrase:
            writer.add_other(KEYS, sealing.seal(beside.keys, passphrase))
        writer.finish()
        file.flush()
        with opened(unfinished) as archive:
            archive.check(progress(archive.manifest.size))
            if archive.manifest != manifest:
                raise BackupError("The backup is damaged: it does not say what was written.")
    return manifest


def _add_rows_and_files(writer: Writer, connection: Connection, progress: Progress) -> None:
    shapes: list[Shape] = tables.shapes(connection)
    rows = sum(tables.count(connection, shape) for shape in shapes)
    # Files come before the rows that name them: what the rows of this moment name is there by now.
    digests = [*files.digests()]
    step = progress(rows + len(digests))
    for shape in shapes:
        writer.add_table(shape, tables.lines(connection, shape), step)
    for digest in digests:
        try:
            pieces = files.pieces(digest)
        except FileNotFoundError:
            pass  # deleted a moment ago, and so it shall be
        else:
            writer.add_file(digest, pieces)
        step(1)


@contextmanager
def _whole(path: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A file that appears under its name when it is complete and on the disk, or not at all."""
    if path.exists():
        raise BackupError(f"{path} is there already.")
    unfinished = path.with_name(f".{path.name}.unfinished")
    descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield unfinished, file
            file.flush()
            os.fsync(descriptor)
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """The name is on the disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
