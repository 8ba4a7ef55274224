"""The page about one's account."""

from sqlalchemy import select

from lms.database import db
from lms.domain import accounts, passwords
from lms.models import OutgoingMail, SignIn, User
from lms.web import theme
from tests.conftest import Browser, person


def test_the_account_is_for_those_who_are_signed_in(visitor: Browser) -> None:
    for path in ("/en/account", "/en/account/password"):
        assert visitor.get(path).location == f"/en/sign-in?next={path}"
    for path in ("confirmation", "other-sign-ins", "password"):
        response = visitor.post(f"/en/account/{path}", data={"password": "seven green boats"})
        assert (response.status_code, "/en/sign-in" in response.location) == (303, True)


def test_it_says_who_i_am_and_is_kept_nowhere(visitor: Browser, amina: User) -> None:
    assert amina.confirmed_at is not None
    confirmed = theme.day(amina.confirmed_at)
    response = visitor.sign_in(amina).get("/en/account")
    assert response.headers["Cache-Control"] == "no-store"
    for text in ("Amina", "amina@ngo.example", confirmed, "Only in this browser."):
        assert text in response.text
    assert "Send the mail again" not in response.text


def test_the_confirmation_can_be_sent_again(visitor: Browser) -> None:
    amina = person("Amina", confirmed=False)
    visitor.sign_in(amina)
    assert "Not yet" in visitor.get("/en/account").text
    response = visitor.post("/en/account/confirmation", follow_redirects=True)
    assert "We have sent a mail to your address." in response.text
    assert db.session.scalars(select(OutgoingMail.recipient)).all() == ["amina@ngo.example"]
    answers = [visitor.post("/en/account/confirmation").status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]


def test_all_other_sign_ins_can_be_ended(visitor: Browser, amina: User) -> None:
    phone = accounts.sign_in(amina, "phone")
    db.session.commit()
    visitor.sign_in(amina)
    assert "Here, and in 1 other browser." in visitor.get("/en/account").text
    response = visitor.post("/en/account/other-sign-ins", follow_redirects=True)
    assert "Only in this browser." in response.text
    assert accounts.person_signed_in(phone) is None
    rows = db.session.scalars(select(SignIn).order_by(SignIn.id)).all()
    assert [row.ended_at is None for row in rows] == [False, True]


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


def test_a_password_is_changed_by_mail_only(visitor: Browser, amina: User) -> None:
    amina.password_hash = kept = passwords.hashed("seven green boats")
    db.session.commit()
    visitor.sign_in(amina)
    assert "Change the password by a link in a mail" in visitor.get("/en/account").text
    assert visitor.get("/en/account/password").location == "/en/account"
    response = visitor.post("/en/account/password", data={"password": "eight green boats"})
    assert response.status_code == 403
    db.session.expire_all()
    assert amina.password_hash == kept
