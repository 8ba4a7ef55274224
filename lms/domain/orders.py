"""Files that take longer than a page may: asked for, made by the worker, there for some days.

A kind of row that stands for such a file has one queue; who may ask for which is for the deeds that use it.
"""

from datetime import timedelta
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, delete, or_, select, update

from lms.database import db
from lms.domain import discarded, journal
from lms.domain.errors import Missing, _
from lms.models import Download, Export, User

Row = TypeVar("Row", Export, Download)

ABANDONED = timedelta(minutes=10)
"""A claim that nothing was heard of for so long belongs to a worker that died."""
BATCH = 50


class Queue(Generic[Row]):
    """All files of one kind of row, those that wait first."""

    def __init__(self, row: type[Row]) -> None:
        self._row: type[Row] = row

    # --- for who asks -----------------------------------------------------------------------------

    def make_room(self, me: User, which: ColumnElement[bool]) -> Row | None:
        """The one that is being made already; one that is ready goes, and there is none."""
        db.session.get(User, me.id, with_for_update=True)  # who asks twice at once asks once
        known = db.session.scalar(select(self._row).where(which))
        if known is None or known.ready_at is None:
            return known
        self.remove(known)
        return None

    def find(self, which: ColumnElement[bool]) -> Row | None:
        """Ready or not, while it is there."""
        row = self._row
        there = or_(row.expires_at.is_(None), row.expires_at > journal.now())
        return db.session.scalar(select(row).where(which, there))

    def ready(self, which: ColumnElement[bool], number: int) -> Row:
        """The file; Missing for another number, too early and too late."""
        found = self.find(which)
        if found is None or found.id != number or found.ready_at is None:
            raise Missing(_("There is no such file any more. You can have a new one made."))
        return found

    def remove(self, row: Row) -> None:
        """The row and, if nothing else points to it, its file."""
        discarded.discard(filter(None, [row.digest]))
        db.session.execute(delete(self._row).where(self._row.id == row.id))
        db.session.expunge(row)

    # --- for who makes them -----------------------------------------------------------------------

    def claim_next(self) -> Row | None:
        """Take one that waits; commit before making it."""
        row, now = self._row, journal.now()
        waiting = (
            select(row.id)
            .where(
                row.ready_at.is_(None),
                or_(row.claimed_at.is_(None), row.claimed_at < now - ABANDONED),
            )
            .order_by(row.asked_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        claimed: Row | None = db.session.scalar(
            update(row)
            .where(row.id == waiting.scalar_subquery())
            .values(claimed_at=now, done=0)
            .returning(row)
            .execution_options(populate_existing=True)
        )
        return claimed

    def advance(self, number: int, done: int, total: int) -> None:
        """Note how far it is, and that somebody is at it."""
        db.session.execute(
            update(self._row)
            .where(self._row.id == number)
            .values(done=done, total=total, claimed_at=journal.now())
        )

    def finish(self, number: int, *, digest: str, size: int, days: int) -> None:
        """It can be fetched for so many days. Nobody wants it any more? Then it goes at once."""
        row = db.session.get(self._row, number)
        if row is None:
            discarded.discard([digest])
            return
        row.digest, row.size, row.done = digest, size, row.total
        row.ready_at = journal.now()
        row.expires_at = row.ready_at + timedelta(days=days)

    def sweep_next(self) -> int:
        """Remove some whose days are over; how many."""
        over = db.session.scalars(
            select(self._row)
            .where(self._row.expires_at <= journal.now())
            .order_by(self._row.expires_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for row in over:
            self.remove(row)
        return len(over)
