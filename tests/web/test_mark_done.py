"""The Done button: what it marks, where it leads, and taking it back."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from lms.database import db
from lms.domain import catalogue
from lms.models import Completion, Course, User
from tests.conftest import SMALL, Browser, Publish

LESSON = "/en/courses/small/names/what-is-a-name"
QUIZ = "/en/courses/small/names/quiz"
DONE = f"{LESSON}/completion"
UNDO = f"{DONE}/undo"

SignIn = Callable[[User], Browser]


def test_done_marks_the_lesson_and_leads_to_the_next(
    sign_in: SignIn, amina: User, small: Course
) -> None:
    response = sign_in(amina).post(DONE)
    assert (response.status_code, response.location) == (303, QUIZ)
    assert completions() == 1


def test_done_twice_changes_nothing(sign_in: SignIn, amina: User, small: Course) -> None:
    browser = sign_in(amina)
    assert [browser.post(DONE).status_code for _ in range(2)] == [303, 303]
    assert completions() == 1


def test_done_on_the_last_lesson_leads_to_the_course(
    sign_in: SignIn, amina: User, publish: Publish
) -> None:
    publish("small", {path: text for path, text in SMALL.items() if "quiz" not in path})
    assert sign_in(amina).post(DONE).location == "/en/courses/small/"


def test_done_can_be_taken_back(sign_in: SignIn, amina: User, small: Course) -> None:
    browser = sign_in(amina)
    browser.post(DONE)
    response = browser.post(UNDO)
    assert (response.status_code, response.location) == (303, LESSON)
    assert completions() == 0
    assert browser.post(UNDO).status_code == 303


def test_a_quiz_is_not_done_by_a_button(sign_in: SignIn, amina: User, small: Course) -> None:
    browser = sign_in(amina)
    assert browser.post(f"{QUIZ}/completion").status_code == 422
    assert browser.post(f"{QUIZ}/completion/undo").status_code == 422
    assert completions() == 0


def test_a_closed_lesson_is_not_done_by_a_button(
    sign_in: SignIn, amina: User, publish: Publish
) -> None:
    second = "---\ntitle: Second\nafter: names/what-is-a-name\n---\n\nMore.\n"
    publish("small", {**SMALL, "01-names/02-second.md": second})
    assert sign_in(amina).post("/en/courses/small/names/second/completion").status_code == 403
    assert completions() == 0


@pytest.mark.parametrize("address", [DONE, UNDO])
def test_a_visitor_is_asked_to_sign_in(visitor: Browser, small: Course, address: str) -> None:
    response = visitor.post(address)
    assert response.status_code == 303
    assert response.location.startswith("/en/sign-in?next=")


@pytest.mark.parametrize("address", [DONE, UNDO])
def test_another_site_cannot_press_the_button(
    sign_in: SignIn, amina: User, small: Course, address: str
) -> None:
    response = sign_in(amina).post(address, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert completions() == 0


@pytest.mark.parametrize(
    "address",
    [
        "/en/courses/nothing/names/what-is-a-name/completion",
        "/en/courses/small/names/nothing/completion",
    ],
)
def test_what_is_not_there_cannot_be_done(
    sign_in: SignIn, amina: User, small: Course, address: str
) -> None:
    assert sign_in(amina).post(address).status_code == 404


def test_an_old_page_still_marks_a_lesson_that_was_renamed(
    sign_in: SignIn, amina: User, small: Course, publish: Publish
) -> None:
    path = "01-names/01-what-is-a-name.md"
    files = {name: text for name, text in SMALL.items() if name != path}
    moved = SMALL[path].replace("minutes: 5", "minutes: 5\nwas: what-is-a-name")
    publish("small", {**files, "01-names/01-names-explained.md": moved})
    assert sign_in(amina).post(DONE).location == QUIZ
    row = db.session.scalars(select(Completion)).one()
    assert row.lesson_id == catalogue.find_lesson(small, "names/names-explained").id


def completions() -> int:
    """How many completions there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count(Completion.id))) or 0
