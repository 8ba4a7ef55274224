"""The audit log in the browser, and as a file."""

import ast
import csv
import io
from pathlib import Path

import pytest
from flask import Flask

from lms.database import db
from lms.domain import audit, organisations, roles
from lms.domain.permissions import System
from lms.models import SiteRole, User
from lms.render import sheet
from lms.web.admin import words
from tests import postgres
from tests.conftest import Browser, SignIn

LOG = "/en/admin/audit"


@pytest.fixture
def admin(sign_in: SignIn, ada: User, amina: User) -> Browser:
    """Two lines stand in the log: a role that Ada gave, and one that a command gave."""
    roles.give(System(), amina, SiteRole.TRAINER)
    roles.give(ada, amina, SiteRole.ADMINISTRATOR)
    db.session.commit()
    return sign_in(ada)


def verbs(page: str) -> int:
    return page.count("<td>gave a role</td>")


def test_a_line_says_who_whom_what_and_when(admin: Browser, amina: User) -> None:
    page = admin.get(LOG).text
    assert verbs(page) == 2
    assert "a command" in page
    assert f'<a href="/en/admin/people/{amina.public_id}"><bdi>Amina</bdi></a>' in page
    assert "<bdi>administrator</bdi>" in page


def test_what_changed_stands_with_before_and_after(admin: Browser, ada: User) -> None:
    made = organisations.make(ada, slug="water", name="Water")
    organisations.change(ada, made, name="Eau", names={"fr": "Eau"}, is_partner=True)
    db.session.commit()
    page = admin.get(LOG).text
    assert "<s><bdi>Water</bdi></s>" in page
    assert "{&#34;fr&#34;: &#34;Eau&#34;}" in page
    assert "<s><bdi>no</bdi></s>" in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("email=amina@ngo.example", 2),
        ("email=ada@ngo.example", 1),
        ("verb=granted", 2),
        ("verb=suspended", 0),
        ("since=2026-01-01&until=2199-12-31", 2),
        ("since=2199-01-01", 0),
        ("until=2020-01-01", 0),
        ("since=0001-01-01&until=9999-12-31", 2),
        ("who=nobody", 0),
    ],
)
def test_lines_are_filtered(admin: Browser, query: str, count: int) -> None:
    answer = admin.get(f"{LOG}?{query}")
    assert answer.status_code == 200
    assert verbs(answer.text) == count
    rows = list(csv.reader(io.StringIO(admin.get(f"{LOG}.csv?{query}").text)))
    assert len(rows) == count + 1


def test_a_link_names_the_person(admin: Browser, amina: User) -> None:
    page = admin.get(f"{LOG}?who={amina.public_id}").text
    assert "<b><bdi>Amina</bdi></b>" in page
    assert f'href="{LOG}.csv?who={amina.public_id}"' in page


@pytest.mark.parametrize(
    "query", ["email=zoe@ngo.example", "email=x", "verb=loved", "since=yesterday", "until=x"]
)
def test_what_cannot_be_a_filter_is_said_beside_the_field(admin: Browser, query: str) -> None:
    answer = admin.get(f"{LOG}?{query}")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_it_comes_in_pages(admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE", 1)
    page = admin.get(f"{LOG}?verb=granted").text
    assert f'href="{LOG}?page=2&amp;verb=granted" rel="next"' in page
    assert 'rel="prev"' in admin.get(f"{LOG}?page=2").text


def test_the_file_is_one_that_spreadsheets_read(
    app: Flask, admin: Browser, ada: User, amina: User
) -> None:
    db.session.merge(amina).name = '=HYPERLINK("x"), "A"'
    db.session.commit()
    answer = admin.get(f"{LOG}.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    assert answer.data.startswith("\ufeffat,actor,".encode())
    assert answer.data.count(b"\r\n") == 3
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))
    assert rows[1][1:6] == [
        "Ada",
        ada.public_id,
        "granted",
        f"user:{amina.public_id}",
        '\'=HYPERLINK("x"), "A"',
    ]


@pytest.mark.once
@pytest.mark.parametrize("start", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", " =1"])
def test_no_cell_can_become_a_formula(start: str) -> None:
    assert sheet.harmless(start) == f"'{start}"


@pytest.mark.once
def test_a_long_file_is_sent_piece_by_piece() -> None:
    rows = (["x" * 1000, None, number] for number in range(200))
    pieces = list(sheet.csv_of(rows))
    assert len(pieces) == 4
    assert max(map(len, pieces)) < sheet.PIECE + 2000
    assert "".join(pieces).endswith("x,,199\r\n")


def test_signs_that_no_database_keeps_are_refused(sign_in: SignIn, ada: User) -> None:
    status = sign_in(ada).get("/en/admin/audit?who=a%00b").status_code
    assert status == (400 if postgres.wanted() else 200)


def test_whatever_a_deed_changes_has_a_word() -> None:
    calls = (
        node
        for path in (Path(audit.__file__).parent).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.keyword) and node.arg == "changes"
    )
    names = {
        key.value
        for call in calls
        if isinstance(call.value, ast.Dict)
        for key in call.value.keys
        if isinstance(key, ast.Constant)
    }
    assert "publish at" in names
    assert names <= set(words.CHANGES)
