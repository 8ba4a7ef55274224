"""A list of addresses of people who were there: tried first, then counted.

Who teaches the course may count everybody in it; who trains for a partner only people of the
partner's cohorts who agreed to be seen, or a list would tell who else learns here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select

from lms.content.outline import CourseText
from lms.database import db
from lms.domain import audit, catalogue, looks
from lms.domain.attendance import Meeting
from lms.domain.cohorts import finding
from lms.domain.cohorts.lists import Problem, Tried
from lms.domain.errors import Invalid, _
from lms.domain.learning import completion, rules
from lms.domain.learning.earning import issue_if_earned
from lms.domain.permissions import INSIDERS, Action, may, require
from lms.models import (
    Cohort,
    CohortCourse,
    CohortMember,
    Completion,
    Enrolment,
    Lesson,
    LookKind,
    Membership,
    Organisation,
    User,
    Verb,
)

MOST = 1_000
"""People in one list."""
AT_ONCE = 100
"""People in one transaction: each takes 10 ms, and others wait for the lock."""
NOBODY = _("Nobody whom you may count here has confirmed this address.")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a list would do. before: how many were counted earlier; problems: in order of their lines."""

    people: Sequence[User]
    before: int
    problems: Sequence[Problem]


def check(me: User, meeting: Meeting, tried: Tried) -> Checked:
    """Whom it would count, and each line that counts nobody; nobody is counted.

    What a partner sees here of somebody stands in the log of that person.
    """
    require(me, Action.TAKE_ATTENDANCE, meeting.course)
    _refuse_many(tried)
    text = catalogue.text_of(catalogue.current_edition(meeting.course))
    known = _known(me, meeting, [key for _email, key, _name in tried.rows])
    done = _done(meeting, [one.id for one in known.values()])
    people, problems, before = [], list(tried.problems), 0
    for line, (email, key, _name) in zip(tried.lines, tried.rows, strict=True):
        person = known.get(key)
        if person is None:
            problems.append(Problem(line, email, NOBODY))
        elif meeting.text.slug in done[person.id]:
            before += 1
        elif why := _why_not(me, meeting, person, text, done[person.id]):
            problems.append(Problem(line, email, why))
        else:
            people.append(person)
    return Checked(people, before, sorted(problems, key=lambda one: one.line))


def steps(tried: Tried) -> Iterator[Tried]:
    """The same list in pieces, each for a transaction of its own."""
    _refuse_many(tried)
    for start in range(0, len(tried.rows), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        yield Tried(tried.rows[part], (), tried.lines[part])


def count(me: User, meeting: Meeting, tried: Tried) -> int:
    """They were there: how many are counted now. A line in the audit log says so of each."""
    require(me, Action.TAKE_ATTENDANCE, meeting.course)
    edition = catalogue.current_edition(meeting.course)
    people = check(me, meeting, tried).people
    for person in people:
        completion.record_completion(person, meeting.course, edition, meeting.lesson)
        audit.record(
            me,
            Verb.ATTESTED,
            f"lesson:{meeting.lesson.id}",
            person=person,
            course_id=meeting.course.id,
            changes={"lesson": (None, meeting.lesson.slug)},
        )
        issue_if_earned(person, meeting.course, edition)
    return len(people)


def _refuse_many(tried: Tried) -> None:
    if len(tried.rows) > MOST:
        raise Invalid(
            _("Use at most %(count)s addresses at a time."), count=MOST, field="addresses"
        )


def _why_not(me: User, meeting: Meeting, person: User, text: CourseText, done: set[str]) -> str:
    """Dates do not matter here: a list is written when the meeting is over."""
    if person.id == me.id:
        return _("Nobody confirms for themselves that they were there.")
    if rules.closed_by_order(meeting.text, text, done):
        return _("A lesson that comes before this one is not done yet.")
    return ""


def _known(me: User, meeting: Meeting, keys: Sequence[str]) -> Mapping[str, User]:
    """Who is in the course and may be counted by me, by address."""
    is_in = exists().where(Enrolment.user_id == User.id, Enrolment.course_id == meeting.course.id)
    which = (User.email_key.in_(keys), User.confirmed_at.is_not(None), is_in)
    if may(me, Action.PUBLISH, meeting.course):
        return {one.email_key: one for one in db.session.scalars(select(User).where(*which))}
    return _seen_by(me, meeting, which)


def _seen_by(
    me: User, meeting: Meeting, which: Sequence[ColumnElement[bool]]
) -> Mapping[str, User]:
    """Those of them who are in cohorts of my partners; each reads in their log that I looked."""
    rows = db.session.execute(
        select(User, Cohort)
        .join(CohortMember, CohortMember.user_id == User.id)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .join(CohortCourse, CohortCourse.cohort_id == Cohort.id)
        .join(Organisation, Organisation.id == Cohort.organisation_id)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            *which,
            *finding.is_seen(),
            CohortCourse.course_id == meeting.course.id,
            Organisation.partner_since.is_not(None),
            Membership.user_id == me.id,
            Membership.role.in_(INSIDERS),
        )
    ).all()
    for cohort in {cohort.id: cohort for _person, cohort in rows}.values():
        seen = [person.id for person, where in rows if where.id == cohort.id]
        looks.record(me, cohort, seen, LookKind.DESK)
    return {person.email_key: person for person, _cohort in rows}


def _done(meeting: Meeting, people: Sequence[int]) -> Mapping[int, set[str]]:
    """What each of them has done of this lesson and of what must come before it."""
    rows = db.session.execute(
        select(Completion.user_id, Lesson.slug)
        .join(Lesson, Lesson.id == Completion.lesson_id)
        .where(
            Completion.user_id.in_(people),
            Lesson.course_id == meeting.course.id,
            Lesson.slug.in_([meeting.text.slug, *meeting.text.after]),
        )
    )
    done: dict[int, set[str]] = {person: set() for person in people}
    for person, slug in rows:
        done[person].add(slug)
    return done
