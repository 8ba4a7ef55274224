"""The database: one session, and transactions that say whether they write.

Reading opens a read-only transaction; writing opens an immediate one, because SQLite silently loses
updates of transactions that begin as reads and turn into writes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry

from lms.models import Base

db = SQLAlchemy(metadata=Base.metadata)
STEPS = Path(__file__).resolve().parent.parent / "migrations" / "versions"

_writing: ContextVar[bool] = ContextVar("writing", default=True)


def init_app(app: Flask) -> None:
    """Attach the database, and set up each engine's connections."""
    app.config.setdefault(
        "SQLALCHEMY_ENGINE_OPTIONS", {"hide_parameters": True}
    )  # answers stay out of logs
    db.init_app(app)
    with app.app_context():
        event.listen(db.engine, "begin", _begin)
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _set_up_sqlite)


def begin_reading() -> None:
    """End what is open; what follows reads and cannot write."""
    db.session.rollback()
    _writing.set(False)


def begin_writing() -> None:
    """End what is open; what follows may write, and holds SQLite's write lock from its first statement."""
    db.session.rollback()
    _writing.set(True)


def is_at_newest_step() -> bool:
    """Whether the tables are those that this code knows: no older, no newer."""
    step: str | None = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    return step == steps()[-1]


@cache
def steps() -> Sequence[str]:
    """All steps of the tables that this code knows, the newest last; their files are numbered."""
    return sorted(file.name.partition("_")[0] for file in STEPS.glob("[0-9]*.py"))


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection that reads one moment, however long it takes, while others write."""
    db.session.rollback()
    mode = _writing.set(False)
    try:
        with db.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection
    finally:
        _writing.reset(mode)


def add_once(row: Base) -> bool:
    """Whether this row is the first; another process may have written it a moment before."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return False
    return True


def take_turns(turnstile: int) -> None:
    """Who comes here second waits until this transaction ends; on SQLite all who write do."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(turnstile)))


def _begin(connection: Connection) -> None:
    """Open the transaction in the mode that was asked for."""
    writing = _writing.get()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writing else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
    elif not writing:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _set_up_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    """Durable, concurrent, strict; transactions are begun by us, not by the driver."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",  # an acknowledged answer survives a power cut
        "busy_timeout = 20000",
        "foreign_keys = ON",
        "cache_size = -500",
    ):
        connection.execute(f"PRAGMA {pragma}").close()
