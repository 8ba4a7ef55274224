"""The desk of a cohort: who is where, who is stuck, who finished; and nobody who did not agree."""

import re

import pytest
from sqlalchemy import select

from lms import jobs
from lms.database import begin_writing, db
from lms.domain import journal, notices
from lms.domain.cohorts import desk
from lms.domain.learning import completion, standings
from lms.models import (
    AuditEntry,
    Cohort,
    CohortMember,
    Course,
    Look,
    LookKind,
    MailKind,
    Organisation,
    OutgoingMail,
    User,
    Verb,
)
from tests import desks
from tests.cohorts import partner_of
from tests.conftest import SMALL, Browser, Clock, Publish, SignIn, person
from tests.domain.test_certification import issue

PAGE = "/en/partners/water/cohorts/1/desk"


@pytest.fixture
def water(clock: Clock, lin: User) -> Organisation:
    """Lin's."""
    return partner_of(lin)


@pytest.fixture
def river(water: Organisation, small: Course) -> Cohort:
    """Its cohort, which takes the small course."""
    return desks.cohort(water, small)


@pytest.fixture
def browser(river: Cohort, sign_in: SignIn, lin: User) -> Browser:
    """Lin's."""
    return sign_in(lin)


@pytest.fixture
def four(river: Cohort, small: Course) -> list[User]:
    """Ada-Mae finished, Binta is under way, Chidi has not begun, Dalia is stuck."""
    people = [person(name) for name in ("Ada-Mae", "Binta", "Chidi", "Dalia")]
    for one, days in zip(people, (20, 20, 3, 20), strict=True):
        desks.member(river, one, days_ago=days)
    for one in people[:2]:
        desks.done(one, small)
    issue(people[0], small)
    standings.forget_course(small)
    db.session.commit()
    count()
    return people


def count() -> None:
    """As the worker does it."""
    with jobs.progress() as deed:
        deed()
    begin_writing()


def names(page: str) -> list[str]:
    """Who stands in the table, in its order."""
    return re.findall(r'<th scope="row"><bdi>([^<]+)</bdi><br>', page)


def figures(page: str) -> list[str]:
    """Members, under way, stuck, finished."""
    return re.findall(r"<dd>([^<]+)</dd>", page)


# --- who is where -------------------------------------------------------------------------------


def test_it_shows_who_is_where(browser: Browser, four: list[User]) -> None:
    page = browser.get(PAGE).text

    assert figures(page) == ["4", "1", "1", "1"]
    assert names(page) == ["Ada-Mae", "Binta", "Chidi", "Dalia"]
    rows = dict(zip(names(page), page.split('<tr><th scope="row"><bdi>')[1:], strict=True))
    for name, told in (
        ("Ada-Mae", "Finished</span>"),
        ("Binta", "1 of 2</span></td><td>Under way</td><td>Quiz</td>"),
        ("Chidi", "0 of 2</span></td><td>Not begun</td><td>What is a name</td>"),
        ("Dalia", "Stuck</span>"),
    ):
        assert told in rows[name].partition("</tr>")[0]
    assert "1 of 4 finished so far." in page
    assert 'class="plan"' in page
    assert '<td class="count">1</td>' in page  # the chart as a table
    assert "being counted anew" not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?state=stuck", ["Dalia"]),
        ("?state=finished", ["Ada-Mae"]),
        ("?state=new", ["Chidi"]),
        ("?state=under-way", ["Binta"]),
        ("?state=nonsense&order=nonsense", ["Ada-Mae", "Binta", "Chidi", "Dalia"]),
        ("?q=+IDI+", ["Chidi"]),
        ("?q=dalia@ngo", ["Dalia"]),
        ("?q=%25", []),
        ("?order=progress", ["Ada-Mae", "Binta", "Chidi", "Dalia"]),
        ("?order=last", ["Dalia", "Chidi", "Ada-Mae", "Binta"]),
    ],
)
def test_it_is_filtered_searched_and_sorted(
    browser: Browser, four: list[User], query: str, shown: list[str]
) -> None:
    page = browser.get(PAGE + query).text
    assert names(page) == shown
    assert ("Nobody fits this choice." in page) == (not shown)


def test_every_deed_of_a_learner_is_seen_at_once(
    browser: Browser, river: Cohort, small: Course, amina: User
) -> None:
    desks.member(river, amina)
    assert "1 person is being counted anew" in browser.get(PAGE).text
    count()
    assert "counted anew" not in browser.get(PAGE).text
    begin_writing()
    desks.done(amina, small)
    assert figures(browser.get(PAGE).text) == ["1", "1", "0", "0"]
    begin_writing()
    completion.reopen_lesson(amina, small, "names/what-is-a-name")
    db.session.commit()
    assert "Not begun" in browser.get(PAGE).text.partition("<tbody>")[2]


def test_a_course_without_a_certificate_is_finished_when_all_is_done(
    sign_in: SignIn, lin: User, water: Organisation, publish: Publish, amina: User
) -> None:
    page = {path: text for path, text in SMALL.items() if "quiz" not in path}
    page["course.md"] = page["course.md"].replace("certificate: yes\n", "")
    publish("page", page)
    course = db.session.query(Course).filter_by(slug="page").one()
    desks.member(desks.cohort(water, course), amina)
    desks.done(amina, course)
    assert figures(sign_in(lin).get(PAGE).text) == ["1", "0", "0", "1"]


def test_after_a_publication_people_are_counted_anew(
    browser: Browser, four: list[User], publish: Publish
) -> None:
    publish("small", {path: text for path, text in SMALL.items() if "quiz" not in path})
    assert "4 people are being counted anew" in browser.get(PAGE).text
    count()
    assert figures(browser.get(PAGE).text) == ["4", "0", "1", "2"]


# --- who is seen --------------------------------------------------------------------------------


def test_only_who_agreed_is_seen_and_gone_at_once(
    browser: Browser, four: list[User], river: Cohort
) -> None:
    for name, column in (("Ada-Mae", "withdrawn_at"), ("Binta", "left_at")):
        begin_writing()
        row = db.session.query(CohortMember).join(User, User.id == CohortMember.user_id)
        setattr(row.filter(User.name == name).one(), column, journal.now())
        db.session.commit()
        assert name not in browser.get(PAGE).text
    begin_writing()
    db.session.query(CohortMember).filter_by(user_id=four[2].id).one().approved_at = None
    db.session.commit()
    page = browser.get(PAGE).text
    assert (names(page), figures(page)) == (["Dalia"], ["1", "0", "1", "0"])


def test_every_look_stands_in_the_log_of_who_was_on_the_page(
    browser: Browser, four: list[User], lin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "PAGE", 3)
    assert "More" in browser.get(PAGE).text
    assert names(browser.get(f"{PAGE}?page=2").text) == ["Dalia"]
    browser.get(f"{PAGE}?state=finished")
    seen = db.session.execute(select(User.name, Look.kind, Look.by, Look.times).join(User)).all()
    assert sorted(tuple(row) for row in seen) == [
        ("Ada-Mae", LookKind.DESK, lin.public_id, 2),
        ("Binta", LookKind.DESK, lin.public_id, 1),
        ("Chidi", LookKind.DESK, lin.public_id, 1),
        ("Dalia", LookKind.DESK, lin.public_id, 1),
    ]


def test_strangers_and_other_partners_get_nothing(
    browser: Browser, sign_in: SignIn, four: list[User], eve: User, tomas: User
) -> None:
    partner_of(tomas, "fire")
    for somebody in (eve, four[0], tomas):
        assert sign_in(somebody).get(PAGE).status_code == 403
        assert sign_in(somebody).post(PAGE).status_code == 403
    other = PAGE.replace("water", "fire")
    assert sign_in(tomas).get(other).status_code == 404
    assert db.session.scalars(select(Look)).all() == []


# --- when there is little -----------------------------------------------------------------------


def test_an_empty_desk_says_so(
    browser: Browser, sign_in: SignIn, lin: User, water: Organisation
) -> None:
    assert "Nobody has joined yet who agreed to be seen." in browser.get(PAGE).text
    begin_writing()
    other = desks.cohort_without_courses(water)
    page = PAGE.replace("/1/", f"/{other.id}/")
    assert "This cohort takes no course yet" in browser.get(page).text
    assert browser.post(page).status_code == 404
    assert browser.get(f"{PAGE}?course=nowhere").status_code == 404


def test_one_of_several_courses_is_chosen(
    sign_in: SignIn, lin: User, water: Organisation, small: Course, publish: Publish, amina: User
) -> None:
    publish("other", {**SMALL, "course.md": SMALL["course.md"].replace("in short", "at length")})
    other = db.session.query(Course).filter_by(slug="other").one()
    desks.member(desks.cohort(water, small, other), amina)
    desks.done(amina, other)
    browser = sign_in(lin)
    assert figures(browser.get(PAGE).text) == ["1", "0", "0", "0"]
    page = browser.get(f"{PAGE}?course=other").text
    assert figures(page) == ["1", "1", "0", "0"]
    assert '<option value="other" selected>Names at length</option>' in page


@pytest.mark.parametrize("people", [1, 3])
def test_more_people_need_no_more_statements(
    browser: Browser,
    river: Cohort,
    people: int,
    count_queries: list[str],
) -> None:
    desks.crowd(river, *(f"Person {number}" for number in range(people)))
    browser.get(PAGE)
    count_queries.clear()
    assert browser.get(PAGE).status_code == 200
    assert len(count_queries) == 8, count_queries


# --- reminders ----------------------------------------------------------------------------------


def reminded() -> list[str]:
    """To whom mails wait."""
    rows = select(OutgoingMail.recipient).where(OutgoingMail.kind == MailKind.COHORT_REMINDER)
    return sorted(db.session.scalars(rows))


def test_who_is_stuck_is_reminded_once_in_a_week(
    browser: Browser, four: list[User], lin: User, river: Cohort, clock: Clock
) -> None:
    page = browser.get(PAGE).text
    assert "Remind the person who is stuck" in page
    answer = browser.post(PAGE)
    assert answer.location == f"{PAGE}?course=small&state=stuck&reminded=1"
    assert "1 person was reminded." in browser.get(answer.location).text
    assert reminded() == ["dalia@ngo.example"]
    again = browser.post(PAGE)
    assert "Nobody was reminded" in browser.get(again.location).text
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == Verb.REMINDED)).one()
    assert (entry.actor, entry.changes) == (lin.public_id, {"reminded": [None, 1]})

    clock.forward(days=7)
    begin_writing()
    assert browser.post(PAGE).location.endswith("reminded=1")
    assert reminded() == ["dalia@ngo.example"] * 2


def test_who_wants_no_such_mails_gets_none(
    browser: Browser, four: list[User], clock: Clock
) -> None:
    notices.switch(four[3], MailKind.COHORT_REMINDER, on=False)
    four[1].suspended_at = journal.now()
    db.session.commit()
    clock.forward(days=15)
    begin_writing()
    browser.post(PAGE)
    assert reminded() == ["chidi@ngo.example"]
