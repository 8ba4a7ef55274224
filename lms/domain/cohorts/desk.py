"""The desk: who of a cohort is where in a course, who is stuck, who finished.

Only people who agreed are in it (finding.is_seen), and nothing of what they answered. Every page of it
is written into the log of those whose names stand there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from lms.content.outline import CourseText
from lms.database import db
from lms.domain import catalogue, journal
from lms.domain.cohorts.finding import is_seen
from lms.domain.learning.standings import day_number
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

PAGE = 50
STUCK = timedelta(days=14)
"""Without a deed for so long, who has not finished is stuck."""
MONDAY = 3
"""1 January 1970 was a Thursday; weeks begin on Mondays."""


class State(StrEnum):
    """Where somebody is. STUCK: nothing done for a while, be it begun or not."""

    FINISHED = "finished"
    UNDER_WAY = "under-way"
    STUCK = "stuck"
    NEW = "new"


class Order(StrEnum):
    """How the table is sorted."""

    NAME = "name"
    PROGRESS = "progress"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Taken:
    """A course that the cohort takes, as it is now; until when, if there is an end."""

    course: Course
    text: CourseText
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom the table shows; words: part of a name."""

    state: State | None = None
    words: str = ""
    order: Order = Order.NAME


@dataclass(frozen=True, slots=True)
class Row:
    """A person in the table. here: the slug of the lesson where they go on; days as in Standing."""

    user_id: int
    name: str
    state: State
    done: int
    required: int
    last_day: int | None
    finished_day: int | None
    here: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How many are where. weeks: (week, how many finished in it), the earliest first; see week_of.

    uncounted: of how many the worker must count again.
    """

    members: int
    finished: int
    stuck: int
    new: int
    uncounted: int
    weeks: Sequence[tuple[int, int]]

    @property
    def under_way(self) -> int:
        """All others."""
        return self.members - self.finished - self.stuck - self.new


def courses_of(actor: Actor, organisation: Organisation, cohort: Cohort) -> Sequence[Taken]:
    """What the cohort takes, in its order, with what its current edition says."""
    require(actor, Action.SEE_COHORTS, organisation)
    newer = aliased(Edition)
    newest = (
        select(func.max(newer.number))
        .where(newer.course_id == Course.id)
        .correlate(Course)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(CohortCourse, Course, Edition)
        .join(Course, Course.id == CohortCourse.course_id)
        .join(Edition, (Edition.course_id == Course.id) & (Edition.number == newest))
        .where(CohortCourse.cohort_id == cohort.id)
        .order_by(CohortCourse.position, Course.id)
    )
    return [
        Taken(course, catalogue.text_of(edition), taken.starts_at, taken.ends_at)
        for taken, course, edition in rows
    ]


def figures(cohort: Cohort, course: Course) -> Figures:
    """How many are where, and how many finished in which week (one statement)."""
    open_ones = Standing.finished_day.is_(None)
    week = (Standing.finished_day + MONDAY) // 7
    query = select(
        week,
        func.count(),
        func.count().filter(and_(open_ones, _is_quiet())),
        func.count().filter(and_(Standing.begun_day.is_(None), ~_is_quiet())),
        func.count().filter(Standing.stale.is_(True)),
    )
    rows = [tuple(row) for row in db.session.execute(_people(query, cohort, course).group_by(week))]
    weeks = sorted((row[0], row[1]) for row in rows if row[0] is not None)
    return Figures(
        members=sum(row[1] for row in rows),
        finished=sum(count for _week, count in weeks),
        stuck=sum(row[2] for row in rows),
        new=sum(row[3] for row in rows),
        uncounted=sum(row[4] for row in rows),
        weeks=weeks,
    )


def people(
    cohort: Cohort, course: Course, wanted: Wanted, *, page: int = 1
) -> tuple[Sequence[Row], bool]:
    """A page of the table, and whether there are more. Who shows it, calls looks.record first."""
    columns = (Standing.done, Standing.required, Standing.last_day, Standing.finished_day)
    query = select(CohortMember.user_id, User.name, _state(), *columns, Standing.here)
    query = _people(query, cohort, course).join(User, User.id == CohortMember.user_id)
    if wanted.words:
        query = query.where(User.name.icontains(wanted.words, autoescape=True))
    if wanted.state is not None:
        query = query.where(_state() == wanted.state.value)
    query = query.order_by(*ORDERS[wanted.order], User.name, CohortMember.user_id)
    rows = db.session.execute(query.limit(PAGE + 1).offset(PAGE * (page - 1)))
    found = [_row(*row) for row in rows]
    return found[:PAGE], len(found) > PAGE


def week_of(day: int) -> int:
    """The week in which a day lies, both counted as in Standing."""
    return (day + MONDAY) // 7


def stuck_people(cohort: Cohort, course: Course) -> Select[Any]:
    """The members (CohortMember, User) who are stuck, for who reminds them."""
    query = _people(select(CohortMember, User), cohort, course)
    return query.join(User, User.id == CohortMember.user_id).where(
        _state() == State.STUCK.value, User.suspended_at.is_(None)
    )


# --- parts of the statements --------------------------------------------------------------------


def _people(query: Select[Any], cohort: Cohort, course: Course) -> Select[Any]:
    """Who agreed to be seen, with their standing in this course, if they have one already."""
    own = and_(Standing.course_id == course.id, Standing.user_id == CohortMember.user_id)
    return (
        query.select_from(CohortMember)
        .outerjoin(Standing, own)
        .where(CohortMember.cohort_id == cohort.id, *is_seen())
    )


def _is_quiet() -> ColumnElement[bool]:
    """Whether nothing was done for a while; who never began is counted from joining."""
    since = journal.now() - STUCK
    return or_(  # never NULL, for it is negated, too
        and_(Standing.last_day.is_not(None), Standing.last_day < day_number(since)),
        and_(Standing.last_day.is_(None), CohortMember.joined_at < since),
    )


def _state() -> ColumnElement[str]:
    return case(
        (Standing.finished_day.is_not(None), State.FINISHED.value),
        (_is_quiet(), State.STUCK.value),
        (Standing.begun_day.is_(None), State.NEW.value),
        else_=State.UNDER_WAY.value,
    )


ORDERS: dict[Order, tuple[ColumnElement[Any], ...]] = {
    Order.NAME: (),
    Order.PROGRESS: (func.coalesce(Standing.done, 0).desc(),),
    Order.LAST: (func.coalesce(Standing.last_day, 0),),
}


def _row(user_id: int, name: str, state: str, *counted: Any) -> Row:
    done, required, last_day, finished_day, here = counted
    return Row(
        user_id, name, State(state), done or 0, required or 0, last_day, finished_day, here or ""
    )
