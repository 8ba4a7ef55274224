"""When a course was finished: a certificate that is held keeps its holder done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, select

from lms.database import db
from lms.models import (
    Certificate,
    Edition,
    EditionLesson,
    Lesson,
    Revocation,
    RevocationKind,
    User,
)


@dataclass(frozen=True, slots=True)
class Finish:
    """When somebody earned the certificate, with which edition, and the lessons that it had.

    known: their names of today, whatever they were called then.
    """

    at: datetime
    edition_number: int
    known: frozenset[str]


def finishes_in(user: User, courses: Collection[int]) -> dict[int, Finish]:
    """Of those courses whose certificate they hold, by course id; the newest counts (one statement)."""
    where = {"user": user.id, "courses": list(courses)}
    rows = db.session.connection().execute(_HELD, where)
    finishes: dict[int, Finish] = {}
    known: dict[tuple[int, int], set[str]] = {}
    for course_id, finished_at, number, slug in rows:
        slugs = known.setdefault((course_id, number), set())
        slugs.add(slug)
        finishes[course_id] = Finish(finished_at, number, frozenset(slugs))
    return finishes


def is_held() -> ColumnElement[bool]:
    """One that was withdrawn or revoked is not held; one that ran out was earned all the same."""
    return ~exists().where(
        Revocation.certificate_id == Certificate.id,
        Revocation.kind != RevocationKind.SUPERSEDED,
    )


_HELD = (
    select(Certificate.course_id, Certificate.earned_at, Certificate.edition_number, Lesson.slug)
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
        is_held(),
    )
    .order_by(Certificate.period)
)
"""Composing it each time would take longer than the answer."""
