"""Mails that a server did not take: what it answered, and whether they are tried again."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select

from lms.database import db
from lms.domain import audit, journal
from lms.domain.errors import Conflict, Missing, _
from lms.domain.permissions import Action, Actor, require
from lms.models import MailKind, OutgoingMail, Verb

PAGE = 20
BARE = (MailKind.NO_ACCOUNT,)
"""Kinds that are written without facts: nothing of them is forgotten."""


def count(actor: Actor) -> int:
    """How many there are."""
    require(actor, Action.ADMINISTER)
    return db.session.scalar(select(func.count()).where(*_refused())) or 0


def listed(actor: Actor, *, page: int = 1) -> tuple[Sequence[OutgoingMail], bool]:
    """A page of them, the newest first, and whether there are more."""
    require(actor, Action.ADMINISTER)
    rows = db.session.scalars(
        select(OutgoingMail)
        .where(*_refused())
        .order_by(OutgoingMail.id.desc())
        .limit(PAGE + 1)
        .offset(PAGE * (page - 1))
    ).all()
    return rows[:PAGE], len(rows) > PAGE


def can_be_sent(mail: OutgoingMail) -> bool:
    """Whether what it said is still known: it is forgotten when a mail is given up."""
    return bool(mail.facts) or mail.kind in BARE


def retry(actor: Actor, number: int) -> None:
    """Have it tried at once. Conflict when what it said was forgotten."""
    require(actor, Action.MANAGE_JOBS)
    mail = _find(number)
    if not can_be_sent(mail):
        raise Conflict(_("What this mail said was deleted. It cannot be sent again."))
    mail.failed_at, mail.next_try_at = None, journal.now()
    _note(actor, Verb.RETRIED, mail)


def give_up(actor: Actor, number: int) -> None:
    """Try it no more, and forget what it said; twice changes nothing."""
    require(actor, Action.MANAGE_JOBS)
    mail = _find(number)
    if mail.failed_at is None:
        mail.failed_at, mail.claimed_at, mail.facts = journal.now(), None, {}
        _note(actor, Verb.GAVE_UP, mail)


def find(actor: Actor, number: int) -> OutgoingMail:
    """One of them; Missing when it was sent meanwhile."""
    require(actor, Action.ADMINISTER)
    return _find(number)


def _find(number: int) -> OutgoingMail:
    mail = db.session.scalar(select(OutgoingMail).where(OutgoingMail.id == number, *_refused()))
    if mail is None:
        raise Missing(_("This mail is no longer there: it was sent."))
    return mail


def _refused() -> tuple[ColumnElement[bool], ...]:
    return (OutgoingMail.sent_at.is_(None), OutgoingMail.last_error != "")


def _note(actor: Actor, verb: Verb, mail: OutgoingMail) -> None:
    """The log names no address."""
    audit.record(actor, verb, f"mail:{mail.id}", changes={"kind": (mail.kind, mail.kind)})
