"""A partner with a cohort: Clean Water, its manager Lin, and the cohort River."""

from typing import Any

from lms.database import db
from lms.domain import organisations
from lms.domain.cohorts import joining, running
from lms.domain.cohorts.running import Taken, Terms
from lms.domain.permissions import System
from lms.models import Cohort, CohortMember, MembershipRole, Organisation, User


def partner_of(manager: User, slug: str = "water", name: str = "Clean Water") -> Organisation:
    """A partner, and its manager."""
    made = organisations.make_manager(System(), manager, slug=slug, name=name)
    db.session.commit()
    return made


def insider(organisation: Organisation, person: User, role: MembershipRole) -> User:
    """Give a role there."""
    organisations.set_member(System(), organisation, person, role)
    db.session.commit()
    return person


def cohort_of(manager: User, organisation: Organisation, *courses: str, **terms: Any) -> Cohort:
    """A cohort that takes these courses."""
    said = {"name": "River", "language": "en", **terms}
    cohort = running.make(manager, organisation, Terms(**said))
    running.set_courses(manager, organisation, cohort, [Taken(slug) for slug in courses])
    db.session.commit()
    return cohort


def joined(person: User, cohort: Cohort, organisation: Organisation) -> CohortMember:
    """In it, or asking."""
    place = joining.join(person, cohort, organisation)
    db.session.commit()
    return place.member
