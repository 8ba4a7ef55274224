"""Background work and refused mails, in the browser."""

from datetime import timedelta

import pytest

from lms.database import db
from lms.domain import catalogue, certification, failures, jobs, journal, mail
from lms.models import Course, FailedJob, MailKind, OutgoingMail, User
from tests.conftest import Browser, SignIn

JOBS, MAILS = "/en/admin/jobs", "/en/admin/mails"


@pytest.fixture
def admin(sign_in: SignIn, ada: User) -> Browser:
    return sign_in(ada)


def refused(kind: MailKind = MailKind.NO_ACCOUNT, **facts: str) -> int:
    row = mail.enqueue(kind, to="zoe@ngo.example", language="en", **facts)
    mail.claim_next()
    mail.mark_failed(row, "550 5.1.1 <no> such user", forget=True)
    db.session.commit()
    return row.id


def test_nothing_failed(admin: Browser) -> None:
    assert "Nothing failed." in admin.get(JOBS).text
    assert "Nothing at the moment." in admin.get(f"{JOBS}?state=running").text
    assert "Nothing failed." in admin.get(f"{JOBS}?state=nonsense").text
    assert "No mail was refused." in admin.get(MAILS).text
    assert "There are no more." in admin.get(f"{MAILS}?page=2").text


def test_what_failed_says_why_and_when_it_is_tried_again(admin: Browser) -> None:
    failures.note("certificates", "certificate:7", "NotRendered: <x>", pause=timedelta(minutes=5))
    failures.note("newcomers", "", "ValueError", pause=timedelta(minutes=5))
    refused()
    page = admin.get(JOBS).text
    for text in (
        "Making certificates",
        "certificate:7",
        "NotRendered: &lt;x&gt;",
        "Reminding and deleting unconfirmed accounts",
        "Mail: No account with this address",
        "tried once",
        "next try",
        "Failed</b> (3)",
        f'href="{MAILS}">To the refused mails',
    ):
        assert text in page
    db.session.rollback()
    number = db.session.query(FailedJob.id).order_by(FailedJob.id).first()
    assert number is not None
    answer = admin.post(f"{JOBS}/{number[0]}/retry")
    assert (answer.status_code, answer.location) == (303, f"{JOBS}?done=retried")
    assert "It is tried again in a moment." in admin.get(answer.location).text
    db.session.rollback()
    assert db.session.get_one(FailedJob, number[0]).next_try_at <= journal.now()
    assert admin.post(f"{JOBS}/99/retry").status_code == 404


def test_what_waits_is_named(admin: Browser, amina: User, small: Course) -> None:
    edition = catalogue.current_edition(small)
    made = certification.issue(
        amina, small, edition, catalogue.text_of(edition), percent=None, earned_at=journal.now()
    )
    assert made is not None
    db.session.commit()
    page = admin.get(f"{JOBS}?state=waiting").text
    assert f"Certificate {made.number}" in page
    assert "Looking at learners after a publication: <bdi>small</bdi>" in page
    assert "Mail: Certificate earned" in page


def test_long_lists_have_pages(admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PAGE", 1)
    for job in ("mail", "attempts"):
        failures.note(job, "", "x", pause=timedelta(0))
    db.session.commit()
    assert f'href="{JOBS}?page=2&amp;state=failed" rel="next"' in admin.get(JOBS).text


def test_a_refused_mail_shows_the_answer_and_is_tried_again(admin: Browser) -> None:
    number = refused()
    page = admin.get(MAILS).text
    for text in ("zoe@ngo.example", "550 5.1.1 &lt;no&gt; such user", "tried once", "next try"):
        assert text in page
    assert admin.post(f"{MAILS}/{number}/retry").location == f"{MAILS}?done=retried"
    db.session.rollback()
    assert db.session.get_one(OutgoingMail, number).next_try_at <= journal.now()
    assert admin.post(f"{MAILS}/99/retry").status_code == 404


def test_giving_a_mail_up_asks_first_and_forgets_what_it_said(admin: Browser) -> None:
    number = refused(MailKind.SIGN_IN, token="secret", name="Zoe")
    question = admin.get(f"{MAILS}/{number}/end").text
    assert "Give this mail up?" in question
    assert "Link to sign in, zoe@ngo.example" in question
    assert admin.post(f"{MAILS}/{number}/end").location == f"{MAILS}?done=given-up"
    page = admin.get(MAILS).text
    assert "given up" in page
    assert "it cannot be sent again" in page
    assert "Try again now" not in page
    assert admin.post(f"{MAILS}/{number}/retry").status_code == 409
