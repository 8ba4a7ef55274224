"""Administration: nobody else gets in, whatever the address; where an administrator begins."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from lms.database import db
from lms.domain import failures, mail, reports, roles
from lms.domain.jobs import State
from lms.domain.people import Which
from lms.domain.permissions import System
from lms.models import Course, CourseRole, MailKind, Origin, SiteRole, User
from lms.web.admin import words
from tests.conftest import Browser, Publish, SignIn
from tests.conftest import person as somebody
from tests.test_routes import PLACES

START = "/en/admin/"


def addresses(app: Flask, **places: str) -> list[tuple[str, str]]:
    """Method and address of every page below /admin, from the table of routes."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/<lang:lang>/admin"):
            values = {name: places.get(name, PLACES.get(name, "x")) for name in rule.arguments}
            built = rule.build(values, append_unknown=False)
            assert built is not None
            found.append(("POST" if "POST" in (rule.methods or ()) else "GET", built[1]))
    return found


def test_strangers_learners_and_trainers_get_in_nowhere(
    app: Flask, sign_in: SignIn, eve: User, tomas: User, amina: User, small: Course, ada: User
) -> None:
    for role in CourseRole:
        roles.give_in_course(System(), amina, small, role)
    db.session.commit()
    every = addresses(app, public_id=eve.public_id, name="terms", code="en", role="trainer")
    assert len(every) > 45
    for someone in (eve, tomas, amina):
        browser = sign_in(someone)
        for method, address in every:
            answer = browser.open(address, method=method, data={"email": "eve@ngo.example"})
            assert answer.status_code in {403, 404}, (someone.name, method, address)  # type: ignore[attr-defined]


def test_an_administrator_who_is_suspended_or_loses_the_role_is_out_at_once(
    sign_in: SignIn, ada: User
) -> None:
    other = somebody("Zoe")
    roles.give(System(), other, SiteRole.ADMINISTRATOR)
    db.session.commit()
    browser = sign_in(other)
    assert browser.get(START).status_code == 200
    roles.take(System(), db.session.merge(other), SiteRole.ADMINISTRATOR)
    db.session.commit()
    assert browser.get(START).status_code == 403


def test_an_empty_site_needs_nothing(sign_in: SignIn, ada: User) -> None:
    page = sign_in(ada).get(START)
    assert page.headers["Cache-Control"] == "no-store"
    assert "Nothing: no job failed, no mail was refused, no report is open." in page.text
    for part in ("people", "organisations", "courses", "site", "texts", "jobs", "mails", "audit"):
        assert f'href="/en/admin/{part}"' in page.text


def test_what_needs_attention_is_linked(sign_in: SignIn, ada: User, small: Course) -> None:
    for text in ("A slip.", "Another."):
        reports.report_mistake(None, small, "names/what-is-a-name", language="en", text=text)
    failures.note("certificates", "certificate:1", "broken", pause=timedelta(minutes=5))
    mail.enqueue(MailKind.NO_ACCOUNT, to="z@ngo.example", language="en").last_error = "550 no"
    db.session.commit()
    page = sign_in(ada).get(START).text
    assert "2 jobs have failed" in page  # the mail is one of them
    assert "1 mail was refused" in page
    assert re.search(r'<a href="/en/courses/small/reports">2 open reports of mistakes', page)


def test_the_way_here_stands_where_administrators_begin(
    sign_in: SignIn, ada: User, tomas: User
) -> None:
    for address in ("/en/my-learning", "/en/account"):
        assert f'<a href="{START}">Administration</a>' in sign_in(ada).get(address).text
        assert START not in sign_in(tomas).get(address).text


def test_trainers_find_the_open_reports_of_their_course(
    sign_in: SignIn, tomas: User, small: Course
) -> None:
    roles.give_in_course(System(), tomas, small, CourseRole.TRAINER)
    reports.report_mistake(None, small, "names/what-is-a-name", language="en", text="A slip.")
    db.session.commit()
    browser, link = sign_in(tomas), '<a href="/en/courses/small/reports">'
    for address in ("/en/my-learning", "/en/courses/small/", "/en/courses/small/marking"):
        assert link in browser.get(address).text, address
    assert "1 open report of a mistake" in browser.get("/en/my-learning").text


@pytest.mark.parametrize("count", [1, 3])
def test_lists_need_as_many_statements_for_many_as_for_one(
    sign_in: SignIn,
    ada: User,
    small: Course,
    publish: Publish,
    count_queries: list[str],
    count: int,
) -> None:
    for number in range(count):
        one = somebody(f"Number{number}")
        publish(f"course-{number}", {"course.md": "---\ntitle: T\nlanguage: en\n---\n"} | COURSE)
        roles.give_in_course(System(), one, small, CourseRole.TRAINER)
        mail.enqueue(MailKind.NO_ACCOUNT, to="z@ngo.example", language="en").last_error = "550"
        failures.note("certificates", f"certificate:{number}", "x", pause=timedelta(0))
    db.session.commit()
    browser = sign_in(ada)
    for address, most in (
        ("people", 5),
        ("courses", 5),
        ("courses/small", 7),
        ("jobs", 6),
        ("mails", 4),
        ("audit", 4),
        ("organisations", 4),
        ("announcements", 4),
    ):
        browser.get(f"{START}{address}")
        count_queries.clear()
        assert browser.get(f"{START}{address}").status_code == 200
        assert len(count_queries) == most, (address, count_queries)


COURSE = {
    "01-m/module.md": "---\ntitle: M\n---\n",
    "01-m/01-l.md": "---\ntitle: L\n---\n\nText.\n",
}


def test_there_are_words_for_whatever_a_page_may_show() -> None:
    assert set(words.MAILS) == set(MailKind)
    assert set(words.WHICH) == set(Which)
    assert set(words.STATES) == set(State)
    assert set(words.COURSE_ROLES) == set(CourseRole)
    assert set(words.ORIGINS) == set(Origin)


def test_every_page_says_so_to_search_engines(
    app: Flask, sign_in: SignIn, ada: User, visitor: Browser
) -> None:
    assert "Disallow: /*/admin/" in visitor.get("/robots.txt").text
    assert '<meta name="robots" content="noindex">' in sign_in(ada).get(START).text
