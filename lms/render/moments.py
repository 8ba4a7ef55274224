"""Moments as people say them: where they live, with UTC beside it, in their language."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_datetime

FULL = "d MMMM y, HH:mm"
SHORT = "d MMMM, HH:mm"


def said(moment: datetime, *, zone: str, language: str) -> str:
    """``3 March 2027, 09:00 (08:00 UTC)``; only UTC for who lives by it. ``language`` as Babel writes it.

    The day stands beside UTC where it is another one.
    """
    there, here = moment.astimezone(UTC), moment.astimezone(zone_named(zone))
    if here.utcoffset() == there.utcoffset():
        return f"{_written(there, FULL, language)} UTC"
    pattern = "HH:mm" if here.date() == there.date() else SHORT
    return f"{_written(here, FULL, language)} ({_written(there, pattern, language)} UTC)"


def zone_named(name: str) -> tzinfo:
    """UTC where the zone was renamed or taken away."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _written(moment: datetime, pattern: str, language: str) -> str:
    # Babel turns an aware moment into UTC again, so it is given the time on the wall.
    return format_datetime(moment.replace(tzinfo=None), pattern, locale=language)
