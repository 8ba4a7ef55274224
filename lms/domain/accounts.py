"""People's accounts, and the browsers in which they are signed in."""

import unicodedata
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, update

from lms.database import db
from lms.domain import addresses, audit, catalogue, journal, passwords, roles, tokens
from lms.domain.catalogue import State
from lms.domain.errors import Conflict, Denied, Invalid, _
from lms.domain.permissions import Action, Actor, require
from lms.models import SecondStep, SignIn, SiteRole, User, Verb

LASTS = timedelta(days=30)
"""How long a sign-in lasts, counted from its beginning: reading a page writes nothing."""
CLOSED = _("This account is closed. Write to us if that is a mistake.")
LONGEST_NAME = 200
CONTROLS = {"Cc", "Cs", "Zl", "Zp"}
"""Kinds of characters that no name has; they become spaces. Joiners (Cf) are part of many names."""
TURNING = {*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
"""Characters that turn the direction of what follows: on a certificate they could fake a text."""


# --- signed in ----------------------------------------------------------------------------------

_SIGNED_IN = (
    select(User, SignIn.second_step, *catalogue.STATE)
    .join(SignIn, SignIn.user_id == User.id)
    .where(
        SignIn.token_digest == bindparam("digest"),
        SignIn.ended_at.is_(None),
        SignIn.created_at > bindparam("since"),
        User.suspended_at.is_(None),
    )
)
"""Asked at every page: composing it each time would take longer than the answer."""


def person_signed_in(token: str, *, roles_need_second_step: bool = False) -> User | None:
    """Whose browser this is. Reads only."""
    found = person_and_state(token, roles_need_second_step=roles_need_second_step)
    return found[0] if found else None


def person_and_state(token: str, *, roles_need_second_step: bool) -> tuple[User, State] | None:
    """Whose browser this is, and by the same statement what tells whether any course changed."""
    known = {"digest": tokens.digest(token), "since": journal.now() - LASTS}
    row = db.session.execute(_SIGNED_IN, known).one_or_none()
    if row is None:
        return None
    person, second_step, *state = row
    person.needs_second_step = roles_need_second_step and second_step is None
    return person, catalogue.state_in(state)


def sign_in(
    person: User,
    browser: str,
    *,
    instead_of: str | None = None,
    second_step: SecondStep | None = None,
) -> str:
    """The token of a new sign-in. The one that this browser had (``instead_of``) ends.

    Asks for nothing: who may have to do a second step comes through entering.enter.
    """
    if instead_of:
        end(SignIn.token_digest == tokens.digest(instead_of))
    token, now = tokens.new(), journal.now()
    db.session.add(
        SignIn(
            user_id=person.id,
            token_digest=tokens.digest(token),
            created_at=now,
            seen_at=now,
            browser="".join(filter(str.isprintable, browser))[:200],
            second_step=second_step,
        )
    )
    details: dict[str, Any] = {"second_step": second_step} if second_step else {}
    journal.record(person, Verb.SIGNED_IN, _thing(person), **details)
    return token


def touch(token: str) -> None:
    """Note that the browser was seen. Call it only inside a write that happens anyway."""
    now = journal.now()
    db.session.execute(
        update(SignIn)
        .where(SignIn.token_digest == tokens.digest(token), SignIn.seen_at < now)
        .values(seen_at=now)
    )


def sign_out(person: User, token: str) -> None:
    """End this browser's sign-in. Twice is harmless."""
    if end(SignIn.user_id == person.id, SignIn.token_digest == tokens.digest(token)):
        journal.record(person, Verb.SIGNED_OUT, _thing(person))


def sign_out_elsewhere(person: User, token: str | None) -> int:
    """End the person's sign-ins in all other browsers; how many there were."""
    here = tokens.digest(token) if token else ""
    ended = end(SignIn.user_id == person.id, SignIn.token_digest != here)
    if ended:
        journal.record(person, Verb.SIGNED_OUT, _thing(person), others=ended)
    return ended


def end(*which: ColumnElement[bool]) -> int:
    """End the open sign-ins among these; how many there were."""
    ended = db.session.scalars(
        update(SignIn)
        .where(*which, SignIn.ended_at.is_(None))
        .values(ended_at=journal.now())
        .returning(SignIn.id)
    )
    return len(ended.all())


# --- made by others -----------------------------------------------------------------------------


def add_person(
    actor: Actor,
    *,
    name: str,
    email: str,
    password: str | None = None,
    role: SiteRole | None = None,
    confirmed: bool = True,
    language: str = "en",
) -> User:
    """An account made by an administrator or at a terminal; no mail is sent.

    The password is hashed before the first statement, so call it at the start of a transaction.
    """
    name, address = clean_name(name), addresses.read(email)
    if password is not None:
        passwords.check(password, about=(name, address.email))
    password_hash = None if password is None else passwords.hashed(password)
    require(actor, Action.ADD_PEOPLE)
    if confirmed and owner_of(address.key):
        raise Conflict(_("Somebody with this address has an account already."))
    now = journal.now()
    person = User(
        name=name,
        email=address.email,
        email_key=address.key,
        created_at=now,
        language=language,
        password_hash=password_hash,
        confirmed_at=now if confirmed else None,
    )
    db.session.add(person)
    db.session.flush()
    audit.record(actor, Verb.REGISTERED, _thing(person), person=person)
    if role is not None:
        roles.give(actor, person, role)
    return person


# --- passwords -----------------------------------------------------------------------------------


def new_password_hash(person: User, password: str, *, site: str = "") -> str:
    """Check and hash, before the write transaction; Invalid for one that is easy to guess."""
    passwords.check(password, about=(person.name, person.email, site))
    return passwords.hashed(password)


def set_first_password(me: User, password_hash: str) -> None:
    """For somebody who came in by a link and has no password (see profile.change_password)."""
    require(me, Action.CHANGE_ACCOUNT, me)
    if me.password_hash is not None:
        raise Denied(_("You have a password already. Change it on your account page."))
    me.password_hash = password_hash
    journal.record(me, Verb.RESET_PASSWORD, _thing(me))


# --- what accounts are made of ------------------------------------------------------------------


def owner_of(email_key: str) -> User | None:
    """The one confirmed person with this address."""
    return db.session.scalar(
        select(User).where(User.email_key == email_key, User.confirmed_at.is_not(None))
    )


def newest_unconfirmed(email_key: str) -> User | None:
    """Who said last that this is their address, without proof, and may still use the account."""
    return db.session.scalar(
        select(User)
        .where(
            User.email_key == email_key,
            User.confirmed_at.is_(None),
            User.suspended_at.is_(None),
        )
        .order_by(User.id.desc())
        .limit(1)
    )


def refuse_closed(person: User) -> None:
    """Denied for an account that was closed."""
    if person.suspended_at is not None:
        raise Denied(CLOSED)


def clean_name(text: str) -> str:
    """A name as people write it: one field, any script, NFC; 1 to 200 characters, else Invalid."""
    shown = "".join(
        " " if c in TURNING or unicodedata.category(c) in CONTROLS else c
        for c in unicodedata.normalize("NFC", text)
    )
    name = addresses.trim(" ".join(shown.split()))
    if not any(c.isalnum() for c in name):
        raise Invalid(_("Write your name."), field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid(_("Use at most %(count)s characters."), count=LONGEST_NAME, field="name")
    return name


def _thing(person: User) -> str:
    """How the journal names an account."""
    return f"user:{person.id}"
