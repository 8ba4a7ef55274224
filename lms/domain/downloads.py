"""Files that take longer than a page may: asked for, made by the worker, there for some days.

Who may ask for which is for the deed that calls ``ask``: everybody for their own record (record.py),
a partner's manager for what is about a cohort.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from lms.database import db
from lms.domain import discarded, journal
from lms.domain.errors import Missing, _
from lms.models import Download, DownloadKind, User

ABANDONED = timedelta(minutes=10)
"""A claim that nothing was heard of for so long belongs to a worker that died."""
BATCH = 50


def ask(me: User, kind: DownloadKind, language: str, *, subject: str = "") -> Download:
    """Have it made; one that is being made is the answer, one that is ready makes room."""
    db.session.get(User, me.id, with_for_update=True)  # who asks twice at once asks once
    known = db.session.scalar(select(Download).where(_this(me, kind, subject)))
    if known is not None and known.ready_at is None:
        return known
    if known is not None:
        _remove(known)
    made = Download(
        user_id=me.id, kind=kind, subject=subject, language=language, asked_at=journal.now()
    )
    db.session.add(made)
    db.session.flush()
    return made


def find(me: User, kind: DownloadKind, *, subject: str = "") -> Download | None:
    """What this person asked for, ready or not, while it is there."""
    there = or_(Download.expires_at.is_(None), Download.expires_at > journal.now())
    return db.session.scalar(select(Download).where(_this(me, kind, subject), there))


def ready(me: User, kind: DownloadKind, number: int, *, subject: str = "") -> Download:
    """The file for who asked for it; Missing for anybody else, too early and too late."""
    found = find(me, kind, subject=subject)
    if found is None or found.id != number or found.ready_at is None:
        raise Missing(_("There is no such file any more. You can have a new one made."))
    return found


def _this(me: User, kind: DownloadKind, subject: str) -> ColumnElement[bool]:
    mine = Download.user_id == me.id
    return and_(mine, Download.kind == kind, Download.subject == subject)


# --- for who makes them -------------------------------------------------------------------------


def claim_next() -> Download | None:
    """Take one that waits; commit before making it."""
    now = journal.now()
    waiting = (
        select(Download.id)
        .where(
            Download.ready_at.is_(None),
            or_(Download.claimed_at.is_(None), Download.claimed_at < now - ABANDONED),
        )
        .order_by(Download.asked_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return db.session.scalar(
        update(Download)
        .where(Download.id == waiting.scalar_subquery())
        .values(claimed_at=now, done=0)
        .returning(Download)
        .execution_options(populate_existing=True)
    )


def advance(number: int, done: int, total: int) -> None:
    """Note how far it is, and that somebody is at it."""
    db.session.execute(
        update(Download)
        .where(Download.id == number)
        .values(done=done, total=total, claimed_at=journal.now())
    )


def finish(number: int, *, digest: str, size: int, days: int) -> None:
    """It can be fetched for so many days. Nobody wants it any more? Then it goes at once."""
    row = db.session.get(Download, number)
    if row is None:
        discarded.discard([digest])
        return
    row.digest, row.size, row.done = digest, size, row.total
    row.ready_at = journal.now()
    row.expires_at = row.ready_at + timedelta(days=days)


def sweep_next() -> int:
    """Remove some whose days are over; how many."""
    over = db.session.scalars(
        select(Download)
        .where(Download.expires_at <= journal.now())
        .order_by(Download.expires_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for download in over:
        _remove(download)
    return len(over)


def forget(kind: DownloadKind, subject: str) -> None:
    """All of this kind about this subject, whoever asked: what is in them holds no longer."""
    rows = select(Download).where(Download.kind == kind, Download.subject == subject)
    for download in db.session.scalars(rows).all():
        _remove(download)


def _remove(download: Download) -> None:
    discarded.discard(filter(None, [download.digest]))
    db.session.execute(delete(Download).where(Download.id == download.id))
    db.session.expunge(download)
