"""Finding courses, lessons and what an edition says about them."""

from collections.abc import Collection, Sequence
from functools import lru_cache

from sqlalchemy import func, select

from lms import files
from lms.content.check import read_course
from lms.content.outline import CourseText, LessonText
from lms.content.tree import CourseTree
from lms.database import db
from lms.domain.errors import Missing, _
from lms.models import Blob, Course, Edition, EditionFile, EditionLesson, Lesson, LessonAlias

FORMAT_VERSION = 1
"""The version of the course format that this reader publishes; an edition records it."""


def find_course(slug: str) -> Course:
    """The course at this address, retired ones included; Missing when there never was one."""
    course = db.session.scalar(select(Course).where(Course.slug == slug))
    if course is None:
        raise Missing(_("There is no such course."))
    return course


def find_lesson(course: Course, slug: str) -> Lesson:
    """The lesson ``module/lesson``, also by an earlier slug; Missing when there is none."""
    lesson = db.session.scalar(
        select(Lesson).where(Lesson.course_id == course.id, Lesson.slug == slug)
    )
    if lesson is None:
        moved = select(LessonAlias.lesson_id).where(
            LessonAlias.course_id == course.id, LessonAlias.slug == slug
        )
        lesson = db.session.scalar(select(Lesson).where(Lesson.id.in_(moved)))
    if lesson is None:
        raise Missing(_("There is no such lesson."))
    return lesson


def slug_in(edition_id: int, lesson_id: int) -> str:
    """What this edition called the lesson; Missing when it had no such lesson."""
    slug = db.session.scalar(
        select(EditionLesson.slug).where(
            EditionLesson.edition_id == edition_id, EditionLesson.lesson_id == lesson_id
        )
    )
    if slug is None:
        raise Missing(_("There is no such lesson."))
    return slug


def current_edition(course: Course) -> Edition:
    """The edition with the highest number; Missing for a course that was never published."""
    edition = db.session.scalar(
        select(Edition)
        .where(Edition.course_id == course.id)
        .order_by(Edition.number.desc())
        .limit(1)
    )
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


def text_of(edition: Edition) -> CourseText:
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
    text, _problems = read_course(tree_of(edition))
    assert text is not None  # noqa: S101 (it was checked before it was published)
    return text
