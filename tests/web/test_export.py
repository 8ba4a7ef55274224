"""A copy of everything about me: asked for, waited for, fetched."""

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from lms import files
from lms.database import begin_writing, db
from lms.domain import exports, journal
from lms.models import Export, User
from tests.conftest import Browser, SignIn

PAGE = "/en/account/export"
DATA = b"PK" + bytes(range(256)) * 2000


@pytest.fixture
def browser(sign_in: SignIn, amina: User) -> Browser:
    return sign_in(amina)


def ready(number: int) -> None:
    """As the worker does it."""
    begin_writing()
    exports.finish(number, digest=files.put(DATA), size=len(DATA), days=7)
    db.session.commit()


def asked(browser: Browser) -> int:
    answer = browser.post(PAGE)
    assert (answer.status_code, answer.location) == (303, PAGE)
    return db.session.scalars(select(Export.id)).one()


def test_the_account_page_leads_there(browser: Browser) -> None:
    page = browser.get("/en/account").text
    assert f'href="{PAGE}"' in page
    assert 'href="/en/account/deletion"' in page


def test_it_says_what_is_in_it_before_one_asks(browser: Browser) -> None:
    answer = browser.get(PAGE)
    assert "Make a copy" in answer.text
    assert "Then the file is here for 7 days." in answer.text
    assert "Refresh" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_while_it_is_made_the_page_says_how_far_it_is_and_looks_again(browser: Browser) -> None:
    number = asked(browser)
    page = browser.get(PAGE)
    assert "It is being made" in page.text
    assert "<progress" not in page.text
    assert page.headers["Refresh"] == "3"
    assert "Make a" not in page.text
    begin_writing()
    exports.advance(number, 3, 12)
    db.session.commit()
    assert "3 of 12 done" in browser.get(PAGE).text


def test_when_it_is_ready_it_is_fetched(browser: Browser) -> None:
    number = asked(browser)
    ready(number)
    page = browser.get(PAGE)
    assert "Refresh" not in page.headers
    assert "Download the copy (501 kB)" in page.text
    assert "Make a new copy" in page.text
    answer = browser.get(f"/en/account/exports/{number}.zip")
    assert answer.data == DATA
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Length"] == str(len(DATA))
    day = f"{journal.now():%Y-%m-%d}"
    disposition = f'attachment; filename="my-data-{day}.zip"'
    assert answer.headers["Content-Disposition"] == disposition
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_download_that_broke_off_goes_on(browser: Browser) -> None:
    number = asked(browser)
    ready(number)
    address = f"/en/account/exports/{number}.zip"
    tag = f'"{sha256(DATA).hexdigest()}"'
    rest = browser.get(address, headers={"Range": "bytes=300000-", "If-Range": tag})
    assert rest.status_code == 206
    assert rest.data == DATA[300000:]
    last = len(DATA) - 1
    assert rest.headers["Content-Range"] == f"bytes 300000-{last}/{len(DATA)}"
    other = browser.get(address, headers={"Range": "bytes=300000-", "If-Range": '"another"'})
    assert (other.status_code, other.data) == (200, DATA)


def test_after_its_days_it_is_gone(browser: Browser) -> None:
    number = asked(browser)
    ready(number)
    row = db.session.scalars(select(Export)).one()
    row.expires_at = journal.now() - timedelta(seconds=1)
    db.session.commit()
    answer = browser.get(f"/en/account/exports/{number}.zip")
    assert answer.status_code == 404
    assert "You can have a new one made." in answer.text
    assert "Make a copy" in browser.get(PAGE).text


def test_nobody_else_gets_it(browser: Browser, sign_in: SignIn, eve: User) -> None:
    number = asked(browser)
    ready(number)
    assert sign_in(eve).get(f"/en/account/exports/{number}.zip").status_code == 404


def test_one_person_cannot_keep_the_worker_busy(browser: Browser) -> None:
    answers = [browser.post(PAGE).status_code for _ in range(11)]
    assert answers == [303] * 10 + [429]
