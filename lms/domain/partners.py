"""Partners as their own people see them: which are mine, and what I may see there."""

from collections.abc import Sequence

from sqlalchemy import select

from lms.database import db
from lms.domain.errors import Missing, _
from lms.domain.permissions import INSIDERS, Action, require
from lms.models import Membership, MembershipRole, Organisation, User


def mine(me: User) -> Sequence[tuple[Organisation, MembershipRole]]:
    """The organisations in which I manage or train, by name."""
    require(me, Action.LEARN)
    rows = db.session.execute(
        select(Organisation, Membership.role)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == me.id, Membership.role.in_(INSIDERS))
        .order_by(Organisation.name, Organisation.id)
    )
    return [(organisation, role) for organisation, role in rows]


def find(me: User, slug: str, action: Action = Action.SEE_COHORTS) -> Organisation:
    """The organisation of this short name; Missing, or Denied for who may not do this there."""
    organisation = db.session.scalar(select(Organisation).where(Organisation.slug == slug))
    if organisation is None:
        raise Missing(_("There is no such organisation."))
    require(me, action, organisation)
    return organisation
