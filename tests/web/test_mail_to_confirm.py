"""From the sign-up page over a real mail server back to the site, in any script."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from lms.database import db
from lms.models import User
from lms.sending import send_waiting_mail
from tests import servers
from tests.conftest import Browser


@pytest.mark.parametrize(
    ("email", "envelope"),
    [
        ("amina@ngo.example", "amina@ngo.example"),
        ("معلومات@مثال.السعودية", "معلومات@مثال.السعودية"),
        ("user@例え.テスト", "user@xn--r8jz45g.xn--zckzah"),
    ],
)
def test_the_link_in_the_mail_confirms_the_address(
    app: Flask, visitor: Browser, email: str, envelope: str
) -> None:
    given = {"name": "أمينة", "email": email, "password": "seven green boats"}
    assert visitor.post("/ar/sign-up", data=given).status_code == 303
    with servers.smtp_server() as post:
        app.config["MAIL_URL"] = f"smtp://127.0.0.1:{post.port}"
        assert send_waiting_mail() == 1
    assert post.recipients == [[envelope]]
    found = re.search(r"http://localhost(/ar/links/\S+)", post.messages[0].get_content())
    assert found
    assert visitor.get(found[1]).status_code == 200
    assert visitor.post(found[1]).location == "/ar/my-learning"
    [person] = db.session.scalars(select(User))
    assert (person.email, person.confirmed_at is None) == (email, False)
