"""Proof that the transparency log only grew, and that every certificate is in it.

Read as one stream, however long the log is: each entry beside the row it speaks of, and beside the
head of its day. Whoever could change the database could also count all heads anew; what catches that
is a head that somebody kept elsewhere: in a mail, on a printed certificate.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from lms.domain import journal, transparency
from lms.domain.permissions import Action, Actor, require
from lms.models import Certificate, LogDay, LogEntry, LogKind, Revocation

PATIENCE = timedelta(hours=1)
"""So long a row may wait for its entry: the worker adds it within seconds."""
PIECE = 500
"""Entries in memory at a time."""
_OF_END = aliased(Certificate)


@dataclass(slots=True)
class Proof:
    """What was looked at. forgotten: rows whose facts went with their holder; their digests stay.

    found: the sequence of the head that somebody kept; None when it is not in the log.
    """

    entries: int = 0
    head: str = transparency.START
    certificates: int = 0
    ends: int = 0
    forgotten: int = 0
    waiting: int = 0
    found: int | None = None


def audit(actor: Actor, connection: Connection, proof: Proof, since: str | None) -> Iterator[str]:
    """What is wrong, one sentence after the other; ``proof`` counts along.

    connection: one that reads one moment (database.snapshot). since: a head that somebody kept.
    """
    require(actor, Action.SEE_AUDIT)
    with Session(connection) as session:
        yield from _chain(session, proof, since)
        yield from _rows(session, proof)
    if since is not None and proof.found is None:
        yield f"no entry has the head {since}: the log was changed or cut since it was kept"


# --- the chain ----------------------------------------------------------------------------------


def _chain(session: Session, proof: Proof, since: str | None) -> Iterator[str]:
    """Each entry: its place, its hash, its time, its row, its day."""
    last, closed = None, ""
    for row in session.execute(_entries(), execution_options={"yield_per": PIECE}):
        entry, day = row[0], row[1]
        for fault in (*_link(entry, last, proof.head), *_own_row(row, proof)):
            yield f"entry {entry.sequence} {fault}"
        if entry.at.date().isoformat() <= closed:
            yield f"entry {entry.sequence} was added to a day that was over"
        if day is not None:
            closed = day.day
            if (day.head, day.day) != (entry.head, entry.at.date().isoformat()):
                yield f"entry {entry.sequence} is not what the head of {day.day} says"
        proof.entries += 1
        proof.head = entry.head
        if entry.head == since:
            proof.found = entry.sequence
        last = (entry.sequence, entry.at)


def _entries() -> Select[LogEntry, LogDay, Certificate, Revocation, Certificate]:
    return (
        select(LogEntry, LogDay, Certificate, Revocation, _OF_END)
        .outerjoin(LogDay, LogDay.sequence == LogEntry.sequence)
        .outerjoin(Certificate, Certificate.log_sequence == LogEntry.sequence)
        .outerjoin(Revocation, Revocation.log_sequence == LogEntry.sequence)
        .outerjoin(_OF_END, _OF_END.id == Revocation.certificate_id)
        .order_by(LogEntry.sequence)
    )


def _link(entry: LogEntry, last: tuple[int, datetime] | None, head: str) -> Iterator[str]:
    sequence, at = last or (0, entry.at)
    if entry.sequence != sequence + 1:
        yield f"follows entry {sequence}: what was between them is gone"
    if entry.at < at:
        yield "is earlier than the one before it"
    right = transparency.head_of(head, entry.sequence, entry.at, entry.kind, entry.digest)
    if entry.head != right:
        yield "does not have the hash of what stands in it and before it"


def _own_row(row: Row[*tuple[Any, ...]], proof: Proof) -> Iterator[str]:
    """The certificate that began, or the end of one."""
    entry, _day, begun, gone, of = row
    if entry.kind is LogKind.ISSUED and begun is not None:
        proof.certificates += 1
        if begun.salt:
            if transparency.digest_of(begun) != entry.digest:
                yield f"is not what certificate:{begun.id} says"
        else:
            proof.forgotten += 1
            if not _may_be_forgotten(begun) or begun.log_digest != entry.digest:
                yield f"cannot be compared: certificate:{begun.id} was emptied"
    elif entry.kind is not LogKind.ISSUED and gone is not None:
        proof.ends += 1
        digest = transparency.digest_of_end(gone, of) if of.salt else gone.log_digest
        if digest != entry.digest:
            yield f"is not what the end of certificate:{of.id} says"
    else:
        yield "belongs to no certificate: its row is gone, or points elsewhere"


def _may_be_forgotten(certificate: Certificate) -> bool:
    """Its holder left, after it was withdrawn or replaced."""
    gone = certificate.revocation
    return (
        certificate.holder_id is None
        and gone is not None
        and gone.kind.value
        in {
            LogKind.WITHDRAWN,
            LogKind.SUPERSEDED,
        }
    )


# --- the rows -----------------------------------------------------------------------------------


def _rows(session: Session, proof: Proof) -> Iterator[str]:
    """What is not in the log, and what speaks of an entry or a head that is not there."""
    late = journal.now() - PATIENCE
    for name, row, key, at in (
        ("certificate", Certificate, Certificate.id, Certificate.issued_at),
        ("the end of certificate", Revocation, Revocation.certificate_id, Revocation.at),
    ):
        waits = row.log_sequence.is_(None)
        proof.waiting += session.scalar(select(func.count()).where(waits, at >= late)) or 0
        has_entry = select(LogEntry.sequence).where(LogEntry.sequence == row.log_sequence).exists()
        missing = (waits & (at < late)) | (row.log_sequence.is_not(None) & ~has_entry)
        for number in _stream(session, select(key).where(missing)):
            yield f"{name}:{number} is not in the log"
    known = select(LogEntry.head).where(LogEntry.head == Certificate.log_head).exists()
    printed = select(Certificate.id).where(Certificate.log_head.is_not(None), ~known)
    for number in _stream(session, printed):
        yield f"certificate:{number} was printed with a head that is not in the log"
    entry = select(LogEntry.sequence).where(LogEntry.sequence == LogDay.sequence).exists()
    for day in _stream(session, select(LogDay.day).where(~entry)):
        yield f"the head of {day} belongs to no entry"


def _stream(session: Session, query: Select[Any]) -> Iterator[Any]:
    return iter(session.scalars(query, execution_options={"yield_per": PIECE}))
