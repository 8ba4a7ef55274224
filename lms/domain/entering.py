"""From the first step (password, mail, provider) to being signed in, with or without a second."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select

from lms.database import db
from lms.domain import accounts, factors
from lms.domain.errors import Missing, _
from lms.models import SecondStep, User


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """Who comes in, and the token for the browser: empty while a second step is asked for."""

    person: User
    token: str


def enter(
    person: User,
    browser: str,
    *,
    instead_of: str | None = None,
    second_step: SecondStep | None = None,
) -> Entrance:
    """Signed in, unless there is a second step that was not done. A mail alone is one step, too."""
    if second_step is None and factors.has_any(person):
        return Entrance(person=person, token="")
    token = accounts.sign_in(person, browser, instead_of=instead_of, second_step=second_step)
    return Entrance(person=person, token=token)


def state_of(person: User) -> str:
    """Changes when a first step of before is worth nothing any more."""
    return sha256(f"{person.password_hash} {person.email_key}".encode()).hexdigest()[:32]


def who_waits(public_id: str, state: str) -> User:
    """Who did the first step a moment ago; Missing when it counts no more."""
    person = db.session.scalar(
        select(User).where(User.public_id == public_id, User.suspended_at.is_(None))
    )
    if person is None or state_of(person) != state:
        raise Missing(_("That took too long, or something changed meanwhile. Please begin again."))
    return person
