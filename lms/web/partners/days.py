"""Days as managers choose them, in their own time zone, and the moments that the rows hold."""

from datetime import UTC, date, datetime, time, timedelta

from lms.domain.errors import Invalid, _
from lms.render import moments
from lms.web.moments import zone

LAST = date(2200, 1, 1)


def read(text: str, field: str) -> date | None:
    """What a field of type date sends; None for nothing, Invalid for anything else."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        day = date.max
    if not date(2000, 1, 1) <= day < LAST:
        raise Invalid(_("Write a day as in 2027-03-31."), field=field)
    return day


def begin_of(day: date | None) -> datetime | None:
    """The first moment of the day where the manager is."""
    if day is None:
        return None
    return datetime.combine(day, time(), moments.zone_named(zone())).astimezone(UTC)


def end_of(day: date | None) -> datetime | None:
    """The first moment after it."""
    return None if day is None else begin_of(day + timedelta(days=1))


def first(begin: datetime | None) -> str:
    """The day that begins there, for a field; "" for none."""
    return "" if begin is None else _day(begin)


def last(end: datetime | None) -> str:
    """The day that ends there, for a field; "" for none."""
    return "" if end is None else _day(end - timedelta(microseconds=1))


def _day(moment: datetime) -> str:
    return moment.astimezone(moments.zone_named(zone())).date().isoformat()
