"""What a person has set up as a second step of signing in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from lms.database import db
from lms.models import CodeApp, Passkey, RecoveryCode, User


@dataclass(frozen=True, kw_only=True)
class Factors:
    """An app with codes, passkeys (the oldest first), and how many recovery codes are left."""

    app: CodeApp | None
    passkeys: Sequence[Passkey]
    codes: int

    @property
    def count(self) -> int:
        """How many second steps there are to choose from. Recovery codes are none."""
        return (self.app is not None) + len(self.passkeys)


def of(person: User) -> Factors:
    """All of them; three statements."""
    keys = select(Passkey).where(Passkey.user_id == person.id).order_by(Passkey.id)
    unused = select(func.count()).where(
        RecoveryCode.user_id == person.id, RecoveryCode.used_at.is_(None)
    )
    return Factors(
        app=db.session.get(CodeApp, person.id, populate_existing=True),
        passkeys=db.session.scalars(keys).all(),
        codes=db.session.scalar(unused) or 0,
    )


def has_any(person: User) -> bool:
    """Whether the person is asked for a second step."""
    app = select(CodeApp.user_id).where(CodeApp.user_id == person.id)
    keys = select(Passkey.id).where(Passkey.user_id == person.id)
    return bool(db.session.scalar(select(app.exists() | keys.exists())))


def drop(person: User, *, since: datetime | None = None) -> int:
    """Forget them all, or those that were set up after a moment; how many factors there were."""
    dropped = 0
    for kind in (CodeApp, Passkey, RecoveryCode):
        rows = delete(kind).where(kind.user_id == person.id)
        if since is not None:
            rows = rows.where(kind.created_at > since)
        gone = len(db.session.execute(rows.returning(kind.user_id)).all())
        dropped += 0 if kind is RecoveryCode else gone
    return dropped
