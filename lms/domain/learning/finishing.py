"""When a course was finished, and when its certificate can be earned again.

A certificate that is held keeps its holder done, even when it has run out.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, bindparam, exists, select

from lms.database import db
from lms.models import Certificate, Edition, EditionLesson, Lesson, Revocation, User

AGAIN = timedelta(days=60)
"""Before it runs out, a certificate can be earned again: nobody shall be without one meanwhile."""


@dataclass(frozen=True, slots=True)
class Finish:
    """When somebody earned the certificate, with which edition, and the lessons that it had.

    known: their names of today, whatever they were called then.
    """

    at: datetime
    edition_number: int
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class History:
    """What certificates of a course tell. period: of the newest; finish: None if none is held.

    renews_from: from when the next one can be earned; None if the newest does not run out.
    """

    period: int
    renews_from: datetime | None
    finish: Finish | None = None


def histories_in(user: User, courses: Collection[int]) -> dict[int | None, History]:
    """Of those courses for which they ever had a certificate, by course id (one statement)."""
    where = {"user": user.id, "courses": list(courses)}
    rows = db.session.connection().execute(_EVER, where)
    histories: dict[int | None, History] = {}
    known: dict[tuple[int | None, int], set[str]] = {}
    for course_id, finished_at, number, period, until, held, slug in rows:
        slugs = known.setdefault((course_id, number), set())
        slugs.add(slug)
        before = histories.get(course_id) or History(period, None)
        now = replace(before, period=period, renews_from=_renews_from(until, held))
        if held:
            now = replace(now, finish=Finish(finished_at, number, frozenset(slugs)))
        histories[course_id] = now
    return histories


def is_held() -> ColumnElement[bool]:
    """One that ended is not held; one that ran out was earned all the same."""
    return ~exists().where(Revocation.certificate_id == Certificate.id)


def _renews_from(until: datetime | None, held: object) -> datetime | None:
    """What was withdrawn or revoked bars the next one until its last day is over."""
    if until is None:
        return None
    if held:
        return until - AGAIN
    return datetime.combine(until.date() + timedelta(days=1), time(), until.tzinfo)


_EVER = (
    select(
        Certificate.course_id,
        Certificate.earned_at,
        Certificate.edition_number,
        Certificate.period,
        Certificate.valid_until,
        is_held(),
        Lesson.slug,
    )
    .outerjoin(
        Edition,
        (Edition.course_id == Certificate.course_id)
        & (Edition.number == Certificate.edition_number),
    )
    .outerjoin(EditionLesson, EditionLesson.edition_id == Edition.id)
    .outerjoin(Lesson, Lesson.id == EditionLesson.lesson_id)
    .where(
        Certificate.holder_id == bindparam("user"),
        Certificate.course_id.in_(bindparam("courses", expanding=True)),
    )
    .order_by(Certificate.period, Certificate.version)
)
"""Composing it each time would take longer than the answer."""
