"""How certificates end: withdrawn by their holder, revoked by an administrator, let go by who leaves."""

from datetime import datetime

from lms.database import add_once, db
from lms.domain import audit, certification, discarded, journal, mail, transparency
from lms.domain.certification import thing
from lms.domain.errors import Conflict, Denied, Invalid, Missing, _
from lms.domain.permissions import Action, Actor, System, actor_id, require
from lms.models import Certificate, MailKind, Revocation, RevocationKind, User, Verb

FORGOTTEN = {RevocationKind.WITHDRAWN, RevocationKind.SUPERSEDED}
"""What such a certificate said is shown to nobody, and forgotten when its holder leaves."""


def withdraw(actor: Actor, certificate: Certificate) -> None:
    """End it for good, at its holder's wish; nobody else can, not even the platform itself.

    Doing it twice changes nothing.
    """
    if isinstance(actor, System):
        raise Denied(_("Only the holder can have a certificate withdrawn."))
    require(actor, Action.HOLD_CERTIFICATE, certificate)
    if certificate.revocation is not None:
        return
    if _end(actor, certificate, RevocationKind.WITHDRAWN, journal.now()):
        journal.record(actor, Verb.WITHDREW, thing(certificate), course_id=certificate.course_id)


def find_to_revoke(actor: Actor, number: str) -> Certificate:
    """The certificate that an administrator looks at; Missing for another number."""
    require(actor, Action.REVOKE_CERTIFICATE)
    certificate = certification.find(number)
    if certificate is None:
        raise Missing(_("There is no such certificate."))
    return certificate


def revoke(actor: Actor, certificate: Certificate, reason: str) -> None:
    """End it for good, for a reason that everybody reads who checks it; its holder hears by mail."""
    require(actor, Action.REVOKE_CERTIFICATE)
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= audit.LONGEST_REASON:
        raise Invalid(_("Write the reason in one to 500 characters."), field="reason")
    now = journal.now()
    if certificate.revocation is not None or not _end(
        actor, certificate, RevocationKind.REVOKED, now, reason
    ):
        raise Conflict(_("This certificate has ended already."))
    holder = db.session.get(User, certificate.holder_id) if certificate.holder_id else None
    audit.record(
        actor,
        Verb.REVOKED,
        thing(certificate),
        person=holder,
        course_id=certificate.course_id,
        changes={"reason": (None, reason)},
    )
    if holder is not None:
        mail.enqueue(
            MailKind.REVOKED,
            to=holder.email,
            language=holder.language,
            name=holder.name,
            course=certificate.course_title,
            number=certificate.number,
            reason=reason,
        )


def let_go(person: User, certificate: Certificate, *, ends: bool, at: datetime) -> bool:
    """Its holder leaves: it stays as it is and leads to nobody, or it ends; whether it stays.

    Of one that was withdrawn or replaced, now or before, what it said is forgotten. Its entries
    stay in the log, which needs no more of it than the digests.
    """
    certificate.holder_id = None
    if ends and certificate.revocation is None:
        _end(person, certificate, RevocationKind.WITHDRAWN, at)
        journal.record(person, Verb.WITHDREW, thing(certificate), course_id=certificate.course_id)
    gone = certificate.revocation
    if gone is None or gone.kind not in FORGOTTEN:
        journal.part(person, thing(certificate))
        return True
    transparency.seal(certificate, gone)
    discarded.discard(filter(None, (certificate.pdf_digest, certificate.badge_digest)))
    certificate.holder_name = certificate.statement = certificate.salt = ""
    certificate.percent = certificate.pdf_digest = certificate.badge_digest = None
    certificate.partner_logo = certificate.partner_signature = None
    return False


def _end(
    actor: Actor, certificate: Certificate, kind: RevocationKind, at: datetime, reason: str = ""
) -> bool:
    """Whether this is what ended it: somebody else may have been a moment faster."""
    end = Revocation(
        certificate_id=certificate.id, kind=kind, at=at, by=actor_id(actor), reason=reason
    )
    is_first = add_once(end)
    db.session.refresh(certificate, ["revocation"])
    return is_first
