"""The gradebook of a course: who is where, attempts and results; and one learner's path with answers.

Who teaches or marks the course sees names, no addresses. What somebody gave is read attempt by attempt,
and each look is written down. Surveys are no part of it: they are only ever added up.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, cast, func, literal, select
from sqlalchemy.orm import joinedload

from lms.content.outline import LessonKind
from lms.database import db
from lms.domain import audit
from lms.domain.errors import Missing, _
from lms.domain.learning import papers
from lms.domain.learning.roster import (
    ORDERS,
    PAGE,
    WEEK,
    Figures,
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
from lms.models import Attempt, Course, Lesson, Standing, User, Verb

BATCH = 500
"""Learners read at a time for a file."""


@dataclass(frozen=True, slots=True)
class Result:
    """What somebody reached in one lesson. attempts: handed in; best: per cent; waits: for a mark."""

    attempts: int
    best: int | None
    waits: bool


@dataclass(frozen=True, slots=True)
class Learner:
    """A line of the book; results by the slug of the lesson."""

    public_id: str
    row: Row
    results: Mapping[str, Result]


@dataclass(frozen=True, slots=True)
class Places:
    """How many are where: in figures, and where those who have not finished go on, by slug."""

    figures: Figures
    here: Mapping[str, int] = field(default_factory=dict)


def places(course: Course) -> Places:
    """How many are where (one statement). Names nobody; who shows it, calls learners first."""
    where = {"course": course.id, "quiet": quiet()}
    states, here, stale = dict.fromkeys(State, 0), dict[str, int](), 0
    for state, slug, count, uncounted in db.session.execute(_places(), where):
        states[State(state)] += count
        stale += uncounted
        if slug:
            here[slug] = here.get(slug, 0) + count
    figures = Figures(
        members=sum(states.values()),
        finished=states[State.FINISHED],
        stuck=states[State.STUCK],
        new=states[State.NEW],
        uncounted=stale,
    )
    return Places(figures, here)


def finished_by_week(course: Course) -> Sequence[tuple[int, int]]:
    """(week, how many finished in it), the earliest first; see roster.week_of."""
    rows = db.session.execute(_weeks(), {"course": course.id})
    return [(number, count) for number, count in rows if number is not None]


def learners(
    actor: Actor, course: Course, wanted: Wanted, *, page: int = 1
) -> tuple[Sequence[Learner], bool]:
    """A page of the book, and whether there are more."""
    require(actor, Action.SEE_LEARNERS, course)
    sorting = (*ORDERS[wanted.order], User.name, User.id)
    query = _columns(wanted).order_by(*sorting).limit(PAGE + 1).offset(PAGE * (page - 1))
    found = _read(course, query, _where(course, wanted))
    return found[:PAGE], len(found) > PAGE


def take_along(actor: Actor, course: Course) -> None:
    """Write down that somebody takes the list along; who commits it, reads ``every_learner`` then."""
    require(actor, Action.SEE_LEARNERS, course)
    total = places(course).figures.members
    audit.record(
        actor,
        Verb.TOOK_ALONG,
        f"course:{course.id}",
        course_id=course.id,
        changes={"count": (None, total)},
    )


def every_learner(actor: Actor, course: Course, wanted: Wanted) -> Iterator[Learner]:
    """All of this choice, in the order in which they came here, read in pieces."""
    require(actor, Action.SEE_LEARNERS, course)
    query, last = _columns(wanted).where(User.id > bindparam("last")), 0
    while True:
        where = {**_where(course, wanted), "last": last}
        found = _read(course, query.order_by(User.id).limit(BATCH), where)
        yield from found
        if len(found) < BATCH:
            return
        last = found[-1].row.user_id


def find_learner(actor: Actor, course: Course, public_id: str) -> User:
    """Somebody who is in the course; else Missing."""
    require(actor, Action.SEE_LEARNERS, course)
    person = db.session.scalar(
        select(User)
        .join(Standing, Standing.user_id == User.id)
        .where(User.public_id == public_id, Standing.course_id == course.id)
    )
    if person is None:
        raise Missing(_("Nobody learns here under this address."))
    return person


def attempts_of(actor: Actor, course: Course, person: User) -> dict[str, list[Attempt]]:
    """What this person began or handed in, by the slug of the lesson, the newest first."""
    require(actor, Action.SEE_LEARNERS, course)
    rows = db.session.execute(
        select(Lesson.slug, Attempt)
        .join(Lesson, Lesson.id == Attempt.lesson_id)
        .where(Attempt.user_id == person.id, Lesson.course_id == course.id)
        .order_by(Attempt.lesson_id, Attempt.number.desc())
    )
    found: dict[str, list[Attempt]] = {}
    for slug, attempt in rows:
        found.setdefault(slug, []).append(attempt)
    return found


def find_attempt(actor: Actor, course: Course, person: User, attempt_id: int) -> Attempt:
    """An attempt that this person handed in; Missing for an open one, and for a survey."""
    require(actor, Action.SEE_LEARNERS, course)
    attempt = db.session.scalar(
        select(Attempt)
        .where(Attempt.id == attempt_id)
        .options(
            joinedload(Attempt.edition, innerjoin=True),
            joinedload(Attempt.lesson, innerjoin=True).joinedload(Lesson.course, innerjoin=True),
            joinedload(Attempt.named, innerjoin=True),
        )
    )
    if (
        attempt is None
        or attempt.submitted_at is None
        or attempt.user_id != person.id
        or attempt.lesson.course_id != course.id
        or papers.lesson_of(attempt)[2].kind is LessonKind.SURVEY
    ):
        raise Missing(_("There is no such attempt."))
    return attempt


def look_at(actor: Actor, course: Course, person: User, attempt_id: int) -> None:
    """Write down that somebody reads the answers of this attempt."""
    require(actor, Action.SEE_LEARNERS, course)
    attempt = find_attempt(actor, course, person, attempt_id)
    audit.record(
        actor,
        Verb.LOOKED_AT,
        f"attempt:{attempt.id}",
        person=person,
        course_id=course.id,
        changes={"number": (attempt.number, attempt.number)},
    )


# --- the statements -----------------------------------------------------------------------------

_IN = Standing.course_id == bindparam("course")


def _where(course: Course, wanted: Wanted) -> dict[str, Any]:
    """What stands in the places of the statements."""
    return {
        "course": course.id,
        "quiet": quiet(),
        "words": like(wanted.words),
        "state": wanted.state,
        "here": wanted.here,
    }


def _read(course: Course, query: Select[Any], where: dict[str, Any]) -> list[Learner]:
    rows = db.session.execute(query, where).all()
    results = _results(course, [row[1] for row in rows]) if rows else {}
    return [Learner(public_id, row_of(*row), results.get(row[0], {})) for public_id, *row in rows]


def _results(course: Course, ids: Sequence[int]) -> dict[int, dict[str, Result]]:
    """By person and lesson (one statement)."""
    waits = func.max(cast(Attempt.submitted_at.is_not(None) & Attempt.passed.is_(None), Integer))
    rows = db.session.execute(
        select(
            Attempt.user_id,
            Lesson.slug,
            func.count(Attempt.submitted_at),
            func.max(Attempt.percent),
            waits,
        )
        .join(Lesson, Lesson.id == Attempt.lesson_id)
        .where(Attempt.user_id.in_(ids), Lesson.course_id == course.id)
        .group_by(Attempt.user_id, Lesson.slug)
    )
    found: dict[int, dict[str, Result]] = {}
    for user_id, slug, attempts, best, waiting in rows:
        found.setdefault(user_id, {})[slug] = Result(attempts, best, bool(waiting))
    return found


@cache
def _places() -> Select[Any]:
    stale = func.sum(cast(Standing.stale, Integer))
    query = select(state_now, Standing.here, func.count(), stale).where(_IN)
    return query.group_by(state_now, Standing.here)


@cache
def _weeks() -> Select[int | None, int]:
    query = select(WEEK, func.count()).where(_IN, Standing.finished_day.is_not(None))
    return query.group_by(WEEK).order_by(WEEK)


def _columns(wanted: Wanted) -> Select[Any]:
    """In the order of Learner and Row, of those who are wanted."""
    columns = (Standing.done, Standing.required, Standing.last_day, Standing.here)
    query = (
        select(User.public_id, User.id, User.name, literal(""), state_now, *columns)
        .select_from(Standing)
        .join(User, User.id == Standing.user_id)
        .where(_IN)
    )
    if wanted.words:
        query = query.where(holds_words([User.name]))
    if wanted.state is not None:
        query = query.where(state_now == bindparam("state"))
    if wanted.here:
        query = query.where(Standing.here == bindparam("here"))
    return query
