"""Words of the pages: languages, levels, hours."""

from fractions import Fraction

import pytest
from flask import Flask

from lms.web import theme


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("ar", "العربية"),
        ("sw", "Kiswahili"),
        ("pt-BR", "português (Brasil)"),
        ("tlh", "tlh"),
        ("x!", "x!"),
    ],
)
def test_a_language_is_called_by_its_own_name(code: str, name: str) -> None:
    assert theme.tongue_name(code) == name


def test_a_level_we_do_not_know_is_shown_as_it_was_written(app: Flask) -> None:
    assert theme.level("beginner") == "Beginner"
    assert theme.level("heroic") == "heroic"


def test_hours_are_counted_where_they_are_a_number(app: Flask) -> None:
    assert [theme.hours(text) for text in ("1", "6", "6-8")] == ["1 hour", "6 hours", "6-8 hours"]


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", ["70%", "65.5%", "66.7%"]), ("fr", ["70\u00a0%", "65,5\u00a0%", "66,7\u00a0%"])],
)
def test_a_share_is_written_as_the_language_does(
    app: Flask, language: str, written: list[str]
) -> None:
    with app.test_request_context(f"/{language}/"):
        assert [theme.share(Fraction(one)) for one in ("7/10", "131/200", "2/3")] == written
