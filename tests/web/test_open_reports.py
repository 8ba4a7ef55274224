"""The list of open reports, for the people of the course."""

import re

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import journal, reports
from lms.models import Course, CourseRole, CourseRoleGrant, Report, User
from tests.conftest import SMALL, Browser, Publish, SignIn

LIST = "/en/courses/small/reports"
PAGE = "names/what-is-a-name"


@pytest.fixture
def trainer(tomas: User, small: Course) -> User:
    """Tomás, who teaches the small course."""
    now = journal.now()
    role = CourseRole.TRAINER
    db.session.add(CourseRoleGrant(user_id=tomas.id, course_id=small.id, role=role, at=now, by="x"))
    db.session.commit()
    return tomas


def report(course: Course, text: str, actor: User | None = None, quote: str = "") -> int:
    """The number of a new report."""
    made = reports.report_mistake(actor, course, PAGE, language="ar", text=text, quote=quote)
    db.session.commit()
    return made.id


def test_a_report_stands_there_with_all_that_is_known(
    sign_in: SignIn, trainer: User, amina: User, small: Course
) -> None:
    report(small, "Line <one>.\nLine two.", amina, "A name is a path.")
    report(small, "From nobody.")
    page = sign_in(trainer).get(LIST)

    assert page.headers["Cache-Control"] == "no-store"
    assert '<p class="as-written" dir="auto">Line &lt;one&gt;.\nLine two.</p>' in page.text
    assert 'dir="auto">A name is a path.</blockquote>' in page.text
    assert page.text.index("From nobody.") < page.text.index("Line two.")
    assert f'<h2><a href="/ar/courses/small/{PAGE}">What is a name</a></h2>' in page.text
    assert re.findall("<bdi>Amina</bdi>|a visitor", page.text) == ["a visitor", "<bdi>Amina</bdi>"]
    assert "العربية" in page.text


def test_settling_takes_a_report_off_the_list(
    sign_in: SignIn, trainer: User, small: Course
) -> None:
    number = report(small, "A slip.")
    browser = sign_in(trainer)
    answer = browser.post(f"{LIST}/{number}/settlement")

    assert (answer.status_code, answer.location) == (303, LIST)
    assert browser.post(f"{LIST}/{number}/settlement").status_code == 303
    page = browser.get(LIST).text
    assert "A slip." not in page
    assert "Nothing is open: every report is settled." in page
    db.session.rollback()
    kept = db.session.scalars(select(Report)).one()
    assert (kept.text, kept.resolved_by) == ("A slip.", trainer.public_id)


def test_others_are_refused_and_visitors_sign_in_first(
    visitor: Browser, sign_in: SignIn, amina: User, small: Course, example: Course, trainer: User
) -> None:
    number = report(small, "A slip.")
    address = f"{LIST}/{number}/settlement"
    learner = sign_in(amina)
    assert learner.get(LIST).status_code == 403
    assert learner.post(address).status_code == 403
    assert visitor.get(LIST).status_code == 303
    assert visitor.post(address).status_code == 303
    other = sign_in(trainer)
    assert other.get("/en/courses/dns-essentials/reports").status_code == 403
    assert other.get("/en/courses/nothing/reports").status_code == 404
    assert other.post(f"{LIST}/99/settlement").status_code == 404


def test_a_report_about_a_lesson_that_was_taken_out_is_still_there(
    sign_in: SignIn, trainer: User, small: Course, publish: Publish
) -> None:
    report(small, "A slip.")
    publish("small", {path: text for path, text in SMALL.items() if "what-is" not in path})
    page = sign_in(trainer).get(LIST).text

    assert f'<a href="/ar/courses/small/{PAGE}">{PAGE}</a>' in page
    assert "A slip." in page


def test_twenty_stand_on_a_page(sign_in: SignIn, trainer: User, small: Course) -> None:
    for number in range(21):
        report(small, f"Slip {number}.")
    browser = sign_in(trainer)
    first = browser.get(LIST).text

    assert first.count("Settled") == 20
    older = re.findall(r'href="([^"]*before=\d+)"', first)
    assert older[-1:] == [f"{LIST}?before=2"]
    assert "Slip 0." in browser.get(f"{LIST}?before=2").text
    assert "There are no older reports." in browser.get(f"{LIST}?before=1").text
    assert browser.get(f"{LIST}?before=x").text.count("Settled") == 20


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_reports_does_not_change_the_number_of_statements(
    sign_in: SignIn,
    trainer: User,
    amina: User,
    small: Course,
    count_queries: list[str],
    count: int,
) -> None:
    for number in range(count):
        report(small, f"Slip {number}.", amina)
    browser = sign_in(trainer)
    browser.get(LIST)
    count_queries.clear()
    browser.get(LIST)

    assert len(count_queries) == 6, count_queries
