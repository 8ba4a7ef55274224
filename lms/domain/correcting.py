"""A corrected name: a new certificate takes the place of the old one, whose number leads to it.

Its holder may do it, for one that is valid and in one's hands. Twice at most: whoever could put one
name after the other on it could pass it on.
"""

import secrets

from sqlalchemy import select

from lms.database import add_once, db
from lms.domain import catalogue, certification, frozen, journal, numbers, transparency, wording
from lms.domain.certification import State, thing
from lms.domain.errors import Conflict, _
from lms.domain.permissions import Action, actor_id, require
from lms.models import Certificate, Edition, Revocation, RevocationKind, User, Verb

MOST = 3
"""Versions of one certificate, the first one included."""
OWN = {"number", "version", "holder_name", "statement", "issued_at", "template_version", "log_head"}
"""The facts that a new version does not share."""


def why_not(me: User, certificate: Certificate) -> Conflict | None:
    """Why the name on it cannot become mine of today; None when it can."""
    if certification.state_of(certificate, journal.now()) is not State.VALID:
        return Conflict(_("Only a valid certificate can be corrected."))
    if certificate.holder_name == me.name_on_certificate:
        return Conflict(_("This certificate has that name already."))
    if certificate.version >= MOST:
        return Conflict(
            _("The name on this certificate was corrected twice. Write to us if it is still wrong.")
        )
    return None


def correct(me: User, certificate: Certificate) -> Certificate:
    """The new version, with the name that I chose for certificates. Raises Conflict."""
    require(me, Action.HOLD_CERTIFICATE, certificate)
    if (reason := why_not(me, certificate)) is not None:
        raise reason
    new = _next_version(me, certificate)
    now = journal.now()
    replaced = Revocation(
        certificate_id=certificate.id,
        kind=RevocationKind.SUPERSEDED,
        at=now,
        by=actor_id(me),
        successor=new.number,
    )
    if not add_once(replaced):  # it ended a moment before
        raise Conflict(_("Only a valid certificate can be corrected."))
    db.session.add(new)
    db.session.flush()
    db.session.refresh(certificate, ["revocation"])
    journal.record(
        me, Verb.CORRECTED, thing(new), course_id=new.course_id, instead_of=thing(certificate)
    )
    return new


def _next_version(me: User, certificate: Certificate) -> Certificate:
    shared = {name: getattr(certificate, name) for name in transparency.FACTS if name not in OWN}
    return Certificate(
        **shared,
        number=numbers.new(),
        salt=secrets.token_hex(32),
        holder_id=me.id,
        version=certificate.version + 1,
        holder_name=me.name_on_certificate,
        statement=_statement(me, certificate),
        issued_at=journal.now(),
        template_version=frozen.TEMPLATE_VERSION,
        log_head=transparency.newest_head(),
    )


def _statement(me: User, certificate: Certificate) -> str:
    """What its edition says, of the new name; a diploma names nobody."""
    if certificate.course_id is None:
        return certificate.statement
    edition = db.session.scalars(
        select(Edition).where(
            Edition.course_id == certificate.course_id, Edition.number == certificate.edition_number
        )
    ).one()
    return wording.statement_for(
        me.name_on_certificate,
        catalogue.text_of(edition),
        certificate.language,
        certificate.percent,
    )
