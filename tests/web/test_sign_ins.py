"""The browsers in which one is signed in."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from lms.database import db
from lms.domain import accounts, sign_ins
from lms.models import SignIn as SignInRow
from lms.models import User
from lms.web import browsers
from tests.conftest import Browser, SignIn

ANDROID = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"
MAC = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.4 Safari/605.1.15"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) CriOS/130.0 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("calls_itself", "said"),
    [
        (ANDROID, "Firefox on Android"),
        (MAC, "Safari on macOS"),
        (EDGE, "Edge on Windows"),
        (IPHONE, "Chrome on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) something", "Linux"),
        ("Firefox/1", "Firefox"),
        ("curl/8", "A browser that says nothing about itself"),
        ("", "A browser that says nothing about itself"),
    ],
)
def test_a_browser_is_said_in_words(app: Flask, calls_itself: str, said: str) -> None:
    with app.test_request_context("/en/account"):
        assert browsers.said(calls_itself) == said


def test_they_are_listed_with_this_one_marked(sign_in: SignIn, amina: User, eve: User) -> None:
    accounts.sign_in(amina, ANDROID)
    accounts.sign_in(eve, MAC)
    page = sign_in(amina).get("/en/account").text
    listed = page[page.index("Where you are signed in") :]
    assert re.findall(r"<b>(.*?)</b>", listed) == [
        "A browser that says nothing about itself",
        "Firefox on Android",
    ]
    assert listed.count("this browser") == 1
    assert listed.index("this browser") < listed.index("Firefox on Android")
    assert listed.count("since ") == 2


def test_one_can_be_ended(sign_in: SignIn, amina: User) -> None:
    phone = accounts.sign_in(amina, ANDROID)
    db.session.commit()
    browser = sign_in(amina)
    [number] = re.findall(r"/en/account/sign-ins/(\d+)", browser.get("/en/account").text)
    response = browser.post(f"/en/account/sign-ins/{number}")
    assert (response.status_code, response.location) == (303, "/en/account?done=signed-out")
    page = browser.get(response.location).text
    assert "You are signed out there." in page
    assert "Firefox on Android" not in page
    assert accounts.person_signed_in(phone) is None


def test_nobody_ends_the_sign_in_of_somebody_else(sign_in: SignIn, amina: User, eve: User) -> None:
    phone = accounts.sign_in(amina, ANDROID)
    db.session.commit()
    [row] = db.session.scalars(select(SignInRow))
    assert sign_in(eve).post(f"/en/account/sign-ins/{row.id}").status_code == 303
    assert accounts.person_signed_in(phone) is amina


def test_all_others_can_be_ended(visitor: Browser, amina: User) -> None:
    phone = accounts.sign_in(amina, "phone")
    db.session.commit()
    visitor.sign_in(amina)
    assert "Sign out everywhere else" in visitor.get("/en/account").text
    response = visitor.post("/en/account/other-sign-ins", follow_redirects=True)
    assert "You are signed out there." in response.text
    assert "Sign out everywhere else" not in response.text
    assert accounts.person_signed_in(phone) is None
    rows = db.session.scalars(select(SignInRow).order_by(SignInRow.id)).all()
    assert [row.ended_at is None for row in rows] == [False, True]


def test_a_very_long_list_has_an_end(
    sign_in: SignIn, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_ins, "MOST_BROWSERS", 2)
    for _ in range(3):
        accounts.sign_in(amina, ANDROID)
    page = sign_in(amina).get("/en/account").text
    assert page.count("since ") == 2
    assert page.count("this browser") == 1
