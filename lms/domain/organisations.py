"""Organisations, who belongs to them, and which are partners."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from lms.database import add_once, db
from lms.domain import accounts, audit, journal, roles
from lms.domain.errors import Conflict, Invalid, Missing, _
from lms.domain.permissions import Action, Actor, may, require
from lms.models import Membership, MembershipRole, Organisation, User, Verb

PAGE = 20
LONGEST_NAME = accounts.LONGEST_NAME
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Listed:
    """An organisation in a list, and how many belong to it."""

    organisation: Organisation
    members: int


@dataclass(frozen=True, slots=True)
class Member:
    """A person of an organisation."""

    membership: Membership
    person: User


# --- looking up ---------------------------------------------------------------------------------


def listed(actor: Actor, *, page: int = 1) -> tuple[Sequence[Listed], bool]:
    """A page of all organisations, by name, and whether there are more."""
    require(actor, Action.ADMINISTER)
    members = (
        select(func.count())
        .where(Membership.organisation_id == Organisation.id)
        .correlate(Organisation)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Organisation, members)
        .order_by(Organisation.name, Organisation.id)
        .limit(PAGE + 1)
        .offset(PAGE * (page - 1))
    )
    found = [Listed(organisation, count) for organisation, count in rows]
    return found[:PAGE], len(found) > PAGE


def find(actor: Actor, slug: str) -> Organisation:
    """The organisation of this short name, or Missing."""
    require(actor, Action.ADMINISTER)
    organisation = db.session.scalar(select(Organisation).where(Organisation.slug == slug))
    if organisation is None:
        raise Missing(_("There is no such organisation."))
    return organisation


def members_of(
    actor: Actor, organisation: Organisation, *, page: int = 1
) -> tuple[Sequence[Member], bool]:
    """A page of its people, by name, and whether there are more."""
    require(actor, Action.ADMINISTER)
    return members(organisation, page)


def members(organisation: Organisation, page: int) -> tuple[Sequence[Member], bool]:
    """The same for whoever has asked for permission already."""
    rows = db.session.execute(
        select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.organisation_id == organisation.id)
        .order_by(User.name, User.id)
        .limit(PAGE + 1)
        .offset(PAGE * (page - 1))
    )
    found = [Member(*row) for row in rows]
    return found[:PAGE], len(found) > PAGE


def find_member(actor: Actor, organisation: Organisation, public_id: str) -> Member:
    """One of its people, or Missing."""
    require(actor, Action.CHANGE_ORGANISATION, organisation)
    row = db.session.execute(
        select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.organisation_id == organisation.id, User.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise Missing(_("There is no such person in this organisation."))
    return Member(*row)


def name_in(organisation: Organisation, language: str) -> str:
    """How it is called in this language."""
    return str(organisation.names.get(language) or organisation.name)


# --- making and changing ------------------------------------------------------------------------


def make(actor: Actor, *, slug: str, name: str) -> Organisation:
    """A new one; Invalid for a short name that cannot stand in an address, or has an owner."""
    require(actor, Action.MANAGE_ORGANISATIONS)
    slug, name = clean_slug(slug), clean_name(name)
    made = Organisation(slug=slug, name=name, created_at=journal.now())
    if not add_once(made):
        raise Invalid(_("Another organisation has this short name."), field="slug")
    audit.record(actor, Verb.CREATED, _thing(made), changes={"name": (None, name)})
    return made


def change(
    actor: Actor,
    organisation: Organisation,
    *,
    name: str,
    names: Mapping[str, str],
    is_partner: bool,
) -> None:
    """Its names, in several languages, and whether it is a partner; empty names are left out."""
    require(actor, Action.MANAGE_ORGANISATIONS)
    name = clean_name(name)
    names = {code: clean_name(one) for code, one in names.items() if one.strip()}
    was_partner = organisation.partner_since is not None
    changes = {
        what: (before, after)
        for what, before, after in (
            ("name", organisation.name, name),
            ("names", dict(organisation.names), names),
            ("partner", was_partner, is_partner),
        )
        if before != after
    }
    if not changes:
        return
    organisation.name, organisation.names = name, names
    if was_partner != is_partner:
        organisation.partner_since = journal.now() if is_partner else None
    audit.record(actor, Verb.CHANGED, _thing(organisation), changes=changes)


def clean_slug(text: str) -> str:
    """A short name for addresses; Invalid for anything else."""
    slug = text.strip().lower()
    if not SLUG.fullmatch(slug) or len(slug) > 100:
        raise Invalid(_("Use the letters a to z, digits, and hyphens between them."), field="slug")
    return slug


def clean_name(text: str) -> str:
    """A name of an organisation, as names of people are written."""
    return accounts.clean_name(text)


# --- members ------------------------------------------------------------------------------------


def set_member(
    actor: Actor, organisation: Organisation, person: User, role: MembershipRole
) -> None:
    """Make a member of a person, or change what they are there; twice changes nothing."""
    require(actor, Action.MANAGE_ORGANISATIONS)
    membership = _membership(organisation, person)
    before = membership.role if membership else None
    if before is role:
        return
    if membership is not None:
        membership.role = role
    elif not add_once(_new_membership(organisation, person, role)):
        raise Conflict(_("Somebody else changed this at the same moment. Look again."))
    audit.record(
        actor,
        Verb.GRANTED,
        f"user:{person.id}",
        person=person,
        changes={"role": (before, role), "organisation": (None, organisation.slug)},
    )
    _tell(actor, organisation, person, role, given=True)


def remove_member(actor: Actor, organisation: Organisation, person: User) -> None:
    """End it; twice changes nothing. Conflict when a manager would leave it without any."""
    require(actor, Action.CHANGE_ORGANISATION, organisation)
    db.session.get(Organisation, organisation.id, with_for_update=True)  # the last two, at once
    membership = _membership(organisation, person)
    if membership is None:
        return
    role = membership.role
    if not may(actor, Action.MANAGE_ORGANISATIONS) and _is_last_manager(membership):
        raise Conflict(_("Nobody else manages this organisation. Invite another manager first."))
    db.session.delete(membership)
    db.session.flush()
    audit.record(
        actor,
        Verb.TOOK_AWAY,
        f"user:{person.id}",
        person=person,
        changes={"role": (role, None), "organisation": (organisation.slug, None)},
    )
    _tell(actor, organisation, person, role, given=False)


def make_manager(actor: Actor, person: User, *, slug: str, name: str) -> Organisation:
    """Make a partner's manager of a person; the organisation is made if nobody did before."""
    require(actor, Action.MANAGE_ORGANISATIONS)
    organisation = db.session.scalar(select(Organisation).where(Organisation.slug == slug))
    if organisation is None:
        organisation = make(actor, slug=slug, name=name)
        change(actor, organisation, name=name, names={}, is_partner=True)
    set_member(actor, organisation, person, MembershipRole.MANAGER)
    return organisation


def _tell(
    actor: Actor, organisation: Organisation, person: User, role: MembershipRole, *, given: bool
) -> None:
    where = name_in(organisation, person.language)
    roles.tell(actor, person, role=role, given=given, where=where, what="organisation")


def _membership(organisation: Organisation, person: User) -> Membership | None:
    return db.session.scalar(
        select(Membership).where(
            Membership.organisation_id == organisation.id, Membership.user_id == person.id
        )
    )


def _is_last_manager(membership: Membership) -> bool:
    managers = select(Membership.user_id).where(
        Membership.organisation_id == membership.organisation_id,
        Membership.role == MembershipRole.MANAGER,
    )
    return list(db.session.scalars(managers)) == [membership.user_id]


def _new_membership(organisation: Organisation, person: User, role: MembershipRole) -> Membership:
    return Membership(
        user_id=person.id, organisation_id=organisation.id, role=role, at=journal.now()
    )


def _thing(organisation: Organisation) -> str:
    return f"organisation:{organisation.id}"
