"""What follows when a second step is set up, taken away or reset: the journal, a mail, sign-ins."""

from collections.abc import Sequence

from sqlalchemy import update

from lms.database import db
from lms.domain import accounts, audit, factors, journal, proofs, recovery_codes, tokens
from lms.domain.errors import Denied, Missing, _
from lms.domain.permissions import Action, Actor, require
from lms.models import SecondStep, SignIn, User, Verb


def require_setting_up(me: User, token: str | None) -> None:
    """Before something is added: it is me, and my address is mine.

    Else somebody could make an account with an address of others, and shut them out for ever.
    """
    require(me, Action.CHANGE_ACCOUNT, me)
    if me.confirmed_at is None:
        raise Denied(_("Confirm your e-mail address first."))
    proofs.require_proof(me, token, adding=True)


def added(me: User, token: str | None, what: SecondStep, *, name: str = "") -> Sequence[str]:
    """One more. This browser has shown it; after the first one, all others must sign in again.

    Returns the recovery codes when they were made just now, to be shown once.
    """
    have = factors.of(me)
    journal.record(me, Verb.ADDED_FACTOR, _thing(me), what=what)
    recovery_codes.tell(me, f"{what}-added", device=name)
    db.session.execute(
        update(SignIn)
        .where(SignIn.user_id == me.id, SignIn.token_digest == tokens.digest(token or ""))
        .values(second_step=what)
    )
    me.needs_second_step = False
    if have.count == 1:
        accounts.sign_out_elsewhere(me, token)
    return () if have.codes else recovery_codes.make(me)


def removed(me: User, what: SecondStep, *, name: str = "") -> None:
    """One less. Without any, nobody of mine has done a second step, and the codes stand for nothing."""
    journal.record(me, Verb.REMOVED_FACTOR, _thing(me), what=what)
    recovery_codes.tell(me, f"{what}-removed", device=name)
    db.session.flush()
    if not factors.has_any(me):
        factors.drop(me)
        _forget_that_it_was_done(me)


def reset(actor: Actor, person: User) -> None:
    """For somebody who lost everything: no second step any more, and signed in nowhere."""
    require(actor, Action.RESET_SECOND_STEP, person)
    factors.drop(person)
    accounts.sign_out_elsewhere(person, None)
    audit.record(actor, Verb.RESET_SECOND_STEP, _thing(person), person=person)
    recovery_codes.tell(person, "reset")


def find_person(number: int) -> User:
    """Somebody, or Missing."""
    person = db.session.get(User, number)
    if person is None:
        raise Missing(_("There is no such account."))
    return person


def _forget_that_it_was_done(person: User) -> None:
    """In all browsers; what a provider asked for stays asked for."""
    db.session.execute(
        update(SignIn)
        .where(SignIn.user_id == person.id, SignIn.second_step != SecondStep.PROVIDER)
        .values(second_step=None)
    )


def _thing(person: User) -> str:
    return f"user:{person.id}"
