"""Marking: an attempt is handed in once, marked by machine, and all that follows from it happens.

What people mark is in reviewing.py; with the last mark the same things follow.
"""

from fractions import Fraction
from math import floor

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm.attributes import set_committed_value

from lms.content.outline import LessonKind, LessonText
from lms.database import db
from lms.domain import catalogue, grading, journal
from lms.domain.learning.completion import record_completion, take_back
from lms.domain.learning.earning import issue_if_earned
from lms.domain.learning.papers import GRACE, Answers, answers_of, lesson_of, paper_of
from lms.models import Attempt, User, Verb

_CLAIM = (
    update(Attempt)
    .where(Attempt.id == bindparam("attempt"), Attempt.submitted_at.is_(None))
    .values(submitted_at=bindparam("moment"))
)


def close_attempt(attempt: Attempt, given: Answers | None = None) -> Attempt:
    """Mark what was saved; whoever comes first does it, the others change nothing.

    given: its answers, of who holds the attempt's row already; else they are read when it is held.
    """
    now = journal.now()
    closed_at = min(now, attempt.closes_at) if attempt.closes_at else now
    claimed = db.session.connection().execute(_CLAIM, {"attempt": attempt.id, "moment": closed_at})
    if claimed.rowcount:
        set_committed_value(attempt, "submitted_at", closed_at)
        _mark(attempt, answers_of(attempt) if given is None else given)
    else:
        db.session.refresh(attempt)
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


def settle(attempt: Attempt) -> bool:
    """Score, completion and certificate, once every answer has its mark; whether that is so.

    May be called again when a mark was corrected.
    """
    return _settle(attempt, answers_of(attempt))


def exact(share: float) -> Fraction:
    """A stored share as the fraction it was."""
    return Fraction(share).limit_denominator(1_000_000)


def _settle(attempt: Attempt, given: Answers) -> bool:
    course, edition, text = lesson_of(attempt)
    before = attempt.passed, attempt.percent
    if not _grade(attempt, text, given):
        return False
    user = db.session.get_one(User, attempt.user_id)
    if before != (attempt.passed, attempt.percent):
        verb = Verb.PASSED if attempt.passed else Verb.FAILED
        journal.record(
            user, verb, f"attempt:{attempt.id}", course_id=course.id, percent=attempt.percent
        )
    db.session.flush()
    if attempt.passed:
        record_completion(user, course, edition, attempt.lesson)
    elif before[0]:
        take_back(user, course, attempt.lesson)
    db.session.flush()
    issue_if_earned(user, course, catalogue.current_edition(course))
    return True


def _mark(attempt: Attempt, given: Answers) -> None:
    """What a machine can mark, then all that follows; a survey is done when it is sent."""
    course, edition, text = lesson_of(attempt)
    user = db.session.get_one(User, attempt.user_id)
    journal.record(user, Verb.SUBMITTED, f"attempt:{attempt.id}", course_id=course.id)
    if text.kind is LessonKind.SURVEY:
        attempt.passed = True
        record_completion(user, course, edition, attempt.lesson)
        db.session.flush()
        issue_if_earned(user, course, catalogue.current_edition(course))
    else:
        _mark_by_machine(attempt, given)
        _settle(attempt, given)


def _mark_by_machine(attempt: Attempt, given: Answers) -> None:
    """Only what a trainer will read keeps no share yet."""
    for question in paper_of(attempt):
        answer = given.get(question.position)
        if answer and not (
            question.text.kind in grading.BY_HAND and grading.is_given(answer.response)
        ):
            answer.share = float(grading.mark(question.text, answer.response))


def _grade(attempt: Attempt, text: LessonText, given: Answers) -> bool:
    """Points and score; False while a mark is missing."""
    earned = Fraction(0)
    possible = 0
    for question in paper_of(attempt):
        answer = given.get(question.position)
        if answer and answer.share is None:
            return False
        share = exact(answer.share) if answer and answer.share else Fraction(0)
        earned += question.text.points * share
        possible += question.text.points
    score = earned / possible if possible else Fraction(0)
    attempt.score, attempt.percent = float(score), floor(score * 100)
    attempt.earned, attempt.possible = float(earned), possible
    attempt.passed = score >= text.rules.pass_mark
    return True
