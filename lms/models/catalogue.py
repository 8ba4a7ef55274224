"""Courses, their editions, and the identities that progress points to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.models.base import Base, stored


class Course(Base):
    """The identity of a course. Never deleted, only retired."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None] = mapped_column(default=None)


class Lesson(Base):
    """The identity of a lesson, ``module/lesson``. Never deleted, only retired."""

    __tablename__ = "lesson"
    __table_args__ = (UniqueConstraint("course_id", "slug"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    slug: Mapped[str] = mapped_column(String(200))
    retired_at: Mapped[datetime | None] = mapped_column(default=None)
    course: Mapped[Course] = relationship(init=False, repr=False, compare=False)


class LessonAlias(Base):
    """An earlier slug of a lesson (``was:``): old addresses lead to where it is now."""

    __tablename__ = "lesson_alias"
    __table_args__ = (UniqueConstraint("course_id", "slug"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    slug: Mapped[str] = mapped_column(String(200))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))


class Blob(Base):
    """A file's content, stored once. ``data`` is None when the bytes lie in the object store."""

    __tablename__ = "blob"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    data: Mapped[bytes | None] = mapped_column(LargeBinary, default=None, deferred=True)


class Origin(StrEnum):
    """Where an edition came from."""

    SHIPPED = "shipped"
    IMPORTED = "imported"
    STUDIO = "studio"


class Edition(Base):
    """One immutable published tree. The highest number of a course is current.

    rechecked_at: when the worker had looked at every learner: who earned a certificate by this
    publication, who must hear of it. rechecked_to: the enrolment up to which it has looked.
    has_due: whether a lesson of it has a due date.
    """

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("course_id", "number"),
        Index("ix_edition_digest", "digest"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    format_version: Mapped[int]
    origin: Mapped[Origin] = mapped_column(stored(Origin))
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(String(500), default="")
    rechecked_at: Mapped[datetime | None] = mapped_column(default=None)
    rechecked_to: Mapped[int] = mapped_column(default=0)
    has_due: Mapped[bool] = mapped_column(default=True)


class EditionLesson(Base):
    """Which lesson it was that an edition called ``slug``: names change hands, identities do not."""

    __tablename__ = "edition_lesson"
    __table_args__ = (UniqueConstraint("edition_id", "slug"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True, index=True)
    slug: Mapped[str] = mapped_column(String(200))


class EditionFile(Base):
    """A path of an edition and the digest of its bytes."""

    __tablename__ = "edition_file"

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(500), primary_key=True)
    digest: Mapped[str] = mapped_column(ForeignKey("blob.digest"), index=True)


class Path(Base):
    """The identity of a path: courses that belong together, in an order."""

    __tablename__ = "path"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    created_at: Mapped[datetime]


class PathEdition(Base):
    """One immutable published state of a path. The highest number of a path is current.

    rechecked_at: when the worker had looked at everybody who could have earned the diploma by it.
    rechecked_to: the enrolment in its first course up to which it has looked.
    """

    __tablename__ = "path_edition"
    __table_args__ = (UniqueConstraint("path_id", "number"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    path_id: Mapped[int] = mapped_column(ForeignKey("path.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    format_version: Mapped[int]
    origin: Mapped[Origin] = mapped_column(stored(Origin))
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(32))
    rechecked_at: Mapped[datetime | None] = mapped_column(default=None)
    rechecked_to: Mapped[int] = mapped_column(default=0)


class PathFile(Base):
    """A file of an edition of a path and the digest of its bytes."""

    __tablename__ = "path_file"

    edition_id: Mapped[int] = mapped_column(ForeignKey("path_edition.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(500), primary_key=True)
    digest: Mapped[str] = mapped_column(ForeignKey("blob.digest"), index=True)
