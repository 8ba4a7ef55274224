"""What every template may use: dates and numbers as the reader writes them, and the site's name."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_percent
from flask import Flask, current_app, url_for
from jinja2 import StrictUndefined

from lms.web import language


def init_app(app: Flask) -> None:
    """Undefined names are errors, not empty places."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(day=day, month=month, moment=moment, percent=percent)
    app.jinja_env.globals.update(
        site_name=app.config["SITE_NAME"],
        public_url_for=public_url_for,
        development=app.config["ENVIRONMENT"] == "development",
    )


def day(value: date | datetime) -> str:
    """``23 May 2026``; in Arabic with Latin digits, as in records and ports."""
    return format_date(value, "long", locale=language.current())


def month(value: date) -> str:
    """``March 2026``."""
    return format_skeleton("yMMMM", value, locale=language.current())


def moment(value: datetime) -> str:
    """A date with its time, in UTC."""
    return f"{format_datetime(value, 'd MMMM y, HH:mm', locale=language.current())} UTC"


def percent(value: int) -> str:
    """``80 %`` as the language writes it; ``value`` is already rounded down."""
    return format_percent(value / 100, locale=language.current())


def public_url_for(endpoint: str, **values: Any) -> str:
    """An absolute address that begins with PUBLIC_URL."""
    make: Callable[..., str] = url_for
    return str(current_app.config["PUBLIC_URL"]) + make(endpoint, **values)
