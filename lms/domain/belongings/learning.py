"""What was learnt, and what was earned by it."""

from collections.abc import Iterator

from sqlalchemy import select

from lms.database import db
from lms.domain.belongings.section import PIECE, Plain
from lms.models import (
    Certificate,
    ChangeNotice,
    Completion,
    Course,
    DueNotice,
    Edition,
    Enrolment,
    Lesson,
    User,
)


def enrolments(me: User) -> Iterator[Plain]:
    """Courses that were begun."""
    query = (
        select(Enrolment.started_at, Course.slug)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.user_id == me.id)
        .order_by(Enrolment.id)
    )
    for started_at, slug in db.session.execute(query):
        yield {"course": slug, "began": started_at}


def completions(me: User) -> Iterator[Plain]:
    """Lessons that were done."""
    query = (
        select(Completion.at, Course.slug, Lesson.slug, Edition.number)
        .join(Lesson, Lesson.id == Completion.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .join(Edition, Edition.id == Completion.edition_id)
        .where(Completion.user_id == me.id)
        .order_by(Completion.id)
    )
    for at, course, lesson, edition in db.session.execute(query).yield_per(PIECE):
        yield {"course": course, "lesson": lesson, "edition": edition, "done": at}


def notices(me: User) -> Iterator[Plain]:
    """What was told already, so that nobody is told twice."""
    dues = (
        select(DueNotice.at, Course.slug, Lesson.slug)
        .join(Lesson, Lesson.id == DueNotice.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(DueNotice.user_id == me.id)
    )
    for at, course, lesson in db.session.execute(dues):
        yield {"told": "due soon", "course": course, "lesson": lesson, "at": at}
    changes = (
        select(ChangeNotice, Course.slug)
        .join(Course, Course.id == ChangeNotice.course_id)
        .where(ChangeNotice.user_id == me.id)
    )
    for row, course in db.session.execute(changes):
        yield {"told": "changed", "course": course, "edition": row.edition_number, "at": row.at}


def certificates(me: User) -> Iterator[Plain]:
    """All facts of each, and whether it was withdrawn."""
    query = select(Certificate).where(Certificate.holder_id == me.id).order_by(Certificate.id)
    for row in db.session.scalars(query):
        gone = row.revocation
        yield {
            "number": row.number,
            "name": row.holder_name,
            "kind": row.award,
            "course": row.course_title,
            "title": row.title,
            "statement": row.statement,
            "language": row.language,
            "hours": row.hours,
            "score in percent": row.percent,
            "issuer": row.issuer,
            "signed by": row.signatories,
            "partners": row.partners,
            "edition": row.edition_number,
            "digest of the edition": row.edition_digest,
            "earned": row.earned_at,
            "issued": row.issued_at,
            "valid until": row.valid_until,
            "withdrawn": None if gone is None else gone.at,
            "withdrawn because": None if gone is None else gone.reason or gone.kind,
        }
