"""Essays and files in an attempt: saved, counted, checked at hand-in, replaced, removed, downloaded."""

import io
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms import files
from lms.database import db
from lms.domain.learning import papers, uploads
from lms.models import Answer, Attempt, Course, DiscardedFile, User
from lms.web import uploads as web_uploads
from tests.conftest import Browser, Publish, SignIn
from tests.marked import ASSIGNMENT, FILES, PDF, TEXT, UNDER, published, zipped

START = f"{UNDER}/names/assignment/attempts"
EVIL = [
    "../../etc/passwd.pdf",
    "..\\..\\boot.pdf",
    "nul\0byte.pdf",
    "evil\u202efdp.exe",
    "new%0D%0Aline: header.pdf",
    "x" * 500 + ".pdf",
    "no ending",
    ".pdf",
    "...",
    "slides.PDF",
    'quote".pdf',
    "ملف.pdf",
    "می‌خواهیم.pdf",
]


@pytest.fixture
def browser(sign_in: SignIn, amina: User, publish: Publish) -> Browser:
    """Amina's browser, with the course there."""
    published(publish)
    return sign_in(amina)


@pytest.fixture
def address(browser: Browser) -> str:
    """Of her attempt at the assignment."""
    return str(browser.post(START).location)


def sent(data: bytes = PDF, name: str = "slides.pdf", **fields: Any) -> dict[str, Any]:
    """What a browser sends: the essay, and a file with the button below it."""
    return {"counter": 1, "q0": TEXT, "q1": (io.BytesIO(data), name), **fields}


def large(data: bytes, **fields: str) -> dict[str, Any]:
    """The same for a file so large that the test client would leave a temporary file of its own open."""
    parts = [f'name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    head = 'name="q1"; filename="slides.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    opening = "".join(f"--x\r\nContent-Disposition: form-data; {part}\r\n" for part in parts)
    opening += f"--x\r\nContent-Disposition: form-data; {head}"
    body = opening.encode() + data + b"\r\n--x--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=x"}


def answers() -> dict[int, list[Any]]:
    found = {row.position: row.response for row in db.session.scalars(select(Answer))}
    db.session.rollback()
    return found


# --- essays -------------------------------------------------------------------------------------


def test_an_essay_has_a_range_and_a_count(browser: Browser, address: str) -> None:
    page = browser.get(address).text
    assert "Words asked for: 3 to 8" in page
    assert 'Words so far: <span id="q0-count">0</span>' in page
    assert 'maxlength="20000"' in page

    browser.post(address, data={"counter": 1, "q0": TEXT, "save": "1"})

    page = browser.get(address).text
    assert 'Words so far: <span id="q0-count">6</span>' in page
    assert f">{TEXT}</textarea>" in page
    assert "1 of 2 answered" in page


def test_a_short_essay_is_refused_beside_its_field_and_kept(browser: Browser, address: str) -> None:
    answer = browser.post(address, data=sent(q0="Too short", submit="1"))

    assert answer.status_code == 422
    assert "Write at least 3 words before you hand in; now there are 2." in answer.text
    assert '<a href="#q0-0">' in answer.text
    assert 'aria-describedby="q0-error q0-asked q0-words" aria-invalid="true"' in answer.text
    assert ">Too short</textarea>" in answer.text
    assert "slides.pdf" in answer.text
    assert answers()[0] == ["Too short"]
    assert db.session.scalars(select(Attempt.submitted_at)).all() == [None]


def test_an_assignment_that_is_whole_is_handed_in(browser: Browser, address: str) -> None:
    result = browser.post(address, data=sent(submit="1"), follow_redirects=True)

    assert "It waits for a trainer." in result.text
    assert [a.passed for a in db.session.scalars(select(Attempt))] == [None]


def test_line_ends_do_not_eat_the_end_of_a_long_essay(browser: Browser, address: str) -> None:
    text = "a\r\n" * 9_990 + "end"

    browser.post(address, data={"counter": 1, "q0": text, "save": "1"})

    assert answers()[0] == [text.replace("\r\n", "\n")]


def test_an_essay_may_be_as_long_as_its_range_asks(
    sign_in: SignIn, amina: User, publish: Publish
) -> None:
    published(publish, assignment=ASSIGNMENT.replace("3-8 words", "3000-6000 words"))
    browser = sign_in(amina)
    address = browser.post(START).location
    assert 'maxlength="120000"' in browser.get(address).text
    text = "ندعم " * 20_000

    browser.post(address, data={"counter": 1, "q0": text, "save": "1"})

    assert answers()[0] == [text.strip()]


def test_an_essay_without_a_range_has_a_count_only(
    sign_in: SignIn, amina: User, publish: Publish
) -> None:
    published(publish, assignment=ASSIGNMENT.replace("- ____ 3-8 words", "- ____"))
    browser = sign_in(amina)

    page = browser.get(browser.post(START).location).text

    assert "Words so far" in page
    assert "Words asked for" not in page


# --- files --------------------------------------------------------------------------------------


def test_a_file_is_kept_by_its_content_and_listed(browser: Browser, address: str) -> None:
    saved = browser.post(address, data=sent(save="q1"))
    assert saved.location == f"{address}?saved=1#q1"

    page = browser.get(address).text

    [file] = answers()[1]
    assert {name: file[name] for name in ("name", "size", "type")} == {
        "name": "slides.pdf",
        "size": len(PDF),
        "type": "application/pdf",
    }
    assert files.get(file["digest"]) == PDF
    assert "<bdi>slides.pdf</bdi></a>" in page
    assert "2 kB" in page
    assert "2 of 2 answered" in page
    assert "Choose another file instead" in page
    assert 'enctype="multipart/form-data"' in page


def test_it_is_downloaded_to_be_kept_never_to_be_run(browser: Browser, address: str) -> None:
    browser.post(address, data=sent(name="شرائح 1.pdf", save="1"))

    answer = browser.get(f"{address}/files/1")

    assert answer.data == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Length"] == str(len(PDF))
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%D8%B4%D8%B1%D8%A7%D8%A6%D8%AD%201.pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_file_can_be_replaced_and_removed(browser: Browser, address: str) -> None:
    browser.post(address, data=sent(save="1"))
    odt = zipped(mimetype="application/vnd.oasis.opendocument.text")
    browser.post(address, data=sent(odt, "new.odt", counter=2, save="1"))
    assert [file["name"] for file in answers()[1]] == ["new.odt"]
    removed = browser.post(address, data={"counter": 3, "q0": TEXT, "remove": "1"})

    assert removed.status_code == 303
    assert answers()[1] == []
    gone = set(db.session.scalars(select(DiscardedFile.digest)))
    assert gone == {sha256(PDF).hexdigest(), sha256(odt).hexdigest()}
    assert "new.odt" not in browser.get(address).text
    assert "1 of 2 answered" in browser.get(address).text
    assert browser.get(f"{address}/files/1").status_code == 404


def test_saving_the_text_does_not_touch_the_file(browser: Browser, address: str) -> None:
    browser.post(address, data=sent(save="1"))
    json = {"Accept": "application/json"}

    browser.post(address, data={"counter": 2, "q0": "Other words here"}, headers=json)
    browser.post(address, data=sent(b"", "", counter=3, q0="And more words", save="1"))

    assert answers()[0] == ["And more words"]
    assert [file["name"] for file in answers()[1]] == ["slides.pdf"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"MZ\x90\0\x03", "This file is none of these: PDF, ODT, TXT."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This file is none of these"),
        (b"\x89PNG\r\n\x1a\n..", "This file is none of these"),
        (zipped(**{"a.txt": "x"}), "This file is none of these"),
        (b"", "This file is empty."),
        (b"%PDF-" + b"x" * 1024 * 1024, "This file is larger than 1 MB."),
    ],
)
@pytest.mark.parametrize("button", ["save", "submit"])
def test_what_is_not_asked_for_is_refused_and_the_text_is_kept(
    browser: Browser, address: str, data: bytes, sentence: str, button: str
) -> None:
    answer = browser.post(address, **large(data, counter="1", q0=TEXT, **{button: "1"}))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert '<a href="#q1-0">' in answer.text
    assert f">{TEXT}</textarea>" in answer.text
    assert answers() == {0: [TEXT]}


def test_the_limit_is_exact(browser: Browser, address: str) -> None:
    whole = b"%PDF-" + b"x" * (1024 * 1024 - 5)
    assert browser.post(address, **large(whole, counter="1", save="1")).status_code == 303


def test_in_a_day_one_person_may_upload_so_much(
    app: Flask, browser: Browser, sign_in: SignIn, eve: User, address: str
) -> None:
    app.config["UPLOAD_MB_PER_DAY"] = 1
    most = b"%PDF-" + b"x" * (1024 * 1024 - 5 - len(PDF))
    browser.post(address, **large(most, counter="1", save="1"))
    browser.post(address, data=sent(b"MZ\x90\0\x03", counter=2, save="1"))
    assert browser.post(address, data=sent(PDF, counter=3, save="1")).status_code == 303
    before = set(files.digests())

    refused = browser.post(address, data=sent(b"%PDF-one more", counter=4, q0="So I go on"))

    assert refused.status_code == 422
    assert (
        "Nobody may upload more than 1 MB in 24 hours, and this file would be more. Choose it again"
        " in 24 h, or a smaller one now. What you wrote is saved."
    ) in refused.text
    assert [answers()[0], answers()[1][0]["size"]] == [["So I go on"], len(PDF)]
    assert set(files.digests()) == before
    other = sign_in(eve)
    assert other.post(other.post(START).location, data=sent(save="1")).status_code == 303


def test_far_too_much_is_refused_before_it_is_read(
    browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_uploads, "TYPED", 1000)
    whole = b"%PDF-" + b"x" * (2 * 1024 * 1024 + 1000)

    answer = browser.post(address, **large(whole, counter="1", save="1"))

    assert answer.status_code == 413
    assert "This file is larger than 1 MB. Make it smaller" in answer.text
    assert answers() == {}
    quiz = browser.post(f"{UNDER}/names/quiz/attempts").location
    assert browser.post(quiz, data={"q1": "x" * 2000}).status_code == 413


def test_pages_that_ask_for_no_file_take_none(visitor: Browser) -> None:
    answer = visitor.post("/en/sign-in", **large(b"x" * 1024 * 1024))

    assert answer.status_code == 413
    assert "What you sent is too large." in answer.text


@pytest.mark.parametrize("name", EVIL)
def test_hostile_names_are_harmless(browser: Browser, address: str, name: str) -> None:
    browser.post(address, data=sent(name=name, save="1"))

    [file] = answers()[1]
    assert file["name"].casefold().endswith(".pdf")
    assert len(file["name"]) <= 104
    assert not set(file["name"]) & {*"/\\\0\r\n\u202e"}
    header = browser.get(f"{address}/files/1").headers["Content-Disposition"]
    assert header.startswith("attachment; filename*=UTF-8''")
    assert not set(header) & {'"', "\r", "\n"}


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("evil\u202efdp.exe", "evilfdp.exe.pdf"),
        ("", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("...", "file.pdf"),
        ("A  b.PDF", "A b.pdf"),
        ("می\u200cخواهیم.pdf", "می\u200cخواهیم.pdf"),
        ("x" * 500, "x" * 100 + ".pdf"),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert uploads.clean_name(name, "pdf") == clean


def test_other_names_of_a_type_stay() -> None:
    assert uploads.clean_name("table.csv", "txt") == "table.csv"
    assert uploads.clean_name("photo.JPEG", "jpg") == "photo.jpeg"


def test_nobody_else_gets_or_gives_a_file(
    browser: Browser, sign_in: SignIn, visitor: Browser, eve: User, address: str
) -> None:
    browser.post(address, data=sent(save="1"))

    assert sign_in(eve).get(f"{address}/files/1").status_code == 404
    assert sign_in(eve).post(address, data=sent(save="1")).status_code == 404
    assert visitor.get(f"{address}/files/1").location.startswith("/en/sign-in?next=")


def test_after_hand_in_a_file_stays(browser: Browser, address: str) -> None:
    browser.post(address, data=sent(submit="1"))

    late = browser.post(address, data=sent(b"%PDF-other", counter=9, save="1"))

    assert late.status_code == 409
    assert [file["size"] for file in answers()[1]] == [len(PDF)]
    assert browser.get(f"{address}/files/1").data == PDF


def test_a_file_comes_with_a_page_that_is_older(browser: Browser, address: str) -> None:
    json = {"Accept": "application/json"}
    browser.post(address, data={"counter": 9, "q0": "Newer words are here"}, headers=json)

    browser.post(address, data=sent(counter=2, save="1"))

    assert answers()[0] == ["Newer words are here"]
    assert [file["name"] for file in answers()[1]] == ["slides.pdf"]


def test_a_large_file_has_its_size_in_megabytes(
    sign_in: SignIn, amina: User, publish: Publish
) -> None:
    published(publish, assignment=ASSIGNMENT.replace("up to 1 MB", "up to 5 MB"))
    browser = sign_in(amina)
    address = browser.post(START).location
    browser.post(address, **large(b"%PDF-" + b"x" * 1_600_000, counter="1", save="1"))

    page = browser.get(address).text

    assert "1.5 MB" in page
    assert "PDF, ODT, TXT, at most 5 MB." in page


def test_a_quiz_of_machines_sends_no_file(
    sign_in: SignIn, amina: User, small: Course, app: Flask
) -> None:
    browser = sign_in(amina)
    page = browser.get(browser.post("/en/courses/small/names/quiz/attempts").location).text

    assert "enctype" not in page
    attempt = db.session.scalars(select(Attempt)).one()
    assert all(q.text.upload is None for q in papers.paper_of(attempt))
    assert FILES
