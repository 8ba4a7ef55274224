"""What badges ask of the rows of certificates: which of them are worth nothing any more."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from lms.database import db
from lms.domain import certification
from lms.domain.ending import FORGOTTEN
from lms.models import Certificate, Revocation


def gone(first: int, count: int) -> Mapping[int, datetime] | None:
    """Of so many certificates from this id on: those that ended, and when. None: there are no such yet."""
    newest = db.session.scalar(select(func.max(Certificate.id))) or 0
    if first > newest:
        return None
    rows = db.session.execute(
        select(Revocation.certificate_id, Revocation.at).where(
            Revocation.certificate_id.between(first, first + count - 1)
        )
    )
    return {number: at for number, at in rows}  # noqa: C416 (rows are no pairs to mypy)


def badge_of(number: str) -> str | None:
    """Where the badge of this certificate lies; None where there is none to show."""
    certificate = certification.find(number)
    if certificate is None:
        return None
    ended = certificate.revocation
    shown = ended is None or ended.kind not in FORGOTTEN
    return certificate.badge_digest if shown else None
