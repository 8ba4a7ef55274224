"""The rows of every table as lines of text, the same for SQLite and PostgreSQL, and back.

What is read is what the database has, not what the models say: a backup is also made before the
database is brought up to date, and an old one is restored as the database was then.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Text,
    cast,
    column,
    exists,
    func,
    insert,
    select,
    table,
    text,
)
from sqlalchemy.sql.expression import ColumnClause, TableClause
from sqlalchemy.types import JSON, NullType, TypeEngine

from lms.backup.errors import BackupError
from lms.models import SearchEntry, SourceCheck
from lms.models.base import Moment
from lms.models.search import NOT_OURS

REVISION = "alembic_version"
DERIVED = {SearchEntry.__tablename__, SourceCheck.__tablename__, *NOT_OURS}
"""Made anew from the editions wherever they are missing, and never kept."""
BATCH = 500
"""Rows written at a time."""


class Kind(StrEnum):
    """What a column holds, in the words of an archive; never renamed."""

    BOOLEAN = "boolean"
    JSON = "json"
    MOMENT = "moment"
    BYTES = "bytes"
    NUMBER = "number"
    INTEGER = "integer"
    TEXT = "text"


REFLECTED: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (Boolean, Kind.BOOLEAN),
    (JSON, Kind.JSON),
    (DateTime, Kind.MOMENT),
    (LargeBinary, Kind.BYTES),
    (Float, Kind.NUMBER),
    (Integer, Kind.INTEGER),
    (String, Kind.TEXT),
)
"""What a database says of a column, and its kind."""
TYPES: Mapping[Kind, TypeEngine[Any]] = {
    Kind.BOOLEAN: Boolean(),
    Kind.JSON: NullType(),  # text as it stands in the database: nothing is read and written anew
    Kind.MOMENT: Moment(),
    Kind.BYTES: LargeBinary(),
    Kind.NUMBER: Float(),
    Kind.INTEGER: Integer(),
    Kind.TEXT: Text(),
}
TO_JSON: Mapping[Kind, Callable[[Any], str]] = {
    Kind.MOMENT: lambda moment: str(moment.isoformat()),
    Kind.BYTES: lambda data: b64encode(data).decode(),
}
FROM_JSON: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.MOMENT: datetime.fromisoformat,
    Kind.BYTES: lambda said: b64decode(said, validate=True),
}


@dataclass(frozen=True)
class Shape:
    """A table: its columns with their kinds, and those of its primary key."""

    name: str
    columns: dict[str, Kind]
    key: tuple[str, ...]

    @property
    def clause(self) -> TableClause:
        """For statements."""
        return table(self.name, *(column(name, TYPES[kind]) for name, kind in self.columns.items()))


@dataclass
class Tally:
    """How many rows, and their digest in whatever order they came: the sum of each row's sha256."""

    rows: int = 0
    total: int = 0

    def add(self, line: bytes) -> None:
        """Count one row."""
        self.rows += 1
        self.total += int.from_bytes(sha256(line).digest())

    @property
    def digest(self) -> str:
        """As 64 signs."""
        return f"{self.total % 2**256:064x}"


def revision(connection: Connection) -> str | None:
    """Up to which step the database was brought; None when it has no tables."""
    if not connection.dialect.has_table(connection, REVISION):
        return None
    said: str | None = connection.scalar(select(column("version_num")).select_from(table(REVISION)))
    return said


def shapes(connection: Connection) -> list[Shape]:
    """Every table that holds something of its own; what refers to another comes after it."""
    kept = MetaData()
    kept.reflect(connection, only=lambda name, _all: name not in DERIVED | {REVISION})
    return [
        Shape(
            found.name,
            {one.name: _kind(one) for one in found.columns},
            tuple(one.name for one in found.primary_key),
        )
        for found in kept.sorted_tables
    ]


def is_empty(connection: Connection) -> bool:
    """Whether no table has a row."""
    return not any(
        connection.scalar(select(exists().select_from(shape.clause)))
        for shape in shapes(connection)
    )


def count(connection: Connection, shape: Shape) -> int:
    """How many rows it has."""
    return connection.scalar(select(func.count()).select_from(shape.clause)) or 0


def lines(connection: Connection, shape: Shape) -> Iterator[bytes]:
    """Each row as a JSON array, by primary key."""
    steps = [TO_JSON.get(kind) for kind in shape.columns.values()]
    query = (
        select(*(_readable(one, shape.columns[one.name]) for one in shape.clause.columns))
        .order_by(*(column(name) for name in shape.key))
        .execution_options(yield_per=BATCH)
    )
    for row in connection.execute(query):
        values = [
            step(value) if step and value is not None else value
            for step, value in zip(steps, row, strict=True)
        ]
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def tally(connection: Connection, shape: Shape) -> Tally:
    """Count what is there."""
    found = Tally()
    for line in lines(connection, shape):
        found.add(line)
    return found


def load(connection: Connection, shape: Shape, given: Iterable[bytes]) -> Iterator[int]:
    """Write these lines; yields how many rows each step wrote."""
    steps = [FROM_JSON.get(kind) for kind in shape.columns.values()]
    rows = (
        {
            name: step(value) if step and value is not None else value
            for name, step, value in zip(shape.columns, steps, json.loads(line), strict=True)
        }
        for line in given
    )
    statement = insert(shape.clause)
    while batch := list(islice(rows, BATCH)):
        connection.execute(statement, batch)
        yield len(batch)


def set_sequences(connection: Connection, loaded: Iterable[Shape]) -> None:
    """PostgreSQL counts numbers apart from the rows: go on after the highest."""
    if connection.dialect.name != "postgresql":
        return
    for shape in loaded:
        if [shape.columns[name] for name in shape.key] != [Kind.INTEGER]:
            continue
        (key,) = shape.key
        highest: Select[int] = select(func.max(column(key))).select_from(shape.clause)
        sequence = func.pg_get_serial_sequence(f'"{shape.name}"', key)
        following = func.coalesce(highest.scalar_subquery(), 0) + 1
        connection.execute(select(func.setval(sequence, following, text("false"))))


def _kind(one: Column[Any]) -> Kind:
    for reflected, kind in REFLECTED:
        if isinstance(one.type, reflected):
            return kind
    raise BackupError(f"{one.table.name}.{one.name}: a backup cannot hold a column of {one.type!r}")


def _readable(one: ColumnClause[Any], kind: Kind) -> Any:
    return cast(one, Text) if kind is Kind.JSON else one
