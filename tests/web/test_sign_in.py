"""Signing in and out."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.database import db
from lms.domain import accounts, passwords
from lms.domain.permissions import System
from lms.models import SignIn, User
from tests.conftest import Browser
from tests.elsewhere import elsewhere

EMAIL, PASSWORD = "amina@ngo.example", "seven green boats"
WRONG = "The address and the password do not belong together."


@pytest.fixture
def learner(app: Flask) -> User:
    """Amina, who has a password."""
    person = accounts.add_person(System(), name="Amina", email=EMAIL, password=PASSWORD)
    db.session.commit()
    return person


def send(visitor: Browser, **changes: str) -> "tuple[int, str | None, str]":
    data = {"email": EMAIL, "password": PASSWORD, **changes}
    response = visitor.post("/en/sign-in", data=data)
    return response.status_code, response.location, response.text


def test_address_and_password_sign_in(visitor: Browser, learner: User) -> None:
    assert visitor.get("/en/sign-in").status_code == 200
    assert send(visitor, email=" AMINA@ngo.example")[:2] == (303, "/en/my-learning")
    assert "Amina" in visitor.get("/en/account").text


@pytest.mark.parametrize("changes", [{"password": "another one"}, {"email": "nobody@ngo.example"}])
def test_every_failure_is_the_same_page(
    visitor: Browser, learner: User, changes: dict[str, str]
) -> None:
    status, location, page = send(visitor, **changes)
    assert (status, location, page.count(WRONG)) == (422, None, 2)
    assert PASSWORD not in page
    assert f'value="{changes.get("email", EMAIL)}"' in page
    assert db.session.scalars(select(SignIn)).all() == []


def test_an_address_that_is_none_is_said(visitor: Browser) -> None:
    status, _location, page = send(visitor, email="amina")
    assert (status, "This is not an e-mail address." in page) == (422, True)


def test_a_password_changed_at_the_same_moment_does_not_sign_in(
    visitor: Browser, learner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = passwords.fits

    def change_it_meanwhile(password: str, kept: str | None) -> bool:
        elsewhere(update(User).values(password_hash="changed"))
        return fits(password, kept)

    monkeypatch.setattr(passwords, "fits", change_it_meanwhile)
    status, _location, page = send(visitor)
    assert (status, page.count(WRONG)) == (422, 2)


def test_the_cookie_is_for_this_host_and_no_script(visitor: Browser, learner: User) -> None:
    response = visitor.post("/en/sign-in", data={"email": EMAIL, "password": PASSWORD})
    name, *attributes = response.headers["Set-Cookie"].split("; ")
    assert name.startswith("session=")
    assert sorted(a for a in attributes if not a.startswith("Expires=")) == [
        "HttpOnly",
        "Max-Age=2592000",
        "Path=/",
        "SameSite=Lax",
    ]


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(
    app: Flask, visitor: Browser, learner: User
) -> None:
    app.config["PUBLIC_URL"] = "https://localhost"
    response = visitor.post("/en/sign-in", data={"email": EMAIL, "password": PASSWORD})
    name, *attributes = response.headers["Set-Cookie"].split("; ")
    assert name.startswith("__Host-session=")
    assert "Secure" in attributes
    left = visitor.post("/en/sign-out").headers["Set-Cookie"].split("; ")
    assert (left[0], "Secure" in left) == ("__Host-session=", True)


@pytest.mark.parametrize(
    ("wanted", "to"),
    [
        ("/en/courses/dns?x=1", "/en/courses/dns?x=1"),
        ("/ar/courses/é", "/ar/courses/%C3%A9"),
        ("https://evil.example/", "/en/my-learning"),
        ("//evil.example/", "/en/my-learning"),
        ("/\\evil.example/", "/en/my-learning"),
        ("/\t/evil.example/", "/en/my-learning"),
        ("\n//evil.example", "/en/my-learning"),
        ("javascript:alert(1)", "/en/my-learning"),
        ("courses", "/en/my-learning"),
        ("", "/en/my-learning"),
    ],
)
def test_after_signing_in_one_stays_on_this_site(
    visitor: Browser, learner: User, wanted: str, to: str
) -> None:
    page = visitor.get("/en/sign-in", query_string={"next": wanted}).text
    assert ('name="next"' in page) is (to != "/en/my-learning")
    assert send(visitor, next=wanted)[1] == to


def test_who_is_signed_in_already_goes_on(visitor: Browser, amina: User) -> None:
    response = visitor.sign_in(amina).get("/en/sign-in?next=/en/courses/dns")
    assert (response.status_code, response.location) == (303, "/en/courses/dns")


def test_guessing_is_stopped_and_a_link_still_works(visitor: Browser, learner: User) -> None:
    answers = [send(visitor, password=f"guess number {n}")[0] for n in range(10)]
    assert answers == [422] * 10
    response = visitor.post("/en/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 900
    assert send(visitor, email="eve@ngo.example")[0] == 422
    assert visitor.post("/en/links", data={"email": EMAIL}).status_code == 303


def test_a_stranger_elsewhere_does_not_lock_anybody_out(visitor: Browser, learner: User) -> None:
    for number in range(11):
        visitor.post(
            "/en/sign-in",
            data={"email": EMAIL, "password": f"guess {number}"},
            environ_base={"REMOTE_ADDR": "192.0.2.7"},
        )
    assert send(visitor)[0] == 303


def test_hashing_happens_outside_of_any_writing(
    app: Flask, visitor: Browser, learner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite a writer keeps all others waiting, and hashing takes long."""
    writing: list[bool] = []
    fits = passwords.fits

    def watch(password: str, kept: str | None) -> bool:
        writing.append(can_write())
        return fits(password, kept)

    monkeypatch.setattr(passwords, "fits", watch)
    assert send(visitor)[0] == 303
    assert writing == [False, False]


def can_write() -> bool:
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        return not connection.exec_driver_sql("PRAGMA query_only").scalar()
    return connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "off"


def test_signing_out_ends_the_sign_in_and_empties_the_browser(
    visitor: Browser, learner: User
) -> None:
    send(visitor)
    response = visitor.post("/en/sign-out")
    assert response.status_code == 303
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert response.headers["Set-Cookie"].startswith("session=; Expires=Thu, 01 Jan 1970")
    row = db.session.scalars(select(SignIn)).one()
    assert row.ended_at is not None
    assert visitor.get("/en/account").status_code == 303


def test_signing_out_without_being_signed_in_is_harmless(visitor: Browser) -> None:
    assert visitor.post("/en/sign-out").status_code == 303


def test_a_link_cannot_sign_anybody_out(visitor: Browser) -> None:
    assert visitor.get("/en/sign-out").status_code == 405
