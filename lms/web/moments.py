"""Days and moments as the reader writes them, in the reader's time zone with UTC beside it."""

from datetime import date, datetime, timedelta
from functools import cache

from babel import Locale
from babel.dates import format_date, format_skeleton

from lms.render import moments
from lms.web import access, language


def day(value: date | datetime) -> str:
    """``23 May 2026``; in Arabic with Latin digits, as in records and ports."""
    return format_date(value, "long", locale=locale())


def day_here(value: datetime) -> str:
    """The day on which it was where the reader is."""
    return day(value.astimezone(moments.zone_named(zone())))


def last_day_here(end: datetime) -> str:
    """The day that ends there: ``end`` is the first moment after it."""
    return day_here(end - timedelta(microseconds=1))


def month(value: date) -> str:
    """``March 2026``."""
    return format_skeleton("yMMMM", value, locale=locale())


def moment(value: datetime) -> str:
    """``3 March 2027, 09:00 (08:00 UTC)``."""
    return moments.said(value, zone=zone(), language=str(locale()))


def zone() -> str:
    """Where the reader is, as the account says; UTC for visitors."""
    reader = access.me()
    return reader.time_zone if reader else "UTC"


def locale() -> Locale:
    """English dates are written the British way, as in our texts: 1 March 2026."""
    return _locale(language.current())


@cache
def _locale(code: str) -> Locale:
    return Locale.parse("en_GB" if code == "en" else code)
