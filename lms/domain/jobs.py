"""What waits for the worker, what it is doing, and what failed: read from the rows themselves.

The rows that say what must be done (a mail not sent, a certificate without its file) are the record;
The bell only wakes the worker.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from lms.database import db
from lms.domain import audit, journal
from lms.domain.errors import Missing, _
from lms.domain.mail import ABANDONED
from lms.domain.permissions import Action, Actor, require
from lms.models import (
    Attempt,
    Certificate,
    Course,
    Edition,
    FailedJob,
    Lesson,
    OutgoingMail,
    Verb,
)
from lms.models.base import Moment

PAGE = 20


class State(StrEnum):
    """Where a job stands."""

    FAILED = "failed"
    RUNNING = "running"
    WAITING = "waiting"


class Kind(StrEnum):
    """Which table a job stands in."""

    MAIL = "mail"
    CERTIFICATE = "certificate"
    EDITION = "edition"
    ATTEMPT = "attempt"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Entry:
    """A job. name: the kind of mail, the number of a certificate, a course, or job and thing.

    since: when it began to wait. tries, reason, next_try_at: of what failed.
    """

    state: State
    kind: Kind
    id: int
    name: str
    since: datetime
    tries: int
    reason: str
    next_try_at: datetime | None


def counts(actor: Actor) -> Mapping[State, int]:
    """How many there are in each state."""
    require(actor, Action.ADMINISTER)
    rows = _all()
    found = db.session.execute(select(rows.c.state, func.count()).group_by(rows.c.state))
    return {**dict.fromkeys(State, 0), **{State(state): count for state, count in found}}


def listed(actor: Actor, state: State, *, page: int = 1) -> tuple[Sequence[Entry], bool]:
    """A page of those in this state, what waits longest first; whether there are more."""
    require(actor, Action.ADMINISTER)
    rows = _all()
    query = (
        select(rows)
        .where(rows.c.state == state)
        .order_by(rows.c.since, rows.c.kind, rows.c.id)
        .limit(PAGE + 1)
        .offset(PAGE * (page - 1))
    )
    found = [
        Entry(State(row[0]), Kind(row[1]), *row[2:]) for row in db.session.execute(query).all()
    ]
    return found[:PAGE], len(found) > PAGE


def retry(actor: Actor, number: int) -> None:
    """Have it tried at the worker's next look; Missing for what succeeded meanwhile."""
    require(actor, Action.MANAGE_JOBS)
    row = db.session.get(FailedJob, number)
    if row is None:
        raise Missing(_("This job is no longer there: it was done."))
    before, row.next_try_at = row.next_try_at, journal.now()
    audit.record(
        actor,
        Verb.RETRIED,
        row.thing or f"job:{row.job}",
        changes={"next try": (before.isoformat(), row.next_try_at.isoformat())},
    )


# --- the rows of all tables as one --------------------------------------------------------------


def _all() -> Subquery:
    """The columns of Entry; mail first, for its columns say what types the others have."""
    return union_all(_mails(), _certificates(), _editions(), _attempts(), _failed()).subquery()


def _mails() -> Select[Any]:
    busy = OutgoingMail.claimed_at >= journal.now() - ABANDONED
    failed = (OutgoingMail.failed_at.is_not(None)) | (OutgoingMail.last_error != "")
    return select(
        case((busy, State.RUNNING), (failed, State.FAILED), else_=State.WAITING).label("state"),
        literal(Kind.MAIL.value).label("kind"),
        OutgoingMail.id.label("id"),
        type_coerce(OutgoingMail.kind, String).label("name"),
        OutgoingMail.created_at.label("since"),
        OutgoingMail.tries.label("tries"),
        OutgoingMail.last_error.label("reason"),
        case((OutgoingMail.failed_at.is_(None), OutgoingMail.next_try_at)).label("next_try_at"),
    ).where(OutgoingMail.sent_at.is_(None))


def _certificates() -> Select[Any]:
    """Those that failed stand in the table of failures."""
    failed = exists().where(
        FailedJob.job == "certificates",
        FailedJob.thing == literal("certificate:").concat(cast(Certificate.id, String)),
    )
    return _row(
        literal(State.WAITING.value),
        Kind.CERTIFICATE,
        Certificate.id,
        Certificate.number,
        Certificate.issued_at,
    ).where(Certificate.pdf_digest.is_(None), ~failed)


def _editions() -> Select[Any]:
    """A publication, after which people are looked at anew."""
    begun = case((Edition.rechecked_to > 0, State.RUNNING), else_=State.WAITING)
    query = _row(begun, Kind.EDITION, Edition.id, Course.slug, Edition.published_at)
    return query.join(Course, Course.id == Edition.course_id).where(Edition.rechecked_at.is_(None))


def _attempts() -> Select[Any]:
    """A quiz whose time is over, to be handed in."""
    query = _row(
        literal(State.WAITING.value), Kind.ATTEMPT, Attempt.id, Lesson.slug, Attempt.closes_at
    )
    return query.join(Lesson, Lesson.id == Attempt.lesson_id).where(
        Attempt.submitted_at.is_(None), Attempt.closes_at < journal.now()
    )


def _failed() -> Select[Any]:
    columns: tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...] = (
        literal(State.FAILED.value),
        literal(Kind.OTHER.value),
        FailedJob.id,
        FailedJob.job.concat(" ").concat(FailedJob.thing),
        FailedJob.first_at,
        FailedJob.tries,
        FailedJob.reason,
        FailedJob.next_try_at,
    )
    return select(*columns)


def _row(
    state: ColumnElement[str],
    kind: Kind,
    number: InstrumentedAttribute[int],
    name: InstrumentedAttribute[str],
    since: InstrumentedAttribute[Any],
) -> Select[Any]:
    """What never failed."""
    return select(
        state,
        literal(kind.value),
        number,
        name,
        since,
        literal(0),
        literal(""),
        cast(null(), Moment),
    )
