"""Attendance on the pages: the lesson, the code on the wall, the button on the phone, the list."""

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import attendance, attendance_lists
from lms.models import AttendanceCode, Completion, Course, CourseRole, User
from tests.cohorts import cohort_of, partner_of
from tests.conftest import Browser, Clock, Publish, SignIn
from tests.domain.test_who_may import grant
from tests.meetings import FILES, prepared, published, shown

LESSON = "/en/courses/small/names/webinar"
WALL = f"{LESSON}/attendance"


@pytest.fixture
def course(publish: Publish) -> Course:
    return published(publish)


def done(user: User) -> int:
    """How many lessons this person has done."""
    which = select(Completion.id).where(Completion.user_id == user.id)
    return len(db.session.scalars(which).all())


def test_the_lesson_says_what_it_is_and_how_one_is_counted(
    course: Course, visitor: Browser, sign_in: SignIn, amina: User
) -> None:
    browser = sign_in(amina)
    for page in (visitor.get(LESSON).text, browser.get(LESSON).text):
        assert "This lesson takes place in a room" in page
        assert "We meet in room 5." in page
        assert 'name="code"' not in page  # for visitors, and before the lesson that comes first
        assert "/completion" not in page
    assert "Sign in" in visitor.get(LESSON).text
    assert "is-shut" in browser.get("/en/courses/small/").text
    prepared(amina, course)
    page = browser.get(LESSON).text
    assert 'name="code"' in page
    assert "Done, next" not in page
    assert browser.post(f"{LESSON}/completion").status_code == 422
    assert "Attendance" in browser.get("/en/courses/small/").text
    assert "Webinar" in visitor.get("/en/search?q=room").text


def test_a_code_on_the_wall_and_a_button_on_the_phone(
    course: Course, sign_in: SignIn, visitor: Browser, amina: User, ada: User, clock: Clock
) -> None:
    wall, phone = sign_in(ada), sign_in(prepared(amina, course))
    assert "Show a code" in wall.get(WALL).text
    answer = wall.post(WALL)
    assert (answer.status_code, answer.location) == (303, f"{WALL}?done=shown")
    code = db.session.scalars(select(AttendanceCode.code)).one()
    page = wall.get(answer.location)
    assert (page.headers["Refresh"], page.headers["Cache-Control"]) == ("30", "no-store")
    assert f'<bdi dir="ltr">{code}</bdi>' in page.text
    assert f"/attend/{code}" in page.text
    assert "0 people have confirmed" in page.text
    assert "<textarea" not in page.text  # it would be emptied when the page loads itself again
    assert "Refresh" not in wall.get(WALL).headers

    assert visitor.get(f"/attend/{code}").status_code == 302
    assert visitor.get(f"/en/attend/{code}").location == f"/en/sign-in?next=/en/attend/{code}"
    assert "six signs" in phone.get("/en/attend").text
    assert phone.get(f"/en/attend?code={code.lower()}").location == f"/en/attend/{code}"
    assert "I am there" in phone.get(f"/en/attend/{code}").text
    assert done(amina) == 1
    for _twice in range(2):
        answer = phone.post(f"/en/attend/{code}")
        assert (answer.status_code, answer.location) == (303, LESSON)
    assert done(amina) == 2
    assert "You were there, on" in phone.get(LESSON).text
    assert "Not done after all" not in phone.get(LESSON).text
    assert "You were there, on" in phone.get(f"/en/attend/{code}").text
    assert "1 person has confirmed" in wall.get(WALL).text

    refused = wall.post(f"/en/attend/{code}")
    assert refused.status_code == 403
    assert "not open yet" not in refused.text
    clock.forward(minutes=20)
    for answer in (phone.get(f"/en/attend/{code}"), phone.post(f"/en/attend/{code}")):
        assert answer.status_code == 404
        assert "it is over" in answer.text
        assert f'value="{code}"' in answer.text
    assert "The code is over." in wall.get(f"{WALL}?done=shown").text


def test_a_closed_lesson_says_why_and_whose_code_it_is_confirms_nothing(
    course: Course, sign_in: SignIn, amina: User, ada: User
) -> None:
    code = shown(ada, course).code
    page = sign_in(amina).get(f"/en/attend/{code}").text
    assert "You cannot be counted now" in page
    assert "What is a name" in page
    refused = sign_in(amina).post(f"/en/attend/{code}")
    assert (refused.status_code, "You cannot be counted now" in refused.text) == (403, True)
    refused = sign_in(prepared(ada, course)).post(f"/en/attend/{code}")
    assert (refused.status_code, "Nobody confirms for themselves" in refused.text) == (403, True)


def test_nobody_tries_codes_one_after_the_other(
    course: Course, sign_in: SignIn, amina: User, ada: User
) -> None:
    browser, answers = sign_in(amina), []
    for _try in range(10):
        answers += [browser.get("/en/attend/AAAAAA").status_code]
        answers += [browser.post("/en/attend/AAAAAA").status_code]
    assert answers == [404] * 20
    code = shown(ada, course).code
    assert browser.get(f"/en/attend/{code}").status_code == 429
    assert browser.post(f"/en/attend/{code}").status_code == 429


def test_a_list_is_tried_and_then_counts(
    course: Course, sign_in: SignIn, amina: User, eve: User, ada: User
) -> None:
    prepared(amina, course)
    browser = sign_in(ada)
    sent = {"addresses": "", "file": (BytesIO(f"{amina.email}\n<b>\n".encode()), "a.csv")}
    tried = browser.post(f"{WALL}/list", data=sent)
    assert tried.status_code == 200
    assert "1 person can be counted." in tried.text
    assert "&lt;b&gt;" in tried.text
    assert done(amina) == 1
    chosen = re.findall(r'name="address" value="([^"]+)"', tried.text)
    assert chosen == [amina.email]
    answer = browser.post(f"{WALL}/people", data={"address": chosen})
    assert answer.location == f"{WALL}?done=counted&people=1"
    assert "1 person is counted." in browser.get(answer.location).text
    assert done(amina) == 2
    again = browser.post(f"{WALL}/list", data={"addresses": amina.email}).text
    assert "Nobody on this list can be counted. 1 was counted before." in again
    assert "Every line can be used." in again
    assert browser.post(f"{WALL}/people").location == f"{WALL}?done=counted&people=0"
    empty = browser.post(f"{WALL}/list", data={"addresses": " "})
    assert (empty.status_code, "Write at least one address." in empty.text) == (422, True)


def test_a_long_list_counts_in_steps_so_that_others_may_write_between(
    course: Course,
    sign_in: SignIn,
    amina: User,
    eve: User,
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attendance_lists, "AT_ONCE", 1)
    people = [prepared(one, course).email for one in (amina, eve)]
    browser = sign_in(ada)
    answer = browser.post(f"{WALL}/people", data={"address": people})
    assert answer.location == f"{WALL}?done=counted&people=2"
    assert (done(amina), done(eve)) == (2, 2)
    many = [f"p{number}@ngo.example" for number in range(attendance_lists.MOST + 1)]
    assert browser.post(f"{WALL}/people", data={"address": many}).status_code == 422


def test_whoever_may_show_a_code_finds_the_way(
    course: Course, publish: Publish, sign_in: SignIn, tomas: User, lin: User, eve: User
) -> None:
    water = partner_of(lin)
    cohort = cohort_of(lin, water, "small")
    grant(tomas, course, CourseRole.TRAINER)
    grant(eve, course, CourseRole.REVIEWER)
    db.session.commit()
    way = "/en/courses/small/attendance"
    marking, home = "/en/courses/small/marking", "/en/courses/small/"
    for browser, pages in (
        (sign_in(tomas), [marking, home]),
        (sign_in(lin), [f"/en/partners/water/cohorts/{cohort.id}"]),
    ):
        for page in pages:
            assert way in browser.get(page).text, page
        assert WALL in browser.get(way).text
        assert browser.get(WALL).status_code == 200
    reviewer = sign_in(eve)
    assert way not in reviewer.get(marking).text + reviewer.get(home).text
    assert [reviewer.get(page).status_code for page in (way, WALL)] == [403, 403]
    assert reviewer.post(WALL).status_code == 403
    publish("small", {path: text for path, text in FILES.items() if "webinar" not in path})
    assert "No lesson of this course" in sign_in(tomas).get(way).text
    assert sign_in(tomas).get(WALL).status_code == 404
    assert way not in sign_in(tomas).get(marking).text


def test_a_code_stands_in_the_address_in_any_writing(
    course: Course, sign_in: SignIn, amina: User, ada: User
) -> None:
    code = shown(ada, course).code
    assert attendance.cleaned(code) == code
    assert sign_in(amina).get(f"/ar/attend/{code.lower()}").status_code == 200


def test_the_audit_log_says_who_showed_a_code_and_who_counted_whom(
    course: Course, sign_in: SignIn, amina: User, ada: User
) -> None:
    prepared(amina, course)
    browser = sign_in(ada)
    browser.post(WALL)
    browser.post(f"{WALL}/people", data={"address": [amina.email]})
    page = browser.get("/en/admin/audit").text
    assert "code valid until" in page
    assert "confirmed who was there" in page
