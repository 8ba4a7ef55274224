"""Managers invite people to their organisation by mail; who owns the address takes it up, or not."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select

from lms.database import add_once, db
from lms.domain import addresses, audit, journal, mail, organisations
from lms.domain.errors import Conflict, Invalid, Missing, _
from lms.domain.permissions import Action, Actor, actor_id, require
from lms.models import (
    MailKind,
    Membership,
    MembershipInvitation,
    MembershipRole,
    Organisation,
    User,
    Verb,
)

LASTS = timedelta(days=14)
MOST = 50
"""Invitations of one organisation that wait at a time: nobody writes to half the world."""
ORDER = (MembershipRole.MEMBER, MembershipRole.TRAINER, MembershipRole.MANAGER)
BATCH = 100


# --- for managers -------------------------------------------------------------------------------


def invite(
    me: Actor, organisation: Organisation, email: str, role: MembershipRole, *, language: str
) -> None:
    """Offer a role by mail; again, with a new mail and the new role, if somebody did before."""
    require(me, Action.CHANGE_ORGANISATION, organisation)
    address, now = addresses.read(email), journal.now()
    row = db.session.scalar(
        select(MembershipInvitation).where(
            MembershipInvitation.organisation_id == organisation.id,
            MembershipInvitation.email_key == address.key,
        )
    )
    if row is not None and now - row.at < timedelta(hours=1):
        raise Invalid(_("This address was invited less than an hour ago."), field="email")
    if row is None and len(waiting(me, organisation)) >= MOST:
        raise Invalid(_("Too many invitations wait. Take some back first."), field="email")
    if row is not None:
        db.session.delete(row)
        db.session.flush()
    invitation = MembershipInvitation(
        organisation_id=organisation.id,
        email=address.email,
        email_key=address.key,
        role=role,
        at=now,
        by=actor_id(me),
        expires_at=now + LASTS,
    )
    if not add_once(invitation):
        raise Conflict(_("Somebody else changed this at the same moment. Look again."))
    changes = {"role": (None, role)}
    audit.record(me, Verb.INVITED, f"organisation:{organisation.id}", changes=changes)
    mail.enqueue(
        MailKind.MEMBERSHIP,
        to=address.email,
        language=language,
        organisation=organisations.name_in(organisation, language),
        role=str(role),
        by=me.name if isinstance(me, User) else "",
        until=invitation.expires_at.isoformat(),
        path=f"partners/invitations/{invitation.id}",
    )


def take_back(me: Actor, organisation: Organisation, number: int) -> None:
    """Nobody can take it up any more; twice changes nothing."""
    require(me, Action.CHANGE_ORGANISATION, organisation)
    gone = db.session.scalar(
        delete(MembershipInvitation)
        .where(
            MembershipInvitation.id == number,
            MembershipInvitation.organisation_id == organisation.id,
        )
        .returning(MembershipInvitation.role)
    )
    if gone is not None:
        changes = {"role": (gone, None)}
        audit.record(me, Verb.REMOVED, f"organisation:{organisation.id}", changes=changes)


def waiting(me: Actor, organisation: Organisation) -> Sequence[MembershipInvitation]:
    """Those that nobody took up yet: fifty at most."""
    require(me, Action.CHANGE_ORGANISATION, organisation)
    return db.session.scalars(
        select(MembershipInvitation)
        .where(
            MembershipInvitation.organisation_id == organisation.id,
            MembershipInvitation.expires_at > journal.now(),
        )
        .order_by(MembershipInvitation.id)
    ).all()


def insiders(
    me: Actor, organisation: Organisation, *, page: int = 1
) -> tuple[Sequence[organisations.Member], bool]:
    """A page of who belongs to it, by name, and whether there are more."""
    require(me, Action.CHANGE_ORGANISATION, organisation)
    return organisations.members(organisation, page)


# --- for who is invited -------------------------------------------------------------------------


def offered(me: User, number: int) -> tuple[MembershipInvitation, Organisation]:
    """What is offered to my confirmed address; Missing for everybody else's, and for what is over."""
    require(me, Action.CHANGE_ACCOUNT, me)
    row = db.session.execute(
        select(MembershipInvitation, Organisation)
        .join(Organisation, Organisation.id == MembershipInvitation.organisation_id)
        .where(
            MembershipInvitation.id == number,
            MembershipInvitation.email_key == me.email_key,
            MembershipInvitation.expires_at > journal.now(),
        )
    ).one_or_none()
    if row is None or me.confirmed_at is None:
        raise Missing(
            _(
                "There is no such invitation for you. Sign in with the address to which it was sent, "
                "and confirm that address first if you have not done so."
            )
        )
    return row[0], row[1]


def take_up(me: User, number: int) -> Organisation:
    """I have the role from now on; who has a higher one keeps it."""
    require(me, Action.CHANGE_ACCOUNT, me)
    invitation, organisation = offered(me, number)
    mine = db.session.scalar(
        select(Membership).where(
            Membership.user_id == me.id, Membership.organisation_id == organisation.id
        )
    )
    before, role = (mine.role if mine else None), invitation.role
    db.session.delete(invitation)
    if mine is not None and ORDER.index(role) <= ORDER.index(mine.role):
        return organisation
    if mine is not None:
        mine.role = role
    else:
        db.session.add(
            Membership(user_id=me.id, organisation_id=organisation.id, role=role, at=journal.now())
        )
    changes = {"role": (before, role), "organisation": (None, organisation.slug)}
    audit.record(me, Verb.GRANTED, f"user:{me.id}", person=me, changes=changes)
    return organisation


def forget_next() -> int:
    """Invitations that are over hold addresses of people who never came; how many were removed."""
    ids = db.session.scalars(
        select(MembershipInvitation.id)
        .where(MembershipInvitation.expires_at < journal.now())
        .limit(BATCH)
    ).all()
    db.session.execute(delete(MembershipInvitation).where(MembershipInvitation.id.in_(ids)))
    return len(ids)
