"""Moments as people say them, where they live."""

from datetime import UTC, datetime

import pytest

from lms.render import moments

pytestmark = pytest.mark.once

NOON = datetime(2026, 5, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("UTC", "23 May 2026, 12:00 UTC"),
        ("Africa/Dakar", "23 May 2026, 12:00 UTC"),
        ("Africa/Nairobi", "23 May 2026, 15:00 (12:00 UTC)"),
        ("Asia/Kathmandu", "23 May 2026, 17:45 (12:00 UTC)"),
        ("America/St_Johns", "23 May 2026, 09:30 (12:00 UTC)"),
        ("Pacific/Auckland", "24 May 2026, 00:00 (23 May, 12:00 UTC)"),
        ("Mars/Base", "23 May 2026, 12:00 UTC"),
    ],
)
def test_a_moment_is_said_as_the_clock_there_shows_it(zone: str, text: str) -> None:
    assert moments.said(NOON, zone=zone, language="en_GB") == text


def test_summer_time_counts_on_the_day_itself() -> None:
    winter = datetime(2026, 1, 23, 12, 0, tzinfo=UTC)
    assert (
        moments.said(winter, zone="Europe/Paris", language="fr")
        == "23 janvier 2026, 13:00 (12:00 UTC)"
    )
    assert (
        moments.said(NOON, zone="Europe/Paris", language="fr") == "23 mai 2026, 14:00 (12:00 UTC)"
    )
