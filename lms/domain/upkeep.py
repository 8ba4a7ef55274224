"""Facts that age, and sources that vanish: what its trainers should look at in a course.

Sources are asked by the worker where the operator allows it (CHECK_LINKS); a row for each address says
what it answered and when to look again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from lms.content import ageing, links, splice
from lms.content.ageing import Age
from lms.content.outline import CourseText
from lms.database import db
from lms.domain import catalogue, journal
from lms.domain.drafts import drafts
from lms.domain.permissions import Action, Actor, require
from lms.models import Course, Edition, SourceCheck, User, Verdict

CLAIM = timedelta(hours=1)
"""If a worker dies over an address, another looks after so long."""
MONTH, DAY, WEEK = timedelta(days=30), timedelta(days=1), timedelta(days=7)
PATIENCE = 3
"""Failures after which a site is asked once a week only."""


@dataclass(frozen=True, slots=True)
class Source:
    """An address, the lessons that name it ("" for the course itself), and what it answered."""

    address: str
    lessons: Sequence[str]
    check: SourceCheck | None


@dataclass(frozen=True, slots=True)
class Overdue:
    """A course, and what of it should be looked at."""

    course: Course
    text: CourseText
    ages: Sequence[Age]


def ages(actor: Actor, course: Course, text: CourseText) -> Sequence[Age]:
    """All that says when it was checked, or how often it should be; what is due first at the top."""
    require(actor, Action.SEE_STUDIO, course)
    return ageing.ages_of(text)


def sources(actor: Actor, course: Course, text: CourseText) -> Sequence[Source]:
    """All addresses of the course, those that are broken first (one statement)."""
    require(actor, Action.SEE_STUDIO, course)
    found = links.sources_of(text)
    rows = db.session.scalars(select(SourceCheck).where(SourceCheck.address.in_(found))).all()
    known = {row.address: row for row in rows}
    listed = [Source(address, homes, known.get(address)) for address, homes in found.items()]
    return sorted(listed, key=lambda one: WORST.index(one.check.verdict if one.check else None))


def overdue(editions: Iterable[tuple[Course, Edition]]) -> Sequence[Overdue]:
    """Which of these courses have something overdue, for who sees them in a list of the studio."""
    today = journal.now().date()
    late = [
        Overdue(course, text, [age for age in ageing.ages_of(text) if age.is_overdue(today)])
        for course, edition in editions
        for text in [catalogue.text_of(edition)]
    ]
    return [one for one in late if one.ages]


def note_checked(me: User, course: Course, path: str) -> None:
    """Write today's date into this file of my draft; learners and this list see it once it is published."""
    seen = drafts.file_of(me, course, path)
    data = splice.with_setting(seen.data, "checked", journal.now().date().isoformat())
    drafts.save_file(me, course, path, data, version=seen.version)


# --- what the worker does -----------------------------------------------------------------------


def list_sources() -> None:
    """A row for each address that is in a course now, and none for others."""
    texts = [catalogue.text_of(edition) for _course, edition in catalogue.current_editions()]
    named = {address for text in texts for address in links.sources_of(text)}
    known = set(db.session.scalars(select(SourceCheck.address)).all())
    for gone in known - named:
        db.session.execute(delete(SourceCheck).where(SourceCheck.address == gone))
    now = journal.now()
    db.session.add_all(SourceCheck(address=one, look_at=now) for one in sorted(named - known))
    db.session.flush()


def claim_source() -> str | None:
    """An address to look at now; nobody else looks at it for an hour."""
    now = journal.now()
    row = db.session.scalar(
        select(SourceCheck)
        .where(SourceCheck.look_at <= now)
        .order_by(SourceCheck.look_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    row.look_at = now + CLAIM
    db.session.flush()
    return row.address


def note_source(address: str, verdict: Verdict, code: int | None) -> None:
    """What it answered. Its course may have dropped it meanwhile."""
    row = db.session.get(SourceCheck, address)
    if row is None:
        return
    now = journal.now()
    row.asked_at, row.verdict, row.code = now, verdict, code
    row.failures = 0 if verdict is Verdict.FOUND else row.failures + 1
    again = MONTH if verdict is Verdict.FOUND else DAY if row.failures < PATIENCE else WEEK
    row.look_at = now + again
    db.session.flush()


WORST = [Verdict.BROKEN, Verdict.UNCLEAR, Verdict.FORBIDDEN, None, Verdict.FOUND]
"""In the order of the page."""
