"""What is written to the log, and what never is."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from lms import logs

pytestmark = pytest.mark.once


Written = Callable[[], str]


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Iterator[Written]:
    """``log()``: what was written; afterwards the log is as it was."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    root.handlers.clear()
    yield lambda: capsys.readouterr().err
    root.handlers[:] = handlers
    root.setLevel(level)


def test_production_writes_lines_of_json_with_the_number_of_the_request(log: Written) -> None:
    logs.configure(level="info", production=True)
    logs.REQUEST.set("a-number")
    logging.getLogger("lms.test").warning("It is %s.", "مساء")
    logs.REQUEST.set("")
    logging.getLogger("lms.test").debug("not this")
    logging.getLogger("lms.test").info("Later.")

    first, second = map(json.loads, log().splitlines())
    assert first.pop("at").endswith("+00:00")
    assert first == {
        "level": "warning",
        "from": "lms.test",
        "message": "It is مساء.",
        "request": "a-number",
    }
    assert "request" not in second


def test_development_writes_what_can_be_read(log: Written) -> None:
    logs.configure(level="debug", production=False)
    logs.REQUEST.set("")
    logging.getLogger("lms.test").debug("It is late.")

    assert "DEBUG   lms.test  It is late." in log()


def fail(secret: str) -> None:
    """As code of ours fails when it reads what somebody typed."""
    try:
        int(secret)
    except ValueError as error:
        raise RuntimeError(f"no number: {secret}") from error


def test_a_fault_is_named_with_its_place_but_not_with_what_was_typed(log: Written) -> None:
    logs.configure(level="info", production=True)
    try:
        fail("my secret")
    except RuntimeError:
        logging.getLogger("lms.test").exception("error 1a2b at POST /<lang>/x")

    written = log()
    (line,) = map(json.loads, written.splitlines())
    assert [one["what"] for one in line["raised"]] == ["RuntimeError", "ValueError"]
    assert "tests/test_logs.py:" in line["raised"][0]["where"][-1]
    assert line["raised"][0]["where"][-1].endswith(" fail")
    assert "my secret" not in written


def hidden() -> Exception:
    """An error that says that the one before it does not matter."""
    error = KeyError("my secret")
    error.__context__, error.__suppress_context__ = ValueError("my secret"), True
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("SQL", {"a": "secret"}, Exception("disk full")), "disk full"),
        (IntegrityError("SQL", {}, Exception("not unique\nDETAIL: (secret)")), "not unique"),
        (DataError("SQL", {}, Exception('invalid: "secret"')), ""),
        (OSError(28, "No space left on device", "/secret"), "No space left on device"),
        (OSError("secret"), ""),
        (ValueError("secret"), ""),
    ],
)
def test_only_the_system_and_the_database_speak(error: Exception, said: str) -> None:
    kind = type(error).__name__
    assert logs.what(error) == (f"{kind}: {said}" if said else kind)


def test_an_error_that_stands_for_another_hides_it() -> None:
    assert [one["what"] for one in logs.raised(hidden())] == ["KeyError"]
