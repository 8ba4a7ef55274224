"""Moments stand in the reader's time zone with UTC beside it."""

from datetime import UTC, datetime

import pytest
from flask import Flask, g

from lms.models import User
from lms.web import moments
from tests.conftest import person

WINTER = datetime(2027, 3, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "moment", "said"),
    [
        ("UTC", WINTER, "3 March 2027, 08:00 UTC"),
        ("Africa/Accra", WINTER, "3 March 2027, 08:00 UTC"),
        ("Europe/Berlin", WINTER, "3 March 2027, 09:00 (08:00 UTC)"),
        ("Europe/Berlin", WINTER.replace(month=7), "3 July 2027, 10:00 (08:00 UTC)"),
        ("Europe/London", WINTER, "3 March 2027, 08:00 UTC"),
        ("Europe/London", WINTER.replace(month=7), "3 July 2027, 09:00 (08:00 UTC)"),
        (
            "Europe/Berlin",
            datetime(2027, 3, 28, 0, 59, tzinfo=UTC),
            "28 March 2027, 01:59 (00:59 UTC)",
        ),
        ("Europe/Berlin", datetime(2027, 3, 28, 1, tzinfo=UTC), "28 March 2027, 03:00 (01:00 UTC)"),
        ("Asia/Kathmandu", WINTER, "3 March 2027, 13:45 (08:00 UTC)"),
        ("Pacific/Auckland", WINTER.replace(hour=20), "4 March 2027, 09:00 (3 March, 20:00 UTC)"),
        ("Moon/Tranquility", WINTER, "3 March 2027, 08:00 UTC"),
    ],
)
def test_a_moment_is_told_as_the_reader_lives_it(
    app: Flask, zone: str, moment: datetime, said: str
) -> None:
    reader = person("Amina")
    reader.time_zone = zone
    with app.test_request_context("/en/"):
        g.me, g.language = reader, "en"

        assert moments.moment(moment) == said


def test_other_languages_write_it_their_way(app: Flask, amina: User) -> None:
    amina.time_zone = "Asia/Dubai"
    with app.test_request_context("/ar/"):
        g.me, g.language = amina, "ar"

        assert moments.moment(WINTER) == "3 مارس 2027, 12:00 (08:00 UTC)"
        assert moments.day_here(WINTER.replace(hour=21)) == "4 مارس 2027"


def test_a_visitor_reads_utc_once(app: Flask) -> None:
    with app.test_request_context("/en/"):
        assert moments.moment(WINTER) == "3 March 2027, 08:00 UTC"
