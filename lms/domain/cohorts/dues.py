"""Deadlines of cohorts that are near: who has the lesson still before them is told, once."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import exists, select

from lms.content.outline import LessonText
from lms.database import db
from lms.domain import catalogue, journal
from lms.domain.cohorts import finding
from lms.domain.learning import dues
from lms.models import CohortCourse, CohortDeadline, CohortMember, Course, Lesson, User


def tell_next() -> int:
    """Tell some of those who do not know yet; how many they were, 0 when all know. For the worker."""
    now, told = journal.now(), 0
    for cohort_id, course, row, due in [*_deadlines(now), *_ends(now)]:
        if told < dues.MOST:
            told += _tell(cohort_id, course, row, due, dues.MOST - told)
    return told


def _deadlines(now: datetime) -> Iterator[tuple[int, Course, Lesson, datetime]]:
    rows = db.session.execute(
        select(CohortDeadline.cohort_id, Course, Lesson, CohortDeadline.due_at)
        .join(Lesson, Lesson.id == CohortDeadline.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(CohortDeadline.due_at > now, CohortDeadline.due_at <= now + dues.SOON)
        .order_by(CohortDeadline.due_at, CohortDeadline.cohort_id)
    ).all()
    yield from ((cohort_id, course, row, due) for cohort_id, course, row, due in rows)


def _ends(now: datetime) -> Iterator[tuple[int, Course, Lesson, datetime]]:
    """The end of a cohort's time takes the place of what the course says is due."""
    rows = db.session.execute(
        select(CohortCourse.cohort_id, Course, CohortCourse.ends_at)
        .join(Course, Course.id == CohortCourse.course_id)
        .where(CohortCourse.ends_at > now, CohortCourse.ends_at <= now + dues.SOON)
        .order_by(CohortCourse.ends_at, CohortCourse.cohort_id)
    ).all()
    for cohort_id, course, ends_at in rows:
        assert ends_at is not None  # noqa: S101 (it was asked for because it is near)
        text = catalogue.text_of(catalogue.current_edition(course))
        for slug in [one.slug for one in text.lessons if one.rules.due]:
            row = catalogue.find_lesson(course, slug)
            own = exists().where(
                CohortDeadline.cohort_id == cohort_id, CohortDeadline.lesson_id == row.id
            )
            if not db.session.scalar(select(own)):
                yield cohort_id, course, row, ends_at


def _tell(cohort_id: int, course: Course, row: Lesson, due: datetime, most: int) -> int:
    text = catalogue.text_of(catalogue.current_edition(course))
    lesson = text.lesson(row.slug)
    if lesson is None:  # it was taken out of the course
        return 0
    people = _waiting(cohort_id, row, most, lesson)
    for person in people:
        dues.tell_once(person, course, text, lesson, row, due)
    return len(people)


def _waiting(cohort_id: int, row: Lesson, most: int, lesson: LessonText) -> list[User]:
    closes = lesson.rules.closes
    if closes is not None and journal.now() >= closes:
        return []
    return list(
        db.session.scalars(
            select(User)
            .join(CohortMember, CohortMember.user_id == User.id)
            .where(
                CohortMember.cohort_id == cohort_id,
                *finding.is_in(),
                *dues.still_to_do(row),
            )
            .order_by(CohortMember.id)
            .limit(most)
        )
    )
