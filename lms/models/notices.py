"""What people were told already, so that nobody is told twice."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.models.base import Base


class DueNotice(Base):
    """Somebody was told that a lesson is due soon: once, whatever becomes of the date."""

    __tablename__ = "due_notice"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True, index=True)
    at: Mapped[datetime]


class ChangeNotice(Base):
    """Up to which edition of a course they finished somebody was told what changed."""

    __tablename__ = "change_notice"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    edition_number: Mapped[int]
    at: Mapped[datetime]
