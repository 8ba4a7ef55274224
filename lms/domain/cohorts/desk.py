"""The desk: who of a cohort is where in a course, who is stuck, who finished.

Only people who agreed are in it (finding.is_seen), and nothing of what they answered. Every page of it
is written into the log of those whose names stand there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from lms.content.outline import CourseText
from lms.database import db
from lms.domain import catalogue, journal
from lms.domain.cohorts.finding import is_seen
from lms.domain.errors import Missing, _
from lms.domain.learning.standings import EPOCH, day_number
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
class Desk:
    """A cohort, and the courses that it takes."""

    cohort: Cohort
    courses: Sequence[Taken]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom the table shows; words: part of a name or an address."""

    state: State | None = None
    words: str = ""
    order: Order = Order.NAME


@dataclass(frozen=True, slots=True)
class Row:
    """A person in the table. here: the slug of the lesson where they go on; days as in Standing."""

    user_id: int
    name: str
    email: str
    state: State
    done: int
    required: int
    last_day: int | None
    here: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How many are where. uncounted: of how many the worker must count again."""

    members: int
    finished: int
    stuck: int
    new: int
    uncounted: int

    @property
    def under_way(self) -> int:
        """All others."""
        return self.members - self.finished - self.stuck - self.new


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
        "words": f"%{_escaped(wanted.words)}%",
        "state": wanted.state,
        "most": PAGE + 1,
        "offset": PAGE * (page - 1),
    }
    query = _table(wanted.order, by_words=bool(wanted.words), by_state=wanted.state is not None)
    shown = [_row(*row) for row in db.session.connection().execute(query, which)]
    return shown[:PAGE], len(shown) > PAGE


def week_of(day: int) -> int:
    """The week in which a day lies, both counted as in Standing."""
    return (day + MONDAY) // 7


def monday_of(week: int) -> date:
    """The day on which a week begins."""
    return EPOCH + timedelta(days=week * 7 - MONDAY)


def stuck_people(cohort: Cohort, course: Course) -> Select[CohortMember, User]:
    """The members (CohortMember, User) who are stuck, for who reminds them."""
    return (
        select(CohortMember, User)
        .join(User, User.id == CohortMember.user_id)
        .join(*_OWN)
        .where(*_in(), _state == State.STUCK.value, User.suspended_at.is_(None))
        .params(**_places(cohort, course))
    )


# --- the statements, each made once -------------------------------------------------------------

_OWN = (
    Standing,
    and_(Standing.course_id == bindparam("course"), Standing.user_id == CohortMember.user_id),
)
"""The standing of a member in this course."""
_IS_QUIET = Standing.quiet_since < bindparam("quiet")
_state = case(
    (Standing.finished_day.is_not(None), State.FINISHED.value),
    (_IS_QUIET, State.STUCK.value),
    (Standing.begun_day.is_(None), State.NEW.value),
    else_=State.UNDER_WAY.value,
)


def _in() -> tuple[ColumnElement[bool], ...]:
    """In this cohort, and agreed to be seen."""
    return CohortMember.cohort_id == bindparam("cohort"), *is_seen()


def _places(cohort: Cohort, course: Course) -> dict[str, int]:
    """What stands in the places of all these statements."""
    quiet = day_number(journal.now() - STUCK)
    return {"cohort": cohort.id, "course": course.id, "quiet": quiet}


def _escaped(words: str) -> str:
    """As LIKE reads it, in small letters."""
    return re.sub(r"([\\%_])", r"\\\1", words.lower())


@cache
def _desk() -> Select[Cohort, CohortCourse, Course, Edition]:
    newer = aliased(Edition)
    newest = (
        select(func.max(newer.number))
        .where(newer.course_id == Course.id)
        .correlate(Course)
        .scalar_subquery()
    )
    return (
        select(Cohort, CohortCourse, Course, Edition)
        .outerjoin(CohortCourse, CohortCourse.cohort_id == Cohort.id)
        .outerjoin(Course, Course.id == CohortCourse.course_id)
        .outerjoin(Edition, (Edition.course_id == Course.id) & (Edition.number == newest))
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
        func.count().filter(and_(is_open, _IS_QUIET)),
        func.count().filter(and_(is_open, ~_IS_QUIET, Standing.begun_day.is_(None))),
        func.count().filter(Standing.stale),
    )
    return query.select_from(CohortMember).join(*_OWN).where(*_in())


@cache
def _weeks() -> Select[int | None, int]:
    week = (Standing.finished_day + MONDAY) // 7
    query = select(week, func.count()).select_from(CohortMember).join(*_OWN)
    query = query.where(*_in(), Standing.finished_day.is_not(None))
    return query.group_by(week).order_by(week)


@cache
def _table(order: Order, *, by_words: bool, by_state: bool) -> Select[Any]:
    """First who is shown, and only then what is told of them: sorting ten thousand numbers is quick."""
    sorting = (*ORDERS[order], User.name, CohortMember.user_id)
    chosen = select(CohortMember.user_id).join(User, User.id == CohortMember.user_id)
    if by_state or order is not Order.NAME:
        chosen = chosen.join(*_OWN)
    if by_words:
        sought: BindParameter[str] = bindparam("words")
        parts = (func.lower(one).like(sought, escape="\\") for one in (User.name, User.email))
        chosen = chosen.where(or_(*parts))
    if by_state:
        chosen = chosen.where(_state == bindparam("state"))
    page = chosen.where(*_in()).order_by(*sorting)
    those = page.limit(bindparam("most")).offset(bindparam("offset")).subquery()
    columns = (Standing.done, Standing.required, Standing.last_day, Standing.here)
    return (
        select(CohortMember.user_id, User.name, User.email, _state, *columns)
        .join(those, those.c.user_id == CohortMember.user_id)
        .join(User, User.id == CohortMember.user_id)
        .join(*_OWN)
        .where(CohortMember.cohort_id == bindparam("cohort"))
        .order_by(*sorting)
    )


ORDERS: dict[Order, tuple[Any, ...]] = {
    Order.NAME: (),
    Order.PROGRESS: (Standing.done.desc(),),
    Order.LAST: (Standing.quiet_since,),
}


def _row(user_id: int, name: str, email: str, state: str, *counted: Any) -> Row:
    return Row(user_id, name, email, State(state), *counted)
