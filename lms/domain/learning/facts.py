"""What one learner did in some courses, lesson by lesson: read by one statement."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Float,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from lms.database import db
from lms.domain.cohorts import finding
from lms.models import (
    Attempt,
    Certificate,
    CohortCourse,
    CohortDeadline,
    CohortMember,
    Completion,
    Enrolment,
    Lesson,
)


@dataclass(frozen=True, slots=True)
class Tries:
    """What was tried. best: percent; number: attempts handed in; open_id: the attempt under way.

    waiting_id: the attempt that waits for a trainer's mark; passed: attempts that passed.
    """

    best: int | None = None
    best_score: float | None = None
    number: int = 0
    last: datetime | None = None
    open_id: int | None = None
    waiting_id: int | None = None
    passed: int = 0


Done = dict[int, dict[str, datetime]]
"""Course id → slug → when it was done."""
Tried = dict[int, dict[str, Tries]]
"""Course id → slug → what was tried there."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was done and what was tried; begun: when the learner came into a course, by its id.

    deadlines: what cohorts of the learner say, by course id and lesson, "" for the end of the course.
    certified: the courses for which a certificate was ever issued to the learner, held or not.
    """

    done: Done = field(default_factory=dict)
    tried: Tried = field(default_factory=dict)
    begun: dict[int, datetime] = field(default_factory=dict)
    deadlines: dict[int, dict[str, list[datetime]]] = field(default_factory=dict)
    certified: set[int] = field(default_factory=set)


DEADLINE = -1
"""Stands where others have a number of attempts."""


def _facts(
    lesson_of: ColumnElement[bool],
    enrolled_in: ColumnElement[bool],
    taken: ColumnElement[bool],
) -> CompoundSelect[Any]:
    """Rows without a slug are enrolments, with the number of certificates; rows without a number are
    lessons done; those of which the number is DEADLINE are what cohorts say; the others are what was
    tried."""
    whose: BindParameter[int] = bindparam("user")
    nothing = cast(null(), Integer)
    certificates = (
        select(func.count(Certificate.id))
        .where(Certificate.holder_id == whose, Certificate.course_id == Enrolment.course_id)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    is_in = Attempt.submitted_at.is_not(None)
    return union_all(
        select(
            Lesson.course_id,
            Lesson.slug,
            func.max(Attempt.submitted_at, type_=Attempt.submitted_at.type).label("at"),
            func.count(Attempt.submitted_at).label("number"),
            func.max(Attempt.percent),
            func.max(Attempt.score),
            func.max(Attempt.id).filter(~is_in),
            func.max(Attempt.id).filter(is_in, Attempt.passed.is_(None)),
            func.count().filter(Attempt.passed.is_(True)),
        )
        .join(Attempt, Attempt.lesson_id == Lesson.id)
        .where(lesson_of, Attempt.user_id == whose)
        .group_by(Lesson.course_id, Lesson.slug),
        select(
            Lesson.course_id,
            Lesson.slug,
            Completion.at,
            nothing,
            nothing,
            cast(null(), Float),
            nothing,
            nothing,
            nothing,
        )
        .join(Completion, Completion.lesson_id == Lesson.id)
        .where(lesson_of, Completion.user_id == whose),
        select(
            Enrolment.course_id,
            cast(null(), String),
            Enrolment.started_at,
            certificates,
            nothing,
            cast(null(), Float),
            nothing,
            nothing,
            nothing,
        ).where(enrolled_in, Enrolment.user_id == whose),
        *_deadlines(lesson_of, taken, whose),
    )


def _deadlines(
    lesson_of: ColumnElement[bool], taken: ColumnElement[bool], whose: BindParameter[int]
) -> tuple[Select[Any], Select[Any]]:
    """Of lessons, and of whole courses."""
    nothing = cast(null(), Integer)
    rest = (literal(DEADLINE), nothing, cast(null(), Float), nothing, nothing, nothing)
    mine = (CohortMember.user_id == whose, *finding.is_in())
    return (
        select(Lesson.course_id, Lesson.slug, CohortDeadline.due_at, *rest)
        .join(CohortDeadline, CohortDeadline.lesson_id == Lesson.id)
        .join(CohortMember, CohortMember.cohort_id == CohortDeadline.cohort_id)
        .where(lesson_of, *mine),
        select(CohortCourse.course_id, literal(""), CohortCourse.ends_at, *rest)
        .join(CohortMember, CohortMember.cohort_id == CohortCourse.cohort_id)
        .where(taken, CohortCourse.ends_at.is_not(None), *mine),
    )


_ONE = bindparam("course", type_=Integer)
_SOME = bindparam("courses", expanding=True, type_=Integer)
_IN_ONE = _facts(
    Lesson.course_id == _ONE, Enrolment.course_id == _ONE, CohortCourse.course_id == _ONE
)
_IN_SOME = _facts(
    Lesson.course_id.in_(_SOME), Enrolment.course_id.in_(_SOME), CohortCourse.course_id.in_(_SOME)
)


def tried_since(user_id: int, course_id: int, since: datetime) -> dict[str, Tries]:
    """What was handed in since then in this course, by the name of the lesson."""
    rows = db.session.execute(
        select(
            Lesson.slug,
            func.max(Attempt.percent),
            func.max(Attempt.score),
            func.count(),
            func.max(Attempt.submitted_at, type_=Attempt.submitted_at.type),
            func.count().filter(Attempt.passed.is_(True)),
        )
        .join(Attempt, Attempt.lesson_id == Lesson.id)
        .where(
            Lesson.course_id == course_id,
            Attempt.user_id == user_id,
            Attempt.submitted_at >= since,
        )
        .group_by(Lesson.slug)
    )
    return {
        slug: Tries(best, score, number, last, passed=passed)
        for slug, best, score, number, last, passed in rows
    }


def facts_of(user_id: int, courses: Collection[int]) -> Facts:
    """What is known of this learner in these courses."""
    facts = Facts()
    statement, where = _IN_SOME, dict[str, Any](user=user_id, courses=list(courses))
    if len(courses) == 1:  # by far the commonest: a page of one course
        statement, where = _IN_ONE, {"user": user_id, "course": next(iter(courses))}
    rows = db.session.connection().execute(statement, where)
    for course_id, slug, at, number, best, score, *counted in rows:
        if slug is None:
            facts.begun[course_id] = at
            if number:
                facts.certified.add(course_id)
        elif number == DEADLINE:
            facts.deadlines.setdefault(course_id, {}).setdefault(slug, []).append(at)
        elif number is None:
            facts.done.setdefault(course_id, {})[slug] = at
        else:
            tries = Tries(best, score, number, at, *counted)
            facts.tried.setdefault(course_id, {})[slug] = tries
    return facts
