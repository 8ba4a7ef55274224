"""Changing the name."""

from sqlalchemy import select

from lms.database import db
from lms.domain import catalogue, certification, journal
from lms.models import Certificate, Course, User
from tests.conftest import SignIn


def test_the_name_is_changed_and_the_page_says_so(sign_in: SignIn, amina: User) -> None:
    browser = sign_in(amina)
    response = browser.post("/en/account/name", data={"name": " Fatoumata  Bâ "})
    assert (response.status_code, response.location) == (303, "/en/account?done=name")
    page = browser.get(response.location).text
    assert "Your name is changed." in page
    assert '<p class="intro"><bdi>Fatoumata Bâ</bdi>' in page
    assert 'value="Fatoumata Bâ"' in page


def test_a_name_without_letters_is_refused_beside_its_field(sign_in: SignIn, amina: User) -> None:
    response = sign_in(amina).post("/en/account/name", data={"name": " -- "})
    assert response.status_code == 422
    assert 'id="name-error"' in response.text
    assert '<a href="#name">Write your name.</a>' in response.text
    assert '<p class="intro"><bdi>Amina</bdi>' in response.text
    assert db.session.scalars(select(User.name)).all() == ["Amina"]


def test_nothing_sent_is_refused(sign_in: SignIn, amina: User) -> None:
    assert sign_in(amina).post("/en/account/name").status_code == 422


def test_certificates_that_were_issued_stay_as_they_are_and_the_page_says_so(
    sign_in: SignIn, amina: User, small: Course
) -> None:
    edition = catalogue.current_edition(small)
    text = catalogue.text_of(edition)
    certification.issue(amina, small, edition, text, percent=None, earned_at=journal.now())
    browser = sign_in(amina)
    assert "Those that were issued stay as they are." in browser.get("/en/account").text
    browser.post("/en/account/name", data={"name": "Fatoumata Bâ"})
    assert db.session.scalars(select(Certificate.holder_name)).all() == ["Amina"]


def test_another_name_for_certificates_is_mentioned(sign_in: SignIn, amina: User) -> None:
    browser = sign_in(amina)
    assert "/en/my-learning#name" not in browser.get("/en/account").text
    browser.post("/en/my-learning/name", data={"name": "Dr Amina Diallo"})
    page = browser.get("/en/account").text
    assert "For certificates you chose another name: <bdi>Dr Amina Diallo</bdi>" in page
    assert 'href="/en/my-learning#name"' in page
