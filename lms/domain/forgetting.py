"""Accounts whose address nobody confirmed go after a while: nobody knows whose they are.

People are told first: at sign-up, on their account page, and by a mail some days before.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, delete, select, update

from lms.database import db
from lms.domain import journal, mail
from lms.domain.permissions import System
from lms.models import (
    Base,
    Certificate,
    CourseRoleGrant,
    Event,
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
        _forget(person)
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


def _forget(person: User) -> None:
    """The journal keeps the public id only: the number may be given to somebody else."""
    db.session.execute(
        update(Event)
        .where(Event.object == f"user:{person.id}")
        .values(object=f"user:{person.public_id}")
    )
    journal.record(System(), Verb.FORGOTTEN, f"user:{person.public_id}")
    people = Base.metadata.tables["user"]
    _delete(people, people.c.id == person.id)
    db.session.expunge(person)


def _delete(table: Table, which: ColumnElement[bool]) -> None:
    """These rows, and before them all that refers to them, in whatever table.

    What may stand without a person, such as a report of a mistake, stays without one.
    """
    for other, column, key in _references(table):
        theirs = column.in_(select(key).where(which))
        if column.nullable:
            db.session.execute(update(other).where(theirs).values({column: None}))
        else:
            _delete(other, theirs)
    db.session.execute(delete(table).where(which))


def _references(table: Table) -> Iterator[tuple[Table, Column[Any], Column[Any]]]:
    for other in Base.metadata.tables.values():
        for foreign in other.foreign_keys:
            if foreign.column.table is table and other is not table:
                yield other, foreign.parent, foreign.column
