"""The audit log: every deed of staff on people, grades, certificates, content and the site itself.

A deed writes its line itself, in its own transaction. The database refuses to change or delete one.
People stand in it by their public ids, which stay when an account goes; no line holds a password,
an answer or an address.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from lms.database import db
from lms.domain import journal
from lms.domain.permissions import Action, Actor, require
from lms.models import AuditEntry, Course, Event, User, Verb

LONGEST_REASON = 500
"""Characters of why something grave is done; it stands here."""
PAGE = 50
BATCH = 500
Changes = Mapping[str, tuple[Any, Any]]
_ACTOR, _PERSON = aliased(User), aliased(User)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines: by or about a person (public id), of a verb, from a moment, before another."""

    who: str | None = None
    verb: Verb | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line with the names of today; None for what acted is no person, or for who is gone."""

    entry: AuditEntry
    actor: str | None
    person: str | None
    course: str | None


def record(
    actor: Actor,
    verb: Verb,
    thing: str,
    *,
    person: User | None = None,
    course_id: int | None = None,
    changes: Changes | None = None,
) -> Event:
    """Write one line, and the journal's. changes: name → (before, after).

    person: whom it concerns; a ``thing`` that is their account is named by the public id.
    """
    said = {name: list(pair) for name, pair in (changes or {}).items()}
    event = journal.record(
        actor,
        verb,
        thing,
        course_id=course_id,
        **{name: after for name, (_, after) in said.items()},
    )
    about_account = person is not None and thing == f"user:{person.id}"
    db.session.add(
        AuditEntry(
            at=event.at,
            actor=event.actor,
            verb=verb,
            thing=f"user:{person.public_id}" if person and about_account else thing,
            person=person.public_id if person else None,
            course_id=course_id,
            changes=said,
        )
    )
    return event


def lines(actor: Actor, wanted: Filter, *, page: int = 1) -> tuple[Sequence[Line], bool]:
    """A page of them, the newest first, and whether there are more."""
    require(actor, Action.SEE_AUDIT)
    query = _query(wanted).limit(PAGE + 1).offset(PAGE * (page - 1))
    found = [Line(*row) for row in db.session.execute(query)]
    return found[:PAGE], len(found) > PAGE


def all_lines(actor: Actor, wanted: Filter) -> Iterator[Line]:
    """Every one of them, the newest first, read in pieces: there may be millions."""
    require(actor, Action.SEE_AUDIT)
    last: AuditEntry | None = None
    while True:
        query = _query(wanted).limit(BATCH)
        if last is not None:
            query = query.where(_older(last))
        found = [Line(*row) for row in db.session.execute(query)]
        yield from found
        if len(found) < BATCH:
            return
        last = found[-1].entry


def _query(wanted: Filter) -> Select[AuditEntry, str | None, str | None, str | None]:
    query = (
        select(AuditEntry, _ACTOR.name, _PERSON.name, Course.slug)
        .outerjoin(_ACTOR, _ACTOR.public_id == AuditEntry.actor)
        .outerjoin(_PERSON, _PERSON.public_id == AuditEntry.person)
        .outerjoin(Course, Course.id == AuditEntry.course_id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    if wanted.who is not None:
        query = query.where(or_(AuditEntry.actor == wanted.who, AuditEntry.person == wanted.who))
    if wanted.verb is not None:
        query = query.where(AuditEntry.verb == wanted.verb)
    if wanted.since is not None:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditEntry.at < wanted.until)
    return query


def _older(last: AuditEntry) -> ColumnElement[bool]:
    return or_(AuditEntry.at < last.at, and_(AuditEntry.at == last.at, AuditEntry.id < last.id))
