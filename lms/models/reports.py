"""What readers say is wrong in a lesson."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.models.base import Base


class Report(Base):
    """A mistake that somebody found, in the edition and language they read.

    quote: the sentence in question, "" for none. reporter_id: None for a visitor.
    resolved_at, resolved_by: when a trainer settled it, and who; open until then.
    """

    __tablename__ = "report"
    __table_args__ = (
        Index(
            "ix_report_open",
            "course_id",
            "id",
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    language: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(String(2000))
    quote: Mapped[str] = mapped_column(String(500))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)
    resolved_by: Mapped[str | None] = mapped_column(String(32), default=None)
