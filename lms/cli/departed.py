"""Who stays deleted when a backup is restored that still knows them."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import inspect

from lms.backup.archive import Reader, opened
from lms.backup.errors import BackupError
from lms.cli.backup import PREFIX, SUFFIX
from lms.database import begin_reading, db
from lms.domain import journal, privacy
from lms.domain.privacy import Deleted
from lms.models import Deletion


def collect(archive: Path, lists: Iterable[Path]) -> list[Deleted]:
    """From the database that is here, the file store, newer backups beside this one, and lists."""
    begin_reading()
    found = {
        one.public_id: one
        for source in (*map(listed, lists), newer_than(archive), privacy.filed(), recorded())
        for one in source
    }
    db.session.rollback()
    return [*found.values()]


def recorded() -> list[Deleted]:
    """By the database here, unless it has no such table yet."""
    is_there = inspect(db.engine).has_table(Deletion.__tablename__)
    return privacy.recorded() if is_there else []


def newer_than(archive: Path) -> Iterator[Deleted]:
    """By the other backups in the same folder. One that cannot be read is passed over, and named."""
    for other in sorted(archive.resolve().parent.glob(f"{PREFIX}*{SUFFIX}")):
        try:
            with opened(other) as reader:
                yield from _rows_of(reader)
        except BackupError as error:
            click.echo(str(error), err=True)


def _rows_of(reader: Reader) -> Iterator[Deleted]:
    for table in reader.manifest.tables:
        if table.shape.name != Deletion.__tablename__:
            continue
        for line in reader.lines(table):
            row = dict(zip(table.shape.columns, json.loads(line), strict=True))
            at = datetime.fromisoformat(row["at"])
            yield Deleted(row["public_id"], at, tuple(json.loads(row["withdrawn"])))


def listed(file: Path) -> Iterator[Deleted]:
    """By a file: on each line a public id, or what ``write`` wrote."""
    for line in file.read_text("utf-8").split("\n"):
        if line.startswith("{"):
            said = json.loads(line)
            yield Deleted(said["id"], datetime.fromisoformat(said["at"]), tuple(said["withdrawn"]))
        elif line.strip():
            yield Deleted(line.strip(), journal.now(), ())


def write(file: Path, deletions: Iterable[Deleted]) -> None:
    """So that they are not lost when restoring is interrupted."""
    lines = (
        {"id": one.public_id, "at": one.at.isoformat(), "withdrawn": [*one.withdrawn]}
        for one in deletions
    )
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
