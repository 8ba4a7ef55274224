"""Numbers that come from outside: none that no row can have, for a database refuses those."""

from flask import Flask
from werkzeug.routing import IntegerConverter

DIGITS = 9


class RowNumber(IntegerConverter):
    """``<int:…>`` in an address: up to nine digits, of the ten that addresses are made of."""

    regex = f"[0-9]{{1,{DIGITS}}}"


def init_app(app: Flask) -> None:
    """For every address with a number."""
    app.url_map.converters["int"] = RowNumber


def read(text: str | None, default: int) -> int:
    """The number that a form sent; the default for anything else."""
    sensible = text and text.isascii() and text.isdigit() and len(text) <= DIGITS
    return int(text) if text and sensible else default
