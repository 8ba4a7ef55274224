"""A copy of everything that is kept about me: asked for, made by the worker, there for some days."""

from collections.abc import Sequence

from sqlalchemy import select

from lms.database import db
from lms.domain import journal
from lms.domain.orders import Queue
from lms.domain.permissions import Action, require
from lms.models import Attempt, Certificate, Export, User, Verb

_queue = Queue(Export)
claim_next, advance, finish = _queue.claim_next, _queue.advance, _queue.finish
sweep_next = _queue.sweep_next


def ask(me: User, language: str) -> Export:
    """Have it made; one that is being made is the answer, one that is ready makes room."""
    require(me, Action.CHANGE_ACCOUNT, me)
    waiting = _queue.make_room(me, Export.user_id == me.id)
    if waiting is not None:
        return waiting
    export = Export(user_id=me.id, language=language, asked_at=journal.now())
    db.session.add(export)
    journal.record(me, Verb.EXPORTED, f"user:{me.id}")
    db.session.flush()
    return export


def export_of(me: User) -> Export | None:
    """Mine, ready or not, while it is there."""
    return _queue.find(Export.user_id == me.id)


def ready_export(me: User, number: int) -> Export:
    """The file for who asked for it; Missing for anybody else, too early and too late."""
    require(me, Action.CHANGE_ACCOUNT, me)
    return _queue.ready(Export.user_id == me.id, number)


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
