"""A report about a cohort on paper: one tagged A4 page of numbers, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lms.render import paper

WIDE, HIGH = 640, 180
"""The chart without its margins, in the units of its SVG."""
EDGE = 30


@dataclass(frozen=True, kw_only=True)
class CourseLine:
    """A course; title is in language. All others are numbers of people."""

    title: str
    language: str
    members: int
    new: int
    under_way: int
    stuck: int
    finished: int


@dataclass(frozen=True, kw_only=True)
class ReportFacts:
    """What the report says. weeks: (Monday, how many courses were finished by the end of the week)."""

    language: str
    site_name: str
    logo: bytes = b""
    partner: str
    partner_logo: bytes = b""
    cohort: str
    made_at: datetime
    courses: tuple[CourseLine, ...]
    weeks: tuple[tuple[date, int], ...]


def report_pdf(facts: ReportFacts) -> bytes:
    """The page as PDF/UA-1."""
    drawn = chart(facts.weeks)
    pictures = {paper.LOGO: facts.logo, "partner": facts.partner_logo, "chart": drawn}
    return paper.sheets(report_html(facts), pictures)


def report_html(facts: ReportFacts) -> str:
    """The page as WeasyPrint reads it; every fact is escaped."""
    return paper.upright("report.html", facts)


def chart(weeks: Sequence[tuple[date, int]]) -> bytes:
    """How many courses were finished by when, as an SVG without words: they stand beside it."""
    most = max([count for _monday, count in weeks] + [1])
    step = WIDE / max(len(weeks) - 1, 1)
    points = [
        f"{EDGE + step * at:.1f} {EDGE + HIGH * (1 - count / most):.1f}"
        for at, (_monday, count) in enumerate(weeks)
    ]
    bottom, end = EDGE + HIGH, EDGE + WIDE
    size = f"{WIDE + 2 * EDGE} {HIGH + 2 * EDGE}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" fill="none">'
        f'<path stroke="#c9bfab" d="M{EDGE} {bottom}H{end}M{EDGE} {EDGE}H{end}"/>'
        f'<path stroke="#0b5261" stroke-width="4" d="M{"L".join(points)}"/></svg>'
    ).encode()
