"""The gradebook of a course, one learner's path, and what was given in an attempt."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from lms.database import begin_writing, db
from lms.domain import joining, journal, roles
from lms.domain.learning import attempts, completion, standings
from lms.domain.permissions import System
from lms.models import Attempt, AuditEntry, Course, CourseRole, Standing, User, Verb
from tests import postgres
from tests.conftest import SMALL, Browser, Clock, Publish, SignIn, person
from tests.domain.test_certification import issue
from tests.marked import handed_in, in_role, published, work
from tools.bench.plans import watched

PAGE = "/en/studio/small/learners"
SURVEY = "---\ntitle: Survey\nkind: survey\n---\n\n## ? Well? {#well}\n\n- ( ) yes\n- ( ) no\n"


@pytest.fixture
def course(publish: Publish) -> Course:
    """The small course, and a survey."""
    publish("small", {**SMALL, "01-names/survey.md": SURVEY})
    return db.session.scalars(select(Course)).one()


@pytest.fixture
def browser(clock: Clock, course: Course, sign_in: SignIn, tomas: User) -> Browser:
    return sign_in(in_role(tomas, course, CourseRole.REVIEWER))


@pytest.fixture
def four(clock: Clock, course: Course) -> list[User]:
    """Dalia is stuck; Ada-Mae finished, Binta tried the quiz, Chidi only came in."""
    people = [person(name) for name in ("Ada-Mae", "Binta", "Chidi", "Dalia")]
    first = "names/what-is-a-name"
    completion.complete_lesson(people[3], course, first)
    clock.forward(days=20)
    for one in people[:2]:
        completion.complete_lesson(one, course, first)
    handed_in(people[0], course, "quiz", {"runs": [0], "which": [0, 1], "letters": ["63"]})
    handed_in(people[1], course, "quiz", {"runs": [1]})
    handed_in(people[1], course, "survey", {"well": [0]})
    completion.enrol(people[2], course)
    standings.count_next()
    db.session.commit()
    return people


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]+"><bdi>([^<]+)</bdi>', page)


# --- the list -----------------------------------------------------------------------------------


def test_it_shows_who_is_where_with_attempts_and_results(
    browser: Browser, four: list[User]
) -> None:
    page = browser.get(PAGE).text

    assert re.findall(r"<dd>([^<]+)</dd>", page) == ["1", "1", "1", "1"]
    rows = dict(zip(names(page), page.split('<tr><th scope="row"><a')[-4:], strict=True))
    for name, told in (
        ("Ada-Mae", '<td class="count">75% (1)</td>'),
        ("Binta", '<td class="count">0% (1)</td>'),
        ("Chidi", "Not begun"),
        ("Dalia", "Stuck</span>"),
    ):
        assert told in rows[name], name
    assert "@ngo.example" not in page
    assert 'role="img" aria-label="How many go on with which lesson"' in page
    assert "1 of 4 finished so far." in page
    assert "here=names/quiz#people" in page
    for query, shown in (
        ("?state=stuck", ["Dalia"]),
        ("?q=INT", ["Binta"]),
        ("?here=names/quiz", ["Binta", "Dalia"]),
        ("?order=last", ["Dalia", "Ada-Mae", "Binta", "Chidi"]),
        ("?order=progress&state=finished", ["Ada-Mae"]),
        ("?q=%25", []),
    ):
        found = browser.get(PAGE + query).text
        assert names(found) == shown, query
        assert ("Nobody fits this choice." in found) == (not shown)


def test_it_costs_few_statements_however_many_learn(
    browser: Browser, four: list[User], count_queries: list[str]
) -> None:
    for query in ("", "?q=a&state=stuck&here=names/quiz&order=last"):
        count_queries.clear()
        assert browser.get(PAGE + query).status_code == 200
        assert len(count_queries) <= 10
    if not postgres.wanted():
        with watched(db.engine) as scans:
            for address in ("", "?order=last", f"/{four[1].public_id}", ".csv"):
                assert browser.get(PAGE + address).status_code == 200
            assert browser.get("/en/studio/small/questions").status_code == 200
        assert scans == []


def test_it_goes_on_for_pages_and_into_a_file(
    browser: Browser, four: list[User], course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.domain.learning.gradebook.PAGE", 3)
    monkeypatch.setattr("lms.domain.learning.gradebook.BATCH", 3)
    assert 'rel="next"' in browser.get(PAGE).text
    assert names(browser.get(f"{PAGE}?page=2").text) == ["Dalia"]
    begin_writing()
    four[1].name = "=1+1"
    db.session.commit()

    answer = browser.get(f"{PAGE}.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="small.csv"'
    lines = answer.data.decode("utf-8").split("\r\n")
    assert lines[0] == (
        "\ufeffName,State,Lessons done,Lessons in all,Goes on with,Last active,"
        '"Quiz: best, in per cent",Quiz: attempts'
    )
    assert "'=1+1,Under way,1,2,Quiz,2027-03-21,0,1" in lines
    assert "Chidi,Not begun,0,2,What is a name,,," in lines
    assert len(lines) == 6
    taken = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == Verb.TOOK_ALONG)).one()
    assert (taken.thing, taken.changes) == (f"course:{course.id}", {"count": [None, 4]})
    assert browser.get(f"{PAGE}.csv?q=dalia").text.count("\r\n") == 2


def test_an_empty_course_says_so(browser: Browser, course: Course) -> None:
    assert "Nobody learns here yet." in browser.get(PAGE).text


def test_whose_facts_are_stale_is_told_and_who_is_done_leads_nowhere(
    browser: Browser, course: Course, amina: User, publish: Publish, clock: Clock
) -> None:
    completion.complete_lesson(amina, course, "names/what-is-a-name")
    issue(amina, course)
    standings.count(amina, [course])
    db.session.commit()
    page = browser.get(PAGE).text
    assert "Nobody is on the way at the moment." in page
    begin_writing()
    publish("small", SMALL)
    assert "1 person is being counted anew" in _later(browser, clock)


def _later(browser: Browser, clock: Clock) -> str:
    """When the numbers that were kept are a minute old."""
    clock.forward(minutes=2)
    return str(browser.get(PAGE).text)


# --- one learner --------------------------------------------------------------------------------


def test_a_path_shows_every_lesson_and_attempt(
    browser: Browser, four: list[User], course: Course, amina: User, clock: Clock
) -> None:
    ada_mae, binta = four[:2]
    page = browser.get(f"{PAGE}/{ada_mae.public_id}").text
    assert "2 of 2 done" in page
    assert "75%, passed" in page
    page = browser.get(f"{PAGE}/{binta.public_id}").text
    assert "0%, not passed" in page
    assert "Not done yet" in page
    assert page.count("Attempt 1") == 1  # none of the survey
    assert browser.get(f"{PAGE}/{amina.public_id}").status_code == 404
    begin_writing()
    attempts.start_attempt(binta, course, "names/quiz")
    db.session.commit()
    assert "Attempt 2, under way" in browser.get(f"{PAGE}/{binta.public_id}").text


def test_who_reads_answers_is_written_down(
    browser: Browser, four: list[User], course: Course, tomas: User
) -> None:
    binta = four[1]
    quiz, survey = db.session.scalars(
        select(Attempt).where(Attempt.user_id == binta.id).order_by(Attempt.id)
    )
    here = f"{PAGE}/{binta.public_id}/attempts"
    page = browser.get(f"{here}/{quiz.id}").text
    assert "Given, not right" in page
    assert "Your answer" not in page
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == Verb.LOOKED_AT)).one()
    assert (entry.actor, entry.person) == (tomas.public_id, binta.public_id)
    assert entry.thing == f"attempt:{quiz.id}"
    assert browser.get(f"{here}/{survey.id}").status_code == 404
    assert browser.get(f"{here}/99").status_code == 404
    assert browser.get(f"{PAGE}/{four[0].public_id}/attempts/{quiz.id}").status_code == 404


def test_what_waits_for_a_mark_leads_to_marking(
    publish: Publish, sign_in: SignIn, amina: User, tomas: User
) -> None:
    writing = published(publish)
    attempt = handed_in(amina, writing, "assignment", work())
    browser = sign_in(in_role(tomas, writing, CourseRole.OWNER))
    here = "/en/studio/writing/learners"
    assert "waits for a mark (1)" in browser.get(here).text
    assert "Waits for a mark" in browser.get(f"{here}/{amina.public_id}").text
    page = browser.get(f"{here}/{amina.public_id}/attempts/{attempt.id}").text
    assert "We ask for lower fees now" in page
    assert "/en/courses/writing/marking" in page


def test_only_who_teaches_or_marks_the_course_sees_them(
    app: Flask, four: list[User], course: Course, sign_in: SignIn, eve: User, publish: Publish
) -> None:
    publish("other", SMALL)
    other = db.session.scalars(select(Course).where(Course.slug == "other")).one()
    roles.give_in_course(System(), four[3], other, CourseRole.OWNER)
    in_role(eve, course, CourseRole.TRANSLATOR)
    attempt = db.session.scalars(select(Attempt.id).limit(1)).one()
    path = f"{PAGE}/{four[0].public_id}"
    questions = "/en/studio/small/questions"
    for one in (four[0], four[3], eve):
        visitor = sign_in(one)
        for address in (PAGE, f"{PAGE}.csv", path, f"{path}/attempts/{attempt}", questions):
            assert visitor.get(address).status_code == 403, address


# --- standings of everybody ---------------------------------------------------------------------


def test_joined_accounts_have_one_standing(app: Flask, small: Course, amina: User) -> None:
    double = person("Amina2", confirmed=False)
    completion.complete_lesson(double, small, "names/what-is-a-name")
    db.session.commit()
    joining.join(double, amina)
    one = db.session.scalars(select(Standing)).one()
    assert (one.user_id, one.stale) == (amina.id, True)
    standings.count_next()
    db.session.refresh(one)
    assert (one.done, one.last_day) == (1, standings.day_number(journal.now()))
