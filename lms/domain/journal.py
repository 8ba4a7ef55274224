"""The clock, and the journal of what happened."""

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update

from lms.database import db
from lms.domain.permissions import Actor, actor_id
from lms.models import Event, User, Verb


def now() -> datetime:
    """The time, aware and in UTC. Every time the application stores comes from here."""
    return datetime.now(UTC)


def record(
    actor: Actor, verb: Verb, thing: str, *, course_id: int | None = None, **details: Any
) -> Event:
    """Write one line; ``thing`` names the object, such as ``lesson:12``."""
    event = Event(
        at=now(),
        actor=actor_id(actor),
        verb=verb,
        object=thing,
        course_id=course_id,
        details=details,
    )
    db.session.add(event)
    return event


def part(person: User, thing: str) -> None:
    """What this person did with this thing was done by another random number from now on."""
    db.session.flush()
    db.session.execute(
        update(Event)
        .where(Event.object == thing, Event.actor == person.public_id)
        .values(actor=secrets.token_hex(16))
    )
