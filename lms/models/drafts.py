"""What trainers are writing: the files that they changed, until they publish."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.models.base import Base


class Draft(Base):
    """One person's working copy of a course: only what differs from the newest edition.

    base_id: the edition that was the newest when the draft was begun; None for a course without one.
    publish_at: when the worker is to publish it, with this note; refusal: why that went wrong.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("course_id", "owner_id"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    base_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    started_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    publish_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    note: Mapped[str] = mapped_column(String(500), default="")
    refusal: Mapped[str] = mapped_column(String(500), default="")


class DraftFile(Base):
    """A file as the draft has it. digest: None when the draft takes it out.

    base_digest: what the edition had that the writer saw, None for no such file. When the newest edition
    has something else, both changed it. version: counts the saves, so that two tabs notice each other.
    """

    __tablename__ = "draft_file"

    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(500), primary_key=True)
    digest: Mapped[str | None] = mapped_column(ForeignKey("blob.digest"), index=True)
    base_digest: Mapped[str | None] = mapped_column(String(64))
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
