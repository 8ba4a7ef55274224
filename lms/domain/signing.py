"""Which keys this installation signs with. Older ones stay known: what they signed is still ours."""

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


def make_known(actor: Actor, fingerprint: str, public_key: str) -> None:
    """From now on this one signs; also one that did before. Twice changes nothing."""
    require(actor, Action.CHANGE_KEYS)
    known = newest()
    if known is None or known.fingerprint != fingerprint:
        db.session.merge(
            SigningKey(fingerprint=fingerprint, public_key=public_key, at=journal.now())
        )
        db.session.flush()
