"""What people change about their own account: name, language, time zone, password."""

import zoneinfo
from functools import cache

from sqlalchemy import update

from lms.database import db
from lms.domain import accounts, journal, links, passwords
from lms.domain.errors import Conflict, Invalid, _
from lms.domain.permissions import Action, require
from lms.models import User, Verb


def rename(me: User, name: str) -> None:
    """Certificates that were issued keep their name."""
    require(me, Action.CHANGE_ACCOUNT, me)
    name = accounts.clean_name(name)
    if name != me.name:
        me.name = name
        journal.record(me, Verb.RENAMED, f"user:{me.id}")


def set_language(me: User, language: str) -> None:
    """The language of mails, and of pages whose address names none."""
    require(me, Action.CHANGE_ACCOUNT, me)
    me.language = language


def set_time_zone(me: User, zone: str) -> None:
    """By its IANA name, such as ``Africa/Dakar``."""
    require(me, Action.CHANGE_ACCOUNT, me)
    if zone not in time_zones():
        raise Invalid(_("Choose a time zone from the list."), field="time_zone")
    me.time_zone = zone


@cache
def time_zones() -> frozenset[str]:
    """All that this system knows, and are a place: ``localtime`` or ``Factory`` are none."""
    return frozenset(
        name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC"
    )


def prove_password(me: User, password: str, *, field: str = "present") -> str:
    """The hash that this password fits, before the write transaction; else Invalid."""
    kept = me.password_hash
    if kept is None or not passwords.fits(password, kept):
        raise Invalid(_("This is not your present password."), field=field)
    return kept


def change_password(me: User, new_hash: str, *, proven: str, token: str | None) -> None:
    """A new password; all browsers but this one (``token``) are signed out, links are forgotten.

    ``proven``: what prove_password gave. Conflict when the password was changed meanwhile.
    """
    require(me, Action.CHANGE_ACCOUNT, me)
    claimed = db.session.execute(
        update(User)
        .where(User.id == me.id, User.password_hash == proven)
        .values(password_hash=new_hash)
    )
    if not claimed.rowcount:  # type: ignore[attr-defined]
        raise Conflict(_("Your password was changed at the same moment elsewhere."))
    journal.record(me, Verb.CHANGED_PASSWORD, f"user:{me.id}")
    links.forget(me)
    accounts.sign_out_elsewhere(me, token)
