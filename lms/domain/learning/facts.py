"""What one learner did in some courses, lesson by lesson: read by one statement."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Float,
    Integer,
    bindparam,
    cast,
    func,
    null,
    select,
    union_all,
)

from lms.database import db
from lms.models import Attempt, Completion, Lesson


@dataclass(frozen=True, slots=True)
class Tries:
    """What was tried. best: percent; number: attempts handed in; open_id: the attempt under way."""

    best: int | None = None
    best_score: float | None = None
    number: int = 0
    last: datetime | None = None
    open_id: int | None = None


Done = dict[int, dict[str, datetime]]
"""Course id → slug → when it was done."""
Tried = dict[int, dict[str, Tries]]
"""Course id → slug → what was tried there."""


def _facts(which: ColumnElement[bool]) -> CompoundSelect[Any]:
    """Rows without a number are lessons done, the others are what was tried."""
    whose: BindParameter[int] = bindparam("user")
    return union_all(
        select(
            Lesson.course_id,
            Lesson.slug,
            func.max(Attempt.submitted_at, type_=Attempt.submitted_at.type).label("at"),
            func.count(Attempt.submitted_at).label("number"),
            func.max(Attempt.percent),
            func.max(Attempt.score),
            func.max(Attempt.id).filter(Attempt.submitted_at.is_(None)),
        )
        .join(Attempt, Attempt.lesson_id == Lesson.id)
        .where(which, Attempt.user_id == whose)
        .group_by(Lesson.course_id, Lesson.slug),
        select(
            Lesson.course_id,
            Lesson.slug,
            Completion.at,
            cast(null(), Integer),
            cast(null(), Integer),
            cast(null(), Float),
            cast(null(), Integer),
        )
        .join(Completion, Completion.lesson_id == Lesson.id)
        .where(which, Completion.user_id == whose),
    )


_IN_ONE = _facts(Lesson.course_id == bindparam("course"))
_IN_SOME = _facts(Lesson.course_id.in_(bindparam("courses", expanding=True)))


def facts_of(user_id: int, courses: Collection[int]) -> tuple[Done, Tried]:
    """What was done and what was tried in these courses."""
    done: Done = {}
    tried: Tried = {}
    statement, where = _IN_SOME, dict[str, Any](user=user_id, courses=list(courses))
    if len(courses) == 1:  # by far the commonest: a page of one course
        statement, where = _IN_ONE, {"user": user_id, "course": next(iter(courses))}
    rows = db.session.connection().execute(statement, where)
    for course_id, slug, at, number, best, score, open_id in rows:
        if number is None:
            done.setdefault(course_id, {})[slug] = at
        else:
            tried.setdefault(course_id, {})[slug] = Tries(best, score, number, at, open_id)
    return done, tried
