"""The log for everybody: heads of days, page by page, and the chain itself."""

from hashlib import sha256

import pytest

from lms.database import db
from lms.domain import transparency
from lms.models import Course, User
from tests.conftest import Browser, Clock, person
from tests.domain.test_certification import issue


@pytest.fixture
def heads(app: object, small: Course, clock: Clock) -> list[str]:
    """Of three days, the oldest first; a fourth is not over."""
    for name in ("Ed", "Fay", "Guy", "Hal"):
        issue(person(name), small)
        while transparency.append_next() or transparency.close_next_day():
            db.session.commit()
        clock.forward(days=1)
    clock.forward(days=-1)
    db.session.commit()
    return [one.head for one in reversed(transparency.days()[0])]


def test_anybody_reads_the_heads_in_three_forms(
    visitor: Browser, heads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transparency, "PAGE", 2)
    first, second = (visitor.get(f"/en/transparency?page={n}") for n in (1, 2))
    assert first.headers["Cache-Control"].startswith("public")
    assert [head in first.text for head in heads] == [False, True, True]
    assert [head in second.text for head in heads] == [True, False, False]
    assert 'href="/en/transparency?page=2" rel="next"' in first.text

    data = visitor.get("/en/transparency.json").json or {}
    assert (data["format"], data["version"], data["more"]) == ("npoc-learn-transparency", 1, True)
    newest = {"day": "2027-03-03", "entries": 1, "sequence": 3, "head": heads[2]}
    assert data["days"][0] == newest
    text = visitor.get("/en/transparency.txt?page=2")
    assert (text.mimetype, text.text) == ("text/plain", f"2027-03-01 1 {heads[0]}\n")
    assert visitor.get("/transparency").location == "/en/transparency"


def test_anybody_can_count_the_chain(
    visitor: Browser, heads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the page says: five lines. What is of today is not public yet."""
    monkeypatch.setattr(transparency, "ENTRIES", 2)
    head, lines = "0" * 64, visitor.get("/en/transparency/entries.txt").text.splitlines()
    lines += visitor.get("/en/transparency/entries.txt?after=2").text.splitlines()
    for line, right in zip(lines, heads, strict=True):
        sequence, moment, kind, digest, said = line.split(" ")
        head = sha256(f"{head}\n{sequence}\n{moment}\n{kind}\n{digest}\n".encode()).hexdigest()
        assert head == said == right
    assert visitor.get("/en/transparency/entries.txt?after=3").text == ""


def test_before_the_first_day_is_over_the_page_says_so(visitor: Browser, amina: User) -> None:
    assert "There is no head yet." in visitor.get("/en/transparency").text
    assert visitor.get("/en/transparency.txt").text == ""
    assert "شفافية" in visitor.get("/ar/transparency").text
