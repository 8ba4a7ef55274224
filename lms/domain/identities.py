"""Which lesson is which: names change, move and come back; what people did follows the lesson."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from lms.content.check import Problem, Severity
from lms.content.outline import CourseText, LessonText
from lms.database import db
from lms.models import Course, Edition, EditionLesson, Lesson, LessonAlias

Rows = Mapping[str, Lesson]


def clashes(course: Course, text: CourseText) -> tuple[Problem, ...]:
    """Lessons that would take the name of another one that people did before: errors.

    Only the history of the course shows this, so the check of a folder cannot.
    """
    rows, former = _known(course)
    return tuple(
        Problem(said.path, 1, Severity.ERROR, _clash(said.slug, old.slug))
        for said in text.lessons
        if (own := rows.get(said.slug)) is not None
        and own.retired_at is not None
        and (old := _before(said, rows, former, text)) is not None
        and old.retired_at is None
    )


def keep(edition: Edition, course: Course, text: CourseText, now: datetime) -> None:
    """Lessons seen for the first time get a row, renamed ones keep theirs, missing ones retire."""
    rows, former = _known(course)
    rows = dict(rows)
    for said in text.lessons:
        if said.slug in rows:
            continue
        old = _before(said, rows, former, text)
        _free(course, said.slug)
        if old is not None:
            del rows[old.slug]
            rows[said.slug] = _renamed(course, old, said.slug)
        else:
            rows[said.slug] = Lesson(course_id=course.id, slug=said.slug)
            db.session.add(rows[said.slug])
    named = {lesson.slug for lesson in text.lessons}
    for slug, lesson in rows.items():
        if slug in named:
            lesson.retired_at = None
        elif lesson.retired_at is None:
            lesson.retired_at = now
    db.session.flush()
    for slug in named:
        row = EditionLesson(edition_id=edition.id, lesson_id=rows[slug].id, slug=slug)
        db.session.add(row)
    db.session.flush()


def _known(course: Course) -> tuple[Rows, Rows]:
    """The lessons of the course by their names, and by the names they had before."""
    lessons = db.session.scalars(select(Lesson).where(Lesson.course_id == course.id)).all()
    by_id = {lesson.id: lesson for lesson in lessons}
    aliases = db.session.scalars(select(LessonAlias).where(LessonAlias.course_id == course.id))
    return (
        {lesson.slug: lesson for lesson in lessons},
        {alias.slug: by_id[alias.lesson_id] for alias in aliases},
    )


def _before(said: LessonText, rows: Rows, former: Rows, text: CourseText) -> Lesson | None:
    """What this lesson was, if it was something else that no lesson of this edition is called.

    ``was:`` may skip names in between: a lesson renamed twice is found by its first name, too. A name
    that a lesson once had leads back to it without ``was:``.
    """
    for name in (*said.was, said.slug):
        for lesson in (rows.get(name), former.get(name)):
            if lesson is not None and text.lesson(lesson.slug) is None:
                return lesson
    return None


def _renamed(course: Course, lesson: Lesson, slug: str) -> Lesson:
    """The same lesson under its new slug; the old address leads to it."""
    _free(course, lesson.slug)
    db.session.add(LessonAlias(course_id=course.id, slug=lesson.slug, lesson_id=lesson.id))
    lesson.slug = slug
    db.session.flush()
    return lesson


def _free(course: Course, slug: str) -> None:
    """No other lesson's old address leads away from this name any more."""
    alias = db.session.scalar(
        select(LessonAlias).where(LessonAlias.course_id == course.id, LessonAlias.slug == slug)
    )
    if alias is not None:
        db.session.delete(alias)
        db.session.flush()


def _clash(slug: str, before: str) -> str:
    return (
        f"{slug} was another lesson of this course, and what people did there belongs to it. "
        f"Choose a name for {before} that no lesson had before"
    )
