"""Is it still the person who sits at this browser? Asked before what could shut them out."""

from datetime import timedelta

from sqlalchemy import or_, select, update

from lms.database import db
from lms.domain import factors, journal, tokens
from lms.domain.errors import Conflict, ProofNeeded, _
from lms.models import SignIn, User, Verb

FRESH = timedelta(minutes=10)
"""How long a proof counts: for one errand on the account page."""


def require_proof(me: User, token: str | None, *, adding: bool = False) -> None:
    """Raise ProofNeeded unless this browser has just shown that it is me.

    ``adding`` something asks for less than taking it away: a sign-in of a moment ago is enough. So it
    is for who has neither a password nor a second step to show.
    """
    can_show = has_something_to_show(me)
    if adding and not can_show:
        return
    since = journal.now() - FRESH
    shown = SignIn.proven_at > since
    fresh = or_(shown, SignIn.created_at > since) if adding or not can_show else shown
    here = SignIn.user_id == me.id, SignIn.token_digest == tokens.digest(token or "")
    if db.session.scalar(select(SignIn.id).where(*here, fresh)) is None:
        raise ProofNeeded(_("Show first that it is you."))


def has_something_to_show(me: User) -> bool:
    """Beside signing in anew."""
    return me.password_hash is not None or factors.has_any(me)


def note_proof(me: User, token: str | None, how: str) -> None:
    """They have shown it: by ``password``, or by one of the second steps."""
    db.session.execute(
        update(SignIn)
        .where(SignIn.user_id == me.id, SignIn.token_digest == tokens.digest(token or ""))
        .values(proven_at=journal.now())
    )
    journal.record(me, Verb.PROVED, f"user:{me.id}", how=how)


def prove_by_password(me: User, token: str | None, proven: str) -> None:
    """``proven``: what profile.prove_password gave; Conflict when the password changed meanwhile."""
    if me.password_hash != proven:
        raise Conflict(_("Your password was changed at the same moment elsewhere."))
    note_proof(me, token, "password")
