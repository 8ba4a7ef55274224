"""Marking by trainers: one answer at a time, by the lines of its rubric; corrections are new rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select

from lms.content.outline import CourseText, LessonKind, LessonText
from lms.content.questions import Criterion, QuestionText
from lms.database import db
from lms.domain import audit, catalogue, grading, journal, notices
from lms.domain.errors import Conflict, Denied, Invalid, Missing, _
from lms.domain.learning.marking import settle
from lms.domain.learning.papers import PaperQuestion, answers_of, lesson_of, paper_of
from lms.domain.permissions import Action, require
from lms.models import LONGEST_COMMENT, Answer, Attempt, Course, Edition, MailKind, Mark, User, Verb

ACCEPTED = Criterion("", 0, 1, "")
"""How a question of an assignment is marked that has no rubric: accepted or not."""
PERCENT = Criterion("", 0, 100, "")
"""How any other question without a rubric is marked."""


@dataclass(frozen=True, slots=True)
class Work:
    """An answer on a trainer's desk. marks: all it got, the newest first; markers: who gave them,
    as far as they are still here."""

    course: Course
    edition: Edition
    text: CourseText
    lesson: LessonText
    attempt: Attempt
    question: PaperQuestion
    answer: Answer
    learner: User
    marks: Sequence[Mark]
    markers: Mapping[int, str]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What a mark gives a number for."""
        return criteria_of(self.question.text, self.lesson)


def criteria_of(question: QuestionText, lesson: LessonText) -> tuple[Criterion, ...]:
    """The lines of the rubric as the source language has them, else one line for the whole."""
    rubric = question.words[question.language].rubric
    lines = tuple(line for line in rubric if line.high > line.low)
    return lines or ((ACCEPTED,) if lesson.kind is LessonKind.ASSIGNMENT else (PERCENT,))


def find_work(me: User, course: Course, attempt_id: int, position: int) -> Work:
    """An answer that was handed in, for somebody who may mark it; Missing when there is none."""
    require(me, Action.MARK, course)
    attempt = db.session.get(Attempt, attempt_id)
    if attempt is None or attempt.submitted_at is None:
        raise Missing(_("There is nothing to mark here."))
    home, edition, lesson = lesson_of(attempt)
    answer = answers_of(attempt).get(position)
    if home.id != course.id or answer is None or not _is_for_people(answer, lesson):
        raise Missing(_("There is nothing to mark here."))
    if attempt.user_id == me.id:
        raise Denied(_("Nobody marks their own work."))
    marks = [mark for mark in _marks(attempt) if mark.position == position]
    names = select(User.id, User.name).where(User.id.in_({mark.marker_id for mark in marks}))
    return Work(
        course=course,
        edition=edition,
        text=catalogue.text_of(edition),
        lesson=lesson,
        attempt=attempt,
        question=paper_of(attempt)[position],
        answer=answer,
        learner=db.session.get_one(User, attempt.user_id),
        marks=marks,
        markers=dict(db.session.execute(names).all()),
    )


def look_at(me: User, course: Course, attempt_id: int, position: int) -> None:
    """Write down that somebody reads this answer; Missing when there is none."""
    require(me, Action.MARK, course)
    work = find_work(me, course, attempt_id, position)
    audit.record(
        me,
        Verb.LOOKED_AT,
        f"attempt:{attempt_id}",
        person=work.learner,
        course_id=course.id,
        changes={"position": (position, position)},
    )


def give_mark(
    me: User,
    course: Course,
    attempt_id: int,
    position: int,
    *,
    after: int,
    points: Sequence[int],
    comments: Sequence[str],
    comment: str,
) -> Work:
    """Mark an answer, or correct its mark; with the last mark of an attempt all that follows happens.

    after: the number of the mark that the marker saw, 0 for none; Conflict when there is a newer one.
    points and comments: one for each criterion.
    """
    require(me, Action.MARK, course)
    # Whoever marks another answer of this attempt at the same moment waits: one of us must be last.
    db.session.get(Attempt, attempt_id, with_for_update=True, populate_existing=True)
    work = find_work(me, course, attempt_id, position)
    newest = work.marks[0].number if work.marks else 0
    if newest != after:
        raise Conflict(
            _("Somebody else marked this a moment before you. Look at their mark first.")
        )
    share = share_of(work.criteria, points)
    mark = Mark(
        course_id=course.id,
        attempt_id=attempt_id,
        position=position,
        number=newest + 1,
        marker_id=me.id,
        at=journal.now(),
        share=float(share),
        points=list(points),
        comments=[_cleaned(text) for text in comments],
        comment=_cleaned(comment),
    )
    db.session.add(mark)
    work.answer.share = mark.share
    db.session.flush()
    before = work.marks[0].share if work.marks else None
    audit.record(
        me,
        Verb.MARKED,
        f"attempt:{attempt_id}",
        person=work.learner,
        course_id=course.id,
        changes={
            "position": (position, position),
            "number": (newest, mark.number),
            "share": (before, mark.share),
        },
    )
    _follow(work)
    return work


def share_of(criteria: Sequence[Criterion], points: Sequence[int]) -> Fraction:
    """Σ (given − lowest) / Σ (highest − lowest); Invalid for points out of range."""
    for line, given in zip(criteria, points, strict=True):
        _check_range(line, given)
    reached = sum(given - line.low for line, given in zip(criteria, points, strict=True))
    return Fraction(reached, sum(line.high - line.low for line in criteria))


def read_points(line: Criterion, text: str) -> int:
    """A whole number in any digits, in the range of this line; Invalid for anything else."""
    text = text.strip()
    given = int(text) if text.isdecimal() and len(text) < 10 else line.low - 1
    _check_range(line, given)
    return given


def marks_of(attempt: Attempt) -> dict[int, Mark]:
    """The mark that counts, by position."""
    marks: dict[int, Mark] = {}
    for mark in _marks(attempt):
        marks.setdefault(mark.position, mark)
    return marks


def _follow(work: Work) -> None:
    waited = work.attempt.passed is None
    if settle(work.attempt) and waited:
        language = work.learner.language
        notices.tell(
            work.learner,
            MailKind.MARKED,
            course=work.text.say(language).title,
            lesson=work.lesson.say(language).title,
            path=f"attempts/{work.attempt.id}/result",
        )


def _check_range(line: Criterion, given: int) -> None:
    if not line.low <= given <= line.high:
        raise Invalid(
            _("Give a whole number from %(low)s to %(high)s."), low=line.low, high=line.high
        )


def _marks(attempt: Attempt) -> Sequence[Mark]:
    return db.session.scalars(
        select(Mark).where(Mark.attempt_id == attempt.id).order_by(Mark.number.desc())
    ).all()


def _is_for_people(answer: Answer, lesson: LessonText) -> bool:
    return (
        answer.kind in grading.BY_HAND
        and lesson.kind is not LessonKind.SURVEY
        and grading.is_given(answer.response)
    )


def _cleaned(text: str) -> str:
    """Lines end in one way; NUL, which PostgreSQL refuses, is left out."""
    return text.replace("\r\n", "\n").replace("\0", "").strip()[:LONGEST_COMMENT]
