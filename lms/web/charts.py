"""Charts as places in an SVG, each with its table: how many finished, week by week, and bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lms.domain.learning.roster import monday_of, week_of
from lms.domain.learning.standings import day_number

MOST = 30
"""Weeks in a chart; of a longer course the last ones."""
LEFT, WIDE, TOP, HIGH = 34, 346, 22, 168
"""Where the axes stand, in the units of the SVG."""


@dataclass(frozen=True, slots=True)
class Point:
    """A week: the Monday with which it begins, how many had finished by its end, and where that is."""

    monday: date
    count: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """points: up to this week. lines: (value, y) of the grid. plan: from where to where, if there is one.

    last: the Monday at the end of the axis.
    """

    points: Sequence[Point]
    lines: Sequence[tuple[int, float]]
    plan: tuple[Point, Point] | None
    last: date

    @property
    def path(self) -> str:
        """The line through all points."""
        return "M" + "L".join(f"{point.x:.1f} {point.y:.1f}" for point in self.points)


def chart(
    members: int,
    weeks: Sequence[tuple[int, int]],
    now: datetime,
    *,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Chart:
    """From the start of the course, or the first who finished, to this week, or the end if that is later.

    weeks: how many finished in which. The plan goes from starts_at to ends_at.
    """
    this = week_of(day_number(now))
    begins = week_of(day_number(starts_at)) if starts_at else None
    ends = week_of(day_number(ends_at)) if ends_at else None
    first = min([week for week in (begins, *(one for one, _count in weeks)) if week] + [this])
    first = max(min(first, this - 1), this - MOST)
    end = min(max(this, ends or this), first + 2 * MOST)
    scale = _Scale(first, end, max(members, 1))
    plan = None
    if begins and ends and members and begins >= first and ends <= end:
        plan = scale.point(begins, 0), scale.point(ends, members)
    points = [
        scale.point(week, sum(count for at, count in weeks if at <= week))
        for week in range(first, this + 1)
    ]
    return Chart(points, scale.lines(), plan, scale.point(end, 0).monday)


@dataclass(frozen=True, slots=True)
class _Scale:
    first: int
    end: int
    most: int

    def point(self, week: int, count: int) -> Point:
        """Where a number in a week stands."""
        share = (week - self.first) / (self.end - self.first)
        monday = monday_of(week)
        return Point(monday, count, LEFT + WIDE * share, self._y(count))

    def lines(self) -> Sequence[tuple[int, float]]:
        """Nought, all, and half of them where that is a whole number."""
        values = sorted({0, self.most // 2, self.most})
        return [(value, self._y(value)) for value in values]

    def _y(self, count: int) -> float:
        return TOP + HIGH * (1 - count / self.most)


# --- bars ---------------------------------------------------------------------------------------

ROW, BAR, FULL = 30, 16, 300
"""Units of the SVG: from one bar to the next, how thick it is, and how long when it is all."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands beside it, its length, where it begins from above, and where its words stand."""

    label: str
    said: str
    length: float
    y: int

    @property
    def foot(self) -> int:
        """The line of its words."""
        return self.y + BAR - 3


@dataclass(frozen=True, slots=True)
class Bars:
    """Shares side by side, from the top."""

    bars: Sequence[Bar]

    @property
    def height(self) -> int:
        """Of the SVG."""
        return ROW * len(self.bars)


def bars(shares: Sequence[tuple[str, str, float]]) -> Bars:
    """From (label, value in words, share from 0 to 1)."""
    return Bars(
        [
            Bar(label, said, FULL * min(max(share, 0), 1), ROW * at + (ROW - BAR) // 2)
            for at, (label, said, share) in enumerate(shares)
        ]
    )
