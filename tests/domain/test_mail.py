"""The outbox."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.database import db
from lms.domain import journal, mail
from lms.domain.errors import Missing
from lms.models import MailKind, OutgoingMail


def enqueue(to: str = "amina@ngo.example") -> OutgoingMail:
    row = mail.enqueue(MailKind.NO_ACCOUNT, to=to, language="en", name="Amina")
    db.session.commit()
    return row


def minutes(row: OutgoingMail) -> int:
    return round((row.next_try_at - journal.now()).total_seconds() / 60)


def fail(row: OutgoingMail, *, forget: bool = False) -> None:
    db.session.execute(update(OutgoingMail).values(next_try_at=journal.now()))
    assert mail.claim_next() is row
    mail.mark_failed(row, "the server is down", forget=forget)
    db.session.commit()


def test_a_mail_is_written_with_the_deed_it_tells_of(app: Flask) -> None:
    mail.enqueue(MailKind.NO_ACCOUNT, to="amina@ngo.example", language="ar", name="Amina")
    db.session.rollback()
    assert db.session.scalars(select(OutgoingMail)).all() == []
    row = enqueue()
    assert (row.facts, row.tries, row.sent_at) == ({"name": "Amina"}, 0, None)


def test_every_mail_has_its_own_identity_from_the_start(app: Flask) -> None:
    assert enqueue().message_id != enqueue().message_id


def test_mails_are_claimed_once_in_the_order_they_were_written(app: Flask) -> None:
    first, second = enqueue(), enqueue()
    assert [mail.claim_next(), mail.claim_next(), mail.claim_next()] == [first, second, None]
    assert (first.tries, first.claimed_at is None) == (1, False)


def test_a_claim_of_a_worker_that_died_is_taken_over(app: Flask) -> None:
    row = enqueue()
    mail.claim_next()
    db.session.execute(
        update(OutgoingMail).values(claimed_at=journal.now() - timedelta(minutes=11))
    )
    assert mail.claim_next() is row
    assert row.tries == 2


def test_a_sent_mail_is_not_sent_again(app: Flask) -> None:
    row = enqueue()
    mail.claim_next()
    mail.mark_sent(row, forget=False)
    db.session.commit()
    assert mail.claim_next() is None
    assert row.sent_at is not None
    assert (row.claimed_at, row.facts) == (None, {"name": "Amina"})


def test_what_a_sent_mail_said_is_forgotten(app: Flask) -> None:
    row = enqueue()
    mail.claim_next()
    mail.mark_sent(row, forget=True)
    assert row.facts == {}


def test_after_a_failure_the_pauses_grow(app: Flask) -> None:
    row = enqueue()
    pauses = []
    for _ in range(6):
        fail(row)
        pauses.append(minutes(row))
    assert pauses == [1, 5, 30, 120, 720, 720]
    assert (row.claimed_at, row.last_error, row.tries) == (None, "the server is down", 6)
    assert mail.claim_next() is None


@pytest.mark.parametrize(("forget", "facts"), [(True, {}), (False, {"name": "Amina"})])
def test_after_five_days_a_mail_is_given_up(
    app: Flask, forget: bool, facts: dict[str, str]
) -> None:
    row = enqueue()
    row.created_at = journal.now() - timedelta(days=5, minutes=-1)
    fail(row, forget=forget)
    assert (row.failed_at, row.facts) == (None, {"name": "Amina"})
    row.created_at = journal.now() - timedelta(days=5, minutes=1)
    fail(row, forget=forget)
    assert row.failed_at is not None
    assert row.facts == facts
    db.session.execute(update(OutgoingMail).values(next_try_at=journal.now()))
    assert mail.claim_next() is None


def test_a_long_error_is_cut(app: Flask) -> None:
    row = enqueue()
    mail.claim_next()
    mail.mark_failed(row, "x" * 600, forget=False)
    assert row.last_error == "x" * 500


def test_mails_are_listed_newest_first(app: Flask) -> None:
    first, second, third = enqueue(), enqueue(), enqueue()
    assert mail.newest(2) == [third, second]
    assert mail.newest(2, before=second.id) == [first]
    assert mail.find(first.id) is first
    with pytest.raises(Missing):
        mail.find(99)


def test_what_is_refused_for_ever_is_given_up_after_a_day(app: Flask) -> None:
    row = enqueue()
    for hours, given_up in ((23, False), (25, True)):
        row.created_at = journal.now() - timedelta(hours=hours)
        db.session.execute(update(OutgoingMail).values(next_try_at=journal.now()))
        mail.claim_next()
        mail.mark_failed(row, "550 No such user", forget=False, is_final=True)
        assert (row.failed_at is not None) == given_up
