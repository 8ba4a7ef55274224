"""Whom the owner of a course may find in order to give them a role: by address, or by name among those
who work here or learn in this course. Owners do not look through everybody.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select

from lms.database import db
from lms.domain import accounts, addresses, people
from lms.domain.errors import Invalid, Missing, _
from lms.domain.permissions import Action, Actor, require
from lms.models import Course, CourseRoleGrant, Enrolment, SiteRoleGrant, User

MOST = 20
"""Names in an answer: who is not among them is looked for with more of the name."""


def search(actor: Actor, course: Course, words: str) -> tuple[Sequence[User], bool]:
    """People whose name holds these words, and whether there are more."""
    require(actor, Action.NAME_ROLES, course)
    if not words.strip():
        return [], False
    query = select(User).where(*_known(course), *people.matching(words, [User.name]))
    found = db.session.scalars(query.order_by(User.name, User.id).limit(MOST + 1)).all()
    return found[:MOST], len(found) > MOST


def find(actor: Actor, course: Course, public_id: str) -> User:
    """One of those that a search can find, or Missing."""
    require(actor, Action.NAME_ROLES, course)
    query = select(User).where(User.public_id == public_id, *_known(course))
    person = db.session.scalar(query)
    if person is None:
        raise Missing(_("There is no such person."))
    return person


def find_by_address(actor: Actor, course: Course, email: str) -> User:
    """Whose address this is; Invalid when nobody has confirmed it."""
    require(actor, Action.NAME_ROLES, course)
    person = accounts.owner_of(addresses.read(email).key)
    if person is None:
        raise Invalid(_("Nobody has confirmed this address."), field="email")
    return person


def _known(course: Course) -> tuple[ColumnElement[bool], ...]:
    """Who has a role anywhere, or learns in this course."""
    return (
        or_(
            User.id.in_(select(SiteRoleGrant.user_id)),
            User.id.in_(select(CourseRoleGrant.user_id)),
            User.id.in_(select(Enrolment.user_id).where(Enrolment.course_id == course.id)),
        ),
        User.confirmed_at.is_not(None),
        User.suspended_at.is_(None),
    )
