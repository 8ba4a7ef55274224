"""Secrets through every form, whatever breaks: the log says what happened, and none of them."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from lms import logs
from lms.database import begin_writing, db
from lms.models import Base, OutgoingMail, SignIn
from tests import postgres
from tests.safety.forms import Form
from tests.safety.test_naughty import (
    RIGHT,
    Reader,
    addresses,
    cheap_passwords,
    one_of_each,
    readers,
    scene,
)

__all__ = ["cheap_passwords", "readers", "scene"]  # fixtures
pytestmark = pytest.mark.timeout(1800)
SECRET = "very-secret words"
TABLES = [table.name for table in Base.metadata.sorted_tables if table.name != SignIn.__tablename__]


class Careless(Reader):
    """Somebody who does not mind what comes back, but counts what broke."""

    broken = 0

    def open(self, method: str, address: str, what: object, **more: Any) -> TestResponse:
        """From a network of one's own: the limits are somebody else's test."""
        number = next(self.networks)
        base = {"REMOTE_ADDR": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
        answer = self.browser.open(address, method=method, environ_base=base, **more)
        broken = cast(TestResponse, answer).status_code >= 500 and not address.startswith("/ready")
        Careless.broken += broken
        return cast(TestResponse, answer)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that can be written, as in production."""
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    root.handlers.clear()
    logs.configure(level="debug", production=True)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)


def break_the_database() -> None:
    """Nothing can be written any more, for a reason that names what should have been written."""
    begin_writing()
    for table in TABLES:
        for deed in ("INSERT", "UPDATE"):
            db.session.execute(
                text(
                    f'CREATE TRIGGER broken_{table}_{deed} BEFORE {deed} ON "{table}" '
                    "BEGIN SELECT RAISE(ABORT, 'broken'); END"
                )
            )
    db.session.commit()


def send_secrets(reader: Reader, form: Form) -> None:
    """In all fields at once; and in each alone, the others such that it may be taken."""
    reader.stay()
    reader.send(form, dict.fromkeys(form.typed, SECRET), "secrets")
    usual = {name: RIGHT.get(name, value) for name, value in form.filled().items()}
    for name in one_of_each(form):
        reader.send(
            form,
            {**usual, name: "very-secret@ngo.example" if name == "email" else SECRET},
            "a secret",
        )


@pytest.mark.skipif(postgres.wanted(), reason="the triggers are SQLite's")
def test_no_secret_gets_into_the_log(
    app: Flask,
    scene: list[str],
    readers: list[Reader],
    log: io.StringIO,
) -> None:
    tokens = {
        str(mail.facts["token"]) for mail in db.session.query(OutgoingMail) if "token" in mail.facts
    }
    everybody = [Careless(one.app, one.browser, one.user, one.networks) for one in readers]
    seen: set[tuple[object, ...]] = set()
    for reader in everybody:
        reader.visit(*addresses(app), *scene)
        for key, form in list(reader.forms.items()):
            if key not in seen:
                send_secrets(reader, form)
        seen |= reader.forms.keys()
    before, Careless.broken = Careless.broken, 0
    for reader in everybody:
        reader.stay()
    break_the_database()
    for reader in everybody:
        reader.stay = lambda: None  # type: ignore[method-assign]  # nobody can sign in again
        for form in list(reader.forms.values()):
            send_secrets(reader, form)
    written = log.getvalue()
    cookies = [one.browser.get_cookie("session", domain="localhost") for one in everybody]
    tokens |= {cookie.value for cookie in cookies if cookie is not None}

    lines = [json.loads(line) for line in written.splitlines() if line.startswith('{"at"')]
    assert before == 0
    assert Careless.broken > 8
    assert sum("raised" in line for line in lines) >= Careless.broken
    assert all("request" in line for line in lines if line["from"].startswith("lms.web"))
    assert len(tokens) > 3
    for secret in ("very-secret", RIGHT["password"], *tokens):
        assert secret not in written
