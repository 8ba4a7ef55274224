import logging

import pytest
from flask import Flask

from lms.domain.errors import Conflict, Denied, DomainError, Invalid, Missing, TooMany
from lms.models import User
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
