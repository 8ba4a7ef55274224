"""Mails as they would be sent, in development."""

import pytest
from flask import Flask

from lms.database import db
from lms.domain import links, mail
from lms.models import MailKind, OutgoingMail, User
from lms.web import dev_mail
from tests.conftest import Browser


def enqueue(**changes: str) -> OutgoingMail:
    row = mail.enqueue(
        MailKind.NO_ACCOUNT, **{"to": "amina@ngo.example", "language": "en", **changes}
    )
    db.session.commit()
    return row


def test_without_a_mail_the_page_says_so(visitor: Browser) -> None:
    response = visitor.get("/dev/mail")
    assert "No mail yet." in response.text
    assert response.headers["Cache-Control"] == "no-store"


def test_mails_are_listed_newest_first(visitor: Browser) -> None:
    first, second = enqueue(), enqueue(to="eve@ngo.example")
    page = visitor.get("/dev/mail").text
    assert page.index(f'href="/dev/mail/{second.id}"') < page.index(f'href="/dev/mail/{first.id}"')
    assert page.index("eve@ngo.example") < page.index("amina@ngo.example")
    assert "There is no account with this address at NPOC Learn" in page


def test_the_list_has_pages(visitor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev_mail, "PAGE", 2)
    ids = [enqueue().id for _ in range(3)]
    page = visitor.get("/dev/mail").text
    assert f'href="/dev/mail?before={ids[1]}"' in page
    older = visitor.get(f"/dev/mail?before={ids[1]}").text
    assert f'href="/dev/mail/{ids[0]}"' in older
    assert "Older mails" not in older


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_one_query_for_the_mails(
    visitor: Browser, count_queries: list[str], count: int
) -> None:
    for _ in range(count):
        enqueue()
    count_queries.clear()
    visitor.get("/dev/mail")
    assert len(count_queries) == 3


def test_the_links_of_a_mail_can_be_followed(visitor: Browser, amina: User) -> None:
    links.send_sign_in("amina@ngo.example", "en")
    db.session.commit()
    [row] = mail.newest(5)
    token, number = row.facts["token"], row.id
    page = visitor.get(f"/dev/mail/{number}").text
    address = f"http://localhost/en/links/{token}"
    assert f'<a href="{address}">{address}</a>' in page
    assert "<h1>Your link to sign in to NPOC Learn</h1>" in page
    assert visitor.get(address).status_code == 200


def test_a_mail_that_failed_says_why(visitor: Browser) -> None:
    row = enqueue()
    mail.claim_next()
    mail.mark_failed(row, "the server is <down>", forget=False)
    db.session.commit()
    assert "<dd>the server is &lt;down&gt;</dd>" in visitor.get(f"/dev/mail/{row.id}").text


def test_what_stands_in_a_mail_stays_text(app: Flask) -> None:
    assert dev_mail.linked('<b> http://localhost/"><script> "') == (
        '&lt;b&gt; <a href="http://localhost/&#34;&gt;&lt;script&gt;">'
        "http://localhost/&#34;&gt;&lt;script&gt;</a> &#34;"
    )


@pytest.mark.parametrize("address", ["https://a.example/x", "http://localhost.a.example/"])
def test_an_address_that_somebody_typed_is_no_link(app: Flask, address: str) -> None:
    assert dev_mail.linked(f"See {address}") == f"See {address}"


def test_a_mail_that_is_not_there(visitor: Browser) -> None:
    assert visitor.get("/dev/mail/99").status_code == 404


def test_in_production_there_is_no_such_page(app: Flask, visitor: Browser) -> None:
    row = enqueue()
    app.config["ENVIRONMENT"] = "production"
    assert [visitor.get(path).status_code for path in ("/dev/mail", f"/dev/mail/{row.id}")] == [
        404,
        404,
    ]
