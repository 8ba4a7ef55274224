"""How far learners are in their courses, written down: a desk of ten thousand cannot count each time.

The facts are completions, attempts and certificates (progress.py); a standing only says what they come
to. It is written with each deed of its person. Who came into a course by a cohort, and everybody when a
course is published, is counted by the worker.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, bindparam, case, delete, exists, insert, literal, select, update

from lms.database import add_once, db
from lms.domain import catalogue, journal
from lms.domain.learning.progress import Progress, progress_of
from lms.models import Cohort, CohortCourse, CohortMember, Course, Standing, User

EPOCH = date(1970, 1, 1)
BATCH = 20
COUNTED = ("done", "required", "begun_day", "last_day", "finished_day", "here")


def day_number(moment: datetime) -> int:
    """Days from 1 January 1970, in UTC."""
    return (moment.date() - EPOCH).days


def begin(user: User, course: Course) -> None:
    """The person came into the course: counted with their next deed, or by the worker."""
    today = day_number(journal.now())
    add_once(Standing(course_id=course.id, user_id=user.id, quiet_since=today))


def keep(user: User, course: Course, progress: Progress, *, since: int = 0) -> None:
    """Write down what the facts come to now; since: quiet at most from this day on."""
    counted = _counted(progress)
    came = day_number(progress.begun_at) if progress.begun_at else 0
    since = max(since, came, counted["last_day"] or 0)
    whose = {"whose": user.id, "which": course.id, "since": since}
    db.session.connection().execute(_KEEP, {**whose, **counted})


def hand_over(duplicate: User, into: User) -> None:
    """One person's two accounts became one: the worker counts the rest anew."""
    mine = select(Standing.course_id).where(Standing.user_id == duplicate.id)
    for course_id in db.session.scalars(mine).all():
        today = day_number(journal.now())
        add_once(Standing(course_id=course_id, user_id=into.id, quiet_since=today))
    db.session.execute(update(Standing).where(Standing.user_id == into.id).values(stale=True))
    db.session.execute(delete(Standing).where(Standing.user_id == duplicate.id))


def follow(cohort: Cohort) -> None:
    """Everybody in the cohort gets a standing in all its courses; the worker counts those that are new."""
    _add(CohortMember.cohort_id == cohort.id)


def follow_all() -> None:
    """The same for all cohorts."""
    _add(literal(value=True))


def begin_anew(cohort: Cohort, courses: Collection[int]) -> None:
    """The cohort takes these courses from today: who was quiet in them before is not stuck yet."""
    today = day_number(journal.now())
    people = select(CohortMember.user_id).where(CohortMember.cohort_id == cohort.id)
    db.session.execute(
        update(Standing)
        .where(
            Standing.course_id.in_(courses),
            Standing.user_id.in_(people),
            Standing.quiet_since < today,
        )
        .values(quiet_since=today)
    )


def forget_course(course: Course) -> None:
    """It was published: what people come to may be something else."""
    db.session.execute(
        update(Standing).where(Standing.course_id == course.id, ~Standing.stale).values(stale=True)
    )


def count_next() -> int:
    """Count some of those that are stale; how many, 0 when none is left. For the worker."""
    rows = db.session.execute(
        select(User, Course)
        .select_from(Standing)
        .join(User, User.id == Standing.user_id)
        .join(Course, Course.id == Standing.course_id)
        .where(Standing.stale)
        .order_by(Standing.course_id, Standing.user_id)
        .limit(BATCH)
    ).all()
    texts = {
        course.id: catalogue.text_of(edition)
        for course, edition in catalogue.current_editions({course.id for _user, course in rows})
    }
    for user, course in rows:
        keep(user, course, progress_of(user, course, texts[course.id]))
    return len(rows)


def count(user: User, courses: Sequence[Course]) -> None:
    """Count this person at once, who came into a cohort a moment ago: nobody is stuck from the start."""
    editions = catalogue.current_editions({course.id for course in courses})
    for course, edition in editions:
        progress = progress_of(user, course, catalogue.text_of(edition))
        keep(user, course, progress, since=day_number(journal.now()))


_SINCE = bindparam("since", type_=Integer)
_KEEP = (
    update(Standing)
    .where(Standing.course_id == bindparam("which"), Standing.user_id == bindparam("whose"))
    .values(
        {name: bindparam(name) for name in COUNTED}
        | {"quiet_since": case((Standing.quiet_since < _SINCE, _SINCE), else_=Standing.quiet_since)}
        | {"stale": False}
    )
)
"""Composing it each time would take longer than the answer."""


def _add(which: object) -> None:
    known = exists().where(
        Standing.course_id == CohortCourse.course_id, Standing.user_id == CohortMember.user_id
    )
    new = (
        select(
            CohortCourse.course_id,
            CohortMember.user_id,
            literal(day_number(journal.now())),
            literal(0),
            literal(0),
            literal(""),
            literal(value=True),
        )
        .join(CohortMember, CohortMember.cohort_id == CohortCourse.cohort_id)
        .where(
            which,  # type: ignore[arg-type]
            CohortMember.approved_at.is_not(None),
            CohortMember.left_at.is_(None),
            ~known,
        )
        .distinct()
    )
    columns = ("course_id", "user_id", "quiet_since", "done", "required", "here", "stale")
    db.session.execute(insert(Standing).from_select(columns, new))


def _counted(progress: Progress) -> dict[str, Any]:
    moments = [
        moment
        for state in progress.states.values()
        for moment in (state.done_at, state.last_submitted)
        if moment is not None
    ]
    begun = progress.begun_at if progress.is_begun else None
    last = max([*moments, *([begun] if begun else [])], default=None)
    ended = progress.finish.at if progress.finish else last
    finished = ended if progress.is_complete and begun else None
    return {
        "done": progress.done,
        "required": progress.required,
        "begun_day": day_number(begun) if begun else None,
        "last_day": day_number(last) if last else None,
        "finished_day": day_number(finished) if finished else None,
        "here": progress.next.slug if progress.next and not finished else "",
    }
