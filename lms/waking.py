"""Wakes the workers: the bell says that there is work, the rows say which.

The bell is a file in the instance folder, or a key in Redis where several machines work together.
When it is not heard, that does no harm: workers look by themselves every few seconds.
"""

import logging
import os
import time
from pathlib import Path
from typing import Any, Protocol

from flask import Flask, current_app, has_app_context
from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from lms.models import (
    Certificate,
    CohortMember,
    CohortMessage,
    Deletion,
    Download,
    Edition,
    Export,
    OutgoingMail,
    Revocation,
)

log = logging.getLogger(__name__)

WORK = (
    Certificate,
    CohortMember,
    CohortMessage,
    Deletion,
    Download,
    Edition,
    Export,
    OutgoingMail,
    Revocation,
)
"""A new row of these is work for a worker."""
MARK = "wake the workers"
KEY = "learn:bell"


def init_app(app: Flask) -> None:
    """Ring after each commit that made work."""
    app.extensions["bell"] = Bell(app)
    if not event.contains(Session, "after_commit", _ring):
        event.listen(Session, "after_flush", _notice)
        event.listen(Session, "after_commit", _ring)
        event.listen(Session, "after_soft_rollback", _forget)


def ring() -> None:
    """Wake a worker."""
    bell: Bell = current_app.extensions["bell"]
    bell.ring()


class Way(Protocol):
    """How a worker is reached."""

    def ring(self) -> None:
        """Wake one."""

    def rang(self) -> bool:
        """Whether somebody rang since the last time; does not wait."""


class Bell:
    """Where a way fails, nothing is lost: what was saved is saved, and is found a little later."""

    def __init__(self, app: Flask) -> None:
        url = app.config["REDIS_URL"]
        self._way: Way = Key(url) if url else File(Path(app.config["INSTANCE_FOLDER"]) / "bell")

    def ring(self) -> None:
        """Wake a worker."""
        try:
            self._way.ring()
        except Exception as error:
            log.warning("no worker was woken: %s", error)

    def rang(self) -> bool:
        """Whether somebody rang since the last time. If it cannot be told, nobody did."""
        try:
            return self._way.rang()
        except Exception as error:
            log.warning("the bell cannot be heard: %s", error)
            return False


class File:
    """A file whose time says when somebody rang last; all workers of this machine see it."""

    def __init__(self, path: Path) -> None:
        self._path, self._seen = path, 0

    def ring(self) -> None:
        """Give it a new time: two in one tick of the system's clock would look like one."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch()
        now = time.time_ns()
        os.utime(self._path, ns=(now, now))

    def rang(self) -> bool:
        """Whether it has another time."""
        try:
            last = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return False
        rang, self._seen = last != self._seen, last
        return rang


class Key:
    """A key in Redis, there while somebody rang and no worker came yet."""

    def __init__(self, url: str) -> None:
        import redis

        self._redis = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)

    def ring(self) -> None:
        """Set it."""
        self._redis.set(KEY, 1)

    def rang(self) -> bool:
        """Whether it was there."""
        return bool(self._redis.delete(KEY))


def _notice(session: Session, _context: UOWTransaction) -> None:
    if any(isinstance(row, WORK) for row in session.new):
        session.info[MARK] = True


def _ring(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint is no commit
        return
    if session.info.pop(MARK, False) and has_app_context():
        ring()


def _forget(session: Session, _transaction: Any) -> None:
    if not session.in_transaction():
        session.info.pop(MARK, None)
