"""What learners did: enrolments, completions, attempts and answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from lms.models.base import Base
from lms.models.catalogue import Edition, EditionLesson, Lesson


class Enrolment(Base):
    """A learner in a course; begins with the first Done, attempt or Join."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("user_id", "course_id"),
        Index("ix_enrolment_course_id_started_at", "course_id", "started_at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    started_at: Mapped[datetime]


class Completion(Base):
    """A lesson done, when, and in which edition."""

    __tablename__ = "completion"
    __table_args__ = (UniqueConstraint("user_id", "lesson_id"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    at: Mapped[datetime]


class AttendanceCode(Base):
    """What a trainer shows to those who are there; whoever has it is done with the lesson.

    by: public id of the trainer. ends_at: the first moment at which it is worth nothing.
    """

    __tablename__ = "attendance_code"
    __table_args__ = (UniqueConstraint("lesson_id", "by"),)

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    by: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class Attempt(Base):
    """One try at a quiz, exam, assignment or survey, against the edition it was started on.

    paper: the questions as drawn and shuffled, a list of
    ``{"lesson": slug, "id": question id, "order": [source positions in the order shown]}``; with
    drop-downs in the text also ``"blanks": [[source positions of the choices], …]``, [] where one types.
    counter: the highest save the browser sent. score 0..1, percent rounded down, earned and
    possible in points: None until graded. Handed in and ``passed`` still None: it waits for a trainer.
    named: what its edition called the lesson.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("user_id", "lesson_id", "number"),
        Index(
            "uq_attempt_open",
            "user_id",
            "lesson_id",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
        Index(
            "ix_attempt_waiting",
            "lesson_id",
            "submitted_at",
            sqlite_where=text("submitted_at IS NOT NULL AND passed IS NULL"),
            postgresql_where=text("submitted_at IS NOT NULL AND passed IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    number: Mapped[int]
    paper: Mapped[list[Any]]
    started_at: Mapped[datetime]
    closes_at: Mapped[datetime | None] = mapped_column(default=None)
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    counter: Mapped[int] = mapped_column(default=0)
    score: Mapped[float | None] = mapped_column(default=None)
    percent: Mapped[int | None] = mapped_column(default=None)
    earned: Mapped[float | None] = mapped_column(default=None)
    possible: Mapped[int | None] = mapped_column(default=None)
    passed: Mapped[bool | None] = mapped_column(default=None)
    lesson: Mapped[Lesson] = relationship(init=False, repr=False, compare=False)
    edition: Mapped[Edition] = relationship(init=False, repr=False, compare=False)
    named: Mapped[EditionLesson] = relationship(
        primaryjoin=lambda: (
            (foreign(Attempt.edition_id) == EditionLesson.edition_id)
            & (foreign(Attempt.lesson_id) == EditionLesson.lesson_id)
        ),
        viewonly=True,
        init=False,
        repr=False,
        compare=False,
    )


class Answer(Base):
    """What was given to one question of an attempt.

    response: source positions for choices (``[0, 2]``), the text as typed otherwise; match: the option of
    each item; order: the place of each step; cloze: text or choice of each blank; None where nothing was
    given; of an upload ``[{"digest", "name", "size", "type"}]``. share 0..1: None until graded; of an essay
    or upload until a trainer has marked it.
    """

    __tablename__ = "answer"
    __table_args__ = (
        Index(
            "ix_answer_upload",
            "attempt_id",
            sqlite_where=text("kind = 'upload'"),
            postgresql_where=text("kind = 'upload'"),
        ),
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(32))
    response: Mapped[list[Any]]
    saved_at: Mapped[datetime]
    share: Mapped[float | None] = mapped_column(default=None)


class Standing(Base):
    """How far a person of a cohort is in a course: derived, so that a desk can sort ten thousand.

    Written with each deed of that person; stale: must be counted anew by the worker. Days are counted
    from 1 January 1970, in UTC: last_day of the last deed, finished_day None until then, quiet_since of
    the last deed or of coming into a cohort, whichever was later. here: the slug of the lesson where the
    person goes on, "" when nothing is left to do.
    """

    __tablename__ = "standing"
    __table_args__ = (
        Index(
            "ix_standing_stale",
            "course_id",
            "user_id",
            sqlite_where=text("stale"),
            postgresql_where=text("stale"),
        ),
        {"sqlite_with_rowid": False},
    )

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    quiet_since: Mapped[int]
    finished_day: Mapped[int | None] = mapped_column(default=None)
    begun_day: Mapped[int | None] = mapped_column(default=None)
    stale: Mapped[bool] = mapped_column(default=True)
    last_day: Mapped[int | None] = mapped_column(default=None)
    done: Mapped[int] = mapped_column(default=0)
    required: Mapped[int] = mapped_column(default=0)
    here: Mapped[str] = mapped_column(String(200), default="")
