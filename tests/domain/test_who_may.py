"""The table of permissions, cell by cell: who holds what role, about what, may or may not."""

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import catalogue, journal
from lms.domain.errors import Denied
from lms.domain.learning import attempts, completion, papers
from lms.domain.permissions import Action, may, require
from lms.models import Attempt, Certificate, Course, CourseRole, CourseRoleGrant, User
from tests.conftest import SMALL, Publish, person

ROLES = [*CourseRole]


def grant(user: User, course: Course, role: CourseRole) -> None:
    """A role in one course."""
    given = CourseRoleGrant(
        user_id=user.id, course_id=course.id, role=role, at=journal.now(), by="system"
    )
    db.session.add(given)
    db.session.flush()


def test_who_may_publish_a_course(
    amina: User, tomas: User, ada: User, small: Course, publish: Publish
) -> None:
    publish("other", SMALL)
    other = catalogue.find_course("other")
    holders = {role: person(f"Holder{number}") for number, role in enumerate(ROLES)}
    for role, holder in holders.items():
        grant(holder, small, role)

    assert may(ada, Action.PUBLISH, small)
    assert not may(tomas, Action.PUBLISH, small)  # a trainer, but not of this course
    assert not may(amina, Action.PUBLISH, small)
    assert [may(holders[role], Action.PUBLISH, small) for role in ROLES] == [
        role in {CourseRole.OWNER, CourseRole.TRAINER} for role in ROLES
    ]
    assert not any(may(holder, Action.PUBLISH, other) for holder in holders.values())
    assert not may(ada, Action.PUBLISH, None)


def test_who_may_create_courses_and_add_people(
    amina: User, tomas: User, lin: User, ada: User
) -> None:
    everybody = (amina, lin, tomas, ada)

    assert [may(one, Action.CREATE_COURSE) for one in everybody] == [False, False, True, True]
    assert [may(one, Action.ADD_PEOPLE) for one in everybody] == [False, False, False, True]
    assert [may(one, Action.LEARN) for one in everybody] == [True] * 4


def test_attempts_and_certificates_are_their_owners_only(
    amina: User, eve: User, ada: User, small: Course
) -> None:
    completion.complete_lesson(amina, small, "names/what-is-a-name")
    attempt = attempts.start_attempt(amina, small, "names/quiz")
    right: dict[str, list[object]] = {"runs": [0], "which": [0, 1], "letters": ["63"]}
    given = {q.position: right.get(q.text.id, []) for q in papers.paper_of(attempt)}
    attempts.submit_attempt(amina, attempt, counter=1, responses=given)
    certificate = db.session.scalars(select(Certificate)).one()

    for action, subject in (
        (Action.SEE_ATTEMPT, db.session.scalars(select(Attempt)).one()),
        (Action.HOLD_CERTIFICATE, certificate),
    ):
        assert [may(one, action, subject) for one in (amina, eve, ada)] == [True, False, False]


def test_a_refusal_says_so_in_a_sentence(eve: User) -> None:
    with pytest.raises(Denied) as refused:
        require(eve, Action.ADD_PEOPLE)

    assert refused.value.sentence == "You may not do this."
