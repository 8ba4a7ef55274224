"""Codes on paper, for whoever lost the phone: ten, shown once, each used once."""

import secrets
import unicodedata
from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import delete, update

from lms.database import db
from lms.domain import factors, journal, mail, proofs
from lms.domain.errors import Conflict, _
from lms.domain.numbers import ALPHABET, LOOKALIKES
from lms.domain.permissions import Action, require
from lms.models import MailKind, RecoveryCode, User, Verb

HOW_MANY = 10
LENGTH, GROUP = 24, 4
"""24 characters of Crockford's alphabet are 120 random bits: nobody finds one from its digest."""


def make_anew(me: User, token: str | None) -> Sequence[str]:
    """Ten new codes as they are shown; the old ones are void."""
    require(me, Action.CHANGE_ACCOUNT, me)
    if not factors.has_any(me):
        raise Conflict(_("Set up an app or a passkey first: the codes stand in for it."))
    proofs.require_proof(me, token)
    codes = make(me)
    tell(me, "codes-made")
    return codes


def make(person: User) -> Sequence[str]:
    """Ten codes; only their digests are kept."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == person.id))
    codes = ["".join(secrets.choice(ALPHABET) for _n in range(LENGTH)) for _c in range(HOW_MANY)]
    now = journal.now()
    db.session.add_all(
        RecoveryCode(user_id=person.id, digest=_digest(code), created_at=now) for code in codes
    )
    db.session.flush()
    journal.record(person, Verb.MADE_RECOVERY_CODES, f"user:{person.id}")
    return [_grouped(code) for code in codes]


def use(person: User, text: str) -> bool:
    """Whether this is an unused code of the person, which it is no more; a mail tells them."""
    claimed = db.session.scalars(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == person.id,
            RecoveryCode.digest == _digest(_read(text)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=journal.now())
        .returning(RecoveryCode.id)
    ).all()
    if not claimed:
        return False
    left = factors.of(person).codes
    journal.record(person, Verb.USED_RECOVERY_CODE, f"user:{person.id}", left=left)
    tell(person, "code-used", left=left)
    return True


def tell(person: User, what: str, **facts: object) -> None:
    """A mail about what was changed in how the person signs in; see templates/mail/second-step.txt."""
    mail.enqueue(
        MailKind.SECOND_STEP,
        to=person.email,
        language=person.language,
        name=person.name,
        what=what,
        **facts,
    )


def _grouped(code: str) -> str:
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def _read(text: str) -> str:
    """Forgives case, spaces, hyphens, look-alikes and full-width letters."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in plain.translate(LOOKALIKES) if sign in ALPHABET)


def _digest(code: str) -> str:
    return sha256(f"recovery code {code}".encode()).hexdigest()
