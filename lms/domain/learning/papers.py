"""Attempts as they are read: whose, which questions, what was given, and whether time is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from lms.content.outline import LessonText
from lms.content.questions import QuestionText
from lms.database import db
from lms.domain import catalogue, journal
from lms.domain.errors import Missing, _
from lms.domain.permissions import Action, Actor, require
from lms.models import Answer, Attempt, Course, Edition, Lesson, User

GRACE = timedelta(seconds=60)
"""What was saved until the limit and this much later counts: a bad line is slow."""

_ATTEMPT = (
    select(Attempt)
    .where(Attempt.id == bindparam("id"))
    .options(
        joinedload(Attempt.edition, innerjoin=True),
        joinedload(Attempt.lesson, innerjoin=True).joinedload(Lesson.course, innerjoin=True),
        joinedload(Attempt.named, innerjoin=True),
    )
)
"""With all that every page about an attempt looks up next."""
_OPEN = select(Attempt).where(
    Attempt.user_id == bindparam("user"),
    Attempt.lesson_id == bindparam("lesson"),
    Attempt.submitted_at.is_(None),
)
_ANSWERS = select(Answer).where(Answer.attempt_id == bindparam("attempt"))


Answers = dict[int, Answer]
"""What was given, by position on the paper."""


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """A question as one attempt asks it. blanks: the order of the choices in each drop-down of its text."""

    position: int
    name: str
    text: QuestionText
    order: tuple[int, ...]
    blanks: tuple[tuple[int, ...], ...] = ()


def find_attempt(me: Actor, attempt_id: int) -> Attempt:
    """This person's attempt; Missing for anybody else's, so that nobody learns that it exists."""
    attempt = db.session.scalar(_ATTEMPT, {"id": attempt_id})
    if attempt is None or (isinstance(me, User) and attempt.user_id != me.id):
        raise Missing(_("There is no such attempt."))
    require(me, Action.SEE_ATTEMPT, attempt)
    return attempt


def open_attempt(user: User, lesson: Lesson) -> Attempt | None:
    return db.session.scalar(_OPEN, {"user": user.id, "lesson": lesson.id})


def paper_of(attempt: Attempt) -> list[PaperQuestion]:
    """The questions as this attempt shows them, from the edition it was started on."""
    known = _questions(attempt)
    return [
        PaperQuestion(
            position,
            f"{entry['lesson']}#{entry['id']}",
            known[entry["lesson"], entry["id"]],
            tuple(entry["order"]),
            tuple(tuple(order) for order in entry.get("blanks", ())),
        )
        for position, entry in enumerate(attempt.paper)
    ]


def answers_of(attempt: Attempt) -> Answers:
    """What was given so far, by position on the paper."""
    rows = db.session.scalars(_ANSWERS, {"attempt": attempt.id})
    return {answer.position: answer for answer in rows}


def lesson_of(attempt: Attempt) -> tuple[Course, Edition, LessonText]:
    """Where the attempt belongs: course, its own edition, and what that says about the lesson.

    A lesson that was renamed since is asked for by the name it had then.
    """
    edition = attempt.edition
    return attempt.lesson.course, edition, catalogue.lesson_text(edition, attempt.named.slug)


def name_now(attempt: Attempt) -> str:
    """What the quiz is called today, whatever it was called when the attempt began."""
    return attempt.lesson.slug


def is_overdue(attempt: Attempt) -> bool:
    """Whether it is open though its time is over."""
    return attempt.submitted_at is None and is_over(attempt, journal.now())


def is_over(attempt: Attempt, now: datetime) -> bool:
    return attempt.closes_at is not None and now > attempt.closes_at + GRACE


def _questions(attempt: Attempt) -> Mapping[tuple[str, str], QuestionText]:
    """By lesson and id all questions of the lessons that the paper was drawn from."""
    homes = {entry["lesson"] for entry in attempt.paper}
    return {
        (lesson.slug, question.id): question
        for lesson in catalogue.text_of(attempt.edition).lessons
        if lesson.slug in homes
        for question in lesson.questions
    }


def attempts_at(user: User, course: Course, slug: str) -> list[Attempt]:
    """What this person handed in for this lesson, the newest first."""
    rows = db.session.scalars(
        select(Attempt)
        .join(Lesson, Lesson.id == Attempt.lesson_id)
        .where(
            Attempt.user_id == user.id,
            Lesson.course_id == course.id,
            Lesson.slug == slug,
            Attempt.submitted_at.is_not(None),
        )
        .order_by(Attempt.number.desc())
    )
    return list(rows)
