"""Signing up."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.database import db
from lms.domain import journal, passwords, sign_up
from lms.domain.errors import Conflict, Invalid
from lms.models import Event, MailKind, MailLink, OutgoingMail, User, Verb

PASSWORD = "seven green boats"


def prepare(
    *,
    name: str = "Amina",
    email: str = "Amina@ngo.example",
    password: str = PASSWORD,
    key: str = "",
) -> sign_up.Application:
    return sign_up.prepare(
        name=name, email=email, password=password, language="ar", key=key, site="NPOC Learn"
    )


def make(application: sign_up.Application) -> User:
    person = sign_up.sign_up(application)
    db.session.commit()
    return person


def people() -> list[User]:
    return list(db.session.scalars(select(User).order_by(User.id)))


def test_a_newcomer_gets_an_account_and_a_mail(app: Flask) -> None:
    person = make(prepare(name="  Amina\u200b "))
    assert (person.name, person.email, person.email_key) == (
        "Amina",
        "Amina@ngo.example",
        "amina@ngo.example",
    )
    assert (person.language, person.confirmed_at) == ("ar", None)
    assert passwords.fits(PASSWORD, person.password_hash)
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert (mail.kind, mail.recipient, mail.language) == (
        MailKind.CONFIRM,
        "Amina@ngo.example",
        "ar",
    )
    assert {**mail.facts, "token": ""} == {
        "token": "",
        "name": "",
        "signed_up": person.created_at.isoformat(),
    }
    event = db.session.scalars(select(Event)).one()
    assert (event.actor, event.verb, event.object) == (
        person.public_id,
        Verb.REGISTERED,
        f"user:{person.id}",
    )


def test_signing_up_never_tells_whether_an_address_has_an_account(amina: User) -> None:
    again = make(prepare())
    once_more = make(prepare())
    assert people() == [amina, again, once_more]
    assert len(db.session.scalars(select(OutgoingMail)).all()) == 2


def test_nothing_secret_is_written_into_the_journal(app: Flask) -> None:
    make(prepare())
    [event] = db.session.scalars(select(Event))
    assert (event.actor.isalnum(), event.object, event.details) == (True, "user:1", {})


def test_one_page_makes_one_account(app: Flask) -> None:
    key = sign_up.new_key()
    first = make(prepare(key=key))
    assert make(prepare(key=key)) is first
    assert people() == [first]
    assert len(db.session.scalars(select(MailLink)).all()) == 1


def test_a_form_that_was_sent_at_the_same_moment_is_prepared_again(app: Flask) -> None:
    key = sign_up.new_key()
    early, late = prepare(key=key), prepare(key=key)
    first = make(early)
    with pytest.raises(sign_up.SentTwice):
        sign_up.sign_up(late)
    db.session.rollback()
    assert make(prepare(key=key)) is first


@pytest.mark.parametrize("other", [{"email": "eve@ngo.example"}, {"password": "eight green boats"}])
def test_a_used_form_is_not_for_somebody_else(app: Flask, other: dict[str, str]) -> None:
    key = sign_up.new_key()
    make(prepare(key=key))
    with pytest.raises(Conflict):
        prepare(key=key, **other)


def test_a_form_can_be_repeated_for_an_hour_and_by_nobody_suspended(app: Flask) -> None:
    key = sign_up.new_key()
    person = make(prepare(key=key))
    person.created_at = journal.now() - timedelta(minutes=59)
    assert prepare(key=key).twin == person.id
    person.suspended_at = journal.now()
    with pytest.raises(Conflict):
        prepare(key=key)
    person.suspended_at, person.created_at = None, journal.now() - timedelta(minutes=61)
    with pytest.raises(Conflict):
        prepare(key=key)


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "é" * 30, "a" * 30 + "\x00"])
def test_a_strange_key_is_replaced(app: Flask, key: str) -> None:
    assert make(prepare(key=key)).sign_up_key not in {"", key}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"email": "amina"}, "email"),
        ({"password": "password123"}, "password"),
        ({"password": "npoc learn"}, "password"),
        ({"password": "amina@ngo.example"}, "password"),
    ],
)
def test_what_cannot_be_used_is_refused_beside_its_field(
    app: Flask, wrong: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        prepare(**wrong)
    assert refused.value.field == field
