"""The learning record: what somebody did here, as pages and for programs."""

import logging
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from lms import files, jobs
from lms.database import begin_writing, db
from lms.domain import certification, downloads, ending, journal, retention
from lms.domain.learning import completion
from lms.making import FILLS, Maker, Order
from lms.models import (
    Course,
    DiscardedFile,
    Download,
    DownloadKind,
    FailedJob,
    User,
)
from lms.render.process import RenderProcess
from tests.conftest import SMALL, Browser, Clock, Publish, SignIn
from tests.domain.test_certification import issue

PAGE = "/en/my-learning/record"
LIMITS = retention.Limits(**dict.fromkeys(retention.SETTINGS, 1))


@pytest.fixture
def browser(sign_in: SignIn, amina: User) -> Browser:
    return sign_in(amina)


@pytest.fixture
def learnt(amina: User, small: Course, publish: Publish) -> None:
    """Amina holds the certificate of the small course, finished another, and began a third."""
    text = {**SMALL, "course.md": SMALL["course.md"].replace("certificate: yes\n", "")}
    page = {path: said for path, said in text.items() if "quiz" not in path}
    publish("page", {**page, "course.md": page["course.md"].replace("hours: 1", "hours: 3")})
    publish("begun", {**text, "course.md": text["course.md"].replace("in short", "at length")})
    begin_writing()
    for course in db.session.scalars(select(Course).order_by(Course.id)).all():
        completion.complete_lesson(amina, course, "names/what-is-a-name")
    issue(amina, small)
    certification.set_certificate_name(amina, "Amina “أمينة” Diallo")
    db.session.commit()


def asked(browser: Browser) -> int:
    answer = browser.post(PAGE)
    assert (answer.status_code, answer.location) == (303, PAGE)
    return db.session.scalars(select(Download.id)).one()


def made() -> None:
    """As the worker does it."""
    with jobs.made_files() as deed:
        deed()


def test_my_learning_leads_there_once_there_is_something_to_tell(
    browser: Browser, amina: User, small: Course
) -> None:
    assert f'href="{PAGE}"' not in browser.get("/en/my-learning").text
    begin_writing()
    completion.complete_lesson(amina, small, "names/what-is-a-name")
    db.session.commit()
    assert f'href="{PAGE}"' in browser.get("/en/my-learning").text


def test_programs_get_all_of_it_at_once(
    browser: Browser, learnt: None, count_queries: list[str]
) -> None:
    count_queries.clear()
    answer = browser.get(f"{PAGE}.json")
    assert len(count_queries) == 8, count_queries
    told = answer.json
    assert told is not None
    assert (told["name"], told["hours"]) == ("Amina “أمينة” Diallo", 4)
    rows = [
        (one["course"], one["hours"], bool(one["finished"]), one["lessons"])
        for one in told["courses"]
    ]
    assert rows == [
        ("small", "1", True, {"done": 2, "all": 2}),
        ("page", "3", True, {"done": 1, "all": 1}),
        ("begun", "1", False, {"done": 1, "all": 2}),
    ]
    assert told["courses"][0]["address"] == "http://localhost/en/courses/small/"
    [earned] = told["certificates"]
    assert earned["address"] == f"http://localhost/en/c/{earned['number']}"
    assert (earned["state"], earned["valid_until"]) == ("valid", None)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_pages_are_made_by_the_worker_tagged_and_in_the_readers_language(
    sign_in: SignIn, amina: User, learnt: None, language: str, tmp_path: Path
) -> None:
    browser, page = sign_in(amina), f"/{language}/my-learning/record"
    assert "Refresh" not in browser.get(page).headers
    browser.post(page)
    waiting = browser.get(page)
    assert waiting.headers["Refresh"] == "3"
    assert browser.get(f"{page}/1.pdf").status_code == 404
    made()

    ready = browser.get(page)
    assert "Refresh" not in ready.headers
    answer = browser.get(f"{page}/1.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert f"learning-record-{journal.now():%Y-%m-%d}.pdf" in answer.headers["Content-Disposition"]
    reader = PdfReader(BytesIO(answer.data))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == language  # type: ignore[index]
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    (tmp_path / "r.pdf").write_bytes(answer.data)
    text = subprocess.run(
        ["pdftotext", tmp_path / "r.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    number = certification.certificates_of(amina)[0].number
    for said in ("Names in short", "Names at length", f"http://localhost/c/{number}"):
        assert said in text
    part = browser.get(f"{page}/1.pdf", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"%PDF")


def test_a_record_of_nothing_says_so_and_a_withdrawn_certificate_says_so(
    browser: Browser, amina: User, small: Course, tmp_path: Path
) -> None:
    asked(browser)
    made()
    text = pdf_text(tmp_path)
    assert "No course was begun." in text
    assert "No certificate was earned yet." in text

    begin_writing()
    certificate = issue(amina, small)
    ending.withdraw(amina, certificate)
    db.session.commit()
    asked(browser)
    made()
    assert "It was withdrawn." in pdf_text(tmp_path)


def pdf_text(folder: Path) -> str:
    digest = db.session.scalars(select(Download.digest)).one()
    (folder / "r.pdf").write_bytes(files.get(digest or ""))
    done = subprocess.run(["pdftotext", folder / "r.pdf", "-"], capture_output=True, check=True)
    return done.stdout.decode()


# --- files that the worker makes ----------------------------------------------------------------


def test_asking_twice_is_asking_once_and_a_new_one_takes_the_place(
    browser: Browser, amina: User, sign_in: SignIn, eve: User
) -> None:
    first = asked(browser)
    assert asked(browser) == first
    begin_writing()
    downloads.advance(first, 1, 4)
    db.session.commit()
    assert "1 of 4 done" in browser.get(PAGE).text
    made()  # who is at it has not been gone for long
    assert db.session.scalars(select(Download.ready_at)).one() is None
    begin_writing()
    downloads.finish(first, digest=files.put(b"x"), size=1, days=7)
    db.session.commit()
    assert sign_in(eve).get(f"{PAGE}/{first}.pdf").status_code == 404
    asked(browser)
    assert db.session.scalars(select(Download.ready_at)).one() is None
    assert db.session.scalars(select(DiscardedFile.digest)).all() == [files.put(b"x")]


def test_after_its_days_it_is_gone(clock: Clock, browser: Browser, amina: User) -> None:
    number = asked(browser)
    made()
    clock.forward(days=7, seconds=1)
    assert downloads.find(amina, DownloadKind.RECORD) is None
    begin_writing()
    assert retention.forget_downloads(LIMITS) == 1
    assert retention.forget_downloads(LIMITS) == 0
    db.session.commit()
    assert db.session.get(Download, number) is None


def test_what_is_said_to_be_forgotten_is_forgotten(browser: Browser) -> None:
    asked(browser)
    begin_writing()
    downloads.forget(DownloadKind.RECORD, "something else")
    assert len(db.session.scalars(select(Download)).all()) == 1
    downloads.forget(DownloadKind.RECORD, "")
    assert db.session.scalars(select(Download)).all() == []


def test_a_file_whose_reader_left_meanwhile_goes_at_once(browser: Browser, amina: User) -> None:
    asked(browser)
    begin_writing()
    row = downloads.claim_next()
    assert row is not None
    number = row.id
    db.session.delete(row)
    db.session.flush()
    downloads.finish(number, digest=files.put(b"late"), size=4, days=7)
    db.session.commit()
    assert db.session.scalars(select(DiscardedFile.digest)).all() == [files.put(b"late")]


def test_one_that_cannot_be_made_rests_and_is_tried_again(
    clock: Clock, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    number = asked(browser)
    maker = Maker()
    maker.process.patience = 0.001
    with caplog.at_level(logging.ERROR):
        assert maker.make_waiting() == 0
    failed = db.session.scalars(select(FailedJob)).one()
    assert (failed.job, failed.thing) == ("downloads", f"download:{number}")
    assert maker.make_waiting() == 0  # it rests

    maker.process.patience = 60
    clock.forward(minutes=11)
    assert maker.make_waiting() == 1
    maker.process.stop()
    assert db.session.scalars(select(FailedJob)).all() == []


def test_who_left_in_between_gets_nothing(app: Flask, amina: User, eve: User) -> None:
    order = Order(1, DownloadKind.RECORD, eve.id, "", "en")
    db.session.delete(eve)
    db.session.commit()
    file = BytesIO()
    FILLS[order.kind](RenderProcess(), order, file)
    assert file.getvalue() == b""
