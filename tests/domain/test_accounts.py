"""People's accounts, and the browsers in which they are signed in."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.database import db
from lms.domain import accounts, journal, organisations, passwords, roles, sign_ins, tokens
from lms.domain.errors import Conflict, Denied, Invalid
from lms.domain.permissions import System
from lms.models import (
    Event,
    Membership,
    MembershipRole,
    Organisation,
    OutgoingMail,
    SignIn,
    SiteRole,
    SiteRoleGrant,
    User,
    Verb,
)


def verbs(actor: str) -> list[str]:
    return list(
        db.session.scalars(select(Event.verb).where(Event.actor == actor).order_by(Event.id))
    )


# --- signed in ----------------------------------------------------------------------------------


def test_a_token_tells_who_is_signed_in(amina: User, eve: User) -> None:
    token = accounts.sign_in(amina, "Firefox")
    assert accounts.person_signed_in(token) is amina
    assert accounts.person_signed_in("another") is None
    assert verbs(amina.public_id) == [Verb.SIGNED_IN]


def test_only_the_digest_of_a_token_is_kept(amina: User) -> None:
    token = accounts.sign_in(amina, "Fire\x00fox " + "x" * 300)
    row = db.session.scalars(select(SignIn)).one()
    assert row.token_digest == tokens.digest(token)
    assert row.browser == "Firefox " + "x" * 192
    assert len(token) == 43


def test_asking_who_is_signed_in_takes_one_query(amina: User, count_queries: list[str]) -> None:
    token = accounts.sign_in(amina, "Firefox")
    db.session.commit()
    count_queries.clear()
    accounts.person_signed_in(token)
    assert len(count_queries) == 1


def test_a_sign_in_ends_after_thirty_days(amina: User) -> None:
    token = accounts.sign_in(amina, "Firefox")
    age(timedelta(days=29, hours=23))
    assert accounts.person_signed_in(token) is amina
    age(timedelta(days=30, seconds=1))
    assert accounts.person_signed_in(token) is None
    assert sign_ins.sign_ins_of(amina) == []


def age(by: timedelta) -> None:
    db.session.execute(update(SignIn).values(created_at=journal.now() - by))


def test_a_suspended_person_is_signed_in_nowhere(amina: User) -> None:
    token = accounts.sign_in(amina, "Firefox")
    amina.suspended_at = journal.now()
    assert accounts.person_signed_in(token) is None


def test_signing_in_again_ends_what_the_browser_had(amina: User, eve: User) -> None:
    first = accounts.sign_in(eve, "Firefox")
    second = accounts.sign_in(amina, "Firefox", instead_of=first)
    assert accounts.person_signed_in(first) is None
    assert accounts.person_signed_in(second) is amina


def test_signing_out_twice_is_harmless(amina: User) -> None:
    token = accounts.sign_in(amina, "Firefox")
    accounts.sign_out(amina, token)
    accounts.sign_out(amina, token)
    assert accounts.person_signed_in(token) is None
    assert verbs(amina.public_id) == [Verb.SIGNED_IN, Verb.SIGNED_OUT]


def test_nobody_can_sign_somebody_else_out(amina: User, eve: User) -> None:
    token = accounts.sign_in(amina, "Firefox")
    accounts.sign_out(eve, token)
    assert accounts.person_signed_in(token) is amina


def test_one_can_sign_out_everywhere_else(amina: User, eve: User) -> None:
    here, phone, hall = (accounts.sign_in(amina, name) for name in ("here", "phone", "hall"))
    others = accounts.sign_in(eve, "hers")
    assert [row.browser for row in sign_ins.sign_ins_of(amina)] == ["hall", "phone", "here"]
    assert accounts.sign_out_elsewhere(amina, here) == 2
    assert accounts.sign_out_elsewhere(amina, here) == 0
    assert [accounts.person_signed_in(token) for token in (here, phone, hall, others)] == [
        amina,
        None,
        None,
        eve,
    ]
    assert verbs(amina.public_id) == [*[Verb.SIGNED_IN] * 3, Verb.SIGNED_OUT]


def test_a_browser_is_noted_as_seen(amina: User) -> None:
    token = accounts.sign_in(amina, "Firefox")
    row = db.session.scalars(select(SignIn)).one()
    before = row.seen_at
    accounts.touch(token)
    db.session.refresh(row)
    assert row.seen_at > before


# --- made by others -----------------------------------------------------------------------------


def test_an_administrator_adds_people(ada: User) -> None:
    lin = accounts.add_person(
        ada, name=" Lin  Wei ", email="Lin@NGO.example", password="seven green boats"
    )
    db.session.commit()
    assert (lin.name, lin.email, lin.email_key) == ("Lin Wei", "Lin@NGO.example", "lin@ngo.example")
    assert lin.confirmed_at is not None
    assert passwords.fits("seven green boats", lin.password_hash)
    assert verbs(ada.public_id) == [Verb.REGISTERED]
    assert db.session.scalars(select(OutgoingMail)).all() == []


def test_the_command_line_adds_trainers_and_unconfirmed_people(app: Flask) -> None:
    tomas = accounts.add_person(
        System(),
        name="Tomás",
        email="tomas@ngo.example",
        role=SiteRole.TRAINER,
        confirmed=False,
        language="es",
    )
    db.session.commit()
    grant = db.session.scalars(select(SiteRoleGrant)).one()
    assert (grant.user_id, grant.role, grant.by) == (tomas.id, SiteRole.TRAINER, "system")
    assert (tomas.confirmed_at, tomas.password_hash, tomas.language) == (None, None, "es")
    assert verbs("system") == [Verb.REGISTERED, Verb.GRANTED]


def test_others_may_not_add_people(eve: User) -> None:
    with pytest.raises(Denied):
        accounts.add_person(eve, name="Eve Two", email="two@ngo.example")
    with pytest.raises(Denied):
        roles.give(eve, eve, SiteRole.ADMINISTRATOR)
    with pytest.raises(Denied):
        organisations.make_manager(eve, eve, slug="ngo", name="NGO")


def test_an_address_has_one_confirmed_owner(amina: User) -> None:
    with pytest.raises(Conflict):
        accounts.add_person(System(), name="Amina", email="AMINA@ngo.example")
    accounts.add_person(System(), name="Amina", email="AMINA@ngo.example", confirmed=False)


def test_a_weak_password_is_refused_for_added_people_too(app: Flask) -> None:
    with pytest.raises(Invalid):
        accounts.add_person(
            System(), name="Amina", email="amina@ngo.example", password="amina@ngo.example"
        )


def test_partners_have_managers(lin: User, amina: User) -> None:
    first = organisations.make_manager(System(), lin, slug="water", name="Clean Water Now")
    second = organisations.make_manager(System(), amina, slug="water", name="Clean Water Now")
    db.session.commit()
    assert first is second
    assert [o.name for o in db.session.scalars(select(Organisation))] == ["Clean Water Now"]
    rows = db.session.scalars(select(Membership).order_by(Membership.id)).all()
    assert [(row.user_id, row.organisation_id, row.role) for row in rows] == [
        (lin.id, first.id, MembershipRole.MANAGER),
        (amina.id, first.id, MembershipRole.MANAGER),
    ]
    assert verbs("system") == [Verb.CREATED, Verb.CHANGED, Verb.GRANTED, Verb.GRANTED]


# --- what accounts are made of ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Amina", "Amina"),
        ("  Fatoumata\tBâ-N’Diaye \n", "Fatoumata Bâ-N’Diaye"),
        ("Jose\u0301", "Jos\u00e9"),
        ("X Æ A-12", "X Æ A-12"),
        ("孫 中山", "孫 中山"),
        ("O", "O"),
        ("کریم\u200cزاده", "کریم\u200cزاده"),
        ("Eve\u202egro.ognp", "Eve gro.ognp"),
        ("\x00Am\u2028ina\x7f", "Am ina"),
        ("\u200b\u200fأمينة\u200f", "أمينة"),
        ("n" * 200, "n" * 200),
    ],
)
def test_a_name_is_kept_as_people_write_it(typed: str, name: str) -> None:
    assert accounts.clean_name(typed) == name


@pytest.mark.parametrize("typed", ["", "  ", "\u200b", "--", "n" * 201])
def test_a_name_has_one_letter_and_two_hundred_at_most(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        accounts.clean_name(typed)
    assert refused.value.field == "name"


def test_the_newest_unconfirmed_person_counts_and_no_suspended_one(amina: User) -> None:
    first, second, third = (
        accounts.add_person(System(), name="A", email="amina@ngo.example", confirmed=False)
        for _ in range(3)
    )
    third.suspended_at = journal.now()
    assert accounts.newest_unconfirmed("amina@ngo.example") is second
    assert accounts.owner_of("amina@ngo.example") is amina
    assert first.id < second.id


def test_a_first_password_can_be_set_once(amina: User) -> None:
    new = accounts.new_password_hash(amina, "seven green boats")
    accounts.set_first_password(amina, new)
    assert amina.password_hash == new
    assert verbs(amina.public_id) == [Verb.RESET_PASSWORD]
    with pytest.raises(Denied):
        accounts.set_first_password(amina, new)


def test_a_new_password_is_not_the_name_of_the_site(amina: User) -> None:
    with pytest.raises(Invalid):
        accounts.new_password_hash(amina, "NPOC Learn 1", site="NPOC Learn")
