"""Cohorts as a desk shows them: rows with times in the past, which no deed writes."""

import secrets
from datetime import timedelta

from lms.database import db
from lms.domain import journal
from lms.domain.learning import completion, standings
from lms.models import (
    Cohort,
    CohortCourse,
    CohortMember,
    Course,
    Organisation,
    Standing,
    User,
)
from tests.conftest import person


def cohort(organisation: Organisation, *courses: Course) -> Cohort:
    """It takes these courses for eight weeks that began three weeks ago."""
    now = journal.now()
    made = cohort_without_courses(organisation)
    for position, course in enumerate(courses):
        taken = CohortCourse(cohort_id=made.id, course_id=course.id, position=position)
        taken.starts_at, taken.ends_at = now - timedelta(weeks=3), now + timedelta(weeks=5)
        db.session.add(taken)
    db.session.commit()
    return made


def cohort_without_courses(organisation: Organisation) -> Cohort:
    """It was only just made."""
    now = journal.now()
    made = Cohort(
        organisation_id=organisation.id,
        code=secrets.token_hex(6),
        name="River",
        language="en",
        created_at=now,
    )
    db.session.add(made)
    db.session.commit()
    return made


def member(cohort: Cohort, user: User, *, days_ago: int = 0) -> CohortMember:
    """Somebody who agreed to be seen, and whom the partner let in."""
    then = journal.now() - timedelta(days=days_ago)
    made = CohortMember(
        cohort_id=cohort.id,
        user_id=user.id,
        joined_at=then,
        consent_at=then,
        consent_version=1,
        approved_at=then,
    )
    db.session.add(made)
    db.session.flush()
    standings.follow(cohort)
    since = standings.day_number(then)
    own = db.session.query(Standing).filter_by(user_id=user.id)
    own.update({"quiet_since": since})
    db.session.commit()
    return made


def done(user: User, course: Course) -> None:
    """The first lesson of the small course."""
    completion.complete_lesson(user, course, "names/what-is-a-name")
    db.session.commit()


def crowd(cohort: Cohort, *names: str) -> list[User]:
    """People in the cohort."""
    people = [person(name) for name in names]
    for one in people:
        member(cohort, one)
    return people
