"""Marking: an attempt is handed in once, marked, and all that follows from it happens."""

from fractions import Fraction
from math import floor

from sqlalchemy import select, update

from lms.content.outline import LessonKind, LessonText
from lms.database import db
from lms.domain import catalogue, grading, journal
from lms.domain.learning.completion import record_completion
from lms.domain.learning.earning import issue_if_earned
from lms.domain.learning.papers import GRACE, answers_of, lesson_of, paper_of
from lms.models import Attempt, Lesson, User, Verb


def close_attempt(attempt: Attempt) -> Attempt:
    """Mark what was saved; whoever comes first does it, the others change nothing."""
    now = journal.now()
    closed_at = min(now, attempt.closes_at) if attempt.closes_at else now
    claimed = db.session.execute(
        update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.submitted_at.is_(None))
        .values(submitted_at=closed_at)
    )
    db.session.refresh(attempt)
    if claimed.rowcount:  # type: ignore[attr-defined]
        _mark(attempt)
    return attempt


def close_overdue() -> int:
    """Hand in everything whose time is over; how many there were. For the worker."""
    late = select(Attempt).where(
        Attempt.submitted_at.is_(None), Attempt.closes_at < journal.now() - GRACE
    )
    overdue = db.session.scalars(late.limit(100)).all()
    for attempt in overdue:
        close_attempt(attempt)
    return len(overdue)


def _mark(attempt: Attempt) -> None:
    """Marks and points, then all that follows from them."""
    course, edition, text = lesson_of(attempt)
    user = db.session.get_one(User, attempt.user_id)
    journal.record(user, Verb.SUBMITTED, f"attempt:{attempt.id}", course_id=course.id)
    if text.kind is LessonKind.SURVEY:
        attempt.passed = True
    else:
        _grade(attempt, text)
        verb = Verb.PASSED if attempt.passed else Verb.FAILED
        journal.record(
            user, verb, f"attempt:{attempt.id}", course_id=course.id, percent=attempt.percent
        )
    if attempt.passed:
        lesson = db.session.get_one(Lesson, attempt.lesson_id)
        record_completion(user, course, edition, lesson)
    db.session.flush()
    issue_if_earned(user, course, catalogue.current_edition(course))


def _grade(attempt: Attempt, text: LessonText) -> None:
    given = answers_of(attempt)
    earned = Fraction(0)
    possible = 0
    for question in paper_of(attempt):
        answer = given.get(question.position)
        share = grading.mark(question.text, answer.response) if answer else Fraction(0)
        if answer:
            answer.share = float(share)
        earned += question.text.points * share
        possible += question.text.points
    score = earned / possible if possible else Fraction(0)
    attempt.score, attempt.percent = float(score), floor(score * 100)
    attempt.earned, attempt.possible = float(earned), possible
    attempt.passed = score >= text.rules.pass_mark
