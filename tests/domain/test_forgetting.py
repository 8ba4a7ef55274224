"""Accounts that nobody confirmed: reminded, and in the end deleted with all that was done there."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms import jobs
from lms.database import begin_writing, db
from lms.domain import (
    accounts,
    catalogue,
    certification,
    forgetting,
    journal,
    links,
    notices,
    organisations,
    reports,
    roles,
)
from lms.domain.learning import attempts, completion
from lms.domain.permissions import System
from lms.models import (
    Answer,
    Attempt,
    Base,
    Completion,
    Course,
    CourseRole,
    CourseRoleGrant,
    Enrolment,
    Event,
    MailKind,
    MailLink,
    MailRefusal,
    OutgoingMail,
    SignIn,
    SiteRole,
    User,
    Verb,
)
from tests.conftest import person

DAYS = 30


def newcomer(name: str = "Zoe", *, days: float = 31, reminded: float | None = 6) -> User:
    """Never confirmed, signed up so many days ago."""
    zoe = person(name, confirmed=False)
    zoe.created_at = journal.now() - timedelta(days=days)
    if reminded is not None:
        zoe.reminded_at = journal.now() - timedelta(days=reminded)
    db.session.commit()
    return zoe


def names() -> list[str]:
    return list(db.session.scalars(select(User.name).order_by(User.id)))


def counts(*models: type[Base]) -> list[int | None]:
    return [db.session.scalar(select(func.count()).select_from(model)) for model in models]


def forget() -> int:
    forgotten = forgetting.forget_next(DAYS)
    db.session.commit()
    return forgotten


# --- reminding ----------------------------------------------------------------------------------


def test_five_days_before_the_end_people_are_reminded_once(app: Flask) -> None:
    zoe = newcomer(days=25.1, reminded=None)
    zoe.language = "ar"
    newcomer("Yaw", days=24.9, reminded=None)
    assert [forgetting.remind_next(DAYS) for _ in range(2)] == [1, 0]
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert (mail.kind, mail.recipient, mail.language, mail.facts) == (
        MailKind.REMINDER,
        "zoe@ngo.example",
        "ar",
        {"until": forgetting.end_of(zoe, DAYS).isoformat()},
    )
    assert zoe.reminded_at is not None
    links.send_confirmation(zoe)
    again = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()[-1]
    assert again.facts == {"token": again.facts["token"], "name": ""}


def test_the_end_is_thirty_days_after_the_sign_up(app: Flask) -> None:
    zoe = newcomer(days=3, reminded=None)
    assert forgetting.end_of(zoe, DAYS) == zoe.created_at + timedelta(days=30)


def test_who_is_reminded_late_has_five_days_all_the_same(app: Flask) -> None:
    zoe = newcomer(days=400, reminded=None)
    assert forget() == 0
    forgetting.remind_next(DAYS)
    assert zoe.reminded_at is not None
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert mail.facts == {"until": (zoe.reminded_at + timedelta(days=5)).isoformat()}
    assert forget() == 0
    zoe.reminded_at -= timedelta(days=5, seconds=1)
    assert forget() == 1


def test_who_forgot_that_the_address_has_an_account_is_reminded_of_the_second(amina: User) -> None:
    """What was learnt in the second account can still be joined to the first."""
    newcomer("Amina", days=26, reminded=None)
    assert forgetting.remind_next(DAYS) == 1
    assert db.session.scalars(select(OutgoingMail.recipient)).all() == ["amina@ngo.example"]


def test_confirmed_people_are_not_reminded_and_not_forgotten(amina: User) -> None:
    amina.created_at -= timedelta(days=1000)
    amina.reminded_at = amina.created_at
    assert (forgetting.remind_next(DAYS), forget()) == (0, 0)


# --- forgetting ---------------------------------------------------------------------------------


def test_an_account_goes_with_everything_that_was_done_in_it(
    app: Flask, small: Course, amina: User
) -> None:
    zoe = newcomer()
    for user in (amina, zoe):
        completion.complete_lesson(user, small, "names/what-is-a-name")
        attempt = attempts.start_attempt(user, small, "names/quiz")
        attempts.submit_attempt(user, attempt, counter=1, responses={0: [0]})
        accounts.sign_in(user, "Firefox")
        links.send_sign_in(user.email, "en")
        notices.switch(user, MailKind.DUE, on=False)
    db.session.commit()
    tables = (User, Enrolment, Completion, Attempt, Answer, SignIn, MailLink, MailRefusal)
    before = counts(*tables)
    assert forget() == 1
    assert before == [2] * len(tables)
    assert counts(*tables) == [1] * len(tables)
    assert names() == ["Amina"]


def test_a_report_of_a_mistake_stays_without_its_reporter(small: Course) -> None:
    page = "names/what-is-a-name"
    report = reports.report_mistake(newcomer(), small, page, language="en", text="A slip.")
    db.session.commit()
    assert forget() == 1
    db.session.refresh(report)
    assert (report.text, report.reporter_id) == ("A slip.", None)


def test_the_journal_keeps_the_public_id_only(app: Flask) -> None:
    zoe = accounts.add_person(System(), name="Zoe", email="zoe@ngo.example", confirmed=False)
    zoe.created_at -= timedelta(days=31)
    zoe.reminded_at = zoe.created_at
    accounts.sign_in(zoe, "Firefox")
    db.session.commit()
    public_id = zoe.public_id
    forget()
    events = db.session.scalars(select(Event).order_by(Event.id)).all()
    assert [(event.actor, event.verb, event.object) for event in events] == [
        ("system", Verb.REGISTERED, f"user:{public_id}"),
        (public_id, Verb.SIGNED_IN, f"user:{public_id}"),
        ("system", Verb.FORGOTTEN, f"user:{public_id}"),
    ]
    assert [event.details for event in events] == [{}, {}, {}]


def test_before_its_time_an_account_stays(app: Flask) -> None:
    newcomer("Zoe", days=29.9, reminded=6)
    newcomer("Yaw", days=31, reminded=4.9)
    newcomer("Xia", days=31, reminded=None)
    assert forget() == 0


def test_who_holds_a_certificate_or_a_role_or_was_suspended_is_kept(
    app: Flask, small: Course
) -> None:
    holder, manager, trainer, owner, joined = map(
        newcomer, ("Holder", "Manager", "Trainer", "Owner", "Joined")
    )
    issue_to(holder, small)
    organisations.make_manager(System(), manager, slug="water", name="Clean Water Now")
    roles.give(System(), trainer, SiteRole.TRAINER)
    db.session.add(
        CourseRoleGrant(
            user_id=owner.id,
            course_id=small.id,
            role=CourseRole.OWNER,
            at=journal.now(),
            by="system",
        )
    )
    joined.suspended_at = journal.now()
    db.session.commit()
    assert (forgetting.remind_next(DAYS), forget()) == (0, 0)
    assert names() == ["Holder", "Manager", "Trainer", "Owner", "Joined"]


def issue_to(holder: User, course: Course) -> None:
    """As if the address had been confirmed when it was earned."""
    edition = catalogue.current_edition(course)
    holder.confirmed_at = journal.now()
    certification.issue(
        holder,
        course,
        edition,
        catalogue.text_of(edition),
        percent=None,
        earned_at=journal.now(),
    )
    holder.confirmed_at = None


def test_it_goes_on_batch_by_batch_until_nobody_is_left(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    for number in range(5):
        newcomer(f"Zoe{number}")
        newcomer(f"Yaw{number}", reminded=None)
    newcomer("Xia", days=3, reminded=None)
    assert [forget() for _ in range(4)] == [2, 2, 1, 0]
    assert [forgetting.remind_next(DAYS) for _ in range(4)] == [2, 2, 1, 0]
    assert len(names()) == 6


def test_the_worker_reminds_and_forgets(app: Flask) -> None:
    newcomer("Zoe")
    newcomer("Yaw", reminded=None)
    app.config["UNCONFIRMED_DAYS"] = 32
    with jobs.newcomers() as deed:
        deed()
    begin_writing()
    assert names() == ["Zoe", "Yaw"]
    app.config["UNCONFIRMED_DAYS"] = DAYS
    with jobs.newcomers() as deed:
        deed()
        begin_writing()
        newcomer("Xia")
        deed()
    begin_writing()
    assert names() == ["Yaw", "Xia"]
