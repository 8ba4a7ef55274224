"""How the site presents itself: its name and logo, texts about it, announcements.

All of it together is a value with a version, so that a process can keep it: the version grows with
every change and is read together with what a page asks the database anyway.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from lms import files
from lms.content import pictures
from lms.database import add_once, db
from lms.domain import audit, journal
from lms.domain.errors import Invalid, _
from lms.domain.permissions import Action, Actor, require
from lms.models import Announcement, Level, Site, SiteText, Verb

LONGEST_NAME = 60
LARGEST_LOGO = 256 * 1024
WIDEST_LOGO = 2_000
"""Pixels a side: a small file can be a picture that fills the memory."""
LOGOS = ("image/png", "image/svg+xml")
VERSION = select(func.coalesce(func.max(Site.version), 0)).scalar_subquery()
"""To be asked for beside something else."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A sentence in several languages, and from when to when it is shown."""

    id: int
    level: Level
    words: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime | None

    def is_on(self, now: datetime) -> bool:
        """Whether it is shown at this moment."""
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it at one version. name, logo: None for what nobody set. texts: name → language → text."""

    version: int = 0
    name: str | None = None
    logo: str | None = None
    logo_type: str = ""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    announcements: Sequence[Announced] = ()

    @property
    def moments(self) -> set[datetime]:
        """When an announcement begins or ends: then pages say something else."""
        ends = {one.ends_at for one in self.announcements if one.ends_at}
        return {one.starts_at for one in self.announcements} | ends


# --- looking up ---------------------------------------------------------------------------------


def version() -> int:
    """The version that counts now (one statement)."""
    return int(db.session.scalar(select(VERSION)) or 0)


def facts(at: int) -> Facts:
    """Everything; ``at``: the version that was seen before it is read."""
    row = db.session.get(Site, 1)
    running = Announcement.ends_at.is_(None) | (Announcement.ends_at > journal.now())
    rows = db.session.scalars(select(Announcement).where(running).order_by(Announcement.id.desc()))
    return Facts(
        version=at,
        name=row.name if row else None,
        logo=row.logo if row else None,
        logo_type=(row.logo_type if row else None) or "",
        texts=_texts(),
        announcements=tuple(
            Announced(one.id, one.level, one.words, one.starts_at, one.ends_at) for one in rows
        ),
    )


def name() -> str | None:
    """The name that was given in the browser, if any."""
    return db.session.scalar(select(Site.name).where(Site.id == 1))


def logo() -> tuple[str, str] | None:
    """Digest and type of the logo that was uploaded, if any."""
    row = db.session.get(Site, 1)
    return (row.logo, row.logo_type or "") if row and row.logo else None


def _texts() -> Mapping[str, Mapping[str, str]]:
    newest = select(func.max(SiteText.id)).group_by(SiteText.name, SiteText.language)
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in db.session.scalars(select(SiteText).where(SiteText.id.in_(newest))):
        if row.text:
            found[row.name][row.language] = row.text
    return dict(found)


# --- changing -----------------------------------------------------------------------------------


def rename(actor: Actor, text: str) -> None:
    """The name on every page, mail and certificate; "" takes back to the setting."""
    require(actor, Action.MANAGE_SITE)
    name, row = clean_name(text), changed()
    if name != row.name:
        audit.record(actor, Verb.RENAMED, "site", changes={"name": (row.name, name)})
        row.name = name


def set_logo(actor: Actor, data: bytes) -> None:
    """A PNG or an SVG, made harmless; Invalid for anything else."""
    require(actor, Action.MANAGE_SITE)
    data, kind = usable_logo(data)
    digest, row = files.put(data), changed()
    audit.record(actor, Verb.CHANGED, "site", changes={"logo": (row.logo, digest)})
    row.logo, row.logo_type = digest, kind


def remove_logo(actor: Actor) -> None:
    """Our own mark again. Twice changes nothing."""
    require(actor, Action.MANAGE_SITE)
    row = changed()
    if row.logo is not None:
        audit.record(actor, Verb.CHANGED, "site", changes={"logo": (row.logo, None)})
        row.logo = row.logo_type = None


def changed() -> Site:
    """The row, with a new version; whoever changes something at the same moment waits."""
    row = db.session.get(Site, 1, with_for_update=True)
    if row is None:
        add_once(Site())
        row = db.session.get_one(Site, 1, with_for_update=True)
    row.version += 1
    return row


def clean_name(text: str) -> str | None:
    """One line; None for nothing; Invalid when it is too long."""
    name = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(name) > LONGEST_NAME:
        raise Invalid(_("Use at most %(count)s characters."), count=LONGEST_NAME, field="name")
    return name or None


def usable_logo(data: bytes, *, field: str = "logo") -> tuple[bytes, str]:
    """It, without what an SVG runs or loads, and its type; Invalid when it is no picture that may stand
    on every page. field: where that is said."""
    kind = pictures.media_type(data)
    if kind not in LOGOS:
        raise Invalid(_("Choose a PNG or an SVG file."), field=field)
    if len(data) > LARGEST_LOGO:
        raise Invalid(_("This file is larger than %(count)s kB."), count=256, field=field)
    if kind == "image/svg+xml" and pictures.svg_problem(data := pictures.harmless_svg(data)):
        raise Invalid(
            _("This SVG runs or loads something, or cannot be read. Save it as plain SVG."),
            field=field,
        )
    if kind == "image/png" and not pictures.is_whole_png(data):
        raise Invalid(_("This PNG is damaged. Save it once more."), field=field)
    size = pictures.size_of(data)
    if size is None or not all(0 < side <= WIDEST_LOGO for side in size):
        raise Invalid(
            _("Choose a picture of at most %(count)s pixels a side."),
            count=WIDEST_LOGO,
            field=field,
        )
    return data, kind
