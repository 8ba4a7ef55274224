"""Lessons that are due soon: people who have not done them are told, once for each lesson."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, select

from lms.content.outline import CourseText, LessonText
from lms.content.questions import Wait
from lms.database import add_once, db
from lms.domain import catalogue, journal, notices
from lms.domain.cohorts import finding
from lms.domain.learning import rules
from lms.models import (
    Attempt,
    CohortCourse,
    CohortDeadline,
    CohortMember,
    Completion,
    Course,
    DueNotice,
    Enrolment,
    Lesson,
    MailKind,
    User,
)

SOON = timedelta(days=3)
MOST = 100
"""How many people are told in one transaction."""


def tell_next() -> int:
    """Tell some of those who do not know yet; how many they were, 0 when all know. For the worker.

    Only courses whose edition has due dates are looked into, and of their learners only those for
    whom one is near.
    """
    now, told = journal.now(), 0
    for course, edition in catalogue.current_editions():
        if edition.has_due:
            told += _tell_course(course, catalogue.text_of(edition), now, MOST - told)
    return told


def _tell_course(course: Course, text: CourseText, now: datetime, most: int) -> int:
    told = 0
    for lesson in text.lessons:
        if told < most and _may_be_near(lesson, now):
            told += _tell(course, text, lesson, now, most - told)
    return told


def _may_be_near(lesson: LessonText, now: datetime) -> bool:
    """Whether it can be due soon for anybody, and can still be done."""
    due, closes = lesson.rules.due, lesson.rules.closes
    if due is None or (closes is not None and now >= closes):
        return False
    return isinstance(due, Wait) or now < due <= now + SOON


def _tell(course: Course, text: CourseText, lesson: LessonText, now: datetime, most: int) -> int:
    row = catalogue.find_lesson(course, lesson.slug)
    rows = db.session.execute(_waiting(course, lesson, row, now).limit(most)).all()
    for person, started_at in rows:
        due = rules.due_at(lesson, started_at)
        assert due is not None  # noqa: S101 (it was asked for because it is near)
        tell_once(person, course, text, lesson, row, due)
    return len(rows)


def tell_once(
    person: User, course: Course, text: CourseText, lesson: LessonText, row: Lesson, due: datetime
) -> None:
    """Another worker may have told this person a moment ago: whose row is the first, tells."""
    if add_once(DueNotice(user_id=person.id, lesson_id=row.id, at=journal.now())):
        notices.tell(
            person,
            MailKind.DUE,
            course=text.say(person.language).title,
            lesson=lesson.say(person.language).title,
            moment=due.isoformat(),
            path=f"courses/{course.slug}/{lesson.slug}",
        )


def still_to_do(row: Lesson) -> tuple[ColumnElement[bool], ...]:
    """Conditions on User: has the lesson before them, and was not told."""
    return (
        User.suspended_at.is_(None),
        ~exists().where(Completion.user_id == User.id, Completion.lesson_id == row.id),
        ~exists().where(
            Attempt.user_id == User.id,
            Attempt.lesson_id == row.id,
            Attempt.submitted_at.is_not(None),
            Attempt.passed.is_(None),  # handed in; a trainer has to mark it
        ),
        ~exists().where(DueNotice.user_id == User.id, DueNotice.lesson_id == row.id),
    )


def _free_of_cohorts(course: Course, row: Lesson) -> tuple[ColumnElement[bool], ...]:
    """Whose cohort says another date hears of that one."""
    mine = (CohortMember.user_id == User.id, *finding.is_in())
    deadline = exists().where(CohortDeadline.cohort_id == CohortMember.cohort_id, *mine)
    end = exists().where(CohortCourse.cohort_id == CohortMember.cohort_id, *mine)
    return (
        ~deadline.where(CohortDeadline.lesson_id == row.id),
        ~end.where(CohortCourse.course_id == course.id, CohortCourse.ends_at.is_not(None)),
    )


def _waiting(
    course: Course, lesson: LessonText, row: Lesson, now: datetime
) -> Select[User, datetime]:
    """Who has this lesson before them, is due within three days, and was not told."""
    query = (
        select(User, Enrolment.started_at)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(
            Enrolment.course_id == course.id,
            *still_to_do(row),
            *_free_of_cohorts(course, row),
        )
        .order_by(Enrolment.id)
    )
    due = lesson.rules.due
    if isinstance(due, Wait):
        begun = now - due.length
        return query.where(Enrolment.started_at > begun, Enrolment.started_at <= begun + SOON)
    return query
