"""How the site presents itself: name, logo, texts about itself, announcements."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.models.base import Base, stored


class Site(Base):
    """One row, made by the first change. version: grows with whatever changes on this page.

    name, logo, logo_type: None until somebody says otherwise in the browser. logo: the digest of
    its bytes.
    """

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    version: Mapped[int] = mapped_column(default=0)
    name: Mapped[str | None] = mapped_column(String(100), default=None)
    logo: Mapped[str | None] = mapped_column(String(64), default=None)
    logo_type: Mapped[str | None] = mapped_column(String(32), default=None)


class SiteText(Base):
    """A text about the site in one language, as somebody saved it; the newest one counts.

    text: Markdown; "" where it was taken back, so that the files count again.
    """

    __tablename__ = "site_text"
    __table_args__ = (Index("ix_site_text_name_language", "name", "language", "id"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    name: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))


class Level(StrEnum):
    """How loudly something is announced."""

    INFO = "info"
    WARNING = "warning"


class Announcement(Base):
    """A sentence on every page for a while. words: language → sentence; ends_at: None for no end."""

    __tablename__ = "announcement"
    __table_args__ = (Index("ix_announcement_ends_at", "ends_at"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    level: Mapped[Level] = mapped_column(stored(Level))
    words: Mapped[dict[str, Any]]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
