"""What was kept long enough is forgotten; the rest stays."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms import jobs
from lms.database import begin_writing, db
from lms.domain import accounts, exports, journal, links, mail, reports, retention
from lms.domain.retention import Limits
from lms.models import (
    Course,
    DiscardedFile,
    Event,
    Export,
    LinkPurpose,
    MailKind,
    MailLink,
    OutgoingMail,
    Report,
    SignIn,
    User,
    Verb,
)
from tests.conftest import Clock

LIMITS = Limits(
    mail_days=30, sign_in_days=90, report_days=365, journal_days=1095, invitation_days=180
)


def left(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def send(kind: MailKind, *, sent: bool = True) -> OutgoingMail:
    row = mail.enqueue(kind, to="amina@ngo.example", language="en")
    if sent:
        mail.mark_sent(row, forget=True)
    db.session.flush()
    return row


def test_mails_are_forgotten_after_their_days_if_they_are_through(app: Flask, clock: Clock) -> None:
    send(MailKind.SIGN_IN)
    refused = send(MailKind.RESET, sent=False)
    waiting = send(MailKind.CONFIRM, sent=False)
    refused.failed_at = clock.moment
    clock.forward(days=30)
    assert retention.forget_mails(LIMITS) == 0
    clock.forward(seconds=1)
    assert retention.forget_mails(LIMITS) == 2
    assert list(db.session.scalars(select(OutgoingMail.id))) == [waiting.id]


def test_the_last_mail_is_forgotten_once_it_is_sent(app: Flask) -> None:
    last = send(MailKind.DELETED, sent=False)
    send(MailKind.SIGN_IN)
    assert retention.forget_mails(LIMITS) == 0
    mail.mark_sent(last, forget=True)
    assert retention.forget_mails(LIMITS) == 1
    assert list(db.session.scalars(select(OutgoingMail.kind))) == [MailKind.SIGN_IN]


def test_sign_ins_and_links_are_forgotten(amina: User, clock: Clock) -> None:
    accounts.sign_in(amina, "Firefox")
    links.make(amina, LinkPurpose.ENTER, lasts=links.LASTS)
    clock.forward(days=90)
    assert (retention.forget_sign_ins(LIMITS), retention.forget_links(LIMITS)) == (0, 0)
    clock.forward(hours=1, seconds=1)
    assert (retention.forget_sign_ins(LIMITS), retention.forget_links(LIMITS)) == (1, 1)
    assert (left(SignIn), left(MailLink)) == (0, 0)


def test_reports_lose_their_reporter_a_year_after_they_were_settled(
    amina: User, small: Course, clock: Clock
) -> None:
    where = (amina, small, "names/what-is-a-name")
    settled = reports.report_mistake(*where, language="en", text="A slip.")
    reports.report_mistake(*where, language="en", text="Another slip.")
    settled.resolved_at = clock.moment
    clock.forward(days=365)
    assert retention.forget_reporters(LIMITS) == 0
    clock.forward(seconds=1)
    assert [retention.forget_reporters(LIMITS) for _ in range(2)] == [1, 0]
    rows = db.session.execute(select(Report.text, Report.reporter_id).order_by(Report.id))
    assert [tuple(row) for row in rows] == [("A slip.", None), ("Another slip.", amina.id)]


def test_the_journal_forgets_all_but_which_accounts_are_one(amina: User, clock: Clock) -> None:
    journal.record(amina, Verb.RENAMED, "user:1")
    journal.record(amina, Verb.JOINED, "user:2")
    clock.forward(days=1095, seconds=1)
    journal.record(amina, Verb.RENAMED, "user:1")
    assert retention.forget_events(LIMITS) == 1
    assert list(db.session.scalars(select(Event.object).order_by(Event.id))) == ["user:2", "user:1"]


def test_copies_go_with_their_files(amina: User, clock: Clock) -> None:
    export = exports.ask(amina, "en")
    exports.finish(export.id, digest="a" * 64, size=7, days=7)
    db.session.flush()
    assert retention.forget_exports(LIMITS) == 0
    clock.forward(days=7)
    assert retention.forget_exports(LIMITS) == 1
    assert left(Export) == 0
    assert list(db.session.scalars(select(DiscardedFile.digest))) == ["a" * 64]


def test_the_worker_forgets_until_nothing_is_left(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        send(MailKind.SIGN_IN).created_at -= timedelta(days=9)
    db.session.commit()
    app.config["MAIL_DAYS"] = 8
    with jobs.keeping() as deed:
        deed()
    begin_writing()
    assert left(OutgoingMail) == 0
