"""Signing up. It never tells whether an address has an account.

Everybody who asks gets a new account, not confirmed yet, and is signed in at once; the mail tells
the rest. Several unconfirmed people may share an address, one confirmed person owns it.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.database import db
from lms.domain import accounts, addresses, journal, links, passwords, tokens
from lms.domain.addresses import Address
from lms.domain.errors import Conflict, _
from lms.models import User, Verb

SAME_FORM = timedelta(hours=1)
"""A form sent again within this time is the same sign-up: a double click, a bad network."""


@dataclass(frozen=True, kw_only=True)
class Application:
    """Who asks for an account, read and hashed. ``twin``: who came of this very form already.

    onward: where the mail that confirms leads on to.
    """

    name: str
    address: Address
    password_hash: str
    language: str
    key: str
    twin: int | None
    time_zone: str = "UTC"
    onward: str = ""


class SentTwice(Exception):
    """Somebody sent this very form at the same moment and was first: prepare again."""


def new_key() -> str:
    """What a sign-up page carries, so that one page makes one account."""
    return tokens.new()


def prepare(
    *,
    name: str,
    email: str,
    password: str,
    language: str,
    key: str,
    site: str = "",
    time_zone: str = "UTC",
    onward: str = "",
) -> Application:
    """Read and hash, in a reading transaction. Raises Invalid, or Conflict for a used form."""
    name, address = accounts.clean_name(name), addresses.read(email)
    passwords.check(password, about=(name, address.email, site))
    if not re.fullmatch(r"[\w-]{20,64}", key, re.ASCII):
        key = new_key()
    twin = db.session.scalar(select(User).where(User.sign_up_key == key))
    return Application(
        name=name,
        address=address,
        password_hash=passwords.hashed(password) if twin is None else "",
        language=language,
        key=key,
        twin=None if twin is None else _same(twin, address, password),
        time_zone=time_zone,
        onward=onward,
    )


def sign_up(application: Application) -> User:
    """The new account; or the one that this very form made before.

    Raises SentTwice when another process was faster: begin again with `prepare`.
    """
    if application.twin is not None:
        return db.session.get_one(User, application.twin)
    person = User(
        name=application.name,
        email=application.address.email,
        email_key=application.address.key,
        created_at=journal.now(),
        language=application.language,
        time_zone=application.time_zone,
        password_hash=application.password_hash,
        sign_up_key=application.key,
    )
    db.session.add(person)
    try:
        db.session.flush()
    except IntegrityError:
        raise SentTwice from None
    journal.record(person, Verb.REGISTERED, f"user:{person.id}")
    links.send_confirmation(person, onward=application.onward)
    return person


def _same(twin: User, address: Address, password: str) -> int:
    """The account of the same person; a form that was used for somebody else is a Conflict."""
    fresh = twin.created_at > journal.now() - SAME_FORM
    known = passwords.fits(password, twin.password_hash)
    if not (fresh and known and twin.email_key == address.key and twin.suspended_at is None):
        raise Conflict(_("This form was used already. Open the page again for a new account."))
    return twin.id
