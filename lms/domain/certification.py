"""Certificates: issued once as frozen facts, looked up by anybody, withdrawn only by their holder."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update

from lms.content.outline import CourseText
from lms.database import add_once, db
from lms.domain import accounts, discarded, journal, notices, numbers, organisations, wording
from lms.domain.cohorts import branding
from lms.domain.errors import Denied, Missing, _
from lms.domain.permissions import Action, Actor, System, actor_id, require
from lms.models import (
    Certificate,
    Course,
    Edition,
    MailKind,
    Organisation,
    Revocation,
    RevocationKind,
    User,
    Verb,
)

TEMPLATE_VERSION = 1
"""How the certificate looks; a new design is a new number, and old certificates keep theirs."""


class State(StrEnum):
    """What a certificate is worth today."""

    VALID = "valid"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


# --- issuing ------------------------------------------------------------------------------------


def issue(
    user: User,
    course: Course,
    edition: Edition,
    text: CourseText,
    *,
    percent: int | None,
    earned_at: datetime,
    period: int = 1,
) -> Certificate | None:
    """The certificate of this person, course and period: made now, or made before.

    Who has earned it is for the caller to know. None while the address is not confirmed.
    """
    if user.confirmed_at is None:
        return None
    mine = select(Certificate).where(
        Certificate.holder_id == user.id,
        Certificate.course_id == course.id,
        Certificate.period == period,
    )
    known = db.session.scalar(mine)
    if known is not None:
        return known
    made = _frozen(user, course, edition, text, percent, earned_at, period)
    if not add_once(made):
        return db.session.scalars(mine).one()
    journal.record(user, Verb.EARNED, _thing(made), course_id=course.id)
    notices.tell(
        user,
        MailKind.EARNED,
        course=made.course_title,
        number=made.number,
        path=f"certificates/{made.number}.pdf",
    )
    return made


def set_certificate_name(actor: User, name: str) -> None:
    """How the next certificate will read; those that were issued keep their name."""
    require(actor, Action.LEARN)
    name = accounts.clean_name(name)
    if name != actor.name_on_certificate:
        actor.certificate_name = name
        journal.record(actor, Verb.RENAMED, f"user:{actor.id}")


# --- looking up ---------------------------------------------------------------------------------


def certificates_of(user: User) -> Sequence[Certificate]:
    """All of this person's certificates, the newest first."""
    return db.session.scalars(
        select(Certificate)
        .where(Certificate.holder_id == user.id)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    ).all()


def find(number: str) -> Certificate | None:
    """The certificate with this number (see numbers.read); for everybody, as it is public."""
    return db.session.scalar(select(Certificate).where(Certificate.number == number))


def certificate_for(actor: Actor, number: str) -> Certificate:
    """The certificate for its holder; Denied for others: that it exists, anybody may look up."""
    certificate = find(number)
    if certificate is None:
        raise Missing(_("There is no such certificate."))
    require(actor, Action.HOLD_CERTIFICATE, certificate)
    return certificate


def state_of(certificate: Certificate, now: datetime) -> State:
    """What it is worth; the last day counts whole."""
    if certificate.revocation is not None:
        return State(certificate.revocation.kind.value)
    until = certificate.valid_until
    return State.VALID if until is None or now.date() <= until.date() else State.EXPIRED


# --- withdrawing --------------------------------------------------------------------------------


def withdraw(actor: Actor, certificate: Certificate) -> None:
    """End it for good, at its holder's wish; nobody else can, not even the platform itself.

    Doing it twice changes nothing.
    """
    if isinstance(actor, System):
        raise Denied(_("Only the holder can have a certificate withdrawn."))
    require(actor, Action.HOLD_CERTIFICATE, certificate)
    if certificate.revocation is not None:
        return
    withdrawal = Revocation(
        certificate_id=certificate.id,
        kind=RevocationKind.WITHDRAWN,
        at=journal.now(),
        by=actor_id(actor),
    )
    if add_once(withdrawal):
        journal.record(actor, Verb.WITHDREW, _thing(certificate), course_id=certificate.course_id)
    db.session.refresh(certificate, ["revocation"])


def let_go(person: User, certificate: Certificate, *, ends: bool, at: datetime) -> bool:
    """Its holder leaves: it stays as it is and leads to nobody, or it ends; whether it stays.

    Of one that was withdrawn, now or before, what it said is forgotten.
    """
    certificate.holder_id = None
    if ends and certificate.revocation is None:
        by = actor_id(person)
        kind = RevocationKind.WITHDRAWN
        add_once(Revocation(certificate_id=certificate.id, kind=kind, at=at, by=by))
        journal.record(person, Verb.WITHDREW, _thing(certificate), course_id=certificate.course_id)
        db.session.refresh(certificate, ["revocation"])
    gone = certificate.revocation
    if gone is None or gone.kind is not RevocationKind.WITHDRAWN:
        journal.part(person, _thing(certificate))
        return True
    discarded.discard(filter(None, (certificate.pdf_digest, certificate.badge_digest)))
    certificate.holder_name = certificate.statement = certificate.salt = ""
    certificate.percent = certificate.pdf_digest = certificate.badge_digest = None
    certificate.partner_logo = certificate.partner_signature = None
    return False


# --- files --------------------------------------------------------------------------------------


def without_file(most: int, *, besides: Collection[int] = ()) -> Sequence[Certificate]:
    """Certificates whose PDF is not made yet, the oldest first, without those with these ids."""
    return db.session.scalars(
        select(Certificate)
        .where(
            Certificate.pdf_digest.is_(None),
            Certificate.holder_name != "",
            Certificate.id.not_in(besides),
        )
        .order_by(Certificate.id)
        .limit(most)
    ).all()


def keep_file(certificate_id: int, digest: str, badge: str | None = None) -> None:
    """Note where the PDF and its badge lie. The first stay, whoever else made some."""
    db.session.execute(
        update(Certificate)
        .where(Certificate.id == certificate_id, Certificate.pdf_digest.is_(None))
        .values(pdf_digest=digest, badge_digest=badge)
    )


# --- what is frozen -----------------------------------------------------------------------------


def _frozen(
    user: User,
    course: Course,
    edition: Edition,
    text: CourseText,
    percent: int | None,
    earned_at: datetime,
    period: int,
) -> Certificate:
    """The facts of today; nothing that happens later changes them."""
    now = journal.now()
    words = wording.wording_for(user, text, percent)
    valid = text.certificate.valid if text.certificate else None
    partner = branding.partner_of(user, course)
    return Certificate(
        number=numbers.new(),
        salt=secrets.token_hex(32),
        holder_id=user.id,
        course_id=course.id,
        period=period,
        holder_name=user.name_on_certificate,
        course_slug=course.slug,
        course_title=words.course,
        language=words.language,
        hours=wording.shortened(text.hours, 16),
        percent=percent,
        title=words.title,
        statement=words.statement,
        signatories=[
            {"name": name, "role": role}
            for name, role in (*words.signatories, *_signed_by(partner))
        ],
        partners=list(dict.fromkeys([*text.partners, *_named(partner, words.language)])),
        partner_logo=partner.logo if partner else None,
        partner_signature=partner.signature if partner and partner.signatory_name else None,
        issuer=wording.ISSUER,
        edition_number=edition.number,
        edition_digest=edition.digest,
        earned_at=earned_at,
        issued_at=now,
        valid_until=wording.later(now, valid) if valid else None,
        template_version=TEMPLATE_VERSION,
    )


def _named(partner: Organisation | None, language: str) -> list[str]:
    return [organisations.name_in(partner, language)] if partner else []


def _signed_by(partner: Organisation | None) -> list[tuple[str, str]]:
    if partner is None or not partner.signatory_name:
        return []
    return [(partner.signatory_name, partner.signatory_role)]


def _thing(certificate: Certificate) -> str:
    """How the journal names a certificate."""
    return f"certificate:{certificate.id}"
