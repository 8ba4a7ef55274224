"""Mails that tell people what happened, each kind of which they may switch off, by one click.

The click needs no sign-in: its link carries a signature of the person and the kind (RFC 8058).
"""

import hmac
from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, select

from lms.database import add_once, db
from lms.domain import journal, mail
from lms.domain.errors import Missing, _
from lms.domain.permissions import Action, require
from lms.models import MailKind, MailRefusal, User

NOTICES = (
    MailKind.EARNED,
    MailKind.MARKED,
    MailKind.DUE,
    MailKind.CHANGED,
    MailKind.COHORT_REMINDER,
    MailKind.COHORT_MESSAGE,
    MailKind.LOG_HEAD,
)
"""The kinds that can be switched off; all others are answers to what somebody just asked for."""


def tell(person: User, kind: MailKind, **facts: Any) -> None:
    """Have a notice sent in the person's language, unless they do not want it or cannot get it.

    Facts: EARNED course, number, path, diploma; MARKED course, lesson, path; DUE course, lesson,
    moment (ISO, in UTC), path; CHANGED course, path, new (titles of lessons, may be empty);
    COHORT_MESSAGE subject, text, cohort, organisation, contact; COHORT_REMINDER course, cohort,
    organisation, path; LOG_HEAD day (ISO), head, path.
    ``path`` is the address below the language, such as ``courses/dns-essentials/``.
    """
    if kind not in NOTICES:
        raise ValueError(f"{kind} cannot be switched off, so it is no notice")
    if person.confirmed_at is None or person.suspended_at is not None or kind in refused_by(person):
        return
    mail.enqueue(
        kind,
        to=person.email,
        language=person.language,
        name=person.name,
        zone=person.time_zone,
        person=person.public_id,
        **facts,
    )


# --- switching kinds off and on -----------------------------------------------------------------


def refused_by(person: User) -> frozenset[MailKind]:
    """The kinds that this person switched off."""
    rows = select(MailRefusal.kind).where(MailRefusal.user_id == person.id)
    return frozenset(db.session.scalars(rows))


def switch(me: User, kind: MailKind, *, on: bool) -> None:
    """Twice is harmless."""
    require(me, Action.CHANGE_ACCOUNT, me)
    if on:
        mine = (MailRefusal.user_id == me.id, MailRefusal.kind == kind)
        db.session.execute(delete(MailRefusal).where(*mine))
    else:
        add_once(MailRefusal(user_id=me.id, kind=kind, at=journal.now()))


def choose(me: User, wanted: Collection[str]) -> None:
    """These kinds, and no others."""
    require(me, Action.CHANGE_ACCOUNT, me)
    refused = refused_by(me)
    for kind in NOTICES:
        if (kind in wanted) == (kind in refused):
            switch(me, kind, on=kind in wanted)


# --- the link in every notice -------------------------------------------------------------------


def switch_token(secret: str, public_id: str, kind: MailKind) -> str:
    """What the link carries; it works as long as the installation keeps its secret."""
    return f"{kind}.{public_id}.{_signature(secret, public_id, kind)}"


def read_token(secret: str, token: str) -> tuple[User, MailKind]:
    """Whose switch it is, and for which kind; Missing when we never made this token."""
    kind, _dot, rest = token.partition(".")
    public_id, _dot, signature = rest.partition(".")
    right = _signature(secret, public_id, kind)
    person = db.session.scalar(select(User).where(User.public_id == public_id))
    if not hmac.compare_digest(signature.encode(), right.encode()) or person is None:
        raise Missing(_("This link is not complete. Copy it from the mail once more."))
    return person, MailKind(kind)


def _signature(secret: str, public_id: str, kind: str) -> str:
    return hmac.digest(secret.encode(), f"notice {kind} {public_id}".encode(), "sha256").hex()[:40]
