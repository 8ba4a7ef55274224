"""Reports of mistakes: who may say it, who is told, who settles it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import journal, reports
from lms.domain.errors import Denied, Invalid, Missing
from lms.domain.permissions import System
from lms.models import (
    Course,
    CourseRole,
    CourseRoleGrant,
    Event,
    OutgoingMail,
    Report,
    User,
    Verb,
)
from tests.conftest import SMALL, Publish, person

PAGE = "names/what-is-a-name"


def grant(user: User, course: Course, role: CourseRole) -> None:
    """Give a role in one course."""
    db.session.add(
        CourseRoleGrant(user_id=user.id, course_id=course.id, role=role, at=journal.now(), by="x")
    )
    db.session.flush()


def send(actor: User | None, course: Course, text: str = "A slip.", quote: str = "") -> Report:
    """A report about the first lesson."""
    return reports.report_mistake(actor, course, PAGE, language="en", text=text, quote=quote)


def mailed() -> Iterator[str]:
    """Who was written to, in order."""
    return iter(db.session.scalars(select(OutgoingMail.recipient).order_by(OutgoingMail.id)))


def test_a_report_keeps_what_was_read_and_what_was_said(small: Course, amina: User) -> None:
    report = send(amina, small, " A slip.\r\nAnd\0 one more. ", "A name\n is a path.")

    assert (report.course_id, report.lesson_id, report.edition_id, report.language) == (
        1,
        1,
        1,
        "en",
    )
    assert (report.text, report.quote) == ("A slip.\nAnd one more.", "A name is a path.")
    assert (report.reporter_id, report.resolved_at, report.resolved_by) == (amina.id, None, None)
    event = db.session.scalars(select(Event).where(Event.verb == Verb.REPORTED)).one()
    assert (event.actor, event.object, event.course_id) == (amina.public_id, "report:1", 1)


def test_a_visitor_reports_without_a_name(small: Course) -> None:
    assert send(None, small).reporter_id is None


def test_somebody_suspended_reports_nothing(small: Course, eve: User) -> None:
    eve.suspended_at = journal.now()
    with pytest.raises(Denied):
        send(eve, small)


def test_the_same_words_twice_are_one_report_until_it_is_settled(
    small: Course, amina: User, ada: User
) -> None:
    first = send(amina, small)
    assert send(amina, small) is first
    assert send(None, small) is not first
    assert send(None, small).id == 2
    assert send(amina, small, quote="A name").id == 3

    reports.settle_report(ada, small, first.id)
    assert send(amina, small).id == 4


@pytest.mark.parametrize("text", ["", " \n ", "\0", "x" * 2001])
def test_a_report_says_something_and_not_too_much(small: Course, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        send(None, small, text)
    assert refused.value.field == "text"


def test_a_quote_is_one_sentence(small: Course) -> None:
    with pytest.raises(Invalid) as refused:
        send(None, small, quote="x" * 501)
    assert refused.value.field == "quote"
    assert send(None, small, "x" * 2000, "x" * 500).id == 1


def test_a_lesson_that_is_not_there_cannot_be_reported(small: Course, publish: Publish) -> None:
    publish("small", {path: text for path, text in SMALL.items() if "quiz" not in path})
    for slug in ("names/quiz", "names/nothing"):
        with pytest.raises(Missing):
            reports.report_mistake(None, small, slug, language="en", text="A slip.")


def test_owners_and_trainers_of_the_course_are_told(
    small: Course, example: Course, tomas: User, lin: User, ada: User
) -> None:
    grant(tomas, small, CourseRole.OWNER)
    grant(tomas, small, CourseRole.TRAINER)
    grant(lin, small, CourseRole.TRAINER)
    grant(person("Rita"), small, CourseRole.REVIEWER)
    grant(person("Olga"), example, CourseRole.TRAINER)
    send(None, small)

    assert list(mailed()) == [tomas.email, lin.email]


def test_where_nobody_can_be_reached_the_administrators_are_told(
    small: Course, tomas: User, ada: User
) -> None:
    grant(person("Nora", confirmed=False), small, CourseRole.TRAINER)
    grant(tomas, small, CourseRole.TRAINER)
    tomas.suspended_at = journal.now()
    send(None, small)

    assert list(mailed()) == [ada.email]


def test_the_mail_speaks_the_language_of_who_is_told(small: Course) -> None:
    grant(person("Salma", language="ar"), small, CourseRole.TRAINER)
    send(None, small, "A slip.", "A name")
    mail = db.session.scalars(select(OutgoingMail)).one()

    assert (mail.kind, mail.language) == ("report", "ar")
    assert mail.facts == {
        "name": "Salma",
        "course": "Names in short",
        "lesson": "What is a name",
        "course_at": "courses/small",
        "lesson_at": PAGE,
        "text": "A slip.",
        "quote": "A name",
    }


@pytest.mark.parametrize("role", [CourseRole.OWNER, CourseRole.TRAINER, CourseRole.REVIEWER])
def test_the_people_of_the_course_see_and_settle(
    small: Course, lin: User, role: CourseRole
) -> None:
    grant(lin, small, role)
    report = send(None, small)
    assert [row.report for row in reports.open_reports(lin, small)[0]] == [report]

    reports.settle_report(lin, small, report.id)
    reports.settle_report(lin, small, report.id)

    db.session.refresh(report)
    assert report.resolved_by == lin.public_id
    assert report.resolved_at is not None
    assert reports.open_reports(lin, small) == ([], False)
    settled = db.session.scalars(select(Event.object).where(Event.verb == Verb.SETTLED)).all()
    assert settled == ["report:1"]


def test_others_see_and_settle_nothing(
    small: Course, example: Course, amina: User, tomas: User, eve: User
) -> None:
    grant(eve, small, CourseRole.TRANSLATOR)
    grant(tomas, example, CourseRole.OWNER)
    report = send(amina, small)
    for somebody in (None, amina, eve, tomas):
        with pytest.raises(Denied):
            reports.open_reports(somebody, small)
        with pytest.raises(Denied):
            reports.settle_report(somebody, small, report.id)


def test_a_report_is_settled_only_in_its_own_course(
    small: Course, example: Course, ada: User
) -> None:
    report = send(None, small)
    for course, number in ((example, report.id), (small, 99)):
        with pytest.raises(Missing):
            reports.settle_report(ada, course, number)
    assert report.resolved_at is None


def test_the_newest_stand_first_and_a_page_holds_twenty(small: Course, amina: User) -> None:
    for number in range(21):
        send(amina if number else None, small, f"Slip {number}.")
    rows, is_more = reports.open_reports(System(), small)

    assert [row.report.text for row in rows] == [f"Slip {number}." for number in range(20, 0, -1)]
    assert is_more
    assert (rows[0].reporter, rows[0].lesson.slug) == (amina, PAGE)
    rest, is_more = reports.open_reports(System(), small, before=rows[-1].report.id)
    assert ([row.report.text for row in rest], is_more) == (["Slip 0."], False)
    assert rest[0].reporter is None
