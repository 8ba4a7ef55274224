"""The sign-up page."""

import re

import pytest
from flask import Flask
from sqlalchemy import insert, select

from lms.database import db
from lms.domain import journal, passwords
from lms.models import OutgoingMail, SignIn, User
from tests.conftest import Browser
from tests.elsewhere import elsewhere

GIVEN = {"name": "Amina Bâ", "email": "amina@ngo.example", "password": "seven green boats"}


def key_of(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]


def people() -> list[User]:
    db.session.rollback()
    return list(db.session.scalars(select(User).order_by(User.id)))


def send(visitor: Browser, **changes: str) -> "tuple[int, str | None, str]":
    response = visitor.post("/en/sign-up", data={**GIVEN, **changes})
    return response.status_code, response.location, response.text


def test_a_newcomer_makes_an_account_and_is_signed_in(visitor: Browser) -> None:
    page = visitor.get("/en/sign-up").text
    assert send(visitor, key=key_of(page))[:2] == (303, "/en/my-learning")
    [person] = people()
    assert (person.name, person.email, person.language) == (
        "Amina Bâ",
        "amina@ngo.example",
        "en",
    )
    assert "Amina Bâ" in visitor.get("/en/account").text


def test_the_account_has_the_language_of_the_page(visitor: Browser) -> None:
    assert visitor.post("/ar/sign-up", data=GIVEN).location == "/ar/my-learning"
    assert [person.language for person in people()] == ["ar"]
    assert db.session.scalars(select(OutgoingMail.language)).all() == ["ar"]


def test_the_page_is_kept_nowhere_and_its_key_is_new_each_time(visitor: Browser) -> None:
    first, second = visitor.get("/en/sign-up"), visitor.get("/en/sign-up")
    assert first.headers["Cache-Control"] == "no-store"
    assert first.headers.getlist("Set-Cookie") == []
    assert key_of(first.text) != key_of(second.text)


def test_a_double_click_makes_one_account(visitor: Browser) -> None:
    key = key_of(visitor.get("/en/sign-up").text)
    assert [send(visitor, key=key)[0] for _ in range(2)] == [303, 303]
    assert len(people()) == 1
    assert "Amina Bâ" in visitor.get("/en/account").text


def test_a_form_sent_at_the_same_moment_elsewhere_ends_in_the_same_account(
    visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = key_of(visitor.get("/en/sign-up").text)
    hashed = passwords.hashed

    def hash_while_another_is_faster(password: str) -> str:
        kept = hashed(password)
        elsewhere(
            insert(User).values(
                public_id="1" * 32,
                name="Amina Bâ",
                email="amina@ngo.example",
                email_key="amina@ngo.example",
                created_at=journal.now(),
                language="en",
                time_zone="UTC",
                password_hash=kept,
                sign_up_key=key,
            )
        )
        return kept

    monkeypatch.setattr(passwords, "hashed", hash_while_another_is_faster)
    assert send(visitor, key=key)[0] == 303
    assert [person.public_id for person in people()] == ["1" * 32]
    assert "Amina Bâ" in visitor.get("/en/account").text


def test_a_used_form_makes_no_account_for_somebody_else(visitor: Browser) -> None:
    key = key_of(visitor.get("/en/sign-up").text)
    send(visitor, key=key)
    status, _location, page = send(visitor, key=key, email="eve@ngo.example")
    assert (status, "This form was used already." in page) == (409, True)
    assert len(people()) == 1


@pytest.mark.parametrize("confirmed", [True, False, None])
def test_the_answer_is_the_same_whether_or_not_there_is_an_account(
    app: Flask, visitor: Browser, confirmed: bool | None
) -> None:
    if confirmed is not None:
        now = journal.now()
        db.session.add(
            User(
                name="Amina",
                email="amina@ngo.example",
                email_key="amina@ngo.example",
                created_at=now,
                confirmed_at=now if confirmed else None,
            )
        )
        db.session.commit()
    response = visitor.post("/en/sign-up", data=GIVEN)
    assert (response.status_code, response.location, response.headers.get("Cache-Control")) == (
        303,
        "/en/my-learning",
        "private, no-cache",
    )
    assert db.session.scalars(select(OutgoingMail.kind)).all() == ["confirm"]


def test_errors_are_beside_their_fields_and_in_a_summary(visitor: Browser) -> None:
    status, _location, page = send(visitor, name=" ", email="amina", password="short")
    assert status == 422
    assert re.findall(r'<li><a href="#(\w+)">([^<]+)<', page) == [
        ("name", "Write your name."),
        ("email", "This is not an e-mail address. It looks like name@organisation.org."),
        ("password", "Use at least 10 characters. A short sentence is easy to remember."),
    ]
    assert page.index('role="alert"') < page.index("<h1>")
    for name in ("name", "email", "password"):
        field = re.search(rf'<input[^>]* id="{name}"[^>]*>', page)
        assert field
        assert 'aria-invalid="true"' in field[0]
        assert f'aria-describedby="{name}-hint {name}-error"' in field[0]
        assert f'id="{name}-error"' in page
    assert people() == []


def test_what_was_typed_is_kept_but_never_the_password(visitor: Browser) -> None:
    page = send(visitor, password="amina@ngo.example", key="k" * 40)[2]
    assert ('value="Amina Bâ"' in page, 'value="amina@ngo.example"' in page) == (True, True)
    password = re.search(r'<input[^>]* id="password"[^>]*>', page)
    assert password
    assert "amina" not in password[0]
    assert key_of(page) == "k" * 40


def test_the_name_of_the_site_is_no_password(visitor: Browser) -> None:
    status, _location, page = send(visitor, password="NPOC Learn")
    assert (status, "Too easy: it is a name" in page) == (422, True)


def test_an_empty_form_is_refused_kindly(visitor: Browser) -> None:
    assert visitor.post("/en/sign-up", data={}).status_code == 422


def test_the_address_field_takes_any_script(visitor: Browser) -> None:
    page = visitor.get("/en/sign-up").text
    field = re.search(r'<input[^>]* id="email"[^>]*>', page)
    assert field
    for attribute in ('type="text"', 'inputmode="email"', 'autocomplete="username"'):
        assert attribute in field[0]
    assert send(visitor, email="معلومات@مثال.السعودية")[0] == 303
    assert [person.email for person in people()] == ["معلومات@مثال.السعودية"]


def test_who_is_signed_in_needs_no_second_account(visitor: Browser, amina: User) -> None:
    response = visitor.sign_in(amina).get("/en/sign-up")
    assert (response.status_code, response.location) == (303, "/en/my-learning")


def test_signing_up_leads_back_to_the_page_that_asked(visitor: Browser) -> None:
    page = visitor.get("/en/sign-up?next=/en/courses/dns").text
    assert '<input type="hidden" name="next" value="/en/courses/dns">' in page
    assert send(visitor, next="/en/courses/dns")[1] == "/en/courses/dns"


def test_an_old_sign_in_of_this_browser_ends(visitor: Browser, eve: User) -> None:
    visitor.sign_in(eve)
    send(visitor)
    rows = db.session.scalars(select(SignIn).order_by(SignIn.id)).all()
    assert [row.ended_at is None for row in rows] == [False, True]


def test_too_many_accounts_for_one_address_are_refused(visitor: Browser) -> None:
    assert [send(visitor)[0] for _ in range(7)] == [303] * 6 + [429]
    assert len(people()) == 6
    assert send(visitor, email="eve@ngo.example")[0] == 303


def test_a_form_from_another_site_makes_no_account(visitor: Browser) -> None:
    response = visitor.post("/en/sign-up", data=GIVEN, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert people() == []


@pytest.mark.parametrize("is_same_browser", [True, False])
def test_whoever_was_invited_comes_to_the_invitation_once_the_address_is_confirmed(
    visitor: Browser, app: Flask, is_same_browser: bool
) -> None:
    invitation = "/en/join/23456789"
    assert send(visitor, next=invitation)[:2] == (303, invitation)
    facts = db.session.scalars(select(OutgoingMail.facts)).one()
    assert facts["onward"] == invitation
    link = f"/en/links/{facts['token']}?next={invitation}"
    browser = visitor if is_same_browser else app.test_client()
    assert browser.get(link).status_code == 200
    answer = browser.post(link).location
    if not is_same_browser:  # the password died, as the account may be a stranger's
        assert answer == f"/en/account/password?next={invitation}"
        assert f'<a href="{invitation}">' in browser.get(answer).text
        chosen = {"password": "seven green boats", "next": invitation}
        answer = browser.post("/en/account/password", data=chosen).location
    assert answer == invitation


@pytest.mark.parametrize(
    "page", ["/en/courses/small/", "/en/join/SEND-MONEY", "//evil.example", "/en/join/23456789/x"]
)
def test_the_mail_leads_on_to_invitations_only(visitor: Browser, page: str) -> None:
    assert send(visitor, next=page)[0] == 303
    assert "onward" not in db.session.scalars(select(OutgoingMail.facts)).one()
