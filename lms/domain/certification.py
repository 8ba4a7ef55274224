"""Certificates: issued once as frozen facts, looked up by anybody. How they end: ending.py."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select, update

from lms.content.outline import CourseText
from lms.content.paths import PathText
from lms.database import add_once, db
from lms.domain import accounts, frozen, journal, notices
from lms.domain.errors import Missing, _
from lms.domain.permissions import Action, Actor, require
from lms.models import (
    Award,
    Certificate,
    Course,
    Edition,
    MailKind,
    Path,
    PathEdition,
    User,
    Verb,
)


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
        user, frozen.of_course(user, course, edition, text, percent, earned_at, period), *mine
    )


def issue_diploma(
    user: User, path: Path, edition: PathEdition, text: PathText, hours: str
) -> Certificate:
    """The diploma of this person and path: made now, or made before. ``hours``: of its courses."""
    mine = (Certificate.path_id == path.id,)
    return _newest(user, *mine) or _keep(
        user, frozen.of_path(user, path, edition, text, hours), *mine
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


def thing(certificate: Certificate) -> str:
    """How the journal and the audit log name a certificate."""
    return f"certificate:{certificate.id}"
