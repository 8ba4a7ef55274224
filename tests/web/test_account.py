"""The page about one's account."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.database import db
from lms.domain import accounts, address_change, notices, passwords
from lms.models import MailKind, OutgoingMail, User
from lms.web import theme
from tests.conftest import Browser, SignIn, person

FORMS = (
    "name",
    "language",
    "time-zone",
    "address",
    "new-password",
    "password",
    "mails",
    "sign-ins/1",
    "other-sign-ins",
    "confirmation",
)


def test_the_account_is_for_those_who_are_signed_in(visitor: Browser) -> None:
    for path in ("/en/account", "/en/account/password"):
        assert visitor.get(path).location == f"/en/sign-in?next={path}"
    for path in FORMS:
        response = visitor.post(f"/en/account/{path}", data={"password": "seven green boats"})
        assert (response.status_code, "/en/sign-in" in response.location) == (303, True)


def test_it_says_who_i_am_and_is_kept_nowhere(visitor: Browser, amina: User) -> None:
    assert amina.confirmed_at is not None
    confirmed = theme.day(amina.confirmed_at)
    response = visitor.sign_in(amina).get("/en/account")
    assert response.headers["Cache-Control"] == "no-store"
    for text in ("<bdi>Amina</bdi>", "<bdi>amina@ngo.example</bdi>", f"confirmed on {confirmed}"):
        assert text in response.text
    assert "Send the mail again" not in response.text
    assert 'role="status"' not in response.text


def test_it_has_one_form_for_each_thing(visitor: Browser, amina: User) -> None:
    amina.password_hash = "something"
    accounts.sign_in(amina, "phone")
    page = visitor.sign_in(amina).get("/en/account").text
    for path in set(FORMS) - {"password", "confirmation"}:
        assert f'action="/en/account/{path}"' in page, path


def test_it_takes_few_statements_however_much_there_is(
    sign_in: SignIn, amina: User, count_queries: list[str]
) -> None:
    browser = sign_in(amina)
    counts = []
    for more in (1, 3):
        for _ in range(more):
            accounts.sign_in(amina, "phone")
            address_change.ask(amina, "new@ngo.example", proven=None)
        notices.choose(amina, [])
        db.session.commit()
        count_queries.clear()
        assert browser.get("/en/account").status_code == 200
        counts.append(len(count_queries))
    assert counts == [5, 5]


def test_what_it_never_said_it_does_not_say(visitor: Browser, amina: User) -> None:
    page = visitor.sign_in(amina).get("/en/account?done=nonsense").text
    assert 'role="status"' not in page


# --- confirming the address ---------------------------------------------------------------------


def test_the_confirmation_can_be_sent_again(visitor: Browser) -> None:
    amina = person("Amina", confirmed=False)
    visitor.sign_in(amina)
    assert "not confirmed yet" in visitor.get("/en/account").text
    response = visitor.post("/en/account/confirmation", follow_redirects=True)
    assert "We have sent a mail to your address." in response.text
    assert db.session.scalars(select(OutgoingMail.recipient)).all() == ["amina@ngo.example"]
    answers = [visitor.post("/en/account/confirmation").status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]


@pytest.mark.parametrize("days", [30, 60])
def test_it_says_until_when_to_confirm(app: Flask, visitor: Browser, days: int) -> None:
    app.config["UNCONFIRMED_DAYS"] = days
    amina = person("Amina", confirmed=False)
    end = theme.day(amina.created_at + timedelta(days=days))
    page = visitor.sign_in(amina).get("/en/account").text
    assert f"Without that we delete the account on {end}, with everything" in page


# --- a first password ---------------------------------------------------------------------------


def test_who_has_no_password_can_choose_one(visitor: Browser, amina: User) -> None:
    visitor.sign_in(amina)
    assert "Choose a password" in visitor.get("/en/account").text
    page = visitor.get("/en/account/password").text
    assert 'autocomplete="username"' in page
    response = visitor.post("/en/account/password", data={"password": "seven green boats"})
    assert (response.status_code, response.location) == (303, "/en/my-learning")
    db.session.expire_all()
    assert passwords.fits("seven green boats", amina.password_hash)


def test_a_weak_first_password_is_refused(visitor: Browser, amina: User) -> None:
    visitor.sign_in(amina)
    response = visitor.post("/en/account/password", data={"password": "NPOC Learn"})
    assert response.status_code == 422
    assert "Too easy: it is a name or an address that others know." in response.text


def test_a_first_password_is_no_way_around_the_present_one(visitor: Browser, amina: User) -> None:
    amina.password_hash = kept = passwords.hashed("seven green boats")
    db.session.commit()
    visitor.sign_in(amina)
    assert visitor.get("/en/account/password").location == "/en/account"
    response = visitor.post("/en/account/password", data={"password": "eight green boats"})
    assert response.status_code == 403
    db.session.expire_all()
    assert amina.password_hash == kept


# --- mails that can be switched off -------------------------------------------------------------


def test_it_lists_each_kind_of_notice_with_a_switch(visitor: Browser, amina: User) -> None:
    notices.switch(amina, MailKind.DUE, on=False)
    visitor.sign_in(amina)
    page = visitor.get("/en/account").text
    for kind in notices.NOTICES:
        checked = "" if kind is MailKind.DUE else " checked"
        assert f'name="mails" id="mail-{kind}" value="{kind}"{checked}>' in page
    response = visitor.post("/en/account/mails", data={"mails": ["due", "marked"]})
    assert (response.status_code, response.location) == (303, "/en/account?done=mails")
    assert "You get the mails that you chose." in visitor.get(response.location).text
    assert notices.refused_by(amina) == {
        MailKind.EARNED,
        MailKind.CHANGED,
        MailKind.COHORT_MESSAGE,
        MailKind.COHORT_REMINDER,
        MailKind.LOG_HEAD,
    }
    visitor.post("/en/account/mails")
    assert notices.refused_by(amina) == set(notices.NOTICES)
