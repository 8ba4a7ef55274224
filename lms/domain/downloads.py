"""Records, reports and packed certificates: asked for, made by the worker, there for some days.

Who may ask for which is for the deed that calls ``ask``: everybody for their own record (record.py),
a partner's manager for what is about a cohort.
"""

from sqlalchemy import ColumnElement, and_, select

from lms.database import db
from lms.domain import journal
from lms.domain.orders import Queue
from lms.models import Download, DownloadKind, User

_queue = Queue(Download)
claim_next, advance, finish = _queue.claim_next, _queue.advance, _queue.finish
sweep_next = _queue.sweep_next


def ask(me: User, kind: DownloadKind, language: str, *, subject: str = "") -> Download:
    """Have it made; one that is being made is the answer, one that is ready makes room."""
    waiting = _queue.make_room(me, _this(me, kind, subject))
    if waiting is not None:
        return waiting
    made = Download(
        user_id=me.id, kind=kind, subject=subject, language=language, asked_at=journal.now()
    )
    db.session.add(made)
    db.session.flush()
    return made


def find(me: User, kind: DownloadKind, *, subject: str = "") -> Download | None:
    """What this person asked for, ready or not, while it is there."""
    return _queue.find(_this(me, kind, subject))


def ready(me: User, kind: DownloadKind, number: int, *, subject: str = "") -> Download:
    """The file for who asked for it; Missing for anybody else, too early and too late."""
    return _queue.ready(_this(me, kind, subject), number)


def forget(kind: DownloadKind, subject: str) -> None:
    """All of this kind about this subject, whoever asked: what is in them holds no longer."""
    rows = select(Download).where(Download.kind == kind, Download.subject == subject)
    for download in db.session.scalars(rows).all():
        _queue.remove(download)


def _this(me: User, kind: DownloadKind, subject: str) -> ColumnElement[bool]:
    mine = Download.user_id == me.id
    return and_(mine, Download.kind == kind, Download.subject == subject)
