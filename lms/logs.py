"""What is written to the log: a line of JSON for each thing in production, else text to read.

A line never holds a password, a token or an answer. What an exception says may hold one (a value that
was no number, the parameters of a statement), so in production only those exceptions speak whose words
come from the system or the database; of the others the line names the kind, and where it was raised.
"""

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from sqlalchemy.exc import DataError, DBAPIError, ProgrammingError

REQUEST: ContextVar[str] = ContextVar("request", default="")
"""The number of the request that this thread answers."""
READABLE = "%(asctime)s %(levelname)-7s %(name)s %(request)s %(message)s"
MOST = 25
"""Frames of a traceback, the innermost."""
PASSED_ON: dict[str, Any] = {
    "loggers": {
        "_granian": {"handlers": [], "propagate": True},
        "granian.access": {"handlers": [], "propagate": False},
    }
}
"""For the server's own logger: its lines are written as all others are."""


def configure(*, level: str, production: bool) -> None:
    """For the processes that serve and work; commands speak to people."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_number)
    handler.setFormatter(Lines() if production else logging.Formatter(READABLE, "%H:%M:%S"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def _number(record: logging.LogRecord) -> bool:
    record.request = REQUEST.get()
    return True


class Lines(logging.Formatter):
    """One line of JSON for each record."""

    def format(self, record: logging.LogRecord) -> str:
        """``at``, ``level``, ``from``, ``request`` where there is one, ``message``, what was raised."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        if number := getattr(record, "request", ""):
            line["request"] = number
        if record.exc_info and record.exc_info[1]:
            line["raised"] = list(raised(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False)


def raised(error: BaseException | None) -> list[dict[str, object]]:
    """The exception and those behind it."""
    chain: list[dict[str, object]] = []
    while error is not None and len(chain) < MOST:
        chain.append({"what": what(error), "where": where(error.__traceback__)})
        hidden = error.__suppress_context__
        error = error.__cause__ or (None if hidden else error.__context__)
    return chain


def what(error: BaseException) -> str:
    """Its kind; and its words where they cannot come from a person."""
    kind = type(error).__name__
    if isinstance(error, DBAPIError) and not isinstance(error, DataError | ProgrammingError):
        return f"{kind}: {str(error.orig).partition(chr(10))[0]}"  # further lines show values
    if isinstance(error, OSError) and error.strerror:
        return f"{kind}: {error.strerror}"
    return kind


def where(trace: TracebackType | None) -> list[str]:
    """``lms/web/quiz.py:120 save``, the innermost last; no line of code, for it may hold a value."""
    frames = traceback.extract_tb(trace)[-MOST:]
    return [f"{'/'.join(one.filename.split('/')[-3:])}:{one.lineno} {one.name}" for one in frames]
