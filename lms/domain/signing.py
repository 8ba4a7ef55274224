"""Which keys this installation signs with. Older ones stay known: what they signed is still ours."""

from collections.abc import Sequence

from sqlalchemy import select

from lms.database import db
from lms.domain import journal
from lms.domain.permissions import Action, Actor, require
from lms.models import SigningKey


def newest() -> SigningKey | None:
    """The one that signs; None before the first was made known."""
    return db.session.scalar(
        select(SigningKey).order_by(SigningKey.at.desc(), SigningKey.fingerprint).limit(1)
    )


def all_keys() -> Sequence[SigningKey]:
    """Every one that ever signed, the newest first."""
    return db.session.scalars(
        select(SigningKey).order_by(SigningKey.at.desc(), SigningKey.fingerprint)
    ).all()


def make_known(actor: Actor, fingerprint: str, public_key: str, certificate: str) -> None:
    """From now on this one signs; also one that did before. Twice changes nothing.

    certificate: by which PDFs are signed now; those of before stay known.
    """
    require(actor, Action.CHANGE_KEYS)
    known = newest()
    if known is None or known.fingerprint != fingerprint:
        known = db.session.merge(
            SigningKey(fingerprint=fingerprint, public_key=public_key, at=journal.now())
        )
    if certificate not in known.certificate:
        known.certificate += certificate
    db.session.flush()
