"""Mail on its way from the outbox to a real SMTP server."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from lms.database import begin_writing, db
from lms.domain import journal, links, mail
from lms.models import MailKind, OutgoingMail, User
from lms.sending import send_waiting_mail
from tests import servers
from tests.conftest import Clock
from tests.servers import Post


@pytest.fixture
def post(app: Flask) -> Iterator[Post]:
    """A mail server that the application knows."""
    with servers.smtp_server() as post:
        app.config["MAIL_URL"] = f"smtp://127.0.0.1:{post.port}"
        yield post


def enqueue(to: str = "amina@ngo.example") -> int:
    row = mail.enqueue(MailKind.NO_ACCOUNT, to=to, language="en")
    db.session.commit()
    return row.id


def rows() -> list[OutgoingMail]:
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_what_waits_is_sent_once(post: Post) -> None:
    enqueue()
    enqueue("معلومات@مثال.السعودية")
    assert send_waiting_mail() == 2
    assert send_waiting_mail() == 0
    assert post.recipients == [["amina@ngo.example"], ["معلومات@مثال.السعودية"]]
    assert [row.sent_at is not None for row in rows()] == [True, True]


def test_without_a_mail_server_nothing_is_sent(app: Flask) -> None:
    enqueue()
    assert send_waiting_mail() == 0
    assert [(row.sent_at, row.claimed_at, row.tries) for row in rows()] == [(None, None, 0)]


def test_a_mail_that_the_server_refuses_waits_and_the_others_go(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    enqueue()
    post.refuse = "550 No such user amina@ngo.example here"
    assert send_waiting_mail() == 0
    post.refuse = ""
    enqueue("eve@ngo.example")
    assert send_waiting_mail() == 1
    first, second = rows()
    assert (first.sent_at, second.sent_at is None) == (None, False)
    assert first.last_error == "550 No such user amina@ngo.example here"
    assert "was not sent: NotSent" in caplog.text
    ours = [one.getMessage() for one in caplog.records if one.name.startswith("lms")]
    assert "amina@ngo.example" not in "".join(ours)


def test_a_mail_that_cannot_be_made_does_not_stop_the_others(post: Post) -> None:
    row = mail.enqueue(MailKind.CONFIRM, to="amina@ngo.example", language="en")  # no token
    db.session.commit()
    enqueue()
    assert send_waiting_mail() == 1
    assert row.last_error == "'token' is undefined"


def test_a_mail_sent_again_after_a_crash_is_recognised_as_the_same(post: Post) -> None:
    enqueue()
    send_waiting_mail()
    db.session.execute(
        update(OutgoingMail).values(sent_at=None, claimed_at=journal.now() - timedelta(minutes=11))
    )
    db.session.commit()
    assert send_waiting_mail() == 1
    first, second = (message["Message-ID"] for message in post.messages)
    assert first == second


@pytest.mark.parametrize(("environment", "kept"), [("production", False), ("development", True)])
def test_in_production_a_link_is_forgotten_once_it_is_sent(
    app: Flask, post: Post, amina: User, environment: str, kept: bool
) -> None:
    links.send_sign_in("amina@ngo.example", "en")
    db.session.commit()
    app.config["ENVIRONMENT"] = environment
    assert send_waiting_mail() == 1
    assert [bool(row.facts) for row in rows()] == [kept]


def test_two_workers_send_each_mail_once(app: Flask, post: Post) -> None:
    for number in range(10):
        enqueue(f"amina{number}@ngo.example")
    db.session.rollback()
    sent: list[int] = []

    def work() -> None:
        with app.app_context():
            sent.append(send_waiting_mail())
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(sent) == 10
    assert sorted(to for [to] in post.recipients) == [
        f"amina{number}@ngo.example" for number in range(10)
    ]


def test_one_recipient_that_is_refused_holds_up_nobody(post: Post) -> None:
    post.refuse_to = {"eve@ngo.example": "550 No such user", "lin@ngo.example": "450 Greylisted"}
    for name in ("eve", "lin", "amina"):
        enqueue(f"{name}@ngo.example")

    assert send_waiting_mail() == 1

    assert post.recipients == [["amina@ngo.example"]]
    assert [(row.last_error, row.tries, row.failed_at) for row in rows()] == [
        ("550 No such user", 1, None),
        ("450 Greylisted", 1, None),
        ("", 1, None),
    ]


def test_what_is_refused_for_ever_is_given_up_after_a_day(post: Post, clock: Clock) -> None:
    post.refuse_to = {"eve@ngo.example": "550 No such user", "lin@ngo.example": "450 Greylisted"}
    for name in ("eve", "lin"):
        enqueue(f"{name}@ngo.example")
    for _ in range(8):
        send_waiting_mail()
        clock.forward(hours=12)

    assert [row.failed_at is not None for row in rows()] == [True, False]
    assert [row.tries for row in rows()] == [4, 8]


def test_who_leaves_while_their_mail_is_on_its_way_stops_no_other(app: Flask, post: Post) -> None:
    """The row goes while the server thinks."""
    enqueue()
    enqueue("eve@ngo.example")

    def leave(recipient: str) -> None:
        with app.app_context():
            begin_writing()
            db.session.execute(delete(OutgoingMail).where(OutgoingMail.recipient == recipient))
            db.session.commit()
            db.session.remove()

    post.when_taken = leave
    assert send_waiting_mail() == 0
    assert post.recipients == [["amina@ngo.example"], ["eve@ngo.example"]]
    assert rows() == []
