"""What people change about their own account."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.database import db
from lms.domain import accounts, links, passwords, profile, sign_ins
from lms.domain.errors import Conflict, Denied, Invalid
from lms.models import Event, MailLink, User, Verb

OLD, NEW = "seven green boats", "eight yellow boats"


def verbs(person: User) -> list[str]:
    rows = select(Event.verb).where(Event.object == f"user:{person.id}").order_by(Event.id)
    return list(db.session.scalars(rows))


def with_password(person: User) -> str:
    """Her hash."""
    person.password_hash = kept = passwords.hashed(OLD)
    db.session.commit()
    return kept


# --- name, language, time zone ------------------------------------------------------------------


def test_a_name_is_cleaned_and_noted_once(amina: User) -> None:
    profile.rename(amina, "  Fatoumata   Bâ ")
    profile.rename(amina, "Fatoumata Bâ")
    assert amina.name == amina.name_on_certificate == "Fatoumata Bâ"
    assert verbs(amina) == [Verb.RENAMED]


def test_a_name_needs_a_letter(amina: User) -> None:
    with pytest.raises(Invalid) as refused:
        profile.rename(amina, "  ")
    assert (refused.value.field, amina.name) == ("name", "Amina")


def test_a_language_is_kept(amina: User) -> None:
    profile.set_language(amina, "ar")
    assert amina.language == "ar"


@pytest.mark.parametrize("zone", ["UTC", "Africa/Dakar", "Asia/Kolkata", "America/Argentina/Salta"])
def test_a_time_zone_is_one_that_python_knows(amina: User, zone: str) -> None:
    profile.set_time_zone(amina, zone)
    assert amina.time_zone == zone


@pytest.mark.parametrize(
    "zone", ["", "Africa", "Mars/Base", "../../etc/passwd", "localtime", "EST"]
)
def test_another_time_zone_is_refused(amina: User, zone: str) -> None:
    with pytest.raises(Invalid) as refused:
        profile.set_time_zone(amina, zone)
    assert (refused.value.field, amina.time_zone) == ("time_zone", "UTC")


def test_a_bare_system_knows_the_time_zones(app: Flask) -> None:
    """Debian's tzdata is a required package, so no wheel is needed."""
    assert len(profile.time_zones()) > 300


@pytest.mark.parametrize(
    "deed",
    [
        lambda me: profile.rename(me, "Eve"),
        lambda me: profile.set_language(me, "ar"),
        lambda me: profile.set_time_zone(me, "Africa/Dakar"),
        lambda me: profile.change_password(me, "hash", proven="old", token=None),
        lambda me: accounts.set_first_password(me, "hash"),
        lambda me: sign_ins.end_sign_in(me, 1),
        lambda me: sign_ins.end_other_sign_ins(me, None),
    ],
)
def test_nothing_of_a_closed_account_can_be_changed(
    amina: User, deed: Callable[[User], None]
) -> None:
    amina.suspended_at = amina.created_at
    with pytest.raises(Denied):
        deed(amina)


# --- the password -------------------------------------------------------------------------------


def test_a_changed_password_ends_other_sign_ins_and_links(amina: User) -> None:
    kept = with_password(amina)
    here, phone = (accounts.sign_in(amina, name) for name in ("here", "phone"))
    links.send_sign_in(amina.email, "en")
    new = accounts.new_password_hash(amina, NEW)
    profile.change_password(amina, new, proven=kept, token=here)
    db.session.commit()
    assert passwords.fits(NEW, amina.password_hash)
    assert [accounts.person_signed_in(token) for token in (here, phone)] == [amina, None]
    assert db.session.scalars(select(MailLink.used_at)).one() is not None
    assert verbs(amina)[-2:] == [Verb.CHANGED_PASSWORD, Verb.SIGNED_OUT]


def test_the_present_password_is_asked_for(amina: User) -> None:
    with pytest.raises(Invalid):
        profile.prove_password(amina, OLD)
    kept = with_password(amina)
    assert profile.prove_password(amina, OLD) == kept
    with pytest.raises(Invalid) as refused:
        profile.prove_password(amina, NEW)
    assert refused.value.field == "present"


def test_of_two_changes_at_the_same_moment_the_first_holds(amina: User) -> None:
    kept = with_password(amina)
    db.session.execute(update(User).values(password_hash="the first"))
    with pytest.raises(Conflict):
        profile.change_password(amina, "the second", proven=kept, token=None)
    db.session.refresh(amina)
    assert amina.password_hash == "the first"


# --- browsers -----------------------------------------------------------------------------------


def test_one_browser_can_be_signed_out(amina: User, eve: User) -> None:
    here, phone = (accounts.sign_in(amina, name) for name in ("here", "phone"))
    db.session.commit()
    newest, oldest = sign_ins.sign_ins_of(amina)
    assert [sign_ins.is_here(row, here) for row in (newest, oldest)] == [False, True]
    assert not sign_ins.is_here(newest, None)
    for _ in range(2):
        sign_ins.end_sign_in(amina, newest.id)
    assert [accounts.person_signed_in(token) for token in (here, phone)] == [amina, None]
    assert verbs(amina)[-2:] == [Verb.SIGNED_IN, Verb.SIGNED_OUT]


def test_nobody_can_end_the_sign_in_of_somebody_else(amina: User, eve: User) -> None:
    here = accounts.sign_in(amina, "here")
    db.session.commit()
    [row] = sign_ins.sign_ins_of(amina)
    sign_ins.end_sign_in(eve, row.id)
    assert accounts.person_signed_in(here) is amina
