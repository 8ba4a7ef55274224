"""Signing in with a password. Every failure sounds the same and takes the same time."""

from dataclasses import dataclass

from sqlalchemy import select

from lms.database import db
from lms.domain import accounts, addresses, entering, passwords
from lms.domain.entering import Entrance
from lms.domain.errors import Invalid, _
from lms.models import User


@dataclass(frozen=True)
class Proof:
    """Whose password fitted which hash. ``renewed``: the hash with today's parameters."""

    user_id: int
    password_hash: str
    renewed: str | None


def prove(email: str, password: str) -> Proof:
    """Find who this is, in a reading transaction; else Invalid.

    An address has one owner at most, and may have people who did not confirm it, of whom the newest
    counts. Always two passwords are tried, so that time does not tell how many there are.
    """
    key = addresses.read(email).key
    candidates = (accounts.owner_of(key), accounts.newest_unconfirmed(key))
    proofs = [proof for person in candidates if (proof := _proof(person, password))]
    if not proofs:
        raise _refused()
    return proofs[0]


def sign_in(proof: Proof, browser: str, *, instead_of: str | None = None) -> Entrance:
    """Invalid when the password was changed meanwhile."""
    person = db.session.scalar(
        select(User).where(
            User.id == proof.user_id,
            User.password_hash == proof.password_hash,
            User.suspended_at.is_(None),
        )
    )
    if person is None:
        raise _refused()
    if proof.renewed:
        person.password_hash = proof.renewed
    return entering.enter(person, browser, instead_of=instead_of)


def _proof(person: User | None, password: str) -> Proof | None:
    """Tries the password whether or not there is anybody."""
    kept = person.password_hash if person else None
    if not passwords.fits(password, kept) or person is None or kept is None:
        return None
    if person.suspended_at is not None:  # said only to who knows the password
        raise Invalid(accounts.CLOSED, field="email")
    renewed = passwords.hashed(password) if passwords.is_outdated(kept) else None
    return Proof(person.id, kept, renewed)


def _refused() -> Invalid:
    return Invalid(_("The address and the password do not belong together."), field="email")
