"""The account, and all ways into it."""

from collections.abc import Iterator

from sqlalchemy import select

from lms.database import db
from lms.domain.belongings.section import PIECE, Plain
from lms.models import (
    CodeApp,
    Course,
    CourseRoleGrant,
    MailLink,
    MailRefusal,
    Membership,
    Organisation,
    OutgoingMail,
    Passkey,
    ProviderAccount,
    RecoveryCode,
    SignIn,
    SiteRoleGrant,
    Suspension,
    User,
)


def account(me: User) -> Iterator[Plain]:
    """The person. Of the password it is told only whether there is one."""
    yield {
        "name": me.name,
        "name on certificates": me.certificate_name,
        "e-mail address": me.email,
        "language": me.language,
        "time zone": me.time_zone,
        "number in the journal": me.public_id,
        "made": me.created_at,
        "address confirmed": me.confirmed_at,
        "reminded to confirm": me.reminded_at,
        "suspended": me.suspended_at,
        "has a password": me.password_hash is not None,
    }


def sign_ins(me: User) -> Iterator[Plain]:
    """When and by what browser; the keys stay secret."""
    query = select(SignIn).where(SignIn.user_id == me.id).order_by(SignIn.id)
    for row in db.session.scalars(query).yield_per(PIECE):
        yield {
            "browser": row.browser,
            "began": row.created_at,
            "seen": row.seen_at,
            "ended": row.ended_at,
        }


def links(me: User) -> Iterator[Plain]:
    """Links that were mailed; the addresses among them are those that the account had or asked for."""
    query = select(MailLink).where(MailLink.user_id == me.id).order_by(MailLink.id)
    for row in db.session.scalars(query).yield_per(PIECE):
        yield {
            "for": row.purpose,
            "made": row.created_at,
            "valid until": row.expires_at,
            "used": row.used_at,
            "address": row.address,
        }


def mails(me: User) -> Iterator[Plain]:
    """Mails to the address of today. An address that nobody confirmed may be somebody else's."""
    if me.confirmed_at is None:
        return
    query = select(OutgoingMail).where(OutgoingMail.recipient == me.email)
    for row in db.session.scalars(query.order_by(OutgoingMail.id)).yield_per(PIECE):
        yield {
            "kind": row.kind,
            "to": row.recipient,
            "written": row.created_at,
            "sent": row.sent_at,
            "given up": row.failed_at,
        }


def refused_mails(me: User) -> Iterator[Plain]:
    """Kinds that were switched off."""
    for row in db.session.scalars(select(MailRefusal).where(MailRefusal.user_id == me.id)):
        yield {"kind": row.kind, "since": row.at}


def roles(me: User) -> Iterator[Plain]:
    """On the platform, in courses, in organisations."""
    for site in db.session.scalars(select(SiteRoleGrant).where(SiteRoleGrant.user_id == me.id)):
        yield {"role": site.role, "since": site.at}
    in_courses = (
        select(CourseRoleGrant, Course.slug)
        .join(Course, Course.id == CourseRoleGrant.course_id)
        .where(CourseRoleGrant.user_id == me.id)
    )
    for grant, slug in db.session.execute(in_courses):
        yield {"course": slug, "role": grant.role, "since": grant.at}
    memberships = (
        select(Membership, Organisation.name)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.user_id == me.id)
    )
    for membership, name in db.session.execute(memberships):
        yield {"organisation": name, "role": membership.role, "since": membership.at}


def factors(me: User) -> Iterator[Plain]:
    """What proves who I am beside the password; what is secret in it stays so."""
    for app in db.session.scalars(select(CodeApp).where(CodeApp.user_id == me.id)):
        yield {"kind": "app with codes", "since": app.created_at}
    keys = select(Passkey).where(Passkey.user_id == me.id).order_by(Passkey.id)
    for key in db.session.scalars(keys):
        yield {"kind": "passkey", "name": key.name, "since": key.created_at, "used": key.used_at}
    codes = select(RecoveryCode).where(RecoveryCode.user_id == me.id).order_by(RecoveryCode.id)
    for code in db.session.scalars(codes):
        yield {"kind": "recovery code", "since": code.created_at, "used": code.used_at}
    elsewhere = select(ProviderAccount).where(ProviderAccount.user_id == me.id)
    for one in db.session.scalars(elsewhere.order_by(ProviderAccount.id)):
        yield {
            "kind": "sign-in of an organisation",
            "provider": one.issuer,
            "number there": one.subject,
            "since": one.created_at,
            "used": one.used_at,
        }


def suspensions(me: User) -> Iterator[Plain]:
    """Times in which the account could not be used, and why."""
    query = select(Suspension).where(Suspension.user_id == me.id).order_by(Suspension.id)
    for row in db.session.scalars(query):
        yield {"reason": row.reason, "began": row.at, "lifted": row.lifted_at}
