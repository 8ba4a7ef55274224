"""A copy of everything that is kept about me: asked for, made by the worker, there for some days."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, or_, select, update

from lms.database import db
from lms.domain import discarded, journal
from lms.domain.errors import Missing, _
from lms.domain.permissions import Action, require
from lms.models import Attempt, Certificate, Export, User, Verb

ABANDONED = timedelta(minutes=10)
"""A claim that nothing was heard of for so long belongs to a worker that died."""
BATCH = 50


def ask(me: User, language: str) -> Export:
    """Have it made; one that is being made is the answer, one that is ready makes room."""
    require(me, Action.CHANGE_ACCOUNT, me)
    db.session.get(User, me.id, with_for_update=True)  # who asks twice at once asks once
    known = db.session.scalar(select(Export).where(Export.user_id == me.id))
    if known is not None and known.ready_at is None:
        return known
    if known is not None:
        _remove(known)
    export = Export(user_id=me.id, language=language, asked_at=journal.now())
    db.session.add(export)
    journal.record(me, Verb.EXPORTED, f"user:{me.id}")
    db.session.flush()
    return export


def export_of(me: User) -> Export | None:
    """Mine, ready or not, while it is there."""
    return db.session.scalar(
        select(Export).where(
            Export.user_id == me.id,
            or_(Export.expires_at.is_(None), Export.expires_at > journal.now()),
        )
    )


def ready_export(me: User, number: int) -> Export:
    """The file for who asked for it; Missing for anybody else, too early and too late."""
    require(me, Action.CHANGE_ACCOUNT, me)
    export = export_of(me)
    if export is None or export.id != number or export.ready_at is None:
        raise Missing(_("There is no such file any more. You can have a new one made."))
    return export


# --- for who makes them -------------------------------------------------------------------------


def claim_next() -> Export | None:
    """Take one that waits; commit before making it."""
    now = journal.now()
    waiting = (
        select(Export.id)
        .where(
            Export.ready_at.is_(None),
            or_(Export.claimed_at.is_(None), Export.claimed_at < now - ABANDONED),
        )
        .order_by(Export.asked_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return db.session.scalar(
        update(Export)
        .where(Export.id == waiting.scalar_subquery())
        .values(claimed_at=now, done=0)
        .returning(Export)
        .execution_options(populate_existing=True)
    )


def advance(number: int, done: int, total: int) -> None:
    """Note how far it is, and that somebody is at it."""
    db.session.execute(
        update(Export)
        .where(Export.id == number)
        .values(done=done, total=total, claimed_at=journal.now())
    )


def finish(number: int, *, digest: str, size: int, days: int) -> None:
    """It can be fetched for so many days. Nobody wants it any more? Then it goes at once."""
    row = db.session.get(Export, number)
    if row is None:
        discarded.discard([digest])
        return
    row.digest, row.size, row.done = digest, size, row.total
    row.ready_at = journal.now()
    row.expires_at = row.ready_at + timedelta(days=days)


def sweep_next() -> int:
    """Remove some whose days are over; how many."""
    over = db.session.scalars(
        select(Export)
        .where(Export.expires_at <= journal.now())
        .order_by(Export.expires_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for export in over:
        _remove(export)
    return len(over)


def _remove(export: Export) -> None:
    discarded.discard(filter(None, [export.digest]))
    db.session.execute(delete(Export).where(Export.id == export.id))
    db.session.expunge(export)


def attempts_of(person: int) -> Sequence[int]:
    """The numbers of all attempts."""
    return db.session.scalars(
        select(Attempt.id).where(Attempt.user_id == person).order_by(Attempt.id)
    ).all()


def pdfs_of(person: int) -> Sequence[tuple[str, str]]:
    """Number and digest of each certificate whose file is made."""
    rows = db.session.execute(
        select(Certificate.number, Certificate.pdf_digest)
        .where(Certificate.holder_id == person, Certificate.pdf_digest.is_not(None))
        .order_by(Certificate.id)
    )
    return [(number, digest) for number, digest in rows if digest]
