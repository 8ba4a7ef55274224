"""Certificates: issued once as frozen facts, looked up by anybody. How they end: ending.py."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select, update

from lms.content.outline import CourseText
from lms.content.paths import PathText
from lms.database import add_once, db
from lms.domain import (
    accounts,
    journal,
    notices,
    numbers,
    organisations,
    transparency,
    wording,
)
from lms.domain.cohorts import branding
from lms.domain.errors import Missing, _
from lms.domain.permissions import Action, Actor, require
from lms.models import (
    Award,
    Certificate,
    Course,
    Edition,
    MailKind,
    Organisation,
    Path,
    PathEdition,
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
    mine = (Certificate.course_id == course.id, Certificate.period == period)
    return _newest(user, *mine) or _keep(
        user, _frozen(user, course, edition, text, percent, earned_at, period), *mine
    )


def issue_diploma(
    user: User, path: Path, edition: PathEdition, text: PathText, hours: str
) -> Certificate:
    """The diploma of this person and path: made now, or made before. ``hours``: of its courses."""
    mine = (Certificate.path_id == path.id,)
    return _newest(user, *mine) or _keep(
        user, _frozen_diploma(user, path, edition, text, hours), *mine
    )


def _newest(user: User, *which: ColumnElement[bool]) -> Certificate | None:
    """Of corrected ones the last."""
    return db.session.scalar(
        select(Certificate)
        .where(Certificate.holder_id == user.id, *which)
        .order_by(Certificate.version.desc())
        .limit(1)
    )


def _keep(user: User, made: Certificate, *which: ColumnElement[bool]) -> Certificate:
    """This one, or the one that another process issued a moment before."""
    if not add_once(made):
        return db.session.scalars(
            select(Certificate).where(Certificate.holder_id == user.id, *which)
        ).one()
    journal.record(user, Verb.EARNED, thing(made), course_id=made.course_id)
    notices.tell(
        user,
        MailKind.EARNED,
        course=made.course_title,
        number=made.number,
        path=f"certificates/{made.number}.pdf",
        diploma=made.award is Award.DIPLOMA,
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


def current_of(user: User) -> Sequence[Certificate]:
    """The same without those that a corrected one took the place of."""
    return [one for one in certificates_of(user) if not _is_replaced(one)]


def _is_replaced(certificate: Certificate) -> bool:
    return certificate.revocation is not None and certificate.revocation.successor is not None


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


def newest_version(certificate: Certificate) -> Certificate:
    """The one that counts today, where names were corrected; else itself."""
    gone = certificate.revocation
    while gone is not None and gone.successor is not None:
        certificate = db.session.scalars(
            select(Certificate).where(Certificate.number == gone.successor)
        ).one()
        gone = certificate.revocation
    return certificate


def state_of(certificate: Certificate, now: datetime) -> State:
    """What it is worth; the last day counts whole."""
    if certificate.revocation is not None:
        return State(certificate.revocation.kind.value)
    until = certificate.valid_until
    return State.VALID if until is None or now.date() <= until.date() else State.EXPIRED


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
    award = Award(text.certificate.award.value) if text.certificate else Award.COMPLETION
    percent = None if award is Award.ATTENDANCE else percent
    words = wording.wording_for(user, text, percent)
    valid = text.certificate.valid if text.certificate else None
    partner = branding.partner_of(user, course)
    return Certificate(
        number=numbers.new(),
        salt=secrets.token_hex(32),
        holder_id=user.id,
        course_id=course.id,
        period=period,
        award=award,
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
        log_head=transparency.newest_head(),
    )


def _frozen_diploma(
    user: User, path: Path, edition: PathEdition, text: PathText, hours: str
) -> Certificate:
    """A diploma says what was done and does not run out."""
    now = journal.now()
    said = text.say(user.language)
    return Certificate(
        number=numbers.new(),
        salt=secrets.token_hex(32),
        holder_id=user.id,
        course_id=None,
        path_id=path.id,
        award=Award.DIPLOMA,
        period=1,
        holder_name=user.name_on_certificate,
        course_slug=path.slug,
        course_title=wording.shortened(said.title, 500),
        language=said.language,
        hours=wording.shortened(hours, 16),
        percent=None,
        title=wording.TITLES[Award.DIPLOMA],
        statement=wording.STATEMENTS[Award.DIPLOMA],
        signatories=[],
        partners=[],
        issuer=wording.ISSUER,
        edition_number=edition.number,
        edition_digest=edition.digest,
        earned_at=now,
        issued_at=now,
        valid_until=None,
        template_version=TEMPLATE_VERSION,
        log_head=transparency.newest_head(),
    )


def _named(partner: Organisation | None, language: str) -> list[str]:
    return [organisations.name_in(partner, language)] if partner else []


def _signed_by(partner: Organisation | None) -> list[tuple[str, str]]:
    if partner is None or not partner.signatory_name:
        return []
    return [(partner.signatory_name, partner.signatory_role)]


def thing(certificate: Certificate) -> str:
    """How the journal and the audit log name a certificate."""
    return f"certificate:{certificate.id}"
