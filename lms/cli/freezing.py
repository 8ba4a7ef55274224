"""Before the server forks: what all processes have in common stays in memory once.

Nothing may look into the file store here: its threads would be missing in the forks, and their first
look at a file would never end.
"""

import ctypes
import gc
from contextlib import suppress

from babel import Locale
from sqlalchemy.exc import SQLAlchemyError

from lms.database import begin_reading, db
from lms.domain import catalogue

SOURCE = "en_GB"
"""What Babel knows of the source language serves all others, too: months, signs, the root of all."""
ARENA_MAX = -8
"""M_ARENA_MAX of glibc."""


def freeze() -> None:
    """Read what each process needs, let go of what the forks must not share, and keep the rest from
    being copied by collections."""
    Locale(*SOURCE.split("_")).months  # noqa: B018 (Babel reads it when it is asked)
    with suppress(
        SQLAlchemyError
    ):  # without a database, each process reads the courses when it can
        begin_reading()
        for _course, edition in catalogue.current_editions():
            catalogue.text_of(edition)  # and so it is kept
    db.session.remove()
    db.engine.dispose()
    _share_one_heap()
    gc.collect()
    gc.freeze()


def _share_one_heap() -> None:
    """Threads that hold one lock each in turn need no heap each; other C libraries have but one."""
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(ARENA_MAX, 1)
