"""Changing the language."""

from sqlalchemy import select

from lms.database import db
from lms.domain import notices
from lms.models import MailKind, OutgoingMail, User
from tests.conftest import SignIn


def test_the_page_comes_back_in_the_new_language(sign_in: SignIn, amina: User) -> None:
    browser = sign_in(amina)
    response = browser.post("/en/account/language", data={"language": "ar"})
    assert (response.status_code, response.location) == (303, "/ar/account?done=language")
    page = browser.get(response.location).text
    assert '<html lang="ar" dir="rtl">' in page
    assert '<option value="ar" lang="ar" dir="rtl" selected>العربية</option>' in page


def test_pages_without_a_language_and_mails_come_in_it(sign_in: SignIn, amina: User) -> None:
    browser = sign_in(amina)
    browser.post("/en/account/language", data={"language": "ar"})
    for path, there in (("/", "/ar/"), ("/my-learning", "/ar/my-learning"), ("/account", None)):
        answer = browser.get(path, headers={"Accept-Language": "fr"})
        assert (answer.status_code, answer.location) == (302, there or "/ar/account")
    notices.tell(amina, MailKind.MARKED, course="", lesson="", path="")
    assert db.session.scalars(select(OutgoingMail.language)).all() == ["ar"]


def test_a_language_that_we_do_not_speak_is_refused(sign_in: SignIn, amina: User) -> None:
    for data in ({"language": "xx"}, {}):
        response = sign_in(amina).post("/en/account/language", data=data)
        assert response.status_code == 422
        assert 'id="language-error"' in response.text
    assert db.session.scalars(select(User.language)).all() == ["en"]
