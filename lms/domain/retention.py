"""What was kept long enough is forgotten. How long, the settings say; why, the page about privacy."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from lms.database import db
from lms.domain import downloads, exports, journal, membership
from lms.models import (
    CohortInvitation,
    Event,
    InvitationList,
    Look,
    MailKind,
    MailLink,
    OutgoingMail,
    Report,
    SignIn,
    Verb,
)

BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Limits:
    """After how many days what is forgotten."""

    mail_days: int
    sign_in_days: int
    report_days: int
    journal_days: int
    invitation_days: int


SETTINGS = tuple(field.name for field in fields(Limits))
"""Each is a setting of the same name in capitals."""


def forget_mails(limits: Limits) -> int:
    """Who got which mail; the last mail to somebody who left as soon as it is sent."""
    is_over = or_(OutgoingMail.sent_at.is_not(None), OutgoingMail.failed_at.is_not(None))
    is_old = OutgoingMail.created_at < _ago(limits.mail_days)
    is_last = OutgoingMail.kind == MailKind.DELETED
    return _forget(OutgoingMail, and_(is_over, or_(is_old, is_last)))


def forget_sign_ins(limits: Limits) -> int:
    """They have ended long before (see accounts.LASTS)."""
    return _forget(SignIn, SignIn.created_at < _ago(limits.sign_in_days))


def forget_links(limits: Limits) -> int:
    """They do not work any more; some hold an address that somebody had."""
    return _forget(MailLink, MailLink.expires_at < _ago(limits.sign_in_days))


def forget_reporters(limits: Limits) -> int:
    """The mistake was put right, and nobody has to be asked any more."""
    is_old = and_(Report.resolved_at < _ago(limits.report_days), Report.reporter_id.is_not(None))
    ids = db.session.scalars(select(Report.id).where(is_old).limit(BATCH)).all()
    db.session.execute(update(Report).where(Report.id.in_(ids)).values(reporter_id=None))
    return len(ids)


def forget_events(limits: Limits) -> int:
    """Lines of the journal; but which accounts are one person must be known when that person leaves."""
    is_old = and_(Event.at < _ago(limits.journal_days), Event.verb != Verb.JOINED)
    return _forget(Event, is_old)


def forget_exports(_limits: Limits) -> int:
    """They say themselves how long they are there."""
    return exports.sweep_next()


def forget_downloads(_limits: Limits) -> int:
    """So do they."""
    return downloads.sweep_next()


def forget_looks(limits: Limits) -> int:
    """Who of a partner looked at whom: as long as the journal knows what else was done."""
    return _forget(Look, Look.at < _ago(limits.journal_days))


def forget_invitations(limits: Limits) -> int:
    """Addresses of people who were invited to a cohort: who came has an account."""
    return _forget(CohortInvitation, CohortInvitation.at < _ago(limits.invitation_days))


def forget_lists(limits: Limits) -> int:
    """Lists of addresses that were handed in, with the lines that could not be used."""
    return _forget(InvitationList, InvitationList.at < _ago(limits.mail_days))


def forget_offers(_limits: Limits) -> int:
    """Roles that were offered by mail, and not taken up in time."""
    return membership.forget_next()


DEEDS: tuple[Callable[[Limits], int], ...] = (
    forget_mails,
    forget_sign_ins,
    forget_links,
    forget_reporters,
    forget_events,
    forget_exports,
    forget_downloads,
    forget_looks,
    forget_invitations,
    forget_lists,
    forget_offers,
)
"""Each forgets some rows and says how many; until there are none left."""


def _forget(model: Any, which: ColumnElement[bool]) -> int:
    ids = db.session.scalars(select(model.id).where(which).limit(BATCH)).all()
    db.session.execute(delete(model).where(model.id.in_(ids)))
    return len(ids)


def _ago(days: int) -> datetime:
    return journal.now() - timedelta(days=days)
