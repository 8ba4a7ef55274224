"""Days and moments as the reader writes them, in the reader's time zone with UTC beside it."""

from datetime import UTC, date, datetime, tzinfo

from babel.dates import format_date, format_datetime, format_skeleton, get_timezone

from lms.web import access, language

FULL = "d MMMM y, HH:mm"
SHORT = "d MMMM, HH:mm"


def day(value: date | datetime) -> str:
    """``23 May 2026``; in Arabic with Latin digits, as in records and ports."""
    return format_date(value, "long", locale=locale())


def day_here(value: datetime) -> str:
    """The day on which it was where the reader is."""
    return day(value.astimezone(zone()))


def month(value: date) -> str:
    """``March 2026``."""
    return format_skeleton("yMMMM", value, locale=locale())


def moment(value: datetime) -> str:
    """``3 March 2027, 09:00 (08:00 UTC)``: here, and in UTC; only UTC for who lives by it.

    The day stands beside UTC where it is another one.
    """
    there, here = value.astimezone(UTC), value.astimezone(zone())
    if here.utcoffset() == there.utcoffset():
        return f"{_written(there, FULL)} UTC"
    pattern = "HH:mm" if here.date() == there.date() else SHORT
    return f"{_written(here, FULL)} ({_written(there, pattern)} UTC)"


def zone() -> tzinfo:
    """Where the reader is, as the account says; UTC for visitors and for zones nobody knows."""
    reader = access.me()
    try:
        return get_timezone(reader.time_zone if reader else "UTC")
    except LookupError:
        return UTC


def locale() -> str:
    """English dates are written the British way, as in our texts: 1 March 2026."""
    code = language.current()
    return "en_GB" if code == "en" else code


def _written(value: datetime, pattern: str) -> str:
    # Babel turns an aware moment into UTC again, so it is given the time on the wall.
    return format_datetime(value.replace(tzinfo=None), pattern, locale=locale())
