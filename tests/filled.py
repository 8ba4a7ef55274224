"""A database in which every table has rows, of the hardest values that its columns may hold."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Enum,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    insert,
    select,
    update,
)
from sqlalchemy.types import JSON

from lms.database import db
from lms.models import Base, Course, Deletion
from lms.models.base import Moment

ROWS = 3
WORDS = "“ü” \N{RIGHT-TO-LEFT MARK}سلام\u2028, 中文 \\n\t'\";-- "
JSONS = ([1, 1.5e-7, None, {"ü": "\u2028", "a": [True]}], None, {"z": 1, "a": [0.1, 10**15]})


def fill_every_table() -> None:
    """Three rows in each; where a column may be empty, it is in the second.

    The courses are retired: their files make no sense, and nobody shall look into them.
    """
    with db.engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            connection.execute(insert(table), [row_of(table, n) for n in range(1, ROWS + 1)])
        connection.execute(update(Deletion.__table__).values(withdrawn=["N1"]))  # type: ignore[arg-type]
        connection.execute(update(Course.__table__).values(retired_at=Course.created_at))  # type: ignore[arg-type]


def row_of(table: Table, number: int) -> dict[str, Any]:
    """The row with this number; it refers to those of the same number."""
    return {column.name: value_of(column, number) for column in table.columns}


def value_of(column: Column[Any], number: int) -> Any:
    """Differs from row to row."""
    for foreign in column.foreign_keys:
        return value_of(foreign.column, number)
    if column.nullable and number == 2:
        return None
    kind = column.type
    if isinstance(kind, Enum):
        assert kind.enum_class is not None
        members = [*kind.enum_class]  # type: ignore[call-overload]
        return members[number % len(members)]
    if isinstance(kind, String):
        text = f"{number}{WORDS}{column.name}"
        return text if kind.length is None else text[: kind.length]
    return next(value for of, value in values(number) if isinstance(kind, of))


def values(number: int) -> Iterator[tuple[type[Any], Any]]:
    """By type of column."""
    yield Boolean, number % 2 == 0
    yield JSON, JSONS[number - 1]
    yield Moment, datetime(2026, 10, 25, 0, 59, 59, 999_999, tzinfo=UTC) + timedelta(hours=number)
    yield LargeBinary, bytes(range(256)) * number
    yield Float, 1 / 3 + number
    yield Integer, number


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """All that is remembered, by table."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }
