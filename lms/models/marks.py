"""What trainers thought of answers that no machine can mark."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.models.base import Base

LONGEST_COMMENT = 5000


class Mark(Base):
    """One mark for one answer, by whom and when. A correction is a new row with the next number.

    points and comments: one for each line of the rubric, in its order (without a rubric one). share:
    0..1 of the question's points. marker_id: None when the marker's account was deleted.
    """

    __tablename__ = "mark"
    __table_args__ = (
        ForeignKeyConstraint(["attempt_id", "position"], ["answer.attempt_id", "answer.position"]),
        UniqueConstraint("attempt_id", "position", "number"),
        Index("ix_mark_course_id_at", "course_id", "at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    attempt_id: Mapped[int]
    position: Mapped[int]
    number: Mapped[int]
    marker_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    at: Mapped[datetime]
    share: Mapped[float]
    points: Mapped[list[Any]]
    comments: Mapped[list[Any]]
    comment: Mapped[str] = mapped_column(String(LONGEST_COMMENT), default="")
