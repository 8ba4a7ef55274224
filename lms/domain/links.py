"""Links in mails. Who uses one has read the mail, so the address is theirs.

A link is used once, within an hour, by a POST: mail scanners follow links, but press no buttons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from lms.database import db
from lms.domain import (
    accounts,
    addresses,
    entering,
    joining,
    journal,
    mail,
    provider_accounts,
    tokens,
)
from lms.domain.entering import Entrance
from lms.domain.errors import Missing, _
from lms.domain.learning import earning
from lms.domain.provider_accounts import Identity
from lms.models import LinkPurpose, MailKind, MailLink, User, Verb

LASTS = timedelta(hours=1)
OLD = _("This link was used already, or it is older than an hour.")


# --- sending them -------------------------------------------------------------------------------


def send_confirmation(person: User, *, onward: str = "") -> None:
    """To a person who signed up: is this address yours? Nothing to do once it was confirmed.

    onward: the page of ours for which they signed up, where the link leads on to.
    """
    if person.confirmed_at is None:
        # Who was reminded knows the day when the account ends.
        facts = {} if person.reminded_at else {"signed_up": person.created_at.isoformat()}
        if onward:
            facts["onward"] = onward
        _mail(MailKind.CONFIRM, person, LinkPurpose.ENTER, **facts)


def send_sign_in(email: str, language: str) -> None:
    """A link that signs in, to whoever has this address. Outside, nothing tells who that is."""
    _send(MailKind.SIGN_IN, LinkPurpose.ENTER, email, language)


def send_reset(email: str, language: str) -> None:
    """A link to choose a new password, likewise."""
    _send(MailKind.RESET, LinkPurpose.RESET, email, language)


def send_deletion(person: User) -> None:
    """A link that leads to the page where the account can be deleted."""
    _mail(MailKind.DELETE_ACCOUNT, person, LinkPurpose.DELETE_ACCOUNT)


def _send(kind: MailKind, purpose: LinkPurpose, email: str, language: str) -> None:
    address = addresses.read(email)
    person = accounts.owner_of(address.key) or accounts.newest_unconfirmed(address.key)
    if person is None or person.suspended_at is not None:
        mail.enqueue(MailKind.NO_ACCOUNT, to=address.email, language=language)
    else:
        _mail(kind, person, purpose)


def _mail(kind: MailKind, person: User, purpose: LinkPurpose, **facts: str) -> None:
    """The name stands only in mails to its owner: else anybody could send a text of theirs by us."""
    token = make(person, purpose, lasts=LASTS)
    name = person.name if person.confirmed_at else ""
    mail.enqueue(kind, to=person.email, language=person.language, token=token, name=name, **facts)


def make(
    person: User, purpose: LinkPurpose, *, lasts: timedelta, address: str | None = None
) -> str:
    """The token of a new link."""
    token, now = tokens.new(), journal.now()
    db.session.add(
        MailLink(
            user_id=person.id,
            purpose=purpose,
            token_digest=tokens.digest(token),
            created_at=now,
            expires_at=now + lasts,
            address=address,
        )
    )
    return token


# --- using them ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What a link will do. ``joins``: what was learnt in this browser goes to ``person``, too."""

    purpose: LinkPurpose
    person: User
    confirms: bool
    joins: bool


def look_at(token: str, me: User | None) -> Promise:
    """What the button will do, for whoever is signed in here; Missing for a used or old link."""
    return _promise(find(token, LinkPurpose.ENTER, LinkPurpose.RESET), me)


def enter(
    token: str,
    me: User | None,
    browser: str,
    *,
    instead_of: str | None = None,
    identity: Identity | None = None,
) -> Entrance:
    """Sign in, and confirm the address if it was not.

    ``identity``: who came to this browser from a provider, with this address, and is to be connected.
    With a second step to come, the caller does that afterwards.
    """
    person = _prove(token, LinkPurpose.ENTER, me)
    entrance = entering.enter(person, browser, instead_of=instead_of)
    if identity is not None and entrance.token:
        provider_accounts.connect(person, identity)
    return entrance


def reset(
    token: str, me: User | None, browser: str, *, password_hash: str, instead_of: str | None = None
) -> Entrance:
    """Set a new password (see accounts.new_password_hash), sign in here and out everywhere else."""
    person = _prove(token, LinkPurpose.RESET, me)
    person.password_hash = password_hash
    journal.record(person, Verb.RESET_PASSWORD, f"user:{person.id}")
    forget(person)
    accounts.sign_out_elsewhere(person, None)
    return entering.enter(person, browser, instead_of=instead_of)


def _prove(token: str, purpose: LinkPurpose, me: User | None) -> User:
    """Claim the link. The person of the mailbox, confirmed; ``me`` was signed in here before."""
    link = claim(token, purpose)
    lock_people(select(User.email_key).where(User.id == link.user_id).scalar_subquery())
    promise = _promise(link, me)
    person = promise.person
    accounts.refuse_closed(person)
    if promise.confirms:
        _confirm(person, me)
    if promise.joins and me is not None:
        joining.join(me, person)
    if promise.confirms or promise.joins:
        db.session.flush()
        earning.issue_waiting(person)
    return person


def _promise(link: MailLink, me: User | None) -> Promise:
    """The address belongs to its confirmed owner, whoever the link was made for."""
    holder = db.session.get_one(User, link.user_id)
    person = accounts.owner_of(holder.email_key) or holder
    return Promise(
        purpose=link.purpose,
        person=person,
        confirms=person.confirmed_at is None,
        joins=person is not holder and me is not None and me.id == holder.id,
    )


def _confirm(person: User, me: User | None) -> None:
    """The address is proven.

    Anybody could have made the account with this address and set its password, so the password and
    every sign-in end here; unless it was made in this very browser.
    """
    person.confirmed_at = journal.now()
    journal.record(person, Verb.CONFIRMED, f"user:{person.id}")
    if me is None or me.id != person.id:
        person.password_hash = None
        accounts.sign_out_elsewhere(person, None)


# --- what all links share -----------------------------------------------------------------------


def find(token: str, *purposes: LinkPurpose) -> MailLink:
    """The link, if it can still be used for one of these; else Missing."""
    link = db.session.scalar(select(MailLink).where(*_usable(token, purposes)))
    if link is None:
        raise Missing(OLD)
    return link


def claim(token: str, purpose: LinkPurpose) -> MailLink:
    """Use it up: whoever comes second finds it Missing."""
    link: MailLink | None = db.session.scalar(
        update(MailLink)
        .where(*_usable(token, (purpose,)))
        .values(used_at=journal.now())
        .returning(MailLink)
    )
    if link is None:
        raise Missing(OLD)
    return link


def lock_people(email_key: Any) -> None:
    """Of two confirmations of one address at the same moment, the second waits for the first."""
    db.session.scalars(
        select(User)
        .where(User.email_key == email_key)
        .order_by(User.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def forget(person: User) -> None:
    """Links sent before a new password or address was set are of no use any more.

    Only the one with which the old address takes its account back lives on: who stole an account
    would end it first.
    """
    db.session.execute(
        update(MailLink)
        .where(
            MailLink.user_id == person.id,
            MailLink.purpose != LinkPurpose.UNDO_ADDRESS,
            MailLink.used_at.is_(None),
        )
        .values(used_at=journal.now())
    )


def _usable(token: str, purposes: Sequence[LinkPurpose]) -> tuple[Any, ...]:
    return (
        MailLink.token_digest == tokens.digest(token),
        MailLink.purpose.in_(purposes),
        MailLink.used_at.is_(None),
        MailLink.expires_at > journal.now(),
    )
