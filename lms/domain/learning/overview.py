"""My learning: every course a person is in, where they stopped, what is missing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from lms.database import db
from lms.domain import catalogue
from lms.domain.learning.progress import Progress, progress_in
from lms.models import Attempt, Completion, Course, Edition, Enrolment, Lesson, User


@dataclass(frozen=True, slots=True)
class CourseOfMine:
    """A course somebody is in: how far, and when they last did something there."""

    course: Course
    edition: Edition
    progress: Progress
    last_at: datetime


def courses_of(user: User) -> list[CourseOfMine]:
    """Their courses, the one they were in last first."""
    last = _last_moments(user)
    rows = db.session.execute(
        select(Enrolment.course_id, Enrolment.started_at).where(Enrolment.user_id == user.id)
    )
    begun = dict(rows.all())
    editions = catalogue.current_editions(begun.keys())
    progress = progress_in(user, [(one, catalogue.text_of(edition)) for one, edition in editions])
    mine = [
        CourseOfMine(course, edition, progress[course.id], max(last.get(course.id, at), at))
        for course, edition in editions
        for at in [begun[course.id]]
    ]
    return sorted(mine, key=lambda one: one.last_at, reverse=True)


def _last_moments(user: User) -> dict[int, datetime]:
    """Course id → when something was last done or begun there."""
    moments: dict[int, datetime] = {}
    for model, column in ((Completion, Completion.at), (Attempt, Attempt.started_at)):
        rows = db.session.execute(
            select(Lesson.course_id, func.max(column, type_=column.type))
            .join(model, model.lesson_id == Lesson.id)
            .where(model.user_id == user.id)
            .group_by(Lesson.course_id)
        )
        for course_id, at in rows:
            moments[course_id] = max(moments.get(course_id, at), at)
    return moments
