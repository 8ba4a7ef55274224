"""What monitors ask: alive, ready, and how much."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from lms import create_app
from lms.database import begin_writing, db, steps
from lms.domain import signs
from lms.models import Course, MailKind, OutgoingMail, SignOfLife, User
from tests.conftest import Browser, Clock, dispose, settings
from tests.steps import stamp

TOKEN = "sixteen characters"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def well(app: Flask) -> Flask:
    """An installation in which everything works."""
    db.session.remove()
    stamp(steps()[-1])
    begin_writing()
    signs.give()
    db.session.commit()
    return app


@pytest.fixture(autouse=True)
def unstamped(app: Flask) -> Iterator[None]:
    """The table of steps is no model's: it goes with the test."""
    yield
    begin_writing()
    db.session.execute(db.text("DROP TABLE IF EXISTS alembic_version"))
    db.session.commit()


def test_alive_is_alive_without_a_database(
    app: Flask, visitor: Browser, count_queries: list[str]
) -> None:
    answer = visitor.get("/health")

    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert answer.headers["Cache-Control"] == "no-store"
    assert count_queries == []


def test_ready_when_every_part_works(well: Flask, visitor: Browser) -> None:
    for _time in range(2):  # the first writes what the second reads
        answer = visitor.get("/ready")

        assert answer.status_code == 200
        assert answer.text == "database: ok\nmigrations: ok\nfiles: ok\nworker: ok\n"


def test_an_older_or_newer_database_is_not_ready(well: Flask, visitor: Browser) -> None:
    stamp("0001")
    answer = visitor.get("/ready")

    assert answer.status_code == 503
    assert "migrations: run lms upgrade\n" in answer.text


def test_a_worker_that_says_nothing_for_a_minute_is_missed(
    well: Flask, visitor: Browser, clock: Clock
) -> None:
    begin_writing()
    signs.give()
    db.session.commit()
    clock.forward(seconds=60)
    assert "worker: ok\n" in visitor.get("/ready").text
    clock.forward(seconds=1)
    assert "worker: not seen in the last minute\n" in visitor.get("/ready").text


def test_where_no_worker_ever_was_one_is_missed(app: Flask, visitor: Browser) -> None:
    assert "worker: not seen in the last minute\n" in visitor.get("/ready").text


def test_a_store_that_is_away_is_named_and_nothing_else(well: Flask, visitor: Browser) -> None:
    folder = Path(well.config["INSTANCE_FOLDER"]) / "files"
    shutil.rmtree(folder)
    folder.write_text("no folder")
    answer = visitor.get("/ready")

    assert answer.status_code == 503
    assert "files: does not answer\n" in answer.text
    assert str(folder) not in answer.text


def test_a_database_that_fails_is_named(well: Flask, visitor: Browser) -> None:
    begin_writing()
    db.session.execute(db.text("ALTER TABLE sign_of_life RENAME TO gone"))
    db.session.commit()
    try:
        answer = visitor.get("/ready")
    finally:
        begin_writing()
        db.session.execute(db.text("ALTER TABLE gone RENAME TO sign_of_life"))
        db.session.commit()

    assert answer.status_code == 503
    assert answer.text.endswith("worker: does not answer\n")


def test_a_worker_that_is_silent_for_a_day_is_forgotten(app: Flask, clock: Clock) -> None:
    db.session.add(SignOfLife(worker="old", at=clock() - timedelta(days=2)))
    db.session.flush()
    signs.give()
    db.session.commit()

    assert [sign.at for sign in db.session.query(SignOfLife)] == [clock()]


def test_monitors_may_know_the_machine_by_any_name(well: Flask, visitor: Browser) -> None:
    answers = {
        path: visitor.get(path, headers={"Host": "10.0.0.7:8000"}).status_code
        for path in ("/health", "/ready", "/metrics", "/en/")
    }
    assert answers == {"/health": 200, "/ready": 200, "/metrics": 404, "/en/": 400}


@pytest.fixture
def measured(tmp_path: Path, database_url: str, app: Flask) -> Flask:
    """The application with METRICS_TOKEN."""
    return create_app({**settings(tmp_path, database_url), "METRICS_TOKEN": TOKEN})


def numbers(app: Flask) -> dict[tuple[str, ...], float]:
    """What Prometheus reads: name, route and the rest, and the value."""
    answer = app.test_client().get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = list(text_string_to_metric_families(answer.text))
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_metrics_want_their_token(measured: Flask) -> None:
    client = measured.test_client()
    wrong = client.get("/metrics", headers={"Authorization": "Bearer another token"})

    assert client.get("/metrics").status_code == 401
    assert (wrong.status_code, wrong.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_requests_are_counted_by_route_and_status(measured: Flask, small: Course) -> None:
    client = measured.test_client()
    for path in ("/en/", "/en/", "/en/courses/small/", "/en/courses/none/", "/nowhere"):
        client.get(path)
    found = numbers(measured)

    assert found["lms_requests_total", "learn.catalogue", "200"] == 2
    assert found["lms_requests_total", "learn.course", "200"] == 1
    assert found["lms_requests_total", "learn.course", "404"] == 1
    assert found["lms_requests_total", "none", "404"] == 1
    assert found["lms_request_seconds_count", "learn.catalogue"] == 2
    assert found["lms_request_seconds_bucket", "learn.catalogue", "+Inf"] == 2
    assert 0 < found["lms_request_seconds_sum", "learn.catalogue"] < 60
    with measured.app_context():
        dispose()


def test_what_waits_and_what_was_made_is_counted(
    measured: Flask, small: Course, amina: User, tomas: User, clock: Clock
) -> None:
    now = clock()
    for number, failed_at in enumerate((None, None, now)):
        db.session.add(
            OutgoingMail(
                kind=MailKind.CONFIRM,
                recipient="a@ngo.example",
                language="en",
                facts={},
                message_id=f"<{number}@ngo.example>",
                created_at=now,
                next_try_at=now,
                failed_at=failed_at,
            )
        )
    db.session.commit()
    without = numbers(measured)
    begin_writing()
    signs.give()
    db.session.commit()
    clock.forward(seconds=7)
    found = numbers(measured)

    assert (found["lms_mails_waiting",], found["lms_mails_failed",]) == (2, 1)
    assert (found["lms_certificates_waiting",], found["lms_editions_waiting",]) == (0, 1)
    assert (found["lms_people_total",], found["lms_attempts_total",]) == (2, 0)
    assert found["lms_worker_silent_seconds",] == 7
    assert ("lms_worker_silent_seconds",) not in without
    with measured.app_context():
        dispose()
