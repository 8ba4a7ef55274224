"""What was done as a visitor goes to the account: lessons that are read, never scores."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from lms.content.outline import LessonText
from lms.database import db
from lms.domain import catalogue, journal
from lms.domain.learning import rules
from lms.domain.learning.completion import record_completion
from lms.domain.learning.earning import issue_if_earned
from lms.domain.learning.progress import progress_of
from lms.domain.permissions import Action, require
from lms.models import Course, Edition, Lesson, LessonAlias, User

MOST = 300
"""Marks that are looked at; a browser keeps no more."""
LONGEST = 400


def adopt_done(me: User, marks: Sequence[str]) -> int:
    """Complete the lessons that these marks name, ``course/module/lesson``; how many are new.

    What cannot be done by its button, is closed to this learner, was done before or does not exist
    is left out without a word: the marks come from a browser and may be old, or invented.
    """
    require(me, Action.LEARN)
    wanted: dict[str, set[str]] = {}
    for mark in marks[:MOST]:
        course, _slash, lesson = mark.partition("/")
        if len(mark) <= LONGEST and mark.isprintable():
            wanted.setdefault(course, set()).add(lesson)
    courses = db.session.scalars(
        select(Course)
        .where(Course.slug.in_(wanted), Course.retired_at.is_(None))
        .order_by(Course.id)
    )
    return sum(_adopt(me, course, wanted[course.slug]) for course in courses.all())


def _adopt(me: User, course: Course, marks: set[str]) -> int:
    edition = catalogue.current_edition(course)
    lessons = _lessons(course, marks)
    new = _in_order(me, course, edition, lessons)
    for lesson in new:
        record_completion(me, course, edition, lessons[lesson.slug])
    if new:
        issue_if_earned(me, course, edition)
    return len(new)


def _lessons(course: Course, marks: set[str]) -> Mapping[str, Lesson]:
    """By their names of today; a mark may know a lesson by its old name."""
    moved = select(LessonAlias.lesson_id).where(
        LessonAlias.course_id == course.id, LessonAlias.slug.in_(marks)
    )
    rows = db.session.scalars(
        select(Lesson).where(
            Lesson.course_id == course.id, Lesson.slug.in_(marks) | Lesson.id.in_(moved)
        )
    )
    return {lesson.slug: lesson for lesson in rows}


def _in_order(
    me: User, course: Course, edition: Edition, lessons: Mapping[str, Lesson]
) -> list[LessonText]:
    """Those that may be done, each after what must come before it, whatever the order of the marks."""
    text = catalogue.text_of(edition)
    states = progress_of(me, course, text).states
    done = {slug for slug, state in states.items() if state.done_at is not None}
    waiting = [
        lesson
        for lesson in text.lessons
        if lesson.slug in lessons and lesson.slug not in done and lesson.has_button
    ]
    found: list[LessonText] = []
    while ready := [one for one in waiting if rules.closed(one, text, done, journal.now()) is None]:
        found += ready
        done |= {one.slug for one in ready}
        waiting = [one for one in waiting if one.slug not in done]
    return found
