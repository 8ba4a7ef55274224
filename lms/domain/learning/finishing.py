"""When a course was begun and finished: a certificate that is held keeps its holder done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from lms.content.outline import CourseText
from lms.content.questions import Wait
from lms.database import db
from lms.models import (
    Certificate,
    Course,
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


def finishes_in(user: User, courses: Collection[int]) -> dict[int, Finish]:
    """The newest finish of each of these courses, by course id (one statement)."""
    rows = db.session.execute(
        select(
            Certificate.course_id,
            Certificate.earned_at,
            Certificate.edition_number,
            Lesson.slug,
        )
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .outerjoin(
            Edition,
            (Edition.course_id == Certificate.course_id)
            & (Edition.number == Certificate.edition_number),
        )
        .outerjoin(EditionLesson, EditionLesson.edition_id == Edition.id)
        .outerjoin(Lesson, Lesson.id == EditionLesson.lesson_id)
        .where(Certificate.holder_id == user.id, Certificate.course_id.in_(courses), is_held())
        .order_by(Certificate.period)
    )
    newest: dict[int, tuple[datetime, int]] = {}
    known: dict[tuple[int, int], set[str]] = {}
    for course_id, at, number, slug in rows:
        newest[course_id] = (at, number)
        known.setdefault((course_id, number), set()).add(slug)
    return {
        course_id: Finish(at, number, frozenset(known[course_id, number]))
        for course_id, (at, number) in newest.items()
    }


def is_held() -> ColumnElement[bool]:
    """One that was withdrawn or revoked is not held; one that ran out was earned all the same."""
    return or_(Revocation.kind.is_(None), Revocation.kind == RevocationKind.SUPERSEDED)


def starts_in(user: User, courses: Sequence[tuple[Course, CourseText]]) -> dict[int, datetime]:
    """Course id → when this learner began it; asked only where a lesson's due date counts from it."""
    ids = [course.id for course, text in courses if _counts_from_start(text)]
    if not ids:
        return {}
    rows = db.session.execute(
        select(Enrolment.course_id, Enrolment.started_at).where(
            Enrolment.user_id == user.id, Enrolment.course_id.in_(ids)
        )
    )
    return dict(rows.all())


def _counts_from_start(text: CourseText) -> bool:
    return any(isinstance(lesson.rules.due, Wait) for lesson in text.lessons)
