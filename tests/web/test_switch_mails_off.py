"""The link in every notice that switches its kind off."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import sending
from lms.database import db
from lms.domain import journal, mail, notices
from lms.models import MailKind, OutgoingMail, User
from lms.render.mail import message
from tests.conftest import Browser

HOME = "http://localhost"


@pytest.fixture
def path(amina: User) -> str:
    """Where the link in a mail to Amina leads."""
    notices.tell(amina, MailKind.DUE, course="C", lesson="L", path="x", moment="2026-03-01T12:00Z")
    db.session.commit()
    [row] = mail.newest(1)
    made = message(sending.letter(row), sending.sender())
    header = str(made["List-Unsubscribe"])
    link = header.removeprefix("<").removesuffix(">")
    assert f"\n{link}\n" in made.get_content()
    return link.removeprefix(HOME)


def test_opening_the_link_switches_nothing_off(visitor: Browser, amina: User, path: str) -> None:
    for _ in range(2):
        response = visitor.get(path)
        assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
        assert "Something is due soon" in response.text
        assert "Stop these mails" in response.text
        assert "Amina" not in response.text
        assert "amina@ngo.example" not in response.text
    assert notices.refused_by(amina) == frozenset()


def test_the_button_switches_off_and_the_next_one_on_again(
    visitor: Browser, amina: User, path: str
) -> None:
    for _ in range(2):
        response = visitor.post(path, data={"mails": "off"})
        assert (response.status_code, response.location) == (303, path)
        page = visitor.get(path).text
        assert "You do not get these mails any more" in page
        assert "Send them again" in page
        assert notices.refused_by(amina) == {MailKind.DUE}
    visitor.post(path, data={"mails": "on"})
    assert "Stop these mails?" in visitor.get(path).text
    assert notices.refused_by(amina) == frozenset()


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://mail.example"}]
)
def test_a_mail_program_clicks_without_cookies_and_without_saying_where_from(
    app: Flask, amina: User, path: str, headers: dict[str, str]
) -> None:
    """RFC 8058: one POST, no redirect."""
    response = FlaskClient(app).post(path, data={"List-Unsubscribe": "One-Click"}, headers=headers)
    assert response.status_code == 200
    assert "You do not get these mails any more" in response.text
    assert "Set-Cookie" not in response.headers
    assert notices.refused_by(amina) == {MailKind.DUE}


def test_a_link_that_is_cut_or_forged_does_nothing(
    visitor: Browser, amina: User, path: str
) -> None:
    for wrong in (path[:-1], path.replace("due", "earned"), "/en/mails/nonsense"):
        assert visitor.get(wrong).status_code == 404
        assert visitor.post(wrong).status_code == 404
    assert notices.refused_by(amina) == frozenset()


def test_the_link_of_a_closed_account_does_nothing(
    visitor: Browser, amina: User, path: str
) -> None:
    amina.suspended_at = journal.now()
    db.session.commit()
    assert visitor.post(path).status_code == 403


def test_the_outbox_holds_no_link_that_works_for_ever(amina: User, path: str) -> None:
    token = path.rsplit("/", 1)[-1]
    assert token.rsplit(".", 1)[-1] not in str([row.facts for row in mail.newest(9)])


def test_other_mails_have_no_switch(app: Flask) -> None:
    row = mail.enqueue(MailKind.NO_ACCOUNT, to="zoe@ngo.example", language="en")
    assert isinstance(row, OutgoingMail)
    assert sending.letter(row).switch == ""
