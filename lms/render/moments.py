"""Moments as people say them: where they live, in their language."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_datetime


def said(moment: datetime, *, zone: str, language: str) -> str:
    """``23 May 2026, 15:00 UTC+3``; ``language`` as Babel writes it."""
    there = moment.astimezone(_zone(zone))
    offset = there.strftime("%z")  # +0530
    hours, minutes = f"{offset[0]}{int(offset[1:3])}", offset[3:5]
    away = "" if offset == "+0000" else hours + (f":{minutes}" if minutes != "00" else "")
    # Without tzinfo, Babel keeps the clock as it is.
    plain = there.replace(tzinfo=None)
    return f"{format_datetime(plain, 'd MMMM y, HH:mm', locale=language)} UTC{away}"


def _zone(name: str) -> ZoneInfo:
    """UTC where the zone was renamed or taken away."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return ZoneInfo("UTC")
