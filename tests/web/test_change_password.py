"""Changing the password."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from lms.database import db
from lms.domain import accounts, passwords
from lms.models import User
from tests.conftest import Browser, SignIn
from tests.elsewhere import elsewhere

OLD, NEW = "seven green boats", "eight yellow boats"


@pytest.fixture
def browser(sign_in: SignIn, amina: User) -> Browser:
    """Amina has a password."""
    amina.password_hash = passwords.hashed(OLD)
    db.session.commit()
    return sign_in(amina)


def change(browser: Browser, present: str = OLD, password: str = NEW) -> tuple[int, str]:
    data = {"present": present, "password": password}
    response = browser.post("/en/account/new-password", data=data)
    return response.status_code, response.location or response.text


def test_who_knows_the_present_one_chooses_another(browser: Browser, amina: User) -> None:
    phone = accounts.sign_in(amina, "phone")
    db.session.commit()
    page = browser.get("/en/account").text
    assert "You will be signed out in all other browsers." in page
    assert change(browser) == (303, "/en/account?done=password")
    page = browser.get("/en/account?done=password").text
    assert "Your password is changed. You are signed out in all other browsers." in page
    assert accounts.person_signed_in(phone) is None
    db.session.expire_all()
    assert passwords.fits(NEW, amina.password_hash)


def test_a_wrong_present_one_is_said_beside_its_field(browser: Browser, amina: User) -> None:
    status, page = change(browser, present="nine red boats")
    assert status == 422
    assert 'id="present-error"' in page
    assert '<a href="#present">This is not your present password.</a>' in page
    assert NEW not in page
    db.session.expire_all()
    assert passwords.fits(OLD, amina.password_hash)


def test_a_weak_new_one_is_said_beside_its_field(browser: Browser, amina: User) -> None:
    status, page = change(browser, password="NPOC Learn")
    assert status == 422
    assert 'id="password-error"' in page
    assert "Too easy: it is a name or an address that others know." in page
    db.session.expire_all()
    assert passwords.fits(OLD, amina.password_hash)


def test_the_present_one_cannot_be_guessed_for_long(browser: Browser) -> None:
    answers = [change(browser, present=f"guess number {n}")[0] for n in range(11)]
    assert answers == [422] * 10 + [429]


def test_who_has_none_has_nothing_to_change(sign_in: SignIn, amina: User) -> None:
    assert change(sign_in(amina))[0] == 422


def test_a_change_at_the_same_moment_elsewhere_holds(
    browser: Browser, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: Callable[[str], str] = passwords.hashed

    def hash_while_another_is_faster(password: str) -> str:
        elsewhere(update(User).values(password_hash="the first"))
        return hashed(password)

    monkeypatch.setattr(passwords, "hashed", hash_while_another_is_faster)
    assert change(browser)[0] == 409
    db.session.expire_all()
    assert amina.password_hash == "the first"
