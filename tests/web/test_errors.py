import logging
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import TimeoutError as NoConnection

from lms import files
from lms.database import db
from lms.domain.errors import Conflict, Denied, DomainError, Invalid, Missing, TooMany
from lms.models import Course, User
from tests.conftest import Browser, SignIn


@pytest.fixture
def fails(app: Flask, visitor: Browser) -> object:
    """``fails(error)``: the answer of a page that raises it."""

    def fails(error: Exception, **kwargs: object) -> object:
        def view() -> str:
            raise error

        app._got_first_request = False
        app.add_url_rule("/test/fails", "fails", view)
        return visitor.get("/test/fails", **kwargs)

    return fails


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Missing("There is no such course."), 404),
        (Denied("You may not do this."), 403),
        (Invalid("A quiz is done when it is passed."), 422),
        (Conflict("This attempt was handed in."), 409),
        (TooMany("Too often.", seconds=30), 429),
        (DomainError("Something else."), 400),
    ],
)
def test_a_refused_deed_becomes_a_page_with_its_sentence(
    fails: object, error: DomainError, status: int
) -> None:
    answer = fails(error)  # type: ignore[operator]

    assert answer.status_code == status
    assert error.sentence in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_limit_says_when_to_try_again(fails: object) -> None:
    answer = fails(TooMany("Too often.", seconds=30))  # type: ignore[operator]

    assert answer.headers["Retry-After"] == "30"


def test_a_script_gets_the_sentence_as_json(fails: object) -> None:
    headers = {"Accept": "application/json"}
    answer = fails(Missing("Gone."), headers=headers)  # type: ignore[operator]

    assert answer.json == {"error": "Gone."}


def test_a_fault_of_ours_gets_a_number_that_stands_in_the_log(
    fails: object, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = fails(ZeroDivisionError("secret details"))  # type: ignore[operator]

    assert answer.status_code == 500
    assert "secret details" not in answer.text
    reference = caplog.records[0].getMessage().split()[1]
    assert reference in answer.text


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_page_that_is_not_there_says_so_in_the_readers_language(
    visitor: Browser, language: str
) -> None:
    answer = visitor.get(f"/{language}/nowhere")

    assert answer.status_code == 404
    assert f'lang="{language}"' in answer.text


def test_the_address_decides_before_the_account(amina: User, sign_in: SignIn) -> None:
    page = sign_in(amina).get("/ar/nowhere").text

    assert '<html lang="ar" dir="rtl">' in page


def test_a_wrong_method_is_explained(visitor: Browser) -> None:
    answer = visitor.post("/en/")

    assert answer.status_code == 405
    assert "cannot be used in that way" in answer.text


def test_another_host_gets_400(app: Flask) -> None:
    answer = app.test_client().get("/en/", headers={"Host": "evil.example"})

    assert answer.status_code == 400


def test_an_address_without_its_last_slash_is_sent_on(visitor: Browser) -> None:
    answer = visitor.get("/en/courses/small")

    assert (answer.status_code, answer.location) == (308, "http://localhost/en/courses/small/")


# --- the database cannot be used ----------------------------------------------------------------


@pytest.fixture
def broken_database(app: Flask) -> Iterator[Callable[[str], None]]:
    """``broken_database("UPDATE")``: statements that begin so fail as on a full disk."""
    failing: list[str] = []

    def fail(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(tuple(failing)):
            raise db.engine.dialect.loaded_dbapi.OperationalError("database or disk is full")

    event.listen(db.engine, "before_cursor_execute", fail)
    yield failing.append
    event.remove(db.engine, "before_cursor_execute", fail)


def test_what_cannot_be_saved_can_be_sent_again(
    amina: User,
    small: Course,
    sign_in: SignIn,
    broken_database: Callable[[str], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    browser = sign_in(amina)
    address = browser.post("/en/courses/small/names/quiz/attempts").location
    broken_database("UPDATE attempt")
    with caplog.at_level(logging.ERROR):
        page = browser.post(address, data={"counter": "1", "q0": ["1", "2"], "q1": '"><b>'})
    script = browser.post(address, headers={"Accept": "application/json"})

    assert (page.status_code, page.headers["Retry-After"]) == (503, "30")
    assert "This could not be saved at the moment." in page.text
    assert f'<form method="post" action="{address.removeprefix("http://localhost")}">' in page.text
    for name, value in (("counter", "1"), ("q0", "1"), ("q0", "2"), ("q1", "&#34;&gt;&lt;b&gt;")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page.text
    assert "Amina" in page.text
    assert caplog.records[0].getMessage().split()[1] in page.text
    assert (script.status_code, script.json) == (
        503,
        {"error": "This could not be saved at the moment."},
    )


def test_no_password_is_written_into_a_page(
    visitor: Browser, broken_database: Callable[[str], None]
) -> None:
    broken_database("INSERT")
    form = {"name": "Bo", "email": "bo@ngo.example", "password": "seven green boats", "key": "k"}
    page = visitor.post("/en/sign-up", data=form)

    assert page.status_code == 503
    assert "seven green boats" not in page.text
    assert "Go back one page and try again." in page.text


def test_a_page_that_cannot_be_read_says_so(
    amina: User, sign_in: SignIn, broken_database: Callable[[str], None]
) -> None:
    browser = sign_in(amina)
    broken_database("SELECT")
    page = browser.get("/ar/my-learning")

    assert (page.status_code, page.headers["Retry-After"]) == (503, "30")
    assert '<html lang="ar" dir="rtl">' in page.text
    assert "Amina" not in page.text


def test_when_all_connections_are_taken_it_can_be_tried_again(fails: object) -> None:
    answer = fails(NoConnection("QueuePool limit reached"))  # type: ignore[operator]

    assert answer.status_code == 503


def test_a_store_that_is_away_is_said_and_can_be_tried_again(fails: object) -> None:
    answer = fails(files.Away("Generic S3 error"))  # type: ignore[operator]

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "This page cannot be shown at the moment." in answer.text
