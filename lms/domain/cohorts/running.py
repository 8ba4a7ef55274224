"""Making and changing cohorts: what they take and until when, who may join."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select

from lms.database import add_once, db
from lms.domain import audit, catalogue, downloads, journal, organisations
from lms.domain.cohorts import finding
from lms.domain.errors import Conflict, Invalid, _
from lms.domain.learning import completion, standings
from lms.domain.permissions import Action, require
from lms.models import (
    Cohort,
    CohortCourse,
    CohortDeadline,
    CohortInvitation,
    CohortMember,
    CohortMessage,
    Course,
    DownloadKind,
    InvitationList,
    Lesson,
    Organisation,
    User,
    Verb,
)

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No two of them look alike: codes are copied from posters by hand."""
LENGTH = 8
MOST_COURSES = 20
MOST_SEATS = 100_000
PLANS = (CohortCourse, CohortDeadline, CohortInvitation, CohortMessage, InvitationList)
"""What a cohort has before anybody comes."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Who may join. closes_at: the first moment at which nobody can; seats: None for any number."""

    name: str
    language: str
    needs_approval: bool = False
    seats: int | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A course that it takes; ends_at: the first moment after it."""

    slug: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def make(me: User, organisation: Organisation, terms: Terms) -> Cohort:
    """A new one, without courses; Invalid for a name without letters or a number of seats below 1."""
    require(me, Action.RUN_COHORTS, organisation)
    name = _check(terms)
    while True:
        cohort = Cohort(
            organisation_id=organisation.id,
            code="".join(secrets.choice(LETTERS) for _n in range(LENGTH)),
            name=name,
            language=terms.language,
            created_at=journal.now(),
            needs_approval=terms.needs_approval,
            seats=terms.seats,
            closes_at=terms.closes_at,
        )
        if add_once(cohort):
            break
    audit.record(me, Verb.CREATED, _thing(cohort), changes={"name": (None, name)})
    return cohort


def change(me: User, organisation: Organisation, cohort: Cohort, terms: Terms) -> None:
    """Its name and who may join; twice changes nothing. Nobody who is in it has to leave."""
    require(me, Action.RUN_COHORTS, organisation)
    changes = {}
    for field, after in {**vars(terms), "name": _check(terms)}.items():
        before = getattr(cohort, field)
        if before != after:
            changes[field] = (_plain(before), _plain(after))
            setattr(cohort, field, after)
    if changes:
        audit.record(me, Verb.CHANGED, _thing(cohort), changes=changes)


def why_not_removed(cohort: Cohort) -> str:
    """Why it cannot be deleted now; "" when it can: nobody was ever in it, nor asked to be.

    Invitations of today count against the limits of a day, so they are kept that long.
    """
    if db.session.scalar(select(exists().where(CohortMember.cohort_id == cohort.id))):
        return _("Somebody was in this cohort, or asked to join. It cannot be deleted.")
    of_today = CohortInvitation.sent_at > journal.now() - timedelta(days=1)
    mailed = exists().where(CohortInvitation.cohort_id == cohort.id, of_today)
    if db.session.scalar(select(mailed)):
        return _("Invitations went out less than a day ago. Delete the cohort tomorrow.")
    return ""


def remove(me: User, organisation: Organisation, cohort: Cohort) -> None:
    """Delete it with all that was planned; Conflict when why_not_removed says something."""
    require(me, Action.RUN_COHORTS, organisation)
    db.session.get(Cohort, cohort.id, with_for_update=True)  # somebody may join at this moment
    if reason := why_not_removed(cohort):
        raise Conflict(reason)
    for table in PLANS:
        db.session.execute(delete(table).where(table.cohort_id == cohort.id))
    downloads.forget(DownloadKind.REPORT, _thing(cohort))
    audit.record(me, Verb.REMOVED, _thing(cohort), changes={"name": (cohort.name, None)})
    db.session.delete(cohort)
    db.session.flush()


def set_courses(
    me: User, organisation: Organisation, cohort: Cohort, taken: Sequence[Taken]
) -> None:
    """What it takes from now on, in this order; who is in it is in the new courses, too."""
    require(me, Action.RUN_COHORTS, organisation)
    if len(taken) > MOST_COURSES:
        raise Invalid(_("Choose at most %(count)s courses."), count=MOST_COURSES, field="courses")
    before = {course.id: course for _one, course in finding.courses_of(cohort)}
    courses = {one.slug: catalogue.find_course(one.slug) for one in taken}
    _check_dates(taken)
    db.session.execute(delete(CohortCourse).where(CohortCourse.cohort_id == cohort.id))
    for position, one in enumerate(taken):
        db.session.add(
            CohortCourse(
                cohort_id=cohort.id,
                course_id=courses[one.slug].id,
                position=position,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
            )
        )
    gone = before.keys() - {course.id for course in courses.values()}
    _drop_deadlines(cohort, gone)
    _enrol_all(cohort, [course for course in courses.values() if course.id not in before])
    standings.follow(cohort)
    standings.begin_anew(cohort, {course.id for course in courses.values()} - before.keys())
    names = sorted(course.slug for course in before.values())
    changes = {"courses": (names, [_said(one) for one in taken])}
    audit.record(me, Verb.CHANGED, _thing(cohort), changes=changes)


def set_deadlines(
    me: User,
    organisation: Organisation,
    cohort: Cohort,
    course: Course,
    deadlines: Mapping[str, datetime | None],
) -> None:
    """Until when lessons (``module/lesson``) should be done; None takes a deadline away."""
    require(me, Action.RUN_COHORTS, organisation)
    if course.id not in {one.id for _taken, one in finding.courses_of(cohort)}:
        raise Conflict(_("The cohort does not take this course any more."))
    known = finding.deadlines_of(cohort, course)
    changes = {
        slug: (_plain(known.get(slug)), _plain(due))
        for slug, due in deadlines.items()
        if known.get(slug) != due
    }
    for slug in changes:
        lesson, due = catalogue.find_lesson(course, slug), deadlines[slug]
        if due is not None:
            db.session.merge(CohortDeadline(cohort_id=cohort.id, lesson_id=lesson.id, due_at=due))
        else:
            db.session.delete(db.session.get_one(CohortDeadline, (cohort.id, lesson.id)))
    db.session.flush()
    if changes:
        audit.record(
            me, Verb.CHANGED, _thing(cohort), course_id=course.id, changes={"due": (None, changes)}
        )


def _check(terms: Terms) -> str:
    """The name as it is kept; Invalid for what cannot be."""
    if terms.seats is not None and not 0 < terms.seats <= MOST_SEATS:
        raise Invalid(
            _("Write a number from 1 to %(count)s, or nothing."), count=MOST_SEATS, field="seats"
        )
    return organisations.clean_name(terms.name)


def _check_dates(taken: Iterable[Taken]) -> None:
    for one in taken:
        if one.starts_at and one.ends_at and one.ends_at <= one.starts_at:
            raise Invalid(_("A course cannot end before it begins."), field=f"ends-{one.slug}")


def _drop_deadlines(cohort: Cohort, courses: Iterable[int]) -> None:
    lessons = select(Lesson.id).where(Lesson.course_id.in_(list(courses)))
    db.session.execute(
        delete(CohortDeadline).where(
            CohortDeadline.cohort_id == cohort.id, CohortDeadline.lesson_id.in_(lessons)
        )
    )


def _enrol_all(cohort: Cohort, courses: Sequence[Course]) -> None:
    """Everybody who is in the cohort is in these courses, too."""
    if not courses:
        return
    people = (
        select(User)
        .join(CohortMember, CohortMember.user_id == User.id)
        .where(CohortMember.cohort_id == cohort.id, *finding.is_in())
    )
    for person in db.session.scalars(people).all():
        for course in courses:
            completion.enrol(person, course)


def _said(one: Taken) -> list[str | None]:
    return [one.slug, _plain(one.starts_at), _plain(one.ends_at)]


def _plain(value: object) -> str | None:
    """For a line of the log."""
    if value is None:
        return None
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _thing(cohort: Cohort) -> str:
    return f"cohort:{cohort.id}"
