"""Another process writes the same row a moment before: every deed copes, each time, not by luck.

PostgreSQL lets a second writer wait for the first one's row, so the moment can be held still; SQLite
has one writer at a time, and there is no such moment.
"""

import time
from collections.abc import Callable
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select, text

from lms.database import begin_writing, db
from lms.domain import catalogue, certification, ending, provider_accounts, sign_up
from lms.domain.errors import Conflict
from lms.domain.learning import attempts, completion
from lms.domain.provider_accounts import Identity
from lms.models import Attempt, Certificate, Completion, Course, Event, Revocation, User, Verb
from tests import postgres

pytestmark = pytest.mark.skipif(not postgres.wanted(), reason="SQLite has one writer at a time")

QUIZ = "names/quiz"
PAGE = "names/what-is-a-name"
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND wait_event_type = 'Lock'"
)


def both(app: Flask, deed: Callable[[], object]) -> object:
    """Do it here and, before it is committed, in another thread too; what came of that there."""
    came: list[object] = []

    def second() -> None:
        with app.app_context():
            begin_writing()
            try:
                came.append(deed())
                db.session.commit()
            except Exception as error:
                came.append(error)
            finally:
                db.session.remove()

    db.session.commit()
    begin_writing()
    deed()
    db.session.flush()
    thread = Thread(target=second)
    thread.start()
    with db.engine.connect() as watcher:
        end = time.monotonic() + 20
        while not watcher.scalar(WAITING):
            assert time.monotonic() < end, "the second never waited for the first"
            watcher.rollback()
            time.sleep(0.01)
    db.session.commit()
    thread.join(20)
    return came[0]


def verbs() -> list[Verb]:
    """What the journal tells."""
    return list(db.session.scalars(select(Event.verb)))


def test_a_page_is_done_once(app: Flask, amina: User, small: Course) -> None:
    me, course = amina.id, small.id

    def done() -> None:
        person, here = db.session.get_one(User, me), db.session.get_one(Course, course)
        completion.complete_lesson(person, here, PAGE)

    assert both(app, done) is None
    assert len(db.session.scalars(select(Completion)).all()) == 1
    assert [verbs().count(v) for v in (Verb.ENROLLED, Verb.COMPLETED)] == [1, 1]


def test_an_attempt_is_started_once(app: Flask, amina: User, small: Course) -> None:
    completion.enrol(amina, small)
    me, course = amina.id, small.id

    def start() -> int:
        person, here = db.session.get_one(User, me), db.session.get_one(Course, course)
        return attempts.start_attempt(person, here, QUIZ).number

    assert both(app, start) == 1
    assert len(db.session.scalars(select(Attempt)).all()) == 1
    assert verbs().count(Verb.ATTEMPTED) == 1


def test_a_certificate_is_issued_and_withdrawn_once(app: Flask, amina: User, small: Course) -> None:
    me, course = amina.id, small.id

    def issue() -> str:
        person, here = db.session.get_one(User, me), db.session.get_one(Course, course)
        edition = catalogue.current_edition(here)
        made = certification.issue(
            person,
            here,
            edition,
            catalogue.text_of(edition),
            percent=90,
            earned_at=person.created_at,
        )
        assert made is not None
        return made.number

    def withdraw() -> object:
        person = db.session.get_one(User, me)
        held = db.session.scalars(select(Certificate)).one()
        ending.withdraw(person, held)
        return held.revocation and held.revocation.kind

    assert both(app, issue) == db.session.scalars(select(Certificate.number)).one()
    assert both(app, withdraw) == "withdrawn"
    assert len(db.session.scalars(select(Revocation)).all()) == 1
    assert [verbs().count(v) for v in (Verb.EARNED, Verb.WITHDREW)] == [1, 1]


def test_a_sign_up_form_makes_one_account(app: Flask) -> None:
    application = sign_up.prepare(
        name="Amina",
        email="amina@ngo.example",
        password="seven green boats",
        language="en",
        key="one-page-makes-one-account",
    )

    assert isinstance(both(app, lambda: sign_up.sign_up(application)), sign_up.SentTwice)
    assert len(db.session.scalars(select(User)).all()) == 1


def test_a_provider_brings_one_new_person_for_an_address(app: Flask) -> None:
    def come(subject: str) -> object:
        identity = Identity(
            provider="Open Harbour",
            issuer="https://id.harbour.example",
            subject=subject,
            email="amina@ngo.example",
            name="Amina",
            vouched=True,
            second_step=False,
        )
        return provider_accounts.enter(identity, "Firefox", language="en")

    subjects = iter(("one", "two"))
    assert isinstance(both(app, lambda: come(next(subjects))), Conflict)
    assert len(db.session.scalars(select(User)).all()) == 1
