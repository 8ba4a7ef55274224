"""Accounts whose address nobody confirmed go after a while: nobody knows whose they are.

People are told first: at sign-up, on their account page, and by a mail some days before.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, select

from lms.database import db
from lms.domain import erasing, journal, mail
from lms.domain.permissions import System
from lms.models import (
    Certificate,
    CourseRoleGrant,
    MailKind,
    Membership,
    SiteRoleGrant,
    User,
    Verb,
)

NOTICE = timedelta(days=5)
"""Between the mail that reminds and the end; also where a worker was down on the day itself."""
BATCH = 100
KEEPS = (
    Certificate.holder_id,
    SiteRoleGrant.user_id,
    CourseRoleGrant.user_id,
    Membership.user_id,
)
"""Who stands in one of these is never forgotten."""


def remind_next(days: int) -> int:
    """Tell some of the people whose accounts end soon; how many there were.

    ``days``: after how many an account ends. The mail also goes to an address that has an owner:
    it may be their second account, and what they learnt there can still be joined to the first.
    """
    now = journal.now()
    soon = _unconfirmed().where(
        User.created_at < now + NOTICE - timedelta(days=days), User.reminded_at.is_(None)
    )
    people = db.session.scalars(soon).all()
    for person in people:
        person.reminded_at = now
        mail.enqueue(
            MailKind.REMINDER,
            to=person.email,
            language=person.language,
            until=end_of(person, days).isoformat(),
        )
    db.session.flush()
    return len(people)


def forget_next(days: int) -> int:
    """Delete some of the accounts whose time is over, with all that was done in them; how many."""
    now = journal.now()
    over = _unconfirmed().where(
        User.created_at < now - timedelta(days=days), User.reminded_at < now - NOTICE
    )
    people = db.session.scalars(over).all()
    for person in people:
        journal.record(System(), Verb.FORGOTTEN, f"user:{person.id}")
        erasing.erase(person)
    return len(people)


def end_of(person: User, days: int) -> datetime:
    """When this account may be deleted at the earliest, if nobody confirms it."""
    reminded_at = person.reminded_at or journal.now()
    return max(person.created_at + timedelta(days=days), reminded_at + NOTICE)


def _unconfirmed() -> Select[User]:
    """Suspended accounts stay: joined into another, one may keep what its person did."""
    return (
        select(User)
        .where(
            User.confirmed_at.is_(None),
            User.suspended_at.is_(None),
            *(~select(column).where(column == User.id).exists() for column in KEEPS),
        )
        .order_by(User.created_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
