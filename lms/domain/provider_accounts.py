"""People who come from a provider of OpenID Connect: which account of ours is theirs.

An account is found by issuer and subject. The first time it is connected by its e-mail address: at
once if the provider vouches for addresses of this domain, else only by a mail to that address, opened
in the same browser.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError

from lms.database import add_once, db
from lms.domain import accounts, addresses, entering, journal, proofs, recovery_codes
from lms.domain.entering import Entrance
from lms.domain.errors import Conflict, Denied, Missing, _
from lms.domain.permissions import Action, require
from lms.models import (
    Membership,
    MembershipRole,
    Organisation,
    ProviderAccount,
    SecondStep,
    User,
    Verb,
)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Whom a provider let in. ``vouched``: it answers for the address. ``provider``: its name.

    second_step: the provider asked for one. organisation: the slug of the one it belongs to, or "".
    """

    provider: str
    issuer: str
    subject: str
    email: str
    name: str
    vouched: bool
    second_step: bool
    organisation: str = ""


def enter(
    identity: Identity, browser: str, *, language: str, instead_of: str | None = None
) -> Entrance | None:
    """Signed in as the person of this identity; None when a mail must confirm first who it is.

    Waits for our own second step (an Entrance without a token) unless the provider asked for one.
    """
    known = db.session.scalar(select(ProviderAccount).where(*_which(identity)))
    if known is not None:
        person = db.session.get_one(User, known.user_id)
        known.used_at = journal.now()
    elif not identity.email:
        raise Denied(
            _("%(provider)s does not say what your e-mail address is."), provider=identity.provider
        )
    elif not identity.vouched:
        return None
    else:
        person = _person_with_address(identity, language)
    accounts.refuse_closed(person)
    how = SecondStep.PROVIDER if identity.second_step else None
    entrance = entering.enter(person, browser, instead_of=instead_of, second_step=how)
    if entrance.token and known is None:
        connect(person, identity)
    return entrance


def connect(person: User, identity: Identity) -> None:
    """From now on this identity is the person; call it when they are signed in, second step and all."""
    now = journal.now()
    row = ProviderAccount(
        user_id=person.id,
        issuer=identity.issuer,
        subject=identity.subject,
        created_at=now,
        used_at=now,
    )
    if not add_once(row):
        raise Conflict(_("This sign-in is connected to an account already."))
    journal.record(person, Verb.CONNECTED, f"user:{person.id}", issuer=identity.issuer)
    recovery_codes.tell(person, "connected", device=identity.provider)
    _join(person, identity.organisation)


def of(person: User) -> Sequence[ProviderAccount]:
    """The identities that are this person, the oldest first."""
    query = select(ProviderAccount).where(ProviderAccount.user_id == person.id)
    return db.session.scalars(query.order_by(ProviderAccount.id)).all()


def disconnect(me: User, token: str | None, number: int, name: str) -> None:
    """It opens my account no more; twice is Missing. ``name``: the provider's, for the mail."""
    require(me, Action.CHANGE_ACCOUNT, me)
    proofs.require_proof(me, token)
    gone = delete(ProviderAccount).where(
        ProviderAccount.user_id == me.id, ProviderAccount.id == number
    )
    issuer = db.session.scalar(gone.returning(ProviderAccount.issuer))
    if issuer is None:
        raise Missing(_("This is not connected any more."))
    journal.record(me, Verb.DISCONNECTED, f"user:{me.id}", issuer=issuer)
    recovery_codes.tell(me, "disconnected", device=name)


def _which(identity: Identity) -> tuple[ColumnElement[bool], ...]:
    return (
        ProviderAccount.issuer == identity.issuer,
        ProviderAccount.subject == identity.subject,
    )


def _person_with_address(identity: Identity, language: str) -> User:
    """The owner of the address, or a new account; the provider has confirmed the address."""
    address = addresses.read(identity.email)
    owner = accounts.owner_of(address.key)
    if owner is not None:
        return owner
    now = journal.now()
    person = User(
        name=_name(identity),
        email=address.email,
        email_key=address.key,
        created_at=now,
        confirmed_at=now,
        language=language,
    )
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError:
        raise Conflict(_("This address was confirmed at the same moment. Try again.")) from None
    journal.record(person, Verb.REGISTERED, f"user:{person.id}")
    return person


def _name(identity: Identity) -> str:
    """As the provider says, else what stands before the @."""
    shown = identity.name[: accounts.LONGEST_NAME]
    usable = any(sign.isalnum() for sign in shown)
    return accounts.clean_name(shown if usable else identity.email.partition("@")[0])


def _join(person: User, slug: str) -> None:
    """A member of the provider's organisation, unless they have a role there already."""
    organisation = db.session.scalar(select(Organisation).where(Organisation.slug == slug))
    if organisation is not None:
        add_once(
            Membership(
                user_id=person.id,
                organisation_id=organisation.id,
                role=MembershipRole.MEMBER,
                at=journal.now(),
            )
        )
