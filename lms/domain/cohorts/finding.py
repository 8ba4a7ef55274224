"""Which cohorts there are, what they take, and how many are in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from lms.database import db
from lms.domain.errors import Missing, _
from lms.domain.permissions import Action, require
from lms.models import (
    Cohort,
    CohortCourse,
    CohortDeadline,
    CohortMember,
    Course,
    Lesson,
    Organisation,
    User,
)

PAGE = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """A cohort in a list, and how many are in it."""

    cohort: Cohort
    members: int


def listed(me: User, organisation: Organisation, *, page: int = 1) -> tuple[Sequence[Listed], bool]:
    """A page of the partner's cohorts, the newest first, and whether there are more."""
    require(me, Action.SEE_COHORTS, organisation)
    members = (
        select(func.count())
        .where(CohortMember.cohort_id == Cohort.id, *is_in())
        .correlate(Cohort)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Cohort, members)
        .where(Cohort.organisation_id == organisation.id)
        .order_by(Cohort.id.desc())
        .limit(PAGE + 1)
        .offset(PAGE * (page - 1))
    )
    found = [Listed(cohort, count) for cohort, count in rows]
    return found[:PAGE], len(found) > PAGE


def find(me: User, organisation: Organisation, cohort_id: int) -> Cohort:
    """The partner's cohort with this number, or Missing."""
    require(me, Action.SEE_COHORTS, organisation)
    cohort = db.session.get(Cohort, cohort_id)
    if cohort is None or cohort.organisation_id != organisation.id:
        raise Missing(_("There is no such cohort."))
    return cohort


def courses_of(cohort: Cohort) -> Sequence[tuple[CohortCourse, Course]]:
    """What it takes, in its order."""
    rows = db.session.execute(
        select(CohortCourse, Course)
        .join(Course, Course.id == CohortCourse.course_id)
        .where(CohortCourse.cohort_id == cohort.id)
        .order_by(CohortCourse.position, Course.id)
    )
    return [(taken, course) for taken, course in rows]


def deadlines_of(cohort: Cohort, course: Course) -> Mapping[str, datetime]:
    """Until when its lessons of this course should be done, by ``module/lesson``."""
    rows = db.session.execute(
        select(Lesson.slug, CohortDeadline.due_at)
        .join(CohortDeadline, CohortDeadline.lesson_id == Lesson.id)
        .where(CohortDeadline.cohort_id == cohort.id, Lesson.course_id == course.id)
    )
    return {row.slug: row.due_at for row in rows}


def counts(cohort: Cohort) -> Mapping[str, int]:
    """How many are in it (``members``), agree to be seen (``seen``), and ask to join (``asking``)."""
    found = db.session.execute(
        select(
            func.count().filter(*is_in()),
            func.count().filter(*is_seen()),
            func.count().filter(*is_asking()),
        )
        .select_from(CohortMember)
        .where(CohortMember.cohort_id == cohort.id)
    ).one()
    return dict(zip(("members", "seen", "asking"), map(int, found), strict=True))


# --- who counts as what: the one place that says it ---------------------------------------------


def is_in() -> tuple[ColumnElement[bool], ...]:
    """Conditions on CohortMember: in the cohort, whoever may know it."""
    return CohortMember.approved_at.is_not(None), CohortMember.left_at.is_(None)


def is_seen() -> tuple[ColumnElement[bool], ...]:
    """In the cohort, and agrees that the partner sees it: managers see nobody else, anywhere."""
    return *is_in(), CohortMember.withdrawn_at.is_(None)


def is_asking() -> tuple[ColumnElement[bool], ...]:
    """Waits for the partner to let them in."""
    return CohortMember.approved_at.is_(None), CohortMember.left_at.is_(None)
