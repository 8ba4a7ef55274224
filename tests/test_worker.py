"""The worker does what the rows say, and killing it at any moment loses nothing."""

import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from lms import files, jobs, repeating
from lms.database import begin_reading, begin_writing, db
from lms.domain import catalogue, certification, journal, mail
from lms.models import Certificate, Course, Edition, FailedJob, MailKind, User
from lms.render.process import RenderProcess
from lms.repeating import Deed
from lms.worker import Worker
from tests import quick
from tests.conftest import person
from tests.servers import smtp_server

pytestmark = pytest.mark.usefixtures("keys")

ROOT = Path(__file__).parent.parent
PATIENCE = 100


@contextmanager
def worker_process(app: Flask, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """`lms worker` on this test's database."""
    environment = {
        **os.environ,
        "INSTANCE_FOLDER": str(app.config["INSTANCE_FOLDER"]),
        "DATABASE_URL": str(app.config["DATABASE_URL"]),
        "PUBLIC_URL": "http://localhost",
        **more,
    }
    command = [sys.executable, "-m", "lms.cli", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(holds: Callable[[], object]) -> None:
    """Ask again and again."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        begin_reading()
        if holds():
            break
        time.sleep(0.1)
    begin_reading()
    assert holds()
    begin_writing()


def issue(user: User, course: Course) -> None:
    edition = catalogue.current_edition(course)
    certification.issue(
        user, course, edition, catalogue.text_of(edition), percent=None, earned_at=journal.now()
    )


def without_file() -> int:
    waiting = select(Certificate.id).where(Certificate.pdf_digest.is_(None))
    return len(db.session.scalars(waiting).all())


# --- the whole process --------------------------------------------------------------------------


def test_it_makes_certificates_and_sends_mail_until_it_is_told_to_end(
    app: Flask, amina: User, small: Course
) -> None:
    issue(amina, small)
    mail.enqueue(MailKind.NO_ACCOUNT, to="zoe@ngo.example", language="en")
    db.session.commit()

    with smtp_server() as post, worker_process(app, MAIL_URL=f"smtp://127.0.0.1:{post.port}") as it:
        wait_until(lambda: without_file() == 0 and len(post.messages) == 2)
        it.send_signal(signal.SIGTERM)

        assert it.wait(PATIENCE) == 0
    assert sorted(message["To"] for message in post.messages) == [
        "amina@ngo.example",
        "zoe@ngo.example",
    ]


def test_killed_at_any_moment_it_loses_nothing(app: Flask, small: Course) -> None:
    people = [person(name) for name in ("Amina", "Eve", "Lin", "Zoe")]
    for user in people:
        issue(user, small)
    db.session.commit()

    for seconds in (0.6, 1.8, 2.6, 3.2):
        with worker_process(app) as it:
            time.sleep(seconds)
            it.kill()
    with worker_process(app):
        wait_until(lambda: without_file() == 0)

    digests = db.session.scalars(select(Certificate.pdf_digest)).all()
    assert len({*digests}) == len(people)
    for digest in digests:
        assert digest is not None
        assert files.get(digest).startswith(b"%PDF")


def test_two_workers_make_one_file_for_each(app: Flask, small: Course) -> None:
    for name in ("Amina", "Eve"):
        issue(person(name), small)
    db.session.commit()

    with worker_process(app), worker_process(app):
        wait_until(lambda: without_file() == 0)

    stored = (Path(app.config["INSTANCE_FOLDER"]) / "files").rglob("*")
    pdfs = [path for path in stored if path.is_file() and path.read_bytes()[:4] == b"%PDF"]
    assert len(pdfs) == 2


# --- its parts ----------------------------------------------------------------------------------


@contextmanager
def running(worker: Worker) -> Iterator[None]:
    """The worker in a thread of its own."""
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_it_is_woken_by_the_bell(app: Flask) -> None:
    calls: list[float] = []

    @contextmanager
    def job() -> Iterator[Deed]:
        yield lambda: calls.append(time.monotonic())

    with running(Worker(app, (job,), every=PATIENCE)):
        wait_until(lambda: len(calls) == 1)
        app.extensions["bell"].ring()
        wait_until(lambda: len(calls) == 2)


def test_it_looks_by_itself_even_without_a_queue(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["REDIS_URL"] = "redis://127.0.0.1:1/0"
    calls: list[float] = []

    @contextmanager
    def job() -> Iterator[Deed]:
        yield lambda: calls.append(time.monotonic())

    with running(Worker(app, (job,), every=0.05)):
        wait_until(lambda: len(calls) > 3)


def test_a_job_that_fails_is_tried_again_and_the_others_go_on(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    calls: dict[str, int] = {"bad": 0, "good": 0}

    def fail() -> None:
        calls["bad"] += 1
        raise ValueError("this one is broken")

    def work() -> None:
        calls["good"] += 1

    @contextmanager
    def bad() -> Iterator[Deed]:
        yield fail

    @contextmanager
    def good() -> Iterator[Deed]:
        yield work

    with caplog.at_level(logging.ERROR), running(Worker(app, (bad, good), every=0.05)):
        wait_until(lambda: min(calls.values()) > 2)

    assert "the job bad failed" in caplog.text
    begin_writing()
    row = db.session.scalars(select(FailedJob)).one()
    assert (row.job, row.thing, row.reason) == ("bad", "", "ValueError: this one is broken")
    assert row.tries > 2


def test_a_job_that_goes_well_again_has_not_failed_any_more(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    fails = [True, False]

    @contextmanager
    def weary() -> Iterator[Deed]:
        yield fail_first

    def fail_first() -> None:
        if fails and fails.pop(0):
            raise ValueError("not yet")

    with caplog.at_level(logging.CRITICAL), running(Worker(app, (weary,), every=0.05)):
        wait_until(lambda: not fails)
        wait_until(lambda: db.session.scalars(select(FailedJob)).all() == [])


def test_a_failure_that_cannot_be_noted_is_in_the_log(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    db.session.remove()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE failed_job RENAME TO elsewhere")

    @contextmanager
    def bad() -> Iterator[Deed]:
        yield lambda: 1 // 0

    try:
        with running(Worker(app, (bad,), every=PATIENCE)):
            wait_until(lambda: "the failure of the job bad is only in this log" in caplog.text)
    finally:
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO failed_job")


def test_publishing_has_people_looked_at_again(app: Flask, small: Course) -> None:
    with jobs.editions() as deed:
        deed()
    begin_writing()

    assert db.session.scalars(select(Edition).where(Edition.rechecked_at.is_(None))).all() == []


def test_drafts_are_published_at_their_time(app: Flask) -> None:
    with jobs.drafts() as deed:
        deed()
    begin_writing()


def test_quizzes_whose_time_is_over_are_handed_in(app: Flask) -> None:
    with jobs.attempts() as deed:
        deed()
    begin_writing()


def test_people_are_told_what_is_due(app: Flask) -> None:
    with jobs.due_lessons() as deed:
        deed()
    begin_writing()


def test_something_is_done_until_nothing_is_left(app: Flask) -> None:
    left = [3, 2, 0]

    repeating.until_nothing_is_left(lambda: left.pop(0))

    assert left == []


def test_something_is_done_seldom_and_again_when_it_failed() -> None:
    calls: list[int] = []

    def fail_at_first() -> None:
        calls.append(len(calls))
        if len(calls) == 1:
            raise ValueError("not yet")

    look = repeating.seldom(fail_at_first)
    with pytest.raises(ValueError, match="not yet"):
        look()
    for _ in range(3):
        look()
    assert calls == [0, 1]
    again = repeating.seldom(fail_at_first, seconds=-1)
    for _ in range(2):
        again()
    assert calls == [0, 1, 2, 3]


def test_the_certificates_job_ends_its_render_process(
    app: Flask, amina: User, small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RenderProcess, "stop", quick.STOP)
    monkeypatch.setattr(RenderProcess, "_started", quick.START)
    others = set(multiprocessing.active_children())
    issue(amina, small)
    db.session.commit()

    with jobs.certificates() as deed:
        assert deed() == 1
        assert len(set(multiprocessing.active_children()) - others) == 1
    assert not set(multiprocessing.active_children()) - others


def test_the_worker_knows_every_job(app: Flask) -> None:
    names = [getattr(job, "__name__", "") for job in jobs.JOBS]
    assert names == [
        "sign_of_life",
        *("mail",) * jobs.SENDERS,
        "certificates",
        "attempts",
        "editions",
        "drafts",
        "log_of_certificates",
        "newcomers",
        "progress",
        "due_lessons",
        "invitations",
        "cohort_messages",
        "departures",
        "copies",
        "made_files",
        "keeping",
        "stray_files",
        "sources",
    ]
