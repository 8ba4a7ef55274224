from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from lms.content import values
from lms.content.questions import NumberRange, Wait

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (values.yes_or_no, "Yes", True),
        (values.yes_or_no, "no", False),
        (values.whole, "12", 12),
        (values.whole, "١٢", 12),
        (values.attempts, "unlimited", None),
        (values.attempts, "3", 3),
        (values.percentage, "70", Fraction(7, 10)),
        (values.percentage, "62.5 %", Fraction(5, 8)),
        (values.percentage, "62,5%", Fraction(5, 8)),
        (values.wait, "10 minutes", Wait("10 minutes", timedelta(minutes=10))),
        (values.wait, "1 day", Wait("1 day", timedelta(days=1))),
        (values.wait, "3 years", Wait("3 years", timedelta(days=3 * 365))),
        (values.day, "2026-11-24", date(2026, 11, 24)),
        (values.opening, "2027-03-01", datetime(2027, 3, 1, tzinfo=UTC)),
        (values.opening, "2027-03-01 18:30", datetime(2027, 3, 1, 18, 30, tzinfo=UTC)),
        (values.opening, "2027-03-01 18:30 UTC", datetime(2027, 3, 1, 18, 30, tzinfo=UTC)),
        (values.opening, "2027-03-01T18:30+02:00", datetime(2027, 3, 1, 16, 30, tzinfo=UTC)),
        (values.closing, "2027-03-01", datetime(2027, 3, 2, 12, tzinfo=UTC)),
        (values.closing, "2027-03-01 12:00", datetime(2027, 3, 1, 12, tzinfo=UTC)),
        (values.due, "2027-03-01", datetime(2027, 3, 2, 12, tzinfo=UTC)),
        (values.due, "14 days after start", Wait("14 days", timedelta(days=14))),
        (values.listed, "a، b,c，", ("a", "b", "c")),
    ],
)
def test_what_people_write_becomes_a_value(read: object, text: str, value: object) -> None:
    assert read(text) == value  # type: ignore[operator]


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (values.yes_or_no, "maybe"),
        (values.whole, "many"),
        (values.percentage, "101"),
        (values.percentage, "half"),
        (values.wait, "soon"),
        (values.wait, "3 moons"),
        (values.day, "1 March"),
        (values.opening, "2027-03-01 25:00"),
        (values.due, "soon"),
    ],
)
def test_what_cannot_be_read_says_what_to_write(read: object, text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        read(text)  # type: ignore[operator]


def span(low: str, high: str) -> NumberRange:
    return NumberRange(Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("53", (span("53", "53"),)),
        ("3600 ± 60", (span("3540", "3660"),)),
        ("10 ± 5%", (span("9.5", "10.5"),)),
        ("10..20", (span("10", "20"),)),
        ("20..10", ()),
        ("3,600", (span("3.600", "3.600"), span("3600", "3600"))),
        ("SOA", ()),
        ("a ± b", ()),
    ],
)
def test_accepted_numbers(text: str, ranges: tuple[NumberRange, ...]) -> None:
    assert values.ranges_of(text) == ranges
