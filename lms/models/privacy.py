"""What people asked for who want their data, or want to be forgotten."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.models.base import Base


class Deletion(Base):
    """Somebody had their account deleted. It holds no name and no address.

    So a backup that is older can be restored without bringing anybody back. public_id: the random
    number by which the journal named them. withdrawn: numbers of the certificates that ended with
    the account; all others stay. filed_at: when the file store had it, too (lms/filing.py).
    """

    __tablename__ = "deletion"

    public_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]
    withdrawn: Mapped[list[Any]]
    filed_at: Mapped[datetime | None] = mapped_column(default=None)


class DiscardedFile(Base):
    """A file that somebody's data pointed to; the worker removes it when nobody else's does."""

    __tablename__ = "discarded_file"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]


class Export(Base):
    """Everything of one person as a ZIP file: asked for, being made, there for some days.

    done, total: parts of the work, while it is being made. claimed_at: a worker is at it.
    """

    __tablename__ = "export"
    __table_args__ = (
        Index(
            "ix_export_waiting",
            "asked_at",
            sqlite_where=text("ready_at IS NULL"),
            postgresql_where=text("ready_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), unique=True)
    language: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None] = mapped_column(default=None)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    ready_at: Mapped[datetime | None] = mapped_column(default=None)
    expires_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    digest: Mapped[str | None] = mapped_column(String(64), default=None)
    size: Mapped[int | None] = mapped_column(default=None)
