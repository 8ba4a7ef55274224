"""Who may do what: one table, asked inside every deed."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Exists, exists, select

from lms.database import db
from lms.domain.errors import Denied, SecondStepNeeded, _
from lms.models import (
    Attempt,
    Certificate,
    Cohort,
    CohortCourse,
    Course,
    CourseRole,
    CourseRoleGrant,
    Membership,
    MembershipRole,
    Organisation,
    SiteRole,
    SiteRoleGrant,
    User,
)


@dataclass(frozen=True, slots=True)
class System:
    """Commands and jobs act as the platform itself."""


Actor = User | System | None


class Action(StrEnum):
    """Everything that needs permission."""

    LEARN = "learn"
    CHANGE_ACCOUNT = "change account"
    SEE_ATTEMPT = "see attempt"
    PUBLISH = "publish"
    CREATE_COURSE = "create course"
    ADD_PEOPLE = "add people"
    HOLD_CERTIFICATE = "hold certificate"
    REVOKE_CERTIFICATE = "revoke certificate"
    REPORT_MISTAKE = "report mistake"
    SEE_REPORTS = "see reports"
    MARK = "mark"
    CHANGE_KEYS = "change keys"
    ADMINISTER = "administer"
    MANAGE_PEOPLE = "manage people"
    MANAGE_ORGANISATIONS = "manage organisations"
    RETIRE_COURSE = "retire course"
    MANAGE_SITE = "manage site"
    MANAGE_JOBS = "manage jobs"
    SEE_AUDIT = "see audit"
    RESET_SECOND_STEP = "reset second step"
    CHANGE_ORGANISATION = "change organisation"
    RUN_COHORTS = "run cohorts"
    SEE_COHORTS = "see cohorts"
    TAKE_ATTENDANCE = "take attendance"
    NAME_ROLES = "name roles"
    SEE_LEARNERS = "see learners"
    EDIT_COURSE = "edit course"
    TRANSLATE_COURSE = "translate course"
    SEE_STUDIO = "see studio"


OWNING = frozenset({CourseRole.OWNER})
TEACHING = frozenset({CourseRole.OWNER, CourseRole.TRAINER})
MARKERS = frozenset({*TEACHING, CourseRole.REVIEWER})
"""Roles in a course whose holders read and mark what its learners hand in."""
TRANSLATORS = frozenset({*TEACHING, CourseRole.TRANSLATOR})
STAFF = frozenset(
    {
        Action.PUBLISH,
        Action.CREATE_COURSE,
        Action.ADD_PEOPLE,
        Action.SEE_REPORTS,
        Action.MARK,
        Action.ADMINISTER,
        Action.MANAGE_PEOPLE,
        Action.MANAGE_ORGANISATIONS,
        Action.RETIRE_COURSE,
        Action.MANAGE_SITE,
        Action.MANAGE_JOBS,
        Action.SEE_AUDIT,
        Action.RESET_SECOND_STEP,
        Action.REVOKE_CERTIFICATE,
        Action.CHANGE_ORGANISATION,
        Action.RUN_COHORTS,
        Action.TAKE_ATTENDANCE,
        Action.NAME_ROLES,
        Action.SEE_LEARNERS,
    }
)
"""What is done to others, or to the site: deeds that ask for these write into the audit log."""
MANAGERS = frozenset({MembershipRole.MANAGER})
INSIDERS = frozenset({MembershipRole.MANAGER, MembershipRole.TRAINER})
"""Roles in a partner whose holders see its cohorts."""
VISITORS = frozenset({Action.REPORT_MISTAKE})
"""What needs no account."""
PERSONAL = frozenset(
    {
        Action.LEARN,
        Action.CHANGE_ACCOUNT,
        Action.SEE_ATTEMPT,
        Action.HOLD_CERTIFICATE,
        Action.REPORT_MISTAKE,
    }
)
"""What people do in their own name. All else is done in a role, and may need a second step."""


def may(actor: Actor, action: Action, subject: Any = None) -> bool:
    """Whether the table allows it; views use this only to hide buttons."""
    return _allows(actor, action, subject) and not _lacks_second_step(actor, action)


def require(actor: Actor, action: Action, subject: Any = None) -> None:
    """Raise Denied unless the table allows it; every deed begins with this.

    SecondStepNeeded when nothing but the second step of signing in is missing.
    """
    if not _allows(actor, action, subject):
        raise Denied(_("You may not do this."))
    if _lacks_second_step(actor, action):
        raise SecondStepNeeded(_("Your role asks for a second step when you sign in."))


def _lacks_second_step(actor: Actor, action: Action) -> bool:
    return isinstance(actor, User) and actor.needs_second_step and action not in PERSONAL


def _allows(actor: Actor, action: Action, subject: Any) -> bool:
    if isinstance(actor, System):
        return True
    if actor is None:
        return action in VISITORS
    if actor.suspended_at is not None:
        return False
    return POLICY[action](actor, subject)


def actor_id(actor: Actor) -> str:
    """How the journal names who did something."""
    if actor is None:
        return "visitor"
    return "system" if isinstance(actor, System) else actor.public_id


def _anyone(_user: User, _subject: Any) -> bool:
    return True


def _self(user: User, person: User) -> bool:
    return user.id == person.id


def _own_attempt(user: User, attempt: Attempt) -> bool:
    return attempt.user_id == user.id


def _own_certificate(user: User, certificate: Certificate) -> bool:
    return certificate.holder_id == user.id


def _publisher(user: User, course: Course | None) -> bool:
    return course is not None and (
        _is(user, SiteRole.ADMINISTRATOR) or _holds(user, course, TEACHING)
    )


def _owner(user: User, course: Course) -> bool:
    return _is(user, SiteRole.ADMINISTRATOR) or _holds(user, course, OWNING)


def _reviewer(user: User, course: Course | None) -> bool:
    return course is not None and (
        _is(user, SiteRole.ADMINISTRATOR) or _holds(user, course, MARKERS)
    )


def _translator(user: User, course: Course) -> bool:
    return _is(user, SiteRole.ADMINISTRATOR) or _holds(user, course, TRANSLATORS)


def _in_studio(user: User, course: Course) -> bool:
    """Whoever has a role in the course, whichever it is."""
    return _is(user, SiteRole.ADMINISTRATOR) or _holds(user, course, frozenset(CourseRole))


def _author(user: User, _subject: Any) -> bool:
    return _is(user, SiteRole.ADMINISTRATOR) or _is(user, SiteRole.TRAINER)


def _nobody(_user: User, _subject: Any) -> bool:
    """Commands only: it needs the machine itself."""
    return False


def _administrator(user: User, _subject: Any) -> bool:
    return _is(user, SiteRole.ADMINISTRATOR)


def _other_by_administrator(user: User, person: User) -> bool:
    """Administrators' own is on their account page, which asks for proof."""
    return user.id != person.id and _is(user, SiteRole.ADMINISTRATOR)


def _manager(user: User, organisation: Organisation) -> bool:
    return _belongs(user, organisation, MANAGERS) or _is(user, SiteRole.ADMINISTRATOR)


def _partners_manager(user: User, organisation: Organisation) -> bool:
    return organisation.partner_since is not None and _belongs(user, organisation, MANAGERS)


def _partners_insider(user: User, organisation: Organisation) -> bool:
    return organisation.partner_since is not None and _belongs(user, organisation, INSIDERS)


def _host(user: User, course: Course) -> bool:
    """Who teaches it, and who runs or trains a cohort that takes it."""
    return _publisher(user, course) or bool(db.session.scalar(select(_hosts(user, course))))


def _hosts(user: User, course: Course) -> Exists:
    """Whether a partner of theirs has a cohort that takes this course."""
    return exists().where(
        CohortCourse.course_id == course.id,
        Cohort.id == CohortCourse.cohort_id,
        Organisation.id == Cohort.organisation_id,
        Organisation.partner_since.is_not(None),
        Membership.organisation_id == Organisation.id,
        Membership.user_id == user.id,
        Membership.role.in_(INSIDERS),
    )


def _belongs(user: User, organisation: Organisation, roles: Set[MembershipRole]) -> bool:
    memberships = exists().where(
        Membership.user_id == user.id,
        Membership.organisation_id == organisation.id,
        Membership.role.in_(roles),
    )
    return bool(db.session.scalar(select(memberships)))


def _is(user: User, role: SiteRole) -> bool:
    grants = exists().where(SiteRoleGrant.user_id == user.id, SiteRoleGrant.role == role)
    return bool(db.session.scalar(select(grants)))


def _holds(user: User, course: Course, roles: Set[CourseRole]) -> bool:
    grants = exists().where(
        CourseRoleGrant.user_id == user.id,
        CourseRoleGrant.course_id == course.id,
        CourseRoleGrant.role.in_(roles),
    )
    return bool(db.session.scalar(select(grants)))


POLICY: Mapping[Action, Callable[[User, Any], bool]] = {
    Action.LEARN: _anyone,
    Action.CHANGE_ACCOUNT: _self,
    Action.SEE_ATTEMPT: _own_attempt,
    Action.PUBLISH: _publisher,
    Action.CREATE_COURSE: _author,
    Action.ADD_PEOPLE: _administrator,
    Action.HOLD_CERTIFICATE: _own_certificate,
    Action.REVOKE_CERTIFICATE: _administrator,
    Action.REPORT_MISTAKE: _anyone,
    Action.SEE_REPORTS: _reviewer,
    Action.MARK: _reviewer,
    Action.CHANGE_KEYS: _nobody,
    Action.ADMINISTER: _administrator,
    Action.MANAGE_PEOPLE: _administrator,
    Action.MANAGE_ORGANISATIONS: _administrator,
    Action.RETIRE_COURSE: _administrator,
    Action.MANAGE_SITE: _administrator,
    Action.MANAGE_JOBS: _administrator,
    Action.SEE_AUDIT: _administrator,
    Action.RESET_SECOND_STEP: _other_by_administrator,
    Action.CHANGE_ORGANISATION: _manager,
    Action.RUN_COHORTS: _partners_manager,
    Action.SEE_COHORTS: _partners_insider,
    Action.TAKE_ATTENDANCE: _host,
    Action.NAME_ROLES: _owner,
    Action.SEE_LEARNERS: _reviewer,
    Action.EDIT_COURSE: _publisher,
    Action.TRANSLATE_COURSE: _translator,
    Action.SEE_STUDIO: _in_studio,
}
