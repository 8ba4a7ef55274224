"""What somebody did for others, and all that was noted."""

from collections.abc import Iterator

from sqlalchemy import or_, select

from lms.database import db
from lms.domain.belongings.section import PIECE, Plain
from lms.models import (
    AuditEntry,
    Blob,
    Course,
    Draft,
    DraftFile,
    Edition,
    Event,
    Lesson,
    Mark,
    Report,
    User,
)


def reports(me: User) -> Iterator[Plain]:
    """Mistakes that were reported."""
    query = (
        select(Report, Course.slug, Lesson.slug)
        .join(Course, Course.id == Report.course_id)
        .join(Lesson, Lesson.id == Report.lesson_id)
        .where(Report.reporter_id == me.id)
        .order_by(Report.id)
    )
    for row, course, lesson in db.session.execute(query).yield_per(PIECE):
        yield {
            "course": course,
            "lesson": lesson,
            "language": row.language,
            "text": row.text,
            "sentence": row.quote,
            "at": row.at,
            "settled": row.resolved_at,
        }


def marks(me: User) -> Iterator[Plain]:
    """Marks that were given to others; whose work it was is not told."""
    query = (
        select(Mark, Course.slug)
        .join(Course, Course.id == Mark.course_id)
        .where(Mark.marker_id == me.id)
        .order_by(Mark.id)
    )
    for row, course in db.session.execute(query).yield_per(PIECE):
        yield {
            "course": course,
            "at": row.at,
            "share of the points": row.share,
            "points": row.points,
            "comments": row.comments,
            "comment": row.comment,
        }


def publications(me: User) -> Iterator[Plain]:
    """Editions that were published."""
    query = (
        select(Edition, Course.slug)
        .join(Course, Course.id == Edition.course_id)
        .where(Edition.published_by == me.public_id)
        .order_by(Edition.id)
    )
    for row, course in db.session.execute(query):
        yield {"course": course, "edition": row.number, "at": row.published_at, "note": row.note}


def drafts(me: User) -> Iterator[Plain]:
    """Files of courses that were changed and are not published; texts with their words."""
    query = (
        select(DraftFile, Course.slug, Blob.data)
        .join(Draft, Draft.id == DraftFile.draft_id)
        .join(Course, Course.id == Draft.course_id)
        .outerjoin(Blob, Blob.digest == DraftFile.digest)
        .where(Draft.owner_id == me.id)
        .order_by(Draft.id, DraftFile.path)
    )
    for row, course, data in db.session.execute(query).yield_per(PIECE):
        yield {
            "course": course,
            "file": row.path,
            "at": row.changed_at,
            "taken out": row.digest is None,
            "text": data.decode(errors="replace") if data else None,
        }


def journal(me: User) -> Iterator[Plain]:
    """What was done by me, and to my account."""
    query = select(Event).where(or_(Event.actor == me.public_id, Event.object == f"user:{me.id}"))
    for row in db.session.scalars(query.order_by(Event.id)).yield_per(PIECE):
        yield {
            "at": row.at,
            "by": "me" if row.actor == me.public_id else row.actor,
            "what": row.verb,
            "to": row.object,
            "details": row.details,
        }


def audit(me: User) -> Iterator[Plain]:
    """What staff did to me, and what I did as one of them; others stand in it by their numbers."""
    query = select(AuditEntry).where(
        or_(AuditEntry.actor == me.public_id, AuditEntry.person == me.public_id)
    )
    for row in db.session.scalars(query.order_by(AuditEntry.id)).yield_per(PIECE):
        yield {
            "at": row.at,
            "by": "me" if row.actor == me.public_id else row.actor,
            "what": row.verb,
            "to": row.thing,
            "changes": row.changes,
        }
