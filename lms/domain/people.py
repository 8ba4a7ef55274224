"""People as administrators see them: searching, one person's page, suspending."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from lms.database import db
from lms.domain import accounts, addresses, audit, journal, links, mail, roles, sign_ins
from lms.domain.errors import Conflict, Invalid, Missing, _
from lms.domain.permissions import Action, Actor, actor_id, require
from lms.models import (
    Certificate,
    Course,
    CourseRoleGrant,
    Enrolment,
    MailKind,
    Membership,
    Organisation,
    SignIn,
    SiteRole,
    SiteRoleGrant,
    Suspension,
    User,
    Verb,
)

PAGE = 20
MOST = 100
"""Of anything on one person's page."""


class Which(StrEnum):
    """Which people are listed."""

    ALL = "all"
    ADMINISTRATORS = "administrators"
    TRAINERS = "trainers"
    SUSPENDED = "suspended"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Found:
    """A person in the list, with the roles on the whole platform."""

    person: User
    roles: Sequence[SiteRole]


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything about a person that an administrator sees; no answer, no password, no result."""

    person: User
    site_roles: Sequence[SiteRole]
    course_roles: Sequence[tuple[CourseRoleGrant, Course]]
    memberships: Sequence[tuple[Membership, Organisation]]
    enrolments: Sequence[tuple[Enrolment, Course]]
    certificates: Sequence[Certificate]
    sign_ins: Sequence[SignIn]
    suspensions: Sequence[Suspension]


# --- looking up ---------------------------------------------------------------------------------


def search(
    actor: Actor, text: str = "", which: Which = Which.ALL, *, before: int | None = None
) -> tuple[Sequence[Found], bool]:
    """A page of people whose name or address holds this text, the newest first; whether there are more.

    ``before`` continues below the person with this id.
    """
    require(actor, Action.ADMINISTER)
    query = (
        select(User)
        .where(*matching(text, (User.name, User.email)), *_of(which))
        .order_by(User.id.desc())
    )
    if before is not None:
        query = query.where(User.id < before)
    people = db.session.scalars(query.limit(PAGE + 1)).all()
    held = _site_roles([one.id for one in people])
    found = [Found(one, held.get(one.id, ())) for one in people]
    return found[:PAGE], len(found) > PAGE


def find(actor: Actor, public_id: str) -> User:
    """The person, or Missing."""
    require(actor, Action.ADMINISTER)
    person = db.session.scalar(select(User).where(User.public_id == public_id))
    if person is None:
        raise Missing(_("There is no such person."))
    return person


def find_by_address(actor: Actor, email: str) -> User:
    """Whose address this is; Invalid when nobody has confirmed it."""
    require(actor, Action.ADMINISTER)
    person = accounts.owner_of(addresses.read(email).key)
    if person is None:
        raise Invalid(_("Nobody has confirmed this address."), field="email")
    return person


def profile(actor: Actor, public_id: str) -> Profile:
    """One person with all that belongs to the account; a hundred of each at most."""
    person = find(actor, public_id)
    of_courses = select(CourseRoleGrant, Course).join(Course)
    of_organisations = select(Membership, Organisation).join(Organisation)
    begun = select(Enrolment, Course).join(Course)
    return Profile(
        person=person,
        site_roles=_site_roles([person.id]).get(person.id, ()),
        course_roles=[
            (grant, course)
            for grant, course in db.session.execute(
                of_courses.where(CourseRoleGrant.user_id == person.id)
                .order_by(Course.slug, CourseRoleGrant.role)
                .limit(MOST)
            )
        ],
        memberships=[
            (membership, organisation)
            for membership, organisation in db.session.execute(
                of_organisations.where(Membership.user_id == person.id)
                .order_by(Organisation.name)
                .limit(MOST)
            )
        ],
        enrolments=[
            (enrolment, course)
            for enrolment, course in db.session.execute(
                begun.where(Enrolment.user_id == person.id)
                .order_by(Enrolment.started_at.desc())
                .limit(MOST)
            )
        ],
        certificates=db.session.scalars(
            select(Certificate)
            .where(Certificate.holder_id == person.id)
            .order_by(Certificate.id.desc())
            .limit(MOST)
        ).all(),
        sign_ins=sign_ins.sign_ins_of(person),
        suspensions=db.session.scalars(
            select(Suspension)
            .where(Suspension.user_id == person.id)
            .order_by(Suspension.id.desc())
            .limit(MOST)
        ).all(),
    )


def names_of(public_ids: set[str]) -> dict[str, str]:
    """Public id → name, of those who are still there."""
    known = select(User.public_id, User.name).where(User.public_id.in_(public_ids))
    return dict(db.session.execute(known).all())


# --- suspending ---------------------------------------------------------------------------------


def suspend(actor: Actor, person: User, reason: str) -> None:
    """Nobody signs in with the account until it is lifted; every browser is signed out at once.

    The person reads the reason in a mail. Conflict for oneself, and for the last administrator.
    """
    require(actor, Action.MANAGE_PEOPLE)
    reason = clean_reason(reason)
    if isinstance(actor, User) and actor.id == person.id:
        raise Conflict(_("Nobody can suspend themselves."))
    roles.refuse_last_administrator(person)
    now = journal.now()
    claimed = db.session.scalar(
        update(User)
        .where(User.id == person.id, User.suspended_at.is_(None))
        .values(suspended_at=now)
        .returning(User.id)
    )
    if claimed is None:
        return
    db.session.add(Suspension(user_id=person.id, reason=reason, at=now, by=actor_id(actor)))
    accounts.sign_out_elsewhere(person, None)
    links.forget(person)
    audit.record(
        actor,
        Verb.SUSPENDED,
        f"user:{person.id}",
        person=person,
        changes={"suspended": (False, True), "reason": (None, reason)},
    )
    _tell(person, reason=reason, is_over=False)


def reinstate(actor: Actor, person: User) -> None:
    """Lift it: the person signs in anew. Conflict for an account that was joined into another."""
    require(actor, Action.MANAGE_PEOPLE)
    lifted = db.session.scalar(
        update(Suspension)
        .where(Suspension.user_id == person.id, Suspension.lifted_at.is_(None))
        .values(lifted_at=journal.now(), lifted_by=actor_id(actor))
        .returning(Suspension.id)
    )
    if lifted is None:
        if person.suspended_at is not None:
            raise Conflict(_("This account was joined into another one of the same person."))
        return
    person.suspended_at = None
    audit.record(
        actor,
        Verb.REINSTATED,
        f"user:{person.id}",
        person=person,
        changes={"suspended": (True, False)},
    )
    _tell(person, reason="", is_over=True)


def clean_reason(text: str) -> str:
    """Some words, not too many; else Invalid."""
    reason = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not reason:
        raise Invalid(_("Say in a few words why."), field="reason")
    if len(reason) > audit.LONGEST_REASON:
        raise Invalid(
            _("Use at most %(count)s characters."), count=audit.LONGEST_REASON, field="reason"
        )
    return reason


def _tell(person: User, *, reason: str, is_over: bool) -> None:
    if person.confirmed_at is not None:
        mail.enqueue(
            MailKind.SUSPENDED,
            to=person.email,
            language=person.language,
            name=person.name,
            reason=reason,
            is_over=is_over,
        )


# --- parts of the search ------------------------------------------------------------------------


def matching(text: str, columns: Sequence[InstrumentedAttribute[str]]) -> list[ColumnElement[bool]]:
    """Each word of the text stands in one of the columns.

    Databases fold cases of ASCII only, all of them: other scripts are tried in several cases.
    """
    words = text.replace("\0", "").split()
    return [
        or_(
            *(
                column.icontains(form, autoescape=True)
                for form in {word, word.lower(), word.upper(), word.title()}
                for column in columns
            )
        )
        for word in words[:10]
    ]


def _of(which: Which) -> list[ColumnElement[bool]]:
    def holds(role: SiteRole) -> ColumnElement[bool]:
        return User.id.in_(select(SiteRoleGrant.user_id).where(SiteRoleGrant.role == role))

    conditions: Mapping[Which, list[ColumnElement[bool]]] = {
        Which.ALL: [],
        Which.ADMINISTRATORS: [holds(SiteRole.ADMINISTRATOR)],
        Which.TRAINERS: [holds(SiteRole.TRAINER)],
        Which.SUSPENDED: [User.suspended_at.is_not(None)],
        Which.UNCONFIRMED: [User.confirmed_at.is_(None)],
    }
    return conditions[which]


def _site_roles(ids: Sequence[int]) -> Mapping[int, Sequence[SiteRole]]:
    grants = db.session.execute(
        select(SiteRoleGrant.user_id, SiteRoleGrant.role)
        .where(SiteRoleGrant.user_id.in_(ids))
        .order_by(SiteRoleGrant.user_id, SiteRoleGrant.role)
    )
    return {
        user_id: [role for _id, role in rows]
        for user_id, rows in groupby(grants, lambda row: row[0])
    }
