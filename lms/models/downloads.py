"""Files that somebody asked for and that the worker makes: they take longer than a page may."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.models.base import Base, stored


class DownloadKind(StrEnum):
    """What is in the file."""

    RECORD = "record"
    CERTIFICATES = "certificates"
    REPORT = "report"


class Download(Base):
    """One file: asked for, being made, there for some days. A new one takes the place of the old.

    subject: what it is about, such as ``cohort:7``; "" for the person who asked. done, total: parts of
    the work, while it is being made. claimed_at: a worker is at it.
    """

    __tablename__ = "download"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "subject"),
        Index("ix_download_subject_kind", "subject", "kind"),
        Index(
            "ix_download_waiting",
            "asked_at",
            sqlite_where=text("ready_at IS NULL"),
            postgresql_where=text("ready_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[DownloadKind] = mapped_column(stored(DownloadKind))
    language: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(String(100), default="")
    claimed_at: Mapped[datetime | None] = mapped_column(default=None)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    ready_at: Mapped[datetime | None] = mapped_column(default=None)
    expires_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    digest: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    size: Mapped[int | None] = mapped_column(default=None)
