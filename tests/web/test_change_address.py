"""Changing the e-mail address: the form, and the pages behind the links."""

import pytest
from sqlalchemy import select, update

from lms.database import db
from lms.domain import journal, passwords, sign_ins
from lms.models import MailKind, MailLink, OutgoingMail, User
from tests.conftest import Browser, SignIn, person

NEW = "new@ngo.example"
PASSWORD = "a lake with boats"


def with_password(person: User) -> User:
    """Who knows PASSWORD."""
    person.password_hash = passwords.hashed(PASSWORD)
    db.session.commit()
    return person


@pytest.fixture(autouse=True)
def known(amina: User) -> None:
    """Amina has a password."""
    with_password(amina)


def fields(email: str = NEW) -> dict[str, str]:
    """What the form sends."""
    return {"email": email, "present_password": PASSWORD}


def ask(browser: Browser, email: str = NEW) -> str:
    """The token in the mail."""
    response = browser.post("/en/account/address", data=fields(email))
    assert (response.status_code, response.location) == (303, "/en/account?done=asked")
    return newest_token()


def newest_token() -> str:
    mail = select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1)
    return str(db.session.scalars(mail).one().facts["token"])


def email(user: User) -> str:
    db.session.expire_all()
    return user.email


# --- asking -------------------------------------------------------------------------------------


def test_the_page_says_what_is_pending_and_the_old_address_stays(
    sign_in: SignIn, amina: User
) -> None:
    browser = sign_in(amina)
    assert "Waiting to be confirmed" not in browser.get("/en/account").text
    ask(browser)
    page = browser.get("/en/account?done=asked").text
    assert "We have sent a mail to the new address. Open its link within an hour." in page
    assert "Waiting to be confirmed" in page
    assert f"<bdi>{NEW}</bdi>" in page
    assert email(amina) == "amina@ngo.example"


def test_an_address_that_somebody_owns_is_not_told_apart(
    sign_in: SignIn, amina: User, eve: User, lin: User
) -> None:
    pages = []
    for who, address in ((amina, "free1@ngo.example"), (lin, "eve@ngo.example")):
        browser = sign_in(with_password(who))
        response = browser.post("/en/account/address", data=fields(address))
        assert (response.status_code, response.location) == (303, "/en/account?done=asked")
        page = browser.get(response.location).text
        pages.append("Waiting to be confirmed" in page and f"<bdi>{address}</bdi>" in page)
    assert pages == [True, True]
    assert db.session.scalars(select(OutgoingMail.kind).order_by(OutgoingMail.id)).all() == [
        MailKind.CHANGE_ADDRESS,
        MailKind.ADDRESS_TAKEN,
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("amina", "This is not an e-mail address."),
        ("", "This is not an e-mail address."),
        ("AMINA@ngo.example", "This is the address of your account already."),
    ],
)
def test_what_cannot_be_the_new_address_is_said_beside_its_field(
    sign_in: SignIn, amina: User, typed: str, said: str
) -> None:
    response = sign_in(amina).post("/en/account/address", data=fields(typed))
    assert response.status_code == 422
    assert 'id="email-error"' in response.text
    assert said in response.text
    assert f'value="{typed}"' in response.text


def test_a_wrong_password_sends_nothing(sign_in: SignIn, amina: User) -> None:
    response = sign_in(amina).post(
        "/en/account/address", data={"email": NEW, "present_password": "not that one"}
    )
    assert response.status_code == 422
    assert 'id="present_password-error"' in response.text
    assert db.session.scalars(select(OutgoingMail)).all() == []


def test_without_a_password_the_old_mailbox_is_asked_first(sign_in: SignIn, amina: User) -> None:
    amina.password_hash = None
    db.session.commit()
    browser = sign_in(amina)
    assert 'name="present_password"' not in browser.get("/en/account").text
    response = browser.post("/en/account/address", data={"email": NEW})
    assert (response.status_code, response.location) == (303, "/en/account?done=asked-old")
    assert "We have sent a link to your present address first." in browser.get("/en/account").text
    token = newest_token()
    assert f"<bdi>{NEW}</bdi>" in browser.get(f"/en/address/{token}").text
    assert "Look into your new mailbox" in browser.post(f"/en/address/{token}").text
    assert browser.post(f"/en/address/{token}").status_code == 410
    browser.post(f"/en/address/{newest_token()}")
    assert email(amina) == NEW


def test_addresses_in_every_script_are_taken(sign_in: SignIn, amina: User) -> None:
    browser = sign_in(amina)
    browser.post(f"/en/address/{ask(browser, 'معلومات@مثال.السعودية')}")
    assert email(amina) == "معلومات@مثال.السعودية"


def test_one_account_cannot_write_to_one_stranger_after_the_other(
    sign_in: SignIn, amina: User
) -> None:
    browser = sign_in(amina)
    answers = [
        browser.post("/en/account/address", data=fields(f"s{n}@ngo.example")).status_code
        for n in range(7)
    ]
    assert answers == [303] * 6 + [429]


def test_one_mailbox_is_not_filled_by_many_accounts(sign_in: SignIn) -> None:
    answers = [
        sign_in(with_password(person(f"P{n}")))
        .post("/en/account/address", data=fields())
        .status_code
        for n in range(7)
    ]
    assert answers == [303] * 6 + [429]


# --- confirming ---------------------------------------------------------------------------------


def test_opening_the_link_uses_nothing_and_is_kept_nowhere(
    sign_in: SignIn, visitor: Browser, amina: User
) -> None:
    token = ask(sign_in(amina))
    for _ in range(2):
        response = visitor.get(f"/en/address/{token}")
        assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
        assert f"<bdi>{NEW}</bdi>" in response.text
        assert "In this browser you are not signed in to that account." in response.text
        assert "Amina" not in response.text
    assert db.session.scalars(select(MailLink.used_at)).all() == [None]
    assert email(amina) == "amina@ngo.example"


def test_the_button_changes_the_address_once(sign_in: SignIn, amina: User) -> None:
    amina.password_hash = passwords.hashed(PASSWORD)
    browser = sign_in(amina)
    token = ask(browser)
    assert "Careful" not in browser.get(f"/en/address/{token}").text
    response = browser.post(f"/en/address/{token}")
    assert (response.status_code, response.location) == (303, "/en/account?done=address")
    page = browser.get(response.location).text
    assert "Your account has its new address." in page
    assert f"<bdi>Amina</bdi><br><bdi>{NEW}</bdi>" in page
    again = browser.post(f"/en/address/{token}")
    assert again.status_code == 410
    assert "This link does not work any more" in again.text


def test_elsewhere_one_is_signed_in_and_chooses_a_new_password(
    sign_in: SignIn, visitor: Browser, amina: User
) -> None:
    amina.password_hash = passwords.hashed(PASSWORD)
    token = ask(sign_in(amina))
    response = visitor.post(f"/en/address/{token}")
    assert (response.status_code, response.location) == (303, "/en/account/password")
    assert NEW in visitor.get("/en/account/password").text


def test_an_old_or_mistyped_link_says_so(sign_in: SignIn, amina: User) -> None:
    browser = sign_in(amina)
    token = ask(browser)
    db.session.execute(update(MailLink).values(expires_at=journal.now()))
    db.session.commit()
    for path in (f"/en/address/{token}", "/en/address/mistyped"):
        for response in (browser.get(path), browser.post(path)):
            assert (response.status_code, response.headers["Cache-Control"]) == (410, "no-store")
            assert 'href="/en/account"' in response.text


def test_a_link_of_this_kind_signs_nobody_in(
    sign_in: SignIn, visitor: Browser, amina: User
) -> None:
    token = ask(sign_in(amina))
    assert visitor.get(f"/en/links/{token}").status_code == 410
    assert visitor.post(f"/en/links/{token}").status_code == 410


def test_who_is_second_is_told(sign_in: SignIn, amina: User, eve: User) -> None:
    hers, eves = sign_in(amina), sign_in(with_password(eve))
    of_amina, of_eve = ask(hers), ask(eves)
    assert hers.post(f"/en/address/{of_amina}").status_code == 303
    response = eves.post(f"/en/address/{of_eve}")
    assert response.status_code == 409
    assert "Another account has this address now." in response.text
    assert email(eve) == "eve@ngo.example"


def test_the_link_of_a_closed_account_says_so(sign_in: SignIn, amina: User) -> None:
    browser = sign_in(amina)
    token = ask(browser)
    amina.suspended_at = journal.now()
    db.session.commit()
    assert browser.post(f"/en/address/{token}").status_code == 403


# --- undoing ------------------------------------------------------------------------------------


def test_the_old_address_takes_the_account_back(
    sign_in: SignIn, visitor: Browser, amina: User
) -> None:
    thief = sign_in(amina)
    thief.post(f"/en/address/{ask(thief)}")
    token = newest_token()
    page = visitor.get(f"/en/address/{token}").text
    assert "Take your account back" in page
    assert "<bdi>amina@ngo.example</bdi>" in page
    assert NEW not in page
    response = visitor.post(f"/en/address/{token}")
    assert (response.status_code, response.location) == (303, "/en/account/password")
    assert email(amina) == "amina@ngo.example"
    assert thief.get("/en/account").location == "/en/sign-in?next=/en/account"
    assert len(sign_ins.sign_ins_of(amina)) == 1
    assert visitor.get(f"/en/address/{token}").status_code == 410
