"""Work in the database wakes a worker; a bell that does not ring does no harm."""

import logging
import socket
from pathlib import Path

import pytest
from flask import Flask

from lms.database import begin_writing, db
from lms.domain import mail
from lms.models import MailKind, User
from lms.waking import Bell
from tests.conftest import person
from tests.servers import redis_server


def bell_of(app: Flask) -> Bell:
    """The bell of an application."""
    bell: Bell = app.extensions["bell"]
    return bell


def write_mail() -> None:
    mail.enqueue(MailKind.NO_ACCOUNT, to="amina@ngo.example", language="en")


def test_a_commit_that_made_work_rings(app: Flask) -> None:
    write_mail()
    assert not bell_of(app).rang()

    db.session.commit()
    assert bell_of(app).rang()
    assert not bell_of(app).rang()


def test_a_commit_without_work_does_not(app: Flask, amina: User) -> None:
    amina.name = "Amina Diallo"
    db.session.commit()

    assert not bell_of(app).rang()


def test_work_that_was_rolled_back_does_not(app: Flask) -> None:
    write_mail()
    db.session.rollback()
    person("Amina")

    assert not bell_of(app).rang()


def test_a_savepoint_is_no_commit(app: Flask) -> None:
    write_mail()
    with db.session.begin_nested():
        write_mail()
    assert not bell_of(app).rang()

    db.session.commit()
    assert bell_of(app).rang()


def test_a_savepoint_that_was_undone_does_not_silence_the_rest(app: Flask) -> None:
    write_mail()
    savepoint = db.session.begin_nested()
    write_mail()
    savepoint.rollback()
    db.session.commit()

    assert bell_of(app).rang()


def test_rung_often_it_is_heard_once(app: Flask) -> None:
    for _ in range(5):
        bell_of(app).ring()

    assert bell_of(app).rang()
    assert not bell_of(app).rang()


def test_another_process_hears_it(app: Flask) -> None:
    bell_of(app).ring()

    assert Bell(app).rang()


def test_with_redis_several_machines_share_it(app: Flask, tmp_path: Path) -> None:
    with redis_server(tmp_path) as url:
        app.config["REDIS_URL"] = url
        bell, other = Bell(app), Bell(app)
        bell.ring()

        assert other.rang()
        assert not bell.rang()
    assert not (tmp_path / "bell").exists()


def test_without_a_bell_what_was_saved_is_saved(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["REDIS_URL"] = "redis://127.0.0.1:1/0"
    app.extensions["bell"] = Bell(app)

    with caplog.at_level(logging.WARNING):
        write_mail()
        db.session.commit()
        assert not bell_of(app).rang()

    begin_writing()
    assert len(mail.newest(10)) == 1
    assert "no worker was woken" in caplog.text
    assert "the bell cannot be heard" in caplog.text


def test_a_bell_that_nobody_rings_stays_silent(app: Flask) -> None:
    bell: Bell = app.extensions["bell"]
    bell.ring()

    assert [bell.rang() for _look in range(4)] == [True, False, False, False]


def test_a_bell_that_takes_a_line_and_says_nothing_keeps_nobody_waiting(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        app.config["REDIS_URL"] = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        Bell(app).ring()

    assert "no worker was woken: Timeout" in caplog.text
