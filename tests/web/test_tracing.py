"""The number of a request: in the answer, and in every line of the log."""

import logging
import re
from ipaddress import ip_network
from pathlib import Path

import pytest

from lms import create_app
from lms.logs import REQUEST
from tests.conftest import Browser, settings

NUMBER = {"X-Request-ID": "given-by-a-proxy"}


def test_each_answer_has_a_number_of_its_own(visitor: Browser) -> None:
    numbers = {visitor.get("/en/").headers["X-Request-ID"] for _time in range(3)}

    assert len(numbers) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", number) for number in numbers)


def test_what_a_visitor_gives_is_no_number(visitor: Browser) -> None:
    assert visitor.get("/en/", headers=NUMBER).headers["X-Request-ID"] != NUMBER["X-Request-ID"]


@pytest.mark.parametrize("proxies", [1, (ip_network("127.0.0.0/8"),)])
@pytest.mark.parametrize(
    ("given", "is_taken"), [("given-by-a-proxy", True), ("short", False), ("a b c d e f", False)]
)
def test_a_trusted_proxy_may_give_it(
    tmp_path: Path, database_url: str, proxies: object, given: str, *, is_taken: bool
) -> None:
    app = create_app({**settings(tmp_path, database_url), "TRUSTED_PROXIES": proxies})
    answer = app.test_client().get("/health", headers={"X-Request-ID": given})

    assert (answer.headers["X-Request-ID"] == given) is is_taken


def test_each_request_is_told_by_its_rule_when_everything_is_wanted(
    visitor: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "lms.web.tracing"):
        number = visitor.get("/en/links/a-secret-token").headers["X-Request-ID"]

    told = [record.getMessage() for record in caplog.records if record.name == "lms.web.tracing"]
    assert told == ["GET /<lang:lang>/links/<token> 410"]
    assert REQUEST.get() == number
