"""What waits for a trainer, and what was marked: the lists of the marking page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from lms.database import db
from lms.domain.permissions import MARKERS, Action, require
from lms.models import (
    Answer,
    Attempt,
    Course,
    CourseRoleGrant,
    Lesson,
    Mark,
    SiteRole,
    SiteRoleGrant,
    User,
)

PAGE = 20


@dataclass(frozen=True, slots=True)
class Piece:
    """An answer that waits or was marked. at: handed in, or marked; question: ``module/lesson#id``."""

    attempt_id: int
    position: int
    question: str
    lesson: str
    number: int
    learner: str
    at: datetime
    share: float | None


def courses_to_mark(me: User) -> dict[int, int]:
    """Course id → how many answers wait there, for each course this person may mark.

    For most people one statement that finds nothing.
    """
    administers = exists().where(
        SiteRoleGrant.user_id == me.id, SiteRoleGrant.role == SiteRole.ADMINISTRATOR
    )
    granted = select(CourseRoleGrant.course_id).where(
        CourseRoleGrant.user_id == me.id, CourseRoleGrant.role.in_(MARKERS)
    )
    ids = db.session.scalars(
        select(Course.id).where(or_(administers, Course.id.in_(granted)))
    ).all()
    return count_waiting(me, ids) if ids else {}


def count_waiting(me: User, courses: Collection[int]) -> dict[int, int]:
    """Course id → how many answers wait there for somebody else than their author."""
    query = _waiting(me, courses, Lesson.course_id, func.count()).group_by(Lesson.course_id)
    return {**dict.fromkeys(courses, 0), **dict(db.session.execute(query).all())}


def waiting(me: User, course: Course, page: int) -> tuple[Sequence[Piece], bool]:
    """What waits, the oldest first; whether there are more pages."""
    require(me, Action.MARK, course)
    query = _waiting(me, [course.id], *_columns(Attempt.submitted_at)).order_by(
        Attempt.submitted_at, Answer.attempt_id, Answer.position
    )
    return _page(query, page)


def marked(me: User, course: Course, page: int) -> tuple[Sequence[Piece], bool]:
    """What was marked, the newest first; whether there are more pages."""
    require(me, Action.MARK, course)
    later = aliased(Mark)
    query = (
        select(*_columns(Mark.at))
        .join(
            Answer,
            (Answer.attempt_id == Mark.attempt_id) & (Answer.position == Mark.position),
        )
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .join(Lesson, Lesson.id == Attempt.lesson_id)
        .join(User, User.id == Attempt.user_id)
        .where(
            Mark.course_id == course.id,
            ~exists().where(
                later.attempt_id == Mark.attempt_id,
                later.position == Mark.position,
                later.number > Mark.number,
            ),
        )
        .order_by(Mark.at.desc(), Mark.id.desc())
    )
    return _page(query, page)


def next_waiting(me: User, course: Course, after: Attempt) -> Piece | None:
    """What to mark after this attempt: the rest of it, then what was handed in later, then the oldest."""
    require(me, Action.MARK, course)
    is_earlier = Attempt.submitted_at < after.submitted_at
    query = _waiting(me, [course.id], *_columns(Attempt.submitted_at)).order_by(
        Attempt.id != after.id, is_earlier, Attempt.submitted_at, Answer.attempt_id, Answer.position
    )
    return next(iter(_page(query, 1)[0]), None)


def _columns(moment: Any) -> tuple[Any, ...]:
    """In the order of Piece."""
    return (
        Answer.attempt_id,
        Answer.position,
        Answer.question,
        Lesson.slug,
        Attempt.number,
        User.name,
        moment,
        Answer.share,
    )


def _waiting(me: User, courses: Collection[int], *columns: Any) -> Select[Any]:
    """Uses the index of attempts that wait. A machine's share is there as soon as one hands in."""
    return (
        select(*columns)
        .select_from(Attempt)
        .join(Lesson, Lesson.id == Attempt.lesson_id)
        .join(User, User.id == Attempt.user_id)
        .join(Answer, Answer.attempt_id == Attempt.id)
        .where(
            Attempt.submitted_at.is_not(None),
            Attempt.passed.is_(None),
            Answer.share.is_(None),
            Lesson.course_id.in_(courses),
            Attempt.user_id != me.id,
        )
    )


def _page(query: Select[Any], page: int) -> tuple[Sequence[Piece], bool]:
    rows = db.session.execute(query.limit(PAGE + 1).offset(PAGE * (page - 1))).all()
    return [Piece(*row) for row in rows[:PAGE]], len(rows) > PAGE
