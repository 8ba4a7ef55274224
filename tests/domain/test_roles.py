"""Roles are given and taken; whoever it concerns hears of it; somebody always administers."""

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import journal, people, roles
from lms.domain.errors import Conflict, Denied
from lms.domain.permissions import Action, System, may
from lms.models import (
    AuditEntry,
    Course,
    CourseRole,
    CourseRoleGrant,
    MailKind,
    OutgoingMail,
    SiteRole,
    SiteRoleGrant,
    User,
)
from tests.conftest import person, with_role


def mails() -> list[tuple[str, dict[str, object]]]:
    """Who was told of roles, and what."""
    rows = select(OutgoingMail).where(OutgoingMail.kind == MailKind.ROLES).order_by(OutgoingMail.id)
    return [(row.recipient, row.facts) for row in db.session.scalars(rows)]


def test_a_role_on_the_site_is_given_once_and_taken_once(ada: User, amina: User) -> None:
    for _turn in range(2):
        roles.give(ada, amina, SiteRole.TRAINER)
    grant = db.session.scalars(select(SiteRoleGrant).where(SiteRoleGrant.user_id == amina.id)).one()
    assert (grant.role, grant.by) == (SiteRole.TRAINER, ada.public_id)
    assert may(amina, Action.CREATE_COURSE)
    for _turn in range(2):
        roles.take(ada, amina, SiteRole.TRAINER)
    assert not may(amina, Action.CREATE_COURSE)
    db.session.flush()
    assert len(db.session.scalars(select(AuditEntry)).all()) == 2
    assert [(to, facts["role"], facts["given"], facts["where"]) for to, facts in mails()] == [
        ("amina@ngo.example", "trainer", True, ""),
        ("amina@ngo.example", "trainer", False, ""),
    ]


def test_a_role_in_a_course_is_given_once_and_taken_once(
    ada: User, amina: User, small: Course
) -> None:
    for _turn in range(2):
        roles.give_in_course(ada, amina, small, CourseRole.REVIEWER)
    assert may(amina, Action.MARK, small)
    roles.take_in_course(ada, amina, small, CourseRole.OWNER)
    assert may(amina, Action.MARK, small)
    for _turn in range(2):
        roles.take_in_course(ada, amina, small, CourseRole.REVIEWER)
    assert db.session.scalars(select(CourseRoleGrant)).all() == []
    assert [(facts["role"], facts["given"], facts["where"]) for _to, facts in mails()] == [
        ("reviewer", True, "Names in short"),
        ("reviewer", False, "Names in short"),
    ]


def test_commands_and_unconfirmed_addresses_send_no_mail(ada: User, amina: User) -> None:
    roles.give(System(), amina, SiteRole.TRAINER)
    roles.give(ada, person("Zoe", confirmed=False), SiteRole.TRAINER)
    assert mails() == []


def test_the_last_administrator_stays(ada: User, amina: User, eve: User) -> None:
    with pytest.raises(Conflict):
        roles.take(ada, ada, SiteRole.ADMINISTRATOR)
    with_role(person("Zoe", confirmed=False), SiteRole.ADMINISTRATOR)
    with_role(eve, SiteRole.ADMINISTRATOR).suspended_at = journal.now()
    db.session.flush()
    with pytest.raises(Conflict):  # nobody of these could do it
        roles.take(System(), ada, SiteRole.ADMINISTRATOR)
    roles.give(ada, amina, SiteRole.ADMINISTRATOR)
    roles.take(amina, ada, SiteRole.ADMINISTRATOR)
    assert not may(ada, Action.ADMINISTER)
    with pytest.raises(Conflict):
        people.suspend(System(), amina, "No reason.")


def test_others_give_and_take_nothing(tomas: User, amina: User, small: Course) -> None:
    with pytest.raises(Denied):
        roles.give(tomas, amina, SiteRole.TRAINER)
    with pytest.raises(Denied):
        roles.take(tomas, tomas, SiteRole.TRAINER)
    with pytest.raises(Denied):
        roles.give_in_course(tomas, tomas, small, CourseRole.OWNER)
    with pytest.raises(Denied):
        roles.take_in_course(tomas, tomas, small, CourseRole.OWNER)
