"""Finding courses, lessons and what an edition says about them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from lms import files
from lms.content.outline import CourseText, LessonText
from lms.content.reading import course as reader
from lms.content.tree import CourseTree
from lms.database import db
from lms.domain import site
from lms.domain.errors import Missing, _
from lms.models import Blob, Course, Edition, EditionFile, Lesson, LessonAlias, PathEdition

FORMAT_VERSION = 1
"""The version of the course format that this reader publishes; an edition records it."""


State = tuple[int, int, datetime | None, int, int]
"""Differs as soon as any course or path was published, a course retired or taken back, or the site's own facts changed.

The last number is the version of those (see site.py)."""


@dataclass(frozen=True, slots=True)
class CourseName:
    """What is needed of a course's row in order to show it; unlike the row, it may be kept."""

    id: int
    slug: str
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class EditionName:
    """The same of an edition's row."""

    id: int
    digest: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address leads: a lesson in the current edition of its course."""

    course: CourseName
    lesson: str
    edition: EditionName

    @property
    def text(self) -> CourseText:
        """What the edition says."""
        return text_of(self.edition)


STATE = (
    select(func.coalesce(func.max(Edition.id), 0)).scalar_subquery(),
    select(func.count(Course.retired_at)).scalar_subquery(),
    select(func.max(Course.retired_at, type_=Course.retired_at.type)).scalar_subquery(),
    select(func.coalesce(func.max(PathEdition.id), 0)).scalar_subquery(),
    site.VERSION,
)
"""To be asked for beside something else."""
_STATE = select(*STATE)
_COURSE = select(Course).where(Course.slug == bindparam("slug"))
_LESSON = select(Lesson).where(
    Lesson.course_id == bindparam("course"), Lesson.slug == bindparam("slug")
)
_CURRENT = (
    select(Edition)
    .where(Edition.course_id == bindparam("course"))
    .order_by(Edition.number.desc())
    .limit(1)
)
_OLDER = aliased(Edition)
NEWEST = (
    select(func.max(_OLDER.number))
    .where(_OLDER.course_id == Course.id)
    .correlate(Course)
    .scalar_subquery()
)
"""The number of the newest edition of a course that a statement asks for."""
_PLACE = (
    select(Course.id, Course.slug, Course.retired_at, Lesson.slug, Edition.id, Edition.digest)
    .join(Lesson, Lesson.course_id == Course.id)
    .join(Edition, Edition.course_id == Course.id)
    .where(
        Course.slug == bindparam("course"),
        Lesson.slug == bindparam("lesson"),
        Edition.number == NEWEST,
    )
)


def state() -> State:
    """What tells whether anything that visitors see changed, in any process (one statement)."""
    return state_in(db.session.connection().execute(_STATE).one())


def state_in(row: Sequence[Any]) -> State:
    """What STATE stood for in a row."""
    newest, retired, at, path, version = row
    return newest, retired, at, path, version


def moments() -> set[datetime]:
    """All dates in the rules of the courses: when they pass, pages say something else."""
    rules = [
        lesson.rules
        for _course, edition in current_editions()
        for lesson in text_of(edition).lessons
    ]
    dates = {date for one in rules for date in (one.opens, one.closes, one.due)}
    return {date for date in dates if isinstance(date, datetime)}


def find_place(slug: str, lesson_slug: str) -> Place | None:
    """Course, lesson and current edition at this very address; None when it is not that simple."""
    where = {"course": slug, "lesson": lesson_slug}
    row = db.session.connection().execute(_PLACE, where).one_or_none()
    return None if row is None else Place(CourseName(*row[:3]), row[3], EditionName(*row[4:]))


def find_course(slug: str) -> Course:
    """The course at this address, retired ones included; Missing when there never was one."""
    course = db.session.scalar(_COURSE, {"slug": slug}) if slug.isprintable() else None
    if course is None:
        raise Missing(_("There is no such course."))
    return course


def find_lesson(course: Course, slug: str) -> Lesson:
    """The lesson ``module/lesson``, also by an earlier slug; Missing when there is none."""
    lesson = db.session.scalar(_LESSON, {"course": course.id, "slug": slug})
    if lesson is None:
        moved = select(LessonAlias.lesson_id).where(
            LessonAlias.course_id == course.id, LessonAlias.slug == slug
        )
        lesson = db.session.scalar(select(Lesson).where(Lesson.id.in_(moved)))
    if lesson is None:
        raise Missing(_("There is no such lesson."))
    return lesson


def current_edition(course: Course) -> Edition:
    """The edition with the highest number; Missing for a course that was never published."""
    edition = db.session.scalar(_CURRENT, {"course": course.id})
    if edition is None:
        raise Missing(_("This course is not published yet."))
    return edition


def current_editions(ids: Collection[int] | None = None) -> Sequence[tuple[Course, Edition]]:
    """Courses with their current edition, by slug: these, or all that are not retired."""
    which = Course.retired_at.is_(None) if ids is None else Course.id.in_(ids)
    newest = (
        select(Edition.course_id, func.max(Edition.number).label("number"))
        .group_by(Edition.course_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Course, Edition)
        .join(Edition, Edition.course_id == Course.id)
        .join(newest, (newest.c.course_id == Course.id) & (newest.c.number == Edition.number))
        .where(which)
        .order_by(Course.slug)
    )
    return [(course, edition) for course, edition in rows]


def every_slug() -> Sequence[str]:
    """The short names of all courses that were ever published."""
    published = select(Edition.course_id)
    which = select(Course.slug).where(Course.id.in_(published)).order_by(Course.slug)
    return db.session.scalars(which).all()


def text_of(edition: Edition | EditionName) -> CourseText:
    """What the edition says; parsed once a process, for it never changes."""
    return _parsed(edition.digest, edition.id)


def lesson_text(edition: Edition, slug: str) -> LessonText:
    """What the edition says about one lesson; Missing when it has no such lesson."""
    text = text_of(edition).lesson(slug)
    if text is None:
        raise Missing(_("This lesson is no longer part of the course."))
    return text


def tree_of(edition: Edition) -> CourseTree:
    """The files of the edition, byte for byte, read when they are asked for."""
    rows = db.session.execute(
        select(EditionFile.path, EditionFile.digest).where(EditionFile.edition_id == edition.id)
    )
    return CourseTree(dict(rows.all()), bytes_of)


def bytes_of(digest: str) -> bytes:
    """The content at this address: texts lie in the database, other files in the object store."""
    data = db.session.scalar(select(Blob.data).where(Blob.digest == digest))
    return files.get(digest) if data is None else data


def file_of(course: Course, path: str, digest: str) -> bytes:
    """A file that some edition of this course published under this path; Missing otherwise."""
    known = db.session.scalar(
        select(EditionFile.digest)
        .join(Edition, Edition.id == EditionFile.edition_id)
        .where(
            Edition.course_id == course.id,
            EditionFile.path == path,
            EditionFile.digest == digest,
        )
        .limit(1)
    )
    if known is None:
        raise Missing(_("There is no such file."))
    return bytes_of(digest)


@lru_cache(maxsize=64)
def _parsed(_digest: str, edition_id: int) -> CourseText:
    edition = db.session.get_one(Edition, edition_id)
    text, _problems = reader.read(tree_of(edition))
    assert text is not None  # noqa: S101 (all else was checked before it was published)
    return text
