"""Files in the store that somebody's data pointed to, and whether anything else points there.

A file is kept under the digest of its bytes, so that one may be the file of several people.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import String, cast, exists, or_, select, text

from lms.database import db
from lms.domain import journal
from lms.models import (
    Answer,
    Blob,
    Certificate,
    DiscardedFile,
    Download,
    Export,
    Organisation,
    Site,
)

POINTERS = (
    Blob.digest,
    Certificate.pdf_digest,
    Certificate.badge_digest,
    Certificate.partner_logo,
    Certificate.partner_signature,
    Export.digest,
    Download.digest,
    Site.logo,
    Organisation.logo,
    Organisation.signature,
)
"""Whatever names a file, beside the answers to questions that ask for one. A new kind of row with a
file needs its column here, or its files are removed."""
FRESH = timedelta(hours=1)
"""A file stored within this time may belong to a row that is just being written."""


def discard(digests: Iterable[str]) -> None:
    """Note that these files may go, once the transaction has ended well."""
    for digest in set(digests):
        db.session.merge(DiscardedFile(digest=digest, at=journal.now()))
    db.session.flush()


def waiting(most: int) -> Sequence[str]:
    """So many of them, the oldest first."""
    return db.session.scalars(
        select(DiscardedFile.digest)
        .where(DiscardedFile.at <= journal.now())
        .order_by(DiscardedFile.at)
        .limit(most)
    ).all()


def settle(digest: str, *, later: bool) -> None:
    """It was removed, or is needed; ``later``: nobody knows yet."""
    row = db.session.get(DiscardedFile, digest)
    if row is not None and later:
        row.at = journal.now() + FRESH
    elif row is not None:
        db.session.delete(row)


def is_needed(digest: str) -> bool:
    """Whether any row has this file."""
    uploads = select(Answer.position).where(text("kind = 'upload'"))  # the words of its index
    return bool(
        db.session.scalar(
            select(
                or_(
                    *(exists().where(column == digest) for column in POINTERS),
                    uploads.where(cast(Answer.response, String).contains(digest)).exists(),
                )
            )
        )
    )
