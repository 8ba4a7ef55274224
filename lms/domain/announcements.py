"""Announcements: a sentence on every page, from one moment to another, in several languages."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from lms.database import db
from lms.domain import audit, journal, site
from lms.domain.errors import Invalid, Missing, _
from lms.domain.permissions import Action, Actor, actor_id, require
from lms.models import Announcement, Level, Verb

LONGEST = 300
PAGE = 20


def listed(actor: Actor, *, page: int = 1) -> tuple[Sequence[Announcement], bool]:
    """A page of them, the newest first, and whether there are more."""
    require(actor, Action.ADMINISTER)
    rows = db.session.scalars(
        select(Announcement)
        .order_by(Announcement.id.desc())
        .limit(PAGE + 1)
        .offset(PAGE * (page - 1))
    ).all()
    return rows[:PAGE], len(rows) > PAGE


def find(actor: Actor, number: int) -> Announcement:
    """One of them, or Missing."""
    require(actor, Action.ADMINISTER)
    row = db.session.get(Announcement, number)
    if row is None:
        raise Missing(_("There is no such announcement."))
    return row


def announce(
    actor: Actor,
    *,
    level: Level,
    words: Mapping[str, str],
    starts_at: datetime | None,
    ends_at: datetime | None,
) -> Announcement:
    """A new one; ``starts_at``: None for now."""
    require(actor, Action.MANAGE_SITE)
    now = journal.now()
    words, starts_at = clean_words(words), starts_at or now
    check_moments(starts_at, ends_at)
    row = Announcement(
        level=level,
        words=words,
        starts_at=starts_at,
        ends_at=ends_at,
        created_at=now,
        by=actor_id(actor),
    )
    db.session.add(row)
    site.changed()
    db.session.flush()
    changes = {what: (None, after) for what, after in _said(row).items()}
    audit.record(actor, Verb.ANNOUNCED, f"announcement:{row.id}", changes=changes)
    return row


def change(
    actor: Actor,
    row: Announcement,
    *,
    level: Level,
    words: Mapping[str, str],
    starts_at: datetime | None,
    ends_at: datetime | None,
) -> None:
    """Say it in another way, or at another time. What changes nothing writes nothing."""
    require(actor, Action.MANAGE_SITE)
    words = clean_words(words)
    check_moments(starts_at or row.starts_at, ends_at)
    before = _said(row)
    row.level, row.words = level, words
    row.starts_at, row.ends_at = starts_at or row.starts_at, ends_at
    _note(actor, row, before)


def end(actor: Actor, row: Announcement) -> None:
    """Show it no more, from now on. Twice changes nothing."""
    require(actor, Action.MANAGE_SITE)
    now = journal.now()
    if row.ends_at is None or row.ends_at > now:
        before = _said(row)
        row.starts_at, row.ends_at = min(row.starts_at, now), now
        _note(actor, row, before)


def clean_words(words: Mapping[str, str]) -> dict[str, str]:
    """Language → sentence, without empty ones; Invalid for none, or for one that is too long."""
    clean = {
        code: line
        for code, text in words.items()
        if (line := " ".join("".join(c if c.isprintable() else " " for c in text).split()))
    }
    if not clean:
        raise Invalid(_("Write the sentence in one language at least."), field="en")
    for code, line in clean.items():
        if len(line) > LONGEST:
            raise Invalid(_("Use at most %(count)s characters."), count=LONGEST, field=code)
    return clean


def check_moments(starts_at: datetime, ends_at: datetime | None) -> None:
    """Invalid when it would end before it begins."""
    if ends_at is not None and ends_at <= starts_at:
        raise Invalid(_("It must end after it begins."), field="ends")


def _note(actor: Actor, row: Announcement, before: Mapping[str, object]) -> None:
    after = _said(row)
    changes = {what: (before[what], after[what]) for what in after if before[what] != after[what]}
    if changes:
        site.changed()
        audit.record(actor, Verb.CHANGED, f"announcement:{row.id}", changes=changes)


def _said(row: Announcement) -> dict[str, object]:
    return {
        "level": row.level.value,
        "words": dict(row.words),
        "starts": row.starts_at.isoformat(),
        "ends": row.ends_at.isoformat() if row.ends_at else None,
    }
