"""The browsers in which a person is signed in: seeing them, and ending what a lost one can do."""

from collections.abc import Sequence

from sqlalchemy import select

from lms.database import db
from lms.domain import accounts, journal, tokens
from lms.domain.permissions import Action, require
from lms.models import SignIn, User, Verb

MOST_BROWSERS = 50


def sign_ins_of(person: User) -> Sequence[SignIn]:
    """The browsers in which the person is signed in, the newest first; fifty at most."""
    return db.session.scalars(
        select(SignIn)
        .where(
            SignIn.user_id == person.id,
            SignIn.ended_at.is_(None),
            SignIn.created_at > journal.now() - accounts.LASTS,
        )
        .order_by(SignIn.id.desc())
        .limit(MOST_BROWSERS)
    ).all()


def is_here(sign_in: SignIn, token: str | None) -> bool:
    """Whether it is the sign-in of the browser that holds this token."""
    return token is not None and sign_in.token_digest == tokens.digest(token)


def end_sign_in(me: User, number: int) -> None:
    """Sign me out in the browser whose sign-in has this id; twice is harmless."""
    require(me, Action.CHANGE_ACCOUNT, me)
    if accounts.end(SignIn.user_id == me.id, SignIn.id == number):
        journal.record(me, Verb.SIGNED_OUT, f"user:{me.id}", others=1)


def end_other_sign_ins(me: User, token: str | None) -> None:
    """Sign me out everywhere but in this browser."""
    require(me, Action.CHANGE_ACCOUNT, me)
    accounts.sign_out_elsewhere(me, token)
