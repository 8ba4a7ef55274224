"""When a course was begun and finished: a certificate that is held keeps its holder done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from lms.database import db
from lms.models import (
    Certificate,
    Edition,
    EditionLesson,
    Enrolment,
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


@dataclass(frozen=True, slots=True)
class Stay:
    """One learner's time in a course: when it began, and whether and when it was finished."""

    started_at: datetime
    finish: Finish | None = None


def stays_in(user: User, courses: Collection[int]) -> dict[int, Stay]:
    """Of the courses they are in, by course id; the newest finish counts (one statement)."""
    rows = db.session.execute(
        select(
            Enrolment.course_id,
            Enrolment.started_at,
            Certificate.earned_at,
            Certificate.edition_number,
            Lesson.slug,
        )
        .select_from(Enrolment)
        .outerjoin(
            Certificate,
            (Certificate.holder_id == Enrolment.user_id)
            & (Certificate.course_id == Enrolment.course_id)
            & is_held(),
        )
        .outerjoin(
            Edition,
            (Edition.course_id == Certificate.course_id)
            & (Edition.number == Certificate.edition_number),
        )
        .outerjoin(EditionLesson, EditionLesson.edition_id == Edition.id)
        .outerjoin(Lesson, Lesson.id == EditionLesson.lesson_id)
        .where(Enrolment.user_id == user.id, Enrolment.course_id.in_(courses))
        .order_by(Certificate.period)
    )
    stays: dict[int, Stay] = {}
    known: dict[tuple[int, int], set[str]] = {}
    for course_id, started_at, finished_at, number, slug in rows:
        slugs = known.setdefault((course_id, number), set())
        slugs.add(slug)
        stays[course_id] = Stay(started_at, _finish(finished_at, number, slugs))
    return stays


def _finish(at: datetime | None, number: int, slugs: set[str]) -> Finish | None:
    return Finish(at, number, frozenset(slugs)) if at is not None else None


def is_held() -> ColumnElement[bool]:
    """One that was withdrawn or revoked is not held; one that ran out was earned all the same."""
    return ~exists().where(
        Revocation.certificate_id == Certificate.id,
        Revocation.kind != RevocationKind.SUPERSEDED,
    )
