"""Brings rows into a database whose tables are there: all of them, or none."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, MetaData, delete, text
from sqlalchemy.exc import SQLAlchemyError

from lms.backup import tables
from lms.backup.archive import Step, Table
from lms.backup.errors import BackupError
from lms.backup.tables import REVISION, Shape
from lms.models import Base
from lms.models.search import WORDS


def clear(connection: Connection) -> None:
    """Drop all our tables; those that are not ours (an extension's, say) are left alone."""
    ours = {*Base.metadata.tables, REVISION}
    connection.execute(text(f"DROP TABLE IF EXISTS {WORDS}"))
    found = MetaData()
    found.reflect(connection, only=lambda name, _all: name in ours)
    found.drop_all(connection)


def fill(
    connection: Connection, given: Iterable[tuple[Shape, Iterable[bytes]]], step: Step
) -> None:
    """Write these rows in place of all that the tables hold."""
    there = tables.shapes(connection)
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    for shape in reversed(there):
        connection.execute(delete(shape.clause))
    columns = {shape.name: {*shape.columns} for shape in there}
    for shape, lines in given:
        if columns.get(shape.name) != {*shape.columns}:
            raise BackupError(f"The database has no table {shape.name} with the same columns.")
        with _in_words(shape):
            for written in tables.load(connection, shape, lines):
                step(written)
    tables.set_sequences(connection, there)


def compare(connection: Connection, given: Iterable[Table], step: Step) -> Iterator[Table]:
    """What each table holds now; BackupError as soon as one differs from what was given."""
    for table in given:
        found = tables.tally(connection, table.shape)
        if (found.rows, found.digest) != (table.rows, table.digest):
            raise BackupError(f"{table.shape.name} is not what was written; nothing was changed.")
        step(found.rows)
        yield table


@contextmanager
def _in_words(shape: Shape) -> Iterator[None]:
    """Say which table; the database says why."""
    try:
        yield
    except SQLAlchemyError as error:
        why = str(getattr(error, "orig", error)).partition("\n")[0]
        raise BackupError(f"{shape.name} cannot be written: {why}") from error
