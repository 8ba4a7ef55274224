"""The transparency log: every certificate and every end of one, in a chain that can only grow.

An entry holds a number in the row, a time, what happened, and a digest: the SHA-256 of the facts and
of a salt that only the row has, so that nobody who reads the log learns of whom it speaks. Its head
is the SHA-256 of the head before it and of these. Only the worker adds entries, in turn. Who keeps a
head can have it proven later that nothing before it was changed (transparency_audit.py).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, func, select

from lms.database import db, take_turns
from lms.domain import journal, notices
from lms.models import (
    Certificate,
    LogDay,
    LogEntry,
    LogKind,
    MailKind,
    Membership,
    MembershipRole,
    Organisation,
    Revocation,
    User,
)

START = "0" * 64
"""The head before the first entry."""
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 200
PAGE = 50
ENTRIES = 1000
"""Entries in one answer."""
TURNSTILE = 18
"""Those who add entries take turns."""
FACTS = (
    *("number", "award", "course_id", "path_id", "period", "version", "holder_name"),
    *("course_slug", "course_title", "language", "hours", "percent", "title", "statement"),
    *("signatories", "partners", "partner_logo", "partner_signature", "issuer"),
    *("edition_number", "edition_digest", "earned_at", "issued_at", "valid_until"),
    *("template_version", "log_head"),
)
"""What the digest of a certificate covers. Never change it: all digests of before would be wrong.

A new column that must be covered begins a second list, for a new template_version."""
ENDS = ("kind", "at", "by", "reason", "successor")
"""The same of the end of one, beside its number."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day's head, and how many entries the day added."""

    day: str
    entries: int
    sequence: int
    head: str


# --- digests ------------------------------------------------------------------------------------


def digest_of(certificate: Certificate) -> str:
    """Of its facts and its salt."""
    return _digest({name: getattr(certificate, name) for name in FACTS}, certificate.salt)


def digest_of_end(gone: Revocation, certificate: Certificate) -> str:
    """The same of its end, with the same salt."""
    facts = {name: getattr(gone, name) for name in ENDS}
    return _digest({"number": certificate.number, **facts}, certificate.salt)


def head_of(previous: str, sequence: int, at: datetime, kind: LogKind, digest: str) -> str:
    """The head of an entry that follows ``previous``: five lines, each with its end."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    lines = (previous, str(sequence), moment, kind.value, digest)
    return sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def seal(certificate: Certificate, gone: Revocation) -> None:
    """Keep the digests of one that ended, before its facts are forgotten."""
    certificate.log_digest = certificate.log_digest or digest_of(certificate)
    gone.log_digest = gone.log_digest or digest_of_end(gone, certificate)


def _digest(facts: dict[str, Any], salt: str) -> str:
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, default=_plain)
    return sha256(f"{text}\n{salt}".encode()).hexdigest()


def _plain(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


# --- adding, for the worker ---------------------------------------------------------------------


def append_next() -> int:
    """Add some of what is not in the log yet; how many entries, 0 when nothing is left.

    Certificates first, as they were issued: none ends before its beginning is in the log.
    """
    take_turns(TURNSTILE)
    rows: list[tuple[LogKind, Certificate | Revocation, str]] = [
        (LogKind.ISSUED, row, row.log_digest or digest_of(row))
        for row in db.session.scalars(_waiting_certificates())
    ] or [
        (LogKind(row.kind.value), row, row.log_digest or digest_of_end(row, of))
        for row, of in db.session.execute(_waiting_ends())
    ]
    last, earliest = _last_entry(), _earliest()
    for kind, row, digest in rows:
        last = _append(last, earliest, kind, digest)
        row.log_digest, row.log_sequence = digest, last.sequence
    return len(rows)


def close_next_day() -> int:
    """Make the head of a day that is over public, and mail it to partners; 0 when none is left."""
    take_turns(TURNSTILE)
    last = _last_day()
    first = db.session.scalar(
        select(LogEntry).where(LogEntry.sequence == (last.sequence if last else 0) + 1)
    )
    if first is None or first.at.date() >= journal.now().date():
        return 0
    day = first.at.date()
    newest = db.session.scalars(
        select(LogEntry)
        .where(LogEntry.at < _midnight(day + timedelta(days=1)))
        .order_by(LogEntry.at.desc(), LogEntry.sequence.desc())
        .limit(1)
    ).one()
    db.session.add(LogDay(day=day.isoformat(), sequence=newest.sequence, head=newest.head))
    for manager in db.session.scalars(_managers()):
        notices.tell(
            manager,
            MailKind.LOG_HEAD,
            day=_midnight(day).isoformat(),
            head=newest.head,
            path="transparency",
        )
    return 1


def _append(last: LogEntry | None, earliest: datetime, kind: LogKind, digest: str) -> LogEntry:
    """The next link. A clock that runs behind makes no entry earlier than the one before."""
    sequence, previous = (last.sequence + 1, last.head) if last else (1, START)
    at = max(journal.now(), earliest, last.at if last else earliest)
    head = head_of(previous, sequence, at, kind, digest)
    entry = LogEntry(sequence=sequence, at=at, kind=kind, digest=digest, head=head)
    db.session.add(entry)
    return entry


def _last_entry() -> LogEntry | None:
    last = select(func.max(LogEntry.sequence)).scalar_subquery()
    return db.session.scalar(select(LogEntry).where(LogEntry.sequence == last))


def _earliest() -> datetime:
    """When the day ended whose head was made public last."""
    day = _last_day()
    return _midnight(date.fromisoformat(day.day) + timedelta(days=1)) if day else BEGINNING


def _waiting_certificates() -> Select[Certificate]:
    return (
        select(Certificate)
        .where(Certificate.log_sequence.is_(None))
        .order_by(Certificate.id)
        .limit(BATCH)
    )


def _waiting_ends() -> Select[Revocation, Certificate]:
    return (
        select(Revocation, Certificate)
        .join(Certificate, Certificate.id == Revocation.certificate_id)
        .where(Revocation.log_sequence.is_(None))
        .order_by(Revocation.certificate_id)
        .limit(BATCH)
    )


def _managers() -> Select[User]:
    """Of partners, each once."""
    theirs = (
        select(Membership.user_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.role == MembershipRole.MANAGER, Organisation.partner_since.is_not(None))
    )
    return select(User).where(User.id.in_(theirs)).order_by(User.id)


def _last_day() -> LogDay | None:
    return db.session.scalar(select(LogDay).order_by(LogDay.day.desc()).limit(1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


# --- for everybody ------------------------------------------------------------------------------


def newest_head() -> str | None:
    """The newest day's head, for what is issued now; None before the first day is over."""
    return db.session.scalar(select(LogDay.head).order_by(LogDay.day.desc()).limit(1))


def days(page: int = 1) -> tuple[Sequence[Day], bool]:
    """A page of days with their heads, the newest first, and whether there are more."""
    before = func.lag(LogDay.sequence, 1, 0).over(order_by=LogDay.day)
    rows = db.session.execute(
        select(LogDay.day, LogDay.sequence - before, LogDay.sequence, LogDay.head)
        .order_by(LogDay.day.desc())
        .limit(PAGE + 1)
        .offset(PAGE * (page - 1))
    ).all()
    return [Day(*row) for row in rows[:PAGE]], len(rows) > PAGE


def entries(after: int) -> Sequence[LogEntry]:
    """Some entries of days that are over, those behind this sequence: anybody may follow the chain."""
    last = select(func.max(LogDay.sequence)).scalar_subquery()
    return db.session.scalars(
        select(LogEntry)
        .where(LogEntry.sequence > after, LogEntry.sequence <= last)
        .order_by(LogEntry.sequence)
        .limit(ENTRIES)
    ).all()


def entry_of(certificate: Certificate) -> LogEntry | None:
    """Where its beginning stands; None until the worker has added it."""
    return db.session.get(LogEntry, certificate.log_sequence) if certificate.log_sequence else None
