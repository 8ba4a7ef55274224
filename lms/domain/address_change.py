"""A new e-mail address: asked for, confirmed by a link sent to it, and undone from the old one.

Until the link is used the old address stays in force. Whoever asks is never told that an address
has an account: then another mail goes to that address, and no link.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError

from lms.database import db
from lms.domain import accounts, addresses, entering, factors, journal, links, mail
from lms.domain.addresses import Address
from lms.domain.entering import Entrance
from lms.domain.errors import Conflict, Denied, Invalid, _
from lms.domain.learning import earning
from lms.domain.permissions import Action, require
from lms.models import LinkPurpose, MailKind, MailLink, User, Verb

UNDO_LASTS = timedelta(days=7)
"""How long the old address can take its account back: somebody may be away from their mails."""
ASKED = (LinkPurpose.ALLOW_ADDRESS, LinkPurpose.CHANGE_ADDRESS)
PURPOSES = (*ASKED, LinkPurpose.UNDO_ADDRESS)


@dataclass(frozen=True, kw_only=True)
class Pending:
    """A new address that waits for its link to be used."""

    address: str
    until: datetime
    is_allowed: bool = True
    """By the old mailbox, which is asked where there is no password."""


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What a link will do. ``here``: this browser is signed in as the person."""

    purpose: LinkPurpose
    address: str
    here: bool


# --- asking -------------------------------------------------------------------------------------


def ask(me: User, email: str, *, proven: str | None) -> None:
    """Send a link to the new address; an earlier one that was not used is void.

    ``proven``: what profile.prove_password gave; None for who has no password. Then the old mailbox
    is asked first: a browser that somebody left signed in must not be enough.
    """
    require(me, Action.CHANGE_ACCOUNT, me)
    new = addresses.read(email)
    if new.key == me.email_key:
        raise Invalid(_("This is the address of your account already."), field="email")
    if me.password_hash != proven:
        raise Conflict(_("Your password was changed at the same moment elsewhere."))
    db.session.execute(
        update(MailLink).where(*_mine(me), MailLink.used_at.is_(None)).values(used_at=journal.now())
    )
    if proven is None and me.confirmed_at is not None:
        _ask_old_mailbox(me, new.email)
    else:
        _ask_new_mailbox(me, new)


def allow(token: str) -> None:
    """The old mailbox said yes: now the new one is asked."""
    link = links.claim(token, LinkPurpose.ALLOW_ADDRESS)
    person = db.session.get_one(User, link.user_id)
    accounts.refuse_closed(person)
    _ask_new_mailbox(person, addresses.read(link.address or ""))


def _ask_old_mailbox(me: User, email: str) -> None:
    purpose = LinkPurpose.ALLOW_ADDRESS
    token = links.make(me, purpose, lasts=links.LASTS, address=email)
    mail.enqueue(
        MailKind.ALLOW_ADDRESS,
        to=me.email,
        language=me.language,
        token=token,
        name=me.name,
        address=email,
    )


def _ask_new_mailbox(me: User, new: Address) -> None:
    purpose = LinkPurpose.CHANGE_ADDRESS
    token = links.make(me, purpose, lasts=links.LASTS, address=new.email)
    owner = accounts.owner_of(new.key)
    if owner is None:
        # No name: the mailbox may be a stranger's, and nobody shall send them a text of theirs.
        mail.enqueue(
            MailKind.CHANGE_ADDRESS, to=new.email, language=me.language, token=token, name=""
        )
    else:
        mail.enqueue(
            MailKind.ADDRESS_TAKEN, to=owner.email, language=owner.language, name=owner.name
        )


def pending(me: User) -> Pending | None:
    """The address that was asked for, while its link can be used."""
    link = db.session.scalar(
        select(MailLink)
        .where(*_mine(me), MailLink.used_at.is_(None), MailLink.expires_at > journal.now())
        .order_by(MailLink.id.desc())
        .limit(1)
    )
    if link is None:
        return None
    allowed = link.purpose is LinkPurpose.CHANGE_ADDRESS
    return Pending(address=link.address or "", until=link.expires_at, is_allowed=allowed)


# --- using the links ----------------------------------------------------------------------------


def look_at(token: str, me: User | None) -> Promise:
    """What the button will do; Missing for a used or old link. Uses nothing."""
    link = links.find(token, *PURPOSES)
    here = me is not None and me.id == link.user_id
    return Promise(purpose=link.purpose, address=link.address or "", here=here)


def confirm(token: str, me: User | None, browser: str, *, instead_of: str | None) -> Entrance:
    """From now on the person is reached here; Conflict when somebody else confirmed it first.

    Anybody could have asked for this address to be theirs. So unless it is used in a browser that
    is signed in as the person, their password and every sign-in end here. Who has a second step uses
    it there only: else whoever opened the mail had the account, or would be shut out of it.
    """
    _link, person, address = _claim(token, LinkPurpose.CHANGE_ADDRESS)
    here = me is not None and me.id == person.id
    if not here and factors.has_any(person):
        raise Denied(_("Sign in to this account in this browser first; then open the link again."))
    old = person.email if person.confirmed_at else None
    was = person.email
    _move(person, address)
    journal.record(person, Verb.CHANGED_ADDRESS, _thing(person))
    links.forget(person)
    if not here:
        _shut_out_everybody(person)
    if old is None:
        earning.issue_waiting(person)
    else:
        undo_token = links.make(person, LinkPurpose.UNDO_ADDRESS, lasts=UNDO_LASTS, address=was)
        mail.enqueue(
            MailKind.ADDRESS_CHANGED,
            to=was,
            language=person.language,
            token=undo_token,
            name=person.name,
        )
    return _entrance(person, browser, instead_of)


def undo(token: str, browser: str, *, instead_of: str | None) -> Entrance:
    """The old address takes its account back; whoever was signed in or knew the password is out.

    Also a second step that was set up shortly before the change or after it: it may be the thief's.
    """
    link, person, address = _claim(token, LinkPurpose.UNDO_ADDRESS)
    factors.drop(person, since=link.created_at - UNDO_LASTS)
    _move(person, address)
    journal.record(person, Verb.UNDID_ADDRESS, _thing(person))
    links.forget(person)
    _shut_out_everybody(person)
    return _entrance(person, browser, instead_of)


def _claim(token: str, purpose: LinkPurpose) -> tuple[MailLink, User, str]:
    """The link, whose it was, and the address it is about."""
    link = links.claim(token, purpose)
    address = link.address or ""
    links.lock_people(addresses.read(address).key)
    person = db.session.get_one(User, link.user_id)
    accounts.refuse_closed(person)
    return link, person, address


def _move(person: User, email: str) -> None:
    """The constraint uq_user_email_key_confirmed decides who is first, whatever others do."""
    address = addresses.read(email)
    try:
        with db.session.begin_nested():
            person.email, person.email_key = address
            person.confirmed_at = person.confirmed_at or journal.now()
    except IntegrityError:
        raise Conflict(
            _("Another account has this address now. Yours keeps the address that it had.")
        ) from None


def _shut_out_everybody(person: User) -> None:
    person.password_hash = None
    accounts.sign_out_elsewhere(person, None)


def _entrance(person: User, browser: str, instead_of: str | None) -> Entrance:
    return entering.enter(person, browser, instead_of=instead_of)


def _mine(me: User) -> tuple[ColumnElement[bool], ...]:
    return MailLink.user_id == me.id, MailLink.purpose.in_(ASKED)


def _thing(person: User) -> str:
    return f"user:{person.id}"
