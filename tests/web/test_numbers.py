import pytest

from lms.web import numbers
from tests.conftest import Browser


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("7", 7), ("999999999", 999999999), ("1000000000", 1), ("9" * 5000, 1)]
    + [(text, 1) for text in ("", "-1", "+1", "1.5", "²", "١", " 1", None)],
)
def test_a_number_from_a_form_is_one_that_a_row_can_have(text: str | None, number: int) -> None:
    assert numbers.read(text, 1) == number


@pytest.mark.parametrize("number", ["9223372036854775808", "9" * 40, "-1", "%C2%B2"])
def test_no_row_has_such_a_number(visitor: Browser, number: str) -> None:
    assert visitor.get(f"/en/attempts/{number}").status_code == 404
