"""Signs of life of the workers, and how much there is to do."""

import os
import socket
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, select

from lms.database import db
from lms.domain import journal
from lms.models import Attempt, Certificate, Edition, Enrolment, OutgoingMail, SignOfLife, User

FORGOTTEN = timedelta(days=1)
"""After this, a worker that said nothing more is not remembered."""


def give() -> int:
    """This process works; always 1."""
    now = journal.now()
    db.session.execute(delete(SignOfLife).where(SignOfLife.at < now - FORGOTTEN))
    db.session.merge(SignOfLife(worker=f"{socket.gethostname()[:80]}:{os.getpid()}", at=now))
    return 1


def seconds_since_last() -> float | None:
    """How long ago any worker said that it works; None when none ever did."""
    last = db.session.scalar(select(func.max(SignOfLife.at)))
    return None if last is None else (journal.now() - last).total_seconds()


@dataclass(frozen=True, slots=True)
class Figures:
    """What an operator watches: what waits, and what was ever made (numbers that only grow)."""

    mails_waiting: int
    mails_failed: int
    certificates_waiting: int
    editions_waiting: int
    people: int
    enrolments: int
    attempts: int
    certificates: int


def figures() -> Figures:
    """Counts what is little; of what is much, the last number tells how much there was."""
    return Figures(
        mails_waiting=_count(OutgoingMail.sent_at.is_(None) & OutgoingMail.failed_at.is_(None)),
        mails_failed=_count(OutgoingMail.sent_at.is_(None) & OutgoingMail.failed_at.is_not(None)),
        certificates_waiting=_count(Certificate.pdf_digest.is_(None)),
        editions_waiting=_count(Edition.rechecked_at.is_(None)),
        people=_last(User.id),
        enrolments=_last(Enrolment.id),
        attempts=_last(Attempt.id),
        certificates=_last(Certificate.id),
    )


def _count(condition: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).where(condition)) or 0


def _last(number: object) -> int:
    return db.session.scalar(select(func.max(number))) or 0
