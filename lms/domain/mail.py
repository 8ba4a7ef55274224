"""The outbox: a mail is a row, written with the deed it tells of, and sent afterwards.

Sending is somebody else's work (lms/sending.py). A row is claimed and committed before it is sent,
so that a crash may double at most the mail in flight.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update

from lms.database import db
from lms.domain import journal
from lms.domain.errors import Missing, _
from lms.models import MailKind, OutgoingMail

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
"""Before the second try, the third …; the last one again and again."""
GIVE_UP = timedelta(days=5)
REFUSED = timedelta(days=1)
"""The same for a mail to which the server said no for ever: mostly it means the address, sometimes
our settings, and somebody has a day to put them right."""
ABANDONED = timedelta(minutes=10)
"""A claim older than this belongs to a worker that died: sending takes seconds."""


def enqueue(kind: MailKind, *, to: str, language: str, **facts: Any) -> OutgoingMail:
    """Have a mail sent after the commit of what is being done. ``facts`` are for its template."""
    now = journal.now()
    mail = OutgoingMail(
        kind=kind,
        recipient=to,
        language=language,
        facts=facts,
        message_id=secrets.token_hex(16),
        created_at=now,
        next_try_at=now,
    )
    db.session.add(mail)
    db.session.flush()
    return mail


def claim_next() -> OutgoingMail | None:
    """Take a mail that waits, so that nobody else sends it; commit before sending it."""
    now = journal.now()
    waiting = (
        select(OutgoingMail.id)
        .where(
            OutgoingMail.sent_at.is_(None),
            OutgoingMail.failed_at.is_(None),
            OutgoingMail.next_try_at <= now,
            or_(
                OutgoingMail.claimed_at.is_(None),
                OutgoingMail.claimed_at < now - ABANDONED,
            ),
        )
        .order_by(OutgoingMail.next_try_at, OutgoingMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return db.session.scalar(
        update(OutgoingMail)
        .where(OutgoingMail.id == waiting.scalar_subquery())
        .values(claimed_at=now, tries=OutgoingMail.tries + 1)
        .returning(OutgoingMail)
        .execution_options(populate_existing=True)
    )


def mark_sent(mail: OutgoingMail, *, forget: bool) -> None:
    """It is on its way. ``forget`` what it said: it may hold a link."""
    mail.sent_at, mail.claimed_at, mail.last_error = journal.now(), None, ""
    if forget:
        mail.facts = {}


def mark_failed(mail: OutgoingMail, error: str, *, forget: bool, is_final: bool = False) -> None:
    """The server did not take it: again after a pause, or never after some days.

    is_final: the server says that it will never take it.
    """
    now = journal.now()
    mail.claimed_at, mail.last_error = None, error[:500]
    mail.next_try_at = now + PAUSES[min(mail.tries, len(PAUSES)) - 1]
    if now - mail.created_at > (REFUSED if is_final else GIVE_UP):
        mail.failed_at = now
        if forget:
            mail.facts = {}


def newest(count: int, *, before: int | None = None) -> Sequence[OutgoingMail]:
    """So many mails, the newest first; ``before`` continues below the mail with this id."""
    query = select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(count)
    if before is not None:
        query = query.where(OutgoingMail.id < before)
    return db.session.scalars(query).all()


def find(number: int) -> OutgoingMail:
    """One mail, or Missing."""
    mail = db.session.get(OutgoingMail, number)
    if mail is None:
        raise Missing(_("There is no such mail."))
    return mail
