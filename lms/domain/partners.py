"""Partners as their own people see them: which are mine, and how they present themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from sqlalchemy import exists, or_, select

from lms import files
from lms.database import db
from lms.domain import audit, organisations, site
from lms.domain.errors import Invalid, Missing, _
from lms.domain.permissions import INSIDERS, Action, Actor, require
from lms.models import (
    CohortMember,
    CourseRoleGrant,
    Membership,
    MembershipRole,
    Organisation,
    SiteRoleGrant,
    User,
    Verb,
)

LONGEST_LINE = 500


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


def whereabouts(me: User) -> tuple[bool, bool, bool]:
    """Whether I am in a cohort, manage or train somewhere, write courses (one statement)."""
    require(me, Action.LEARN)
    places = exists().where(CohortMember.user_id == me.id, CohortMember.left_at.is_(None))
    roles = exists().where(Membership.user_id == me.id, Membership.role.in_(INSIDERS))
    on_site = exists().where(SiteRoleGrant.user_id == me.id)
    in_course = exists().where(CourseRoleGrant.user_id == me.id)
    row = db.session.execute(select(places, roles, or_(on_site, in_course))).one()
    in_cohorts, in_organisations, writes = row
    return bool(in_cohorts), bool(in_organisations), bool(writes)


def find(me: User, slug: str, action: Action = Action.SEE_COHORTS) -> Organisation:
    """The organisation of this short name; Missing, or Denied for who may not do this there."""
    organisation = db.session.scalar(select(Organisation).where(Organisation.slug == slug))
    if organisation is None:
        raise Missing(_("There is no such organisation."))
    require(me, action, organisation)
    return organisation


# --- how it looks -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What stands on its pages and its certificates. names: by language; empty ones are left out."""

    name: str
    names: Mapping[str, str]
    site: str = ""
    contact: str = ""
    signatory_name: str = ""
    signatory_role: str = ""

    def cleaned(self) -> "Profile":
        """As it is kept; Invalid beside its field for what cannot be."""
        return Profile(
            name=organisations.clean_name(self.name),
            names={
                code: organisations.clean_name(name)
                for code, name in self.names.items()
                if name.strip()
            },
            site=clean_site(self.site),
            contact=clean_line(self.contact, "contact", LONGEST_LINE),
            signatory_name=clean_line(self.signatory_name, "signatory_name"),
            signatory_role=clean_line(self.signatory_role, "signatory_role"),
        )


class Picture(StrEnum):
    """Pictures of an organisation: names of columns, with their types beside them."""

    LOGO = "logo"
    SIGNATURE = "signature"


def describe(me: Actor, organisation: Organisation, profile: Profile) -> None:
    """Its names, site, contact and signatory; twice changes nothing."""
    require(me, Action.CHANGE_ORGANISATION, organisation)
    changes = {}
    for field, after in vars(profile.cleaned()).items():
        before = getattr(organisation, field)
        if before != after:
            changes[field] = (before, after)
            setattr(organisation, field, after)
    if changes:
        audit.record(me, Verb.CHANGED, _thing(organisation), changes=changes)


def set_picture(me: Actor, organisation: Organisation, which: Picture, data: bytes) -> None:
    """A PNG or an SVG, made harmless; Invalid for anything else."""
    require(me, Action.CHANGE_ORGANISATION, organisation)
    data, kind = site.usable_logo(data, field=which)
    _keep_picture(me, organisation, which, files.put(data), kind)


def remove_picture(me: Actor, organisation: Organisation, which: Picture) -> None:
    """No picture any more; twice changes nothing."""
    require(me, Action.CHANGE_ORGANISATION, organisation)
    if getattr(organisation, which) is not None:
        _keep_picture(me, organisation, which, None, None)


def picture(slug: str, digest: str) -> str:
    """The type of an organisation's logo, for as long as it is that; anybody may see it."""
    row = db.session.execute(
        select(Organisation.logo, Organisation.logo_type).where(Organisation.slug == slug)
    ).one_or_none()
    if row is None or row[0] != digest:
        raise Missing(_("There is no such file."))
    return str(row[1])


def clean_site(text: str) -> str:
    """An address in the web, or nothing; ``https://`` is added where nothing stands before."""
    address = text.strip()
    if address and "://" not in address:
        address = f"https://{address}"
    parts = urlsplit(address)
    is_wrong = parts.scheme not in {"http", "https"} or "." not in (parts.hostname or "")
    if address and (is_wrong or len(address) > LONGEST_LINE or not address.isprintable()):
        raise Invalid(
            _("This is no address of a site. It looks like https://organisation.org."), field="site"
        )
    return address


def clean_line(text: str, field: str, longest: int = organisations.LONGEST_NAME) -> str:
    """One line, or nothing."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(line) > longest:
        raise Invalid(_("Use at most %(count)s characters."), count=longest, field=field)
    return line


def _keep_picture(
    me: Actor, organisation: Organisation, which: Picture, digest: str | None, kind: str | None
) -> None:
    before = getattr(organisation, which)
    if before != digest:
        audit.record(me, Verb.CHANGED, _thing(organisation), changes={which: (before, digest)})
        setattr(organisation, which, digest)
        setattr(organisation, f"{which}_type", kind)


def _thing(organisation: Organisation) -> str:
    return f"organisation:{organisation.id}"
