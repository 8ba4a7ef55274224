"""Its holder, and nobody else, has a certificate withdrawn."""

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import catalogue, certification, journal
from lms.models import Certificate, Course, Revocation, User
from tests.conftest import Browser, SignIn


@pytest.fixture
def address(amina: User, small: Course) -> str:
    """Where Amina's certificate is withdrawn."""
    edition = catalogue.current_edition(small)
    made = certification.issue(
        amina, small, edition, catalogue.text_of(edition), percent=None, earned_at=journal.now()
    )
    assert made is not None
    db.session.commit()
    return f"/en/certificates/{made.number}/withdrawal"


def test_a_page_says_first_what_it_means(sign_in: SignIn, amina: User, address: str) -> None:
    page = sign_in(amina).get(address).text

    assert "This cannot be undone" in page
    assert '<form method="post"' in page
    assert db.session.scalars(select(Revocation)).all() == []


def test_one_button_ends_it_for_good(sign_in: SignIn, amina: User, address: str) -> None:
    number = db.session.scalars(select(Certificate.number)).one()
    browser = sign_in(amina)

    for _ in range(2):
        answer = browser.post(address)
        assert (answer.status_code, answer.location) == (303, f"/en/c/{number}")

    assert "This certificate was withdrawn" in browser.get(answer.location).text
    assert browser.get(address).location == f"/en/c/{number}"
    assert len(db.session.scalars(select(Revocation)).all()) == 1


def test_strangers_cannot(sign_in: SignIn, visitor: Browser, eve: User, address: str) -> None:
    stranger = sign_in(eve)

    assert stranger.get(address).status_code == 403
    assert stranger.post(address).status_code == 403
    assert "/en/sign-in" in str(visitor.get(address).location)
    assert visitor.post(address).status_code == 303
    assert db.session.scalars(select(Revocation)).all() == []


def test_another_site_cannot(sign_in: SignIn, amina: User, address: str) -> None:
    answer = sign_in(amina).post(address, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert db.session.scalars(select(Revocation)).all() == []


@pytest.mark.parametrize("number", ["x", "4MDGEFEE2YMT"])
def test_there_must_be_one(sign_in: SignIn, amina: User, number: str) -> None:
    assert sign_in(amina).post(f"/en/certificates/{number}/withdrawal").status_code == 404
