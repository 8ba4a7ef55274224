"""Wakes the workers: a task in the queue says that there is work, the rows say which.

The queue is a file of huey's in the instance folder, or Redis where several machines work together.
A task that is lost does no harm: workers look by themselves every few seconds.
"""

import json
import logging
import threading
from pathlib import Path
from typing import Any

from flask import Flask, current_app, has_app_context
from huey import Huey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from redis import ConnectionPool
from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from lms.models import Certificate, Deletion, Edition, Export, OutgoingMail

log = logging.getLogger(__name__)

WORK = (Certificate, Deletion, Edition, Export, OutgoingMail)
"""A new row of these is work for a worker."""
MARK = "wake the workers"


def init_app(app: Flask) -> None:
    """Ring after each commit that made work."""
    app.extensions["bell"] = Bell(app)
    if not event.contains(Session, "after_commit", _ring):
        event.listen(Session, "after_flush", _notice)
        event.listen(Session, "after_commit", _ring)
        event.listen(Session, "after_soft_rollback", _forget)


class Json(Serializer):  # type: ignore[misc]
    """huey pickles by default; then whoever can write into the queue could run anything here."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(data))


class Bell:
    """The queue, opened when it is first rung or listened to."""

    def __init__(self, app: Flask) -> None:
        self._settings = app.config
        self._lock = threading.Lock()
        self._queue: Huey | None = None
        self._file = Path(app.config["INSTANCE_FOLDER"]) / "tasks.sqlite"
        self._seen: list[tuple[int, int]] = []

    def ring(self) -> None:
        """Wake a worker. When that fails, what was saved is saved, and is found a little later."""
        try:
            queue = self._opened()
            queue.enqueue(self._task.s())
        except Exception as error:
            log.warning("no worker was woken: %s", error)

    def rang(self) -> bool:
        """Whether somebody rang since the last time; does not wait. Without a queue, nobody did."""
        rang = False
        try:
            queue = self._opened()
            if self._was_written():
                while queue.dequeue() is not None:
                    rang = True
        except Exception as error:
            log.warning("the queue cannot be read: %s", error)
        return rang

    def _was_written(self) -> bool:
        """Whether the queue's file changed since the last look: to look into it costs much more."""
        state = [_state(path) for path in (self._file, self._file.with_suffix(".sqlite-wal"))]
        changed, self._seen = state != self._seen, state
        return changed or self._settings["REDIS_URL"] is not None

    def _opened(self) -> Huey:
        with self._lock:
            if self._queue is None:
                self._queue = self._open()
                self._task = self._queue.task(name="wake")(_nothing)
            return self._queue

    def _open(self) -> Huey:
        options = {"serializer": Json(), "results": False}
        if url := self._settings["REDIS_URL"]:
            pool = ConnectionPool.from_url(url, socket_timeout=1, socket_connect_timeout=1)
            return RedisHuey("learn", connection_pool=pool, blocking=False, **options)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey("learn", filename=str(self._file), fsync=False, **options)


def _state(path: Path) -> tuple[int, int]:
    """Differs after each writing; zeros for no file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def _nothing() -> None:
    """The task: that it arrives is all."""


def _notice(session: Session, _context: UOWTransaction) -> None:
    if any(isinstance(row, WORK) for row in session.new):
        session.info[MARK] = True


def _ring(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint is no commit
        return
    if session.info.pop(MARK, False) and has_app_context():
        bell: Bell = current_app.extensions["bell"]
        bell.ring()


def _forget(session: Session, _transaction: Any) -> None:
    if not session.in_transaction():
        session.info.pop(MARK, None)
