"""The desk: who of a cohort is where in a course, who is stuck, who finished.

Only people who agreed are in it (finding.is_seen), and nothing of what they answered. Every page of it
is written into the log of those whose names stand there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select

from lms.content.outline import CourseText
from lms.database import db
from lms.domain import catalogue
from lms.domain.cohorts.finding import is_seen
from lms.domain.errors import Missing, _
from lms.domain.learning.roster import (
    IS_QUIET,
    ORDERS,
    PAGE,
    WEEK,
    Figures,
    Order,
    Row,
    State,
    Wanted,
    holds_words,
    like,
    quiet,
    row_of,
    state_now,
)
from lms.domain.permissions import Action, Actor, require
from lms.models import (
    Cohort,
    CohortCourse,
    CohortMember,
    Course,
    Edition,
    Organisation,
    Standing,
    User,
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A course that the cohort takes, as it is now; until when, if there is an end."""

    course: Course
    text: CourseText
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Desk:
    """A cohort, and the courses that it takes."""

    cohort: Cohort
    courses: Sequence[Taken]


def open_desk(actor: Actor, organisation: Organisation, cohort_id: int) -> Desk:
    """The partner's cohort of this number with what it takes, in its order; Missing when there is none."""
    require(actor, Action.SEE_COHORTS, organisation)
    where = {"cohort": cohort_id, "organisation": organisation.id}
    rows: Sequence[Any] = db.session.execute(_desk(), where).all()
    if not rows:
        raise Missing(_("There is no such cohort."))
    taken = [
        Taken(course, catalogue.text_of(edition), one.starts_at, one.ends_at)
        for _cohort, one, course, edition in rows
        if edition is not None
    ]
    return Desk(rows[0][0], taken)


def figures(cohort: Cohort, course: Course) -> Figures:
    """How many are where (one statement)."""
    return Figures(*db.session.connection().execute(_figures(), _places(cohort, course)).one())


def finished_by_week(cohort: Cohort, course: Course) -> Sequence[tuple[int, int]]:
    """(week, how many finished in it), the earliest first; see week_of."""
    rows = db.session.connection().execute(_weeks(), _places(cohort, course))
    return [(number, count) for number, count in rows if number is not None]


def people(
    cohort: Cohort, course: Course, wanted: Wanted, *, page: int = 1
) -> tuple[Sequence[Row], bool]:
    """A page of the table, and whether there are more. Who shows it, calls looks.record first."""
    which = {
        **_places(cohort, course),
        "words": like(wanted.words),
        "state": wanted.state,
        "most": PAGE + 1,
        "offset": PAGE * (page - 1),
    }
    query = _table(wanted.order, by_words=bool(wanted.words), by_state=wanted.state is not None)
    shown = [row_of(*row) for row in db.session.connection().execute(query, which)]
    return shown[:PAGE], len(shown) > PAGE


def stuck_people(cohort: Cohort, course: Course) -> Select[CohortMember, User]:
    """The members (CohortMember, User) who are stuck, for who reminds them."""
    return (
        select(CohortMember, User)
        .join(User, User.id == CohortMember.user_id)
        .join(*_OWN)
        .where(*_in(), state_now == State.STUCK.value, User.suspended_at.is_(None))
        .params(**_places(cohort, course))
    )


# --- the statements, each made once -------------------------------------------------------------

_OWN = (
    Standing,
    and_(Standing.course_id == bindparam("course"), Standing.user_id == CohortMember.user_id),
)
"""The standing of a member in this course."""


def _in() -> tuple[ColumnElement[bool], ...]:
    """In this cohort, and agreed to be seen."""
    return CohortMember.cohort_id == bindparam("cohort"), *is_seen()


def _places(cohort: Cohort, course: Course) -> dict[str, int]:
    """What stands in the places of all these statements."""
    return {"cohort": cohort.id, "course": course.id, "quiet": quiet()}


@cache
def _desk() -> Select[Cohort, CohortCourse, Course, Edition]:
    return (
        select(Cohort, CohortCourse, Course, Edition)
        .outerjoin(CohortCourse, CohortCourse.cohort_id == Cohort.id)
        .outerjoin(Course, Course.id == CohortCourse.course_id)
        .outerjoin(Edition, (Edition.course_id == Course.id) & (Edition.number == catalogue.NEWEST))
        .where(
            Cohort.id == bindparam("cohort"), Cohort.organisation_id == bindparam("organisation")
        )
        .order_by(CohortCourse.position, Course.id)
    )


@cache
def _figures() -> Select[int, int, int, int, int]:
    is_open = Standing.finished_day.is_(None)
    query = select(
        func.count(),
        func.count(Standing.finished_day),
        func.count().filter(and_(is_open, IS_QUIET)),
        func.count().filter(and_(is_open, ~IS_QUIET, Standing.begun_day.is_(None))),
        func.count().filter(Standing.stale),
    )
    return query.select_from(CohortMember).join(*_OWN).where(*_in())


@cache
def _weeks() -> Select[int | None, int]:
    query = select(WEEK, func.count()).select_from(CohortMember).join(*_OWN)
    query = query.where(*_in(), Standing.finished_day.is_not(None))
    return query.group_by(WEEK).order_by(WEEK)


@cache
def _table(order: Order, *, by_words: bool, by_state: bool) -> Select[Any]:
    """First who is shown, and only then what is told of them: sorting ten thousand numbers is quick."""
    sorting = (*ORDERS[order], User.name, CohortMember.user_id)
    chosen = select(CohortMember.user_id).join(User, User.id == CohortMember.user_id)
    if by_state or order is not Order.NAME:
        chosen = chosen.join(*_OWN)
    if by_words:
        chosen = chosen.where(holds_words((User.name, User.email)))
    if by_state:
        chosen = chosen.where(bindparam("state") == state_now)
    page = chosen.where(*_in()).order_by(*sorting)
    those = page.limit(bindparam("most")).offset(bindparam("offset")).subquery()
    columns = (Standing.done, Standing.required, Standing.last_day, Standing.here)
    return (
        select(CohortMember.user_id, User.name, User.email, state_now, *columns)
        .join(those, those.c.user_id == CohortMember.user_id)
        .join(User, User.id == CohortMember.user_id)
        .join(*_OWN)
        .where(CohortMember.cohort_id == bindparam("cohort"))
        .order_by(*sorting)
    )
