"""What lists of learners share: where somebody is, how a list is filtered and sorted, weeks, and the
conditions for it. A partner's desk lists a cohort, the studio everybody in a course; both read standings.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, or_
from sqlalchemy.orm import InstrumentedAttribute

from lms.domain import journal
from lms.domain.learning.standings import EPOCH, day_number
from lms.models import Standing

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
class Wanted:
    """Whom the table shows; words: part of a name, or of an address where those are shown.

    here: the slug of the lesson where they go on.
    """

    state: State | None = None
    words: str = ""
    order: Order = Order.NAME
    here: str = ""


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


def week_of(day: int) -> int:
    """The week in which a day lies, both counted as in Standing."""
    return (day + MONDAY) // 7


def monday_of(week: int) -> date:
    """The day on which a week begins."""
    return EPOCH + timedelta(days=week * 7 - MONDAY)


def quiet() -> int:
    """Who is quiet since before this day is stuck; stands at ``:quiet``."""
    return day_number(journal.now() - STUCK)


def like(words: str) -> str:
    """As LIKE reads a part of a text, in small letters; stands at ``:words``."""
    escaped = re.sub(r"([\\%_])", r"\\\1", words.lower())
    return f"%{escaped}%"


def holds_words(columns: Sequence[InstrumentedAttribute[str]]) -> ColumnElement[bool]:
    """Whether one of them holds what was looked for."""
    parts = (func.lower(one).like(bindparam("words"), escape="\\") for one in columns)
    return or_(*parts)


def row_of(user_id: int, name: str, email: str, state: str, *counted: Any) -> Row:
    """A row as the database gives it."""
    return Row(user_id, name, email, State(state), *counted)


IS_QUIET = Standing.quiet_since < bindparam("quiet")
state_now = case(
    (Standing.finished_day.is_not(None), State.FINISHED.value),
    (IS_QUIET, State.STUCK.value),
    (Standing.begun_day.is_(None), State.NEW.value),
    else_=State.UNDER_WAY.value,
)
WEEK = (Standing.finished_day + MONDAY) // 7
ORDERS: dict[Order, tuple[Any, ...]] = {
    Order.NAME: (),
    Order.PROGRESS: (Standing.done.desc(),),
    Order.LAST: (Standing.quiet_since,),
}
