"""Roles on the platform and in courses: given and taken away; whoever it concerns hears of it."""

from sqlalchemy import delete, select

from lms.database import add_once, db
from lms.domain import audit, catalogue, journal, mail
from lms.domain.errors import Conflict, Missing, _
from lms.domain.permissions import Action, Actor, System, actor_id, require
from lms.models import (
    Course,
    CourseRole,
    CourseRoleGrant,
    MailKind,
    SiteRole,
    SiteRoleGrant,
    User,
    Verb,
)


def give(actor: Actor, person: User, role: SiteRole) -> None:
    """A role on the whole platform; twice changes nothing."""
    require(actor, Action.ADD_PEOPLE)
    grant = SiteRoleGrant(user_id=person.id, role=role, at=journal.now(), by=actor_id(actor))
    if add_once(grant):
        audit.record(actor, Verb.GRANTED, _thing(person), person=person, changes=_given(role))
        tell(actor, person, role=role, given=True)


def take(actor: Actor, person: User, role: SiteRole) -> None:
    """End it; twice changes nothing. Conflict when nobody would be left to administer."""
    require(actor, Action.ADD_PEOPLE)
    if role is SiteRole.ADMINISTRATOR:
        refuse_last_administrator(person)
    if _deleted(SiteRoleGrant, SiteRoleGrant.user_id == person.id, SiteRoleGrant.role == role):
        audit.record(actor, Verb.TOOK_AWAY, _thing(person), person=person, changes=_taken(role))
        tell(actor, person, role=role, given=False)


def give_in_course(actor: Actor, person: User, course: Course, role: CourseRole) -> None:
    """A role in one course; twice changes nothing. Owners name all but owners."""
    require(actor, Action.NAME_ROLES, course)
    if role is CourseRole.OWNER:
        require(actor, Action.ADD_PEOPLE)
    grant = CourseRoleGrant(
        user_id=person.id, course_id=course.id, role=role, at=journal.now(), by=actor_id(actor)
    )
    if add_once(grant):
        audit.record(
            actor,
            Verb.GRANTED,
            _thing(person),
            person=person,
            course_id=course.id,
            changes=_given(role),
        )
        tell(actor, person, role=role, given=True, where=_title(course, person))


def take_in_course(actor: Actor, person: User, course: Course, role: CourseRole) -> None:
    """End it; twice changes nothing."""
    require(actor, Action.NAME_ROLES, course)
    if role is CourseRole.OWNER:
        require(actor, Action.ADD_PEOPLE)
    if _deleted(
        CourseRoleGrant,
        CourseRoleGrant.user_id == person.id,
        CourseRoleGrant.course_id == course.id,
        CourseRoleGrant.role == role,
    ):
        audit.record(
            actor,
            Verb.TOOK_AWAY,
            _thing(person),
            person=person,
            course_id=course.id,
            changes=_taken(role),
        )
        tell(actor, person, role=role, given=False, where=_title(course, person))


def is_last_administrator(person: User, *, lock: bool = False) -> bool:
    """Whether, without this person, nobody could administer the site. ``lock``: until the transaction
    ends, so that of two administrators who send each other away, the second is refused.
    """
    administrators = (
        select(User.id)
        .join(SiteRoleGrant, SiteRoleGrant.user_id == User.id)
        .where(
            SiteRoleGrant.role == SiteRole.ADMINISTRATOR,
            User.confirmed_at.is_not(None),
            User.suspended_at.is_(None),
        )
        .order_by(SiteRoleGrant.id)
    )
    if lock:
        administrators = administrators.with_for_update(of=SiteRoleGrant)
    return list(db.session.scalars(administrators)) == [person.id]


def refuse_last_administrator(person: User) -> None:
    """Conflict for the last one."""
    if is_last_administrator(person, lock=True):
        raise Conflict(_("Nobody else could administer the site. Give somebody the role first."))


def tell(
    actor: Actor, person: User, *, role: str, given: bool, where: str = "", what: str = ""
) -> None:
    """By mail, to a confirmed address. Whoever works at a terminal tells people themselves.

    where: the title of the course or the name of the organisation. what: "organisation" for that.
    """
    if isinstance(actor, System) or person.confirmed_at is None:
        return
    mail.enqueue(
        MailKind.ROLES,
        to=person.email,
        language=person.language,
        name=person.name,
        role=str(role),
        given=given,
        where=where,
        what=what,
    )


def _title(course: Course, person: User) -> str:
    try:
        text = catalogue.text_of(catalogue.current_edition(course))
    except Missing:  # it is being written
        return course.slug
    return text.say(person.language).title


def _deleted(table: type[SiteRoleGrant | CourseRoleGrant], *which: object) -> bool:
    gone = db.session.scalars(delete(table).where(*which).returning(table.id))  # type: ignore[arg-type]
    return bool(gone.all())


def _given(role: str) -> audit.Changes:
    return {"role": (None, role)}


def _taken(role: str) -> audit.Changes:
    return {"role": (role, None)}


def _thing(person: User) -> str:
    return f"user:{person.id}"
