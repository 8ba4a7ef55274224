"""What waits, runs or failed is read from the rows; failures outlive the worker."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.database import db
from lms.domain import catalogue, certification, failures, jobs, journal, mail, undelivered
from lms.domain.errors import Conflict, Denied, Missing
from lms.domain.jobs import Kind, State
from lms.domain.learning import attempts
from lms.models import (
    Attempt,
    Certificate,
    Course,
    Edition,
    FailedJob,
    MailKind,
    OutgoingMail,
    User,
)
from tests.conftest import Clock


def refused(answer: str = "550 no such user") -> OutgoingMail:
    row = mail.enqueue(MailKind.SIGN_IN, to="zoe@ngo.example", language="en", token="t")
    mail.claim_next()
    mail.mark_failed(row, answer, forget=True)
    return row


def listed(ada: User, state: State) -> list[tuple[Kind, str, str]]:
    rows, _more = jobs.listed(ada, state)
    return [(row.kind, row.name, row.reason) for row in rows]


def test_every_row_that_asks_for_work_is_listed(
    ada: User, amina: User, small: Course, clock: Clock
) -> None:
    edition = catalogue.current_edition(small)
    for someone in (amina, ada):
        certification.issue(
            someone,
            small,
            edition,
            catalogue.text_of(edition),
            percent=None,
            earned_at=journal.now(),
        )
    first, second = db.session.scalars(select(Certificate).order_by(Certificate.id))
    for row in db.session.scalars(select(OutgoingMail)):
        row.sent_at = journal.now()
    attempt = attempts.start_attempt(amina, small, "names/quiz")
    attempt.closes_at = clock.moment
    failures.note(
        "certificates", f"certificate:{first.id}", "NotRendered: x", pause=timedelta(minutes=5)
    )
    failures.note("editions", "", "ValueError: y", pause=timedelta(seconds=5))
    mail.enqueue(MailKind.REMINDER, to="zoe@ngo.example", language="en")
    busy = mail.enqueue(MailKind.RESET, to="zoe@ngo.example", language="en")
    busy.claimed_at = clock.moment
    clock.forward(minutes=1)
    db.session.flush()

    assert jobs.counts(ada) == {State.FAILED: 2, State.RUNNING: 1, State.WAITING: 4}
    assert listed(ada, State.RUNNING) == [(Kind.MAIL, "reset", "")]
    assert sorted(listed(ada, State.WAITING)) == [
        (Kind.ATTEMPT, "names/quiz", ""),
        (Kind.CERTIFICATE, second.number, ""),
        (Kind.EDITION, "small", ""),
        (Kind.MAIL, "reminder", ""),
    ]
    assert sorted(listed(ada, State.FAILED)) == [
        (Kind.OTHER, f"certificates certificate:{first.id}", "NotRendered: x"),
        (Kind.OTHER, "editions ", "ValueError: y"),
    ]
    db.session.get_one(Edition, edition.id).rechecked_to = 1
    db.session.get_one(Attempt, attempt.id).submitted_at = clock.moment
    db.session.flush()
    assert jobs.counts(ada) == {State.FAILED: 2, State.RUNNING: 2, State.WAITING: 2}


def test_a_refused_mail_has_failed_and_says_when_it_is_tried_again(ada: User, clock: Clock) -> None:
    row = refused()
    db.session.flush()
    (entry,), is_more = jobs.listed(ada, State.FAILED)
    assert (entry.id, entry.tries, entry.reason, is_more) == (row.id, 1, "550 no such user", False)
    assert entry.next_try_at == clock.moment + timedelta(minutes=1)
    row.failed_at = clock.moment
    db.session.flush()
    assert jobs.listed(ada, State.FAILED)[0][0].next_try_at is None


def test_the_list_has_pages(ada: User, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr(jobs, "PAGE", 1)
    for name in ("editions", "attempts"):
        failures.note(name, "", "x", pause=timedelta(0))
        clock.forward(minutes=1)
    pages = [jobs.listed(ada, State.FAILED, page=page) for page in (1, 2, 3)]
    assert [([row.name for row in rows], more) for rows, more in pages] == [
        (["editions "], True),
        (["attempts "], False),
        ([], False),
    ]


def test_what_failed_rests_until_its_time_or_until_somebody_asks(ada: User, clock: Clock) -> None:
    for _turn in range(2):
        failures.note("certificates", "certificate:7", "x" * 600, pause=timedelta(minutes=5))
    row = db.session.scalars(select(FailedJob)).one()
    assert (row.tries, len(row.reason)) == (2, 500)
    assert failures.resting("certificates") == ["certificate:7"]
    assert failures.resting("mail") == []
    jobs.retry(ada, row.id)
    db.session.flush()
    assert failures.resting("certificates") == []
    failures.note("certificates", "certificate:7", "again", pause=timedelta(minutes=5))
    clock.forward(minutes=6)
    assert failures.resting("certificates") == []
    failures.settle("certificates", "certificate:7")
    number = row.id
    db.session.expunge(row)
    with pytest.raises(Missing):
        jobs.retry(ada, number)


def test_a_reason_repeats_nothing_that_a_database_was_given() -> None:
    error = IntegrityError(
        "INSERT secret", {"email": "secret"}, ValueError("UNIQUE failed\nsecret")
    )
    assert failures.reason_of(error) == "IntegrityError: UNIQUE failed"
    assert failures.reason_of(ValueError()) == "ValueError"


# --- refused mails ------------------------------------------------------------------------------


def test_a_refused_mail_is_tried_again_at_once(ada: User, clock: Clock) -> None:
    row = refused()
    assert undelivered.count(ada) == 1
    assert undelivered.listed(ada) == ([row], False)
    assert mail.claim_next() is None
    undelivered.retry(ada, row.id)
    db.session.flush()
    assert mail.claim_next() is row
    mail.mark_sent(row, forget=True)
    assert undelivered.count(ada) == 0
    with pytest.raises(Missing):
        undelivered.find(ada, row.id)


def test_a_mail_that_is_given_up_is_never_sent(ada: User, clock: Clock) -> None:
    row = refused()
    for _turn in range(2):
        undelivered.give_up(ada, row.id)
    assert (row.failed_at, row.facts) == (clock.moment, {})
    clock.forward(days=30)
    assert mail.claim_next() is None
    assert not undelivered.can_be_sent(row)
    with pytest.raises(Conflict):
        undelivered.retry(ada, row.id)


def test_a_mail_without_facts_can_be_sent_after_all(ada: User, clock: Clock) -> None:
    row = mail.enqueue(MailKind.NO_ACCOUNT, to="zoe@ngo.example", language="en")
    row.last_error, row.failed_at = "550 no", clock.moment
    db.session.flush()
    undelivered.retry(ada, row.id)
    db.session.flush()
    assert mail.claim_next() is row


def test_others_neither_look_nor_retry(tomas: User) -> None:
    for deed in (
        lambda: jobs.counts(tomas),
        lambda: jobs.listed(tomas, State.FAILED),
        lambda: jobs.retry(tomas, 1),
        lambda: undelivered.count(tomas),
        lambda: undelivered.listed(tomas),
        lambda: undelivered.find(tomas, 1),
        lambda: undelivered.retry(tomas, 1),
        lambda: undelivered.give_up(tomas, 1),
    ):
        with pytest.raises(Denied):
            deed()
