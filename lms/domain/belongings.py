"""Everything that is kept about one person, section by section, in plain values."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from lms.database import db
from lms.models import (
    Certificate,
    ChangeNotice,
    Completion,
    Course,
    CourseRoleGrant,
    DueNotice,
    Edition,
    Enrolment,
    Event,
    Lesson,
    MailLink,
    MailRefusal,
    Mark,
    Membership,
    Organisation,
    OutgoingMail,
    Report,
    SignIn,
    SiteRoleGrant,
    User,
)

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """A file of an export. covers: ``table.column`` of what refers to a person and is told here."""

    name: str
    rows: Callable[[User], Iterator[Plain]]
    covers: tuple[str, ...] = ()


LEFT_OUT = {
    "export.user_id": "that is the file itself",
    "answer.attempt_id": "told with its attempt, in attempts/",
    "attempt.user_id": "one file each, in attempts/",
    "mark.attempt_id+position": "told with its answer, in attempts/",
}
"""What refers to a person and is in no section, and why."""


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


def enrolments(me: User) -> Iterator[Plain]:
    """Courses that were begun."""
    query = (
        select(Enrolment.started_at, Course.slug)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.user_id == me.id)
        .order_by(Enrolment.id)
    )
    for started_at, slug in db.session.execute(query):
        yield {"course": slug, "began": started_at}


def completions(me: User) -> Iterator[Plain]:
    """Lessons that were done."""
    query = (
        select(Completion.at, Course.slug, Lesson.slug, Edition.number)
        .join(Lesson, Lesson.id == Completion.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .join(Edition, Edition.id == Completion.edition_id)
        .where(Completion.user_id == me.id)
        .order_by(Completion.id)
    )
    for at, course, lesson, edition in db.session.execute(query).yield_per(PIECE):
        yield {"course": course, "lesson": lesson, "edition": edition, "done": at}


def notices(me: User) -> Iterator[Plain]:
    """What was told already, so that nobody is told twice."""
    dues = (
        select(DueNotice.at, Course.slug, Lesson.slug)
        .join(Lesson, Lesson.id == DueNotice.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(DueNotice.user_id == me.id)
    )
    for at, course, lesson in db.session.execute(dues):
        yield {"told": "due soon", "course": course, "lesson": lesson, "at": at}
    changes = (
        select(ChangeNotice, Course.slug)
        .join(Course, Course.id == ChangeNotice.course_id)
        .where(ChangeNotice.user_id == me.id)
    )
    for row, course in db.session.execute(changes):
        yield {"told": "changed", "course": course, "edition": row.edition_number, "at": row.at}


def certificates(me: User) -> Iterator[Plain]:
    """All facts of each, and whether it was withdrawn."""
    query = select(Certificate).where(Certificate.holder_id == me.id).order_by(Certificate.id)
    for row in db.session.scalars(query):
        gone = row.revocation
        yield {
            "number": row.number,
            "name": row.holder_name,
            "course": row.course_title,
            "title": row.title,
            "statement": row.statement,
            "language": row.language,
            "hours": row.hours,
            "score in percent": row.percent,
            "issuer": row.issuer,
            "signed by": row.signatories,
            "partners": row.partners,
            "edition": row.edition_number,
            "digest of the edition": row.edition_digest,
            "earned": row.earned_at,
            "issued": row.issued_at,
            "valid until": row.valid_until,
            "withdrawn": None if gone is None else gone.at,
            "withdrawn because": None if gone is None else gone.reason or gone.kind,
        }


def reports(me: User) -> Iterator[Plain]:
    """Mistakes that were reported."""
    query = (
        select(Report, Course.slug, Lesson.slug)
        .join(Course, Course.id == Report.course_id)
        .join(Lesson, Lesson.id == Report.lesson_id)
        .where(Report.reporter_id == me.id)
        .order_by(Report.id)
    )
    for row, course, lesson in db.session.execute(query).yield_per(PIECE):
        yield {
            "course": course,
            "lesson": lesson,
            "language": row.language,
            "text": row.text,
            "sentence": row.quote,
            "at": row.at,
            "settled": row.resolved_at,
        }


def marks(me: User) -> Iterator[Plain]:
    """Marks that were given to others; whose work it was is not told."""
    query = (
        select(Mark, Course.slug)
        .join(Course, Course.id == Mark.course_id)
        .where(Mark.marker_id == me.id)
        .order_by(Mark.id)
    )
    for row, course in db.session.execute(query).yield_per(PIECE):
        yield {
            "course": course,
            "at": row.at,
            "share of the points": row.share,
            "points": row.points,
            "comments": row.comments,
            "comment": row.comment,
        }


def publications(me: User) -> Iterator[Plain]:
    """Editions that were published."""
    query = (
        select(Edition, Course.slug)
        .join(Course, Course.id == Edition.course_id)
        .where(Edition.published_by == me.public_id)
        .order_by(Edition.id)
    )
    for row, course in db.session.execute(query):
        yield {"course": course, "edition": row.number, "at": row.published_at, "note": row.note}


def journal(me: User) -> Iterator[Plain]:
    """What was done by me, and to my account."""
    query = select(Event).where(or_(Event.actor == me.public_id, Event.object == f"user:{me.id}"))
    for row in db.session.scalars(query.order_by(Event.id)).yield_per(PIECE):
        yield {
            "at": row.at,
            "by": "me" if row.actor == me.public_id else row.actor,
            "what": row.verb,
            "to": row.object,
            "details": row.details,
        }


PIECE = 500
"""Rows that are in memory at a time."""
SECTIONS = (
    Section("account", account),
    Section("sign-ins", sign_ins, ("sign_in.user_id",)),
    Section("links", links, ("mail_link.user_id",)),
    Section("mails", mails),
    Section("refused-mails", refused_mails, ("mail_refusal.user_id",)),
    Section(
        "roles",
        roles,
        ("site_role_grant.user_id", "course_role_grant.user_id", "membership.user_id"),
    ),
    Section("enrolments", enrolments, ("enrolment.user_id",)),
    Section("completions", completions, ("completion.user_id",)),
    Section("notices", notices, ("due_notice.user_id", "change_notice.user_id")),
    Section("certificates", certificates),
    Section("reports", reports, ("report.reporter_id",)),
    Section("marks-given", marks, ("mark.marker_id",)),
    Section("publications", publications),
    Section("journal", journal),
)
"""One file of an export each."""
