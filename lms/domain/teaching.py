"""Courses as administrators see them, and who has a role there."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from sqlalchemy import String, cast, func, literal, select, union_all

from lms.database import db
from lms.domain import catalogue
from lms.domain.permissions import Action, Actor, require
from lms.models import (
    Course,
    CourseRole,
    CourseRoleGrant,
    Edition,
    SiteRole,
    SiteRoleGrant,
    User,
)

PAGE = 20
MOST = 200
"""People with a role in one course."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A course with its newest edition, and how many people have a role there."""

    course: Course
    edition: Edition
    holders: int


def every_course(actor: Actor, *, page: int = 1) -> tuple[Sequence[Listed], bool]:
    """A page of all courses, retired ones too, and whether there are more."""
    require(actor, Action.ADMINISTER)
    holders = (
        select(func.count(CourseRoleGrant.user_id.distinct()))
        .where(CourseRoleGrant.course_id == Course.id)
        .correlate(Course)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Course, Edition, holders)
        .join(Edition, (Edition.course_id == Course.id) & (Edition.number == catalogue.NEWEST))
        .order_by(Course.slug)
        .limit(PAGE + 1)
        .offset(PAGE * (page - 1))
    )
    found = [Listed(*row) for row in rows]
    return found[:PAGE], len(found) > PAGE


def holders(actor: Actor, course: Course) -> Sequence[tuple[CourseRoleGrant, User]]:
    """Who has which role in the course, by role and name."""
    require(actor, Action.NAME_ROLES, course)
    rows = db.session.execute(
        select(CourseRoleGrant, User)
        .join(User, User.id == CourseRoleGrant.user_id)
        .where(CourseRoleGrant.course_id == course.id)
        .order_by(CourseRoleGrant.role, User.name, User.id)
        .limit(MOST)
    )
    return [(grant, person) for grant, person in rows]


def my_roles(me: User, course: Course) -> tuple[Set[CourseRole], bool]:
    """Which roles I have in this course, and whether it is published (one statement).

    Administrators may what its owner may.
    """
    mine = select(cast(CourseRoleGrant.role, String)).where(
        CourseRoleGrant.user_id == me.id, CourseRoleGrant.course_id == course.id
    )
    administers = select(literal(CourseRole.OWNER.value)).where(
        SiteRoleGrant.user_id == me.id, SiteRoleGrant.role == SiteRole.ADMINISTRATOR
    )
    edition = select(literal("edition")).where(Edition.course_id == course.id).limit(1)
    found = set(db.session.scalars(union_all(mine, administers, select(edition.subquery()))).all())
    return {CourseRole(one) for one in found - {"edition"}}, "edition" in found
