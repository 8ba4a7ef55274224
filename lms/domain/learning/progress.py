"""How far a learner is in a course: counted from facts each time, never stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func, select

from lms.content.outline import CourseText, LessonKind, LessonText, Requirement, Requires
from lms.database import db
from lms.domain import journal
from lms.domain.errors import _
from lms.models import Attempt, Completion, Course, Lesson, User


@dataclass(frozen=True, slots=True)
class Closed:
    """Why a lesson cannot be begun yet; ``values`` fill the sentence. ``until``: when it opens, if that is known."""

    sentence: str
    values: Mapping[str, object]
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LessonState:
    """One learner and one lesson. best: percent, rounded down; tried: attempts handed in.

    waiting: the attempt that waits for a trainer's mark; passed: attempts that passed.
    """

    lesson: LessonText
    done_at: datetime | None = None
    best: int | None = None
    best_score: float | None = None
    tried: int = 0
    last_submitted: datetime | None = None
    open_attempt: int | None = None
    waiting: int | None = None
    passed: int = 0
    closed: Closed | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """One learner and one course, by lesson slug."""

    states: Mapping[str, LessonState]
    text: CourseText

    @property
    def counted(self) -> tuple[LessonState, ...]:
        """The lessons that count towards the end of the course."""
        return tuple(state for state in self.states.values() if state.lesson.required)

    @property
    def required(self) -> int:
        """How many lessons count."""
        return len(self.counted)

    @property
    def done(self) -> int:
        """How many of them are done."""
        return sum(state.done_at is not None for state in self.counted)

    @property
    def percent(self) -> int:
        """Rounded down, so 100 means all; a course without required lessons is at 0."""
        return 100 * self.done // self.required if self.required else 0

    @property
    def is_begun(self) -> bool:
        """Whether anything was done or tried."""
        return any(
            state.done_at or state.tried or state.open_attempt for state in self.states.values()
        )

    @property
    def next(self) -> LessonText | None:
        """Where to go on: an attempt under way, else the first lesson that is open and not done.

        What waits for a trainer leaves nothing to do.
        """
        under_way = [state for state in self.states.values() if state.open_attempt]
        to_do = [
            state
            for state in self.states.values()
            if not (state.done_at or state.closed or state.waiting)
        ]
        first = next(iter([*under_way, *to_do]), None)
        return first.lesson if first else None

    @property
    def missing(self) -> tuple[LessonState, ...]:
        """What still stands between the learner and the certificate."""
        return tuple(
            state
            for state in self.states.values()
            if any(not _meets(state, requirement) for requirement in self.text.complete)
        )

    @property
    def is_complete(self) -> bool:
        """Whether everything that ``complete:`` asks for holds."""
        return not self.missing


def progress_of(user: User, course: Course, text: CourseText) -> Progress:
    """Where this learner is in the course as this text describes it (two statements)."""
    return progress_in(user, [(course, text)])[course.id]


def progress_in(user: User, courses: Sequence[tuple[Course, CourseText]]) -> dict[int, Progress]:
    """Where this learner is in each of these courses, by course id (two statements for all)."""
    ids = [course.id for course, _text in courses]
    done, tries = _completions(user, ids), _attempts(user, ids)
    now = journal.now()
    return {
        course.id: _progress(text, done.get(course.id, {}), tries.get(course.id, {}), now)
        for course, text in courses
    }


def _progress(
    text: CourseText, done: Mapping[str, datetime], tries: Mapping[str, "_Tries"], now: datetime
) -> Progress:
    states = {}
    for lesson in text.lessons:
        tried = tries.get(lesson.slug, _NEVER)
        states[lesson.slug] = LessonState(
            lesson=lesson,
            done_at=done.get(lesson.slug),
            best=tried.best,
            best_score=tried.best_score,
            tried=tried.number,
            last_submitted=tried.last,
            open_attempt=tried.open_id,
            waiting=tried.waiting_id,
            passed=tried.passed,
            closed=_closed(lesson, text, done, now),
        )
    return Progress(states, text)


@dataclass(frozen=True, slots=True)
class _Tries:
    best: int | None = None
    best_score: float | None = None
    number: int = 0
    last: datetime | None = None
    open_id: int | None = None
    waiting_id: int | None = None
    passed: int = 0


_NEVER = _Tries()


def _completions(user: User, courses: Sequence[int]) -> dict[int, dict[str, datetime]]:
    """Course id → slug → when it was done."""
    rows = db.session.execute(
        select(Lesson.course_id, Lesson.slug, Completion.at)
        .join(Completion, Completion.lesson_id == Lesson.id)
        .where(Lesson.course_id.in_(courses), Completion.user_id == user.id)
    )
    done: dict[int, dict[str, datetime]] = {}
    for course_id, slug, at in rows:
        done.setdefault(course_id, {})[slug] = at
    return done


def _attempts(user: User, courses: Sequence[int]) -> dict[int, dict[str, _Tries]]:
    """Course id → slug → what was tried there."""
    rows = db.session.execute(
        select(
            Lesson.course_id,
            Lesson.slug,
            func.max(Attempt.percent),
            func.max(Attempt.score),
            func.count(Attempt.submitted_at),
            func.max(Attempt.submitted_at, type_=Attempt.submitted_at.type),
            func.max(Attempt.id).filter(Attempt.submitted_at.is_(None)),
            func.max(Attempt.id).filter(
                Attempt.submitted_at.is_not(None), Attempt.passed.is_(None)
            ),
            func.count().filter(Attempt.passed.is_(True)),
        )
        .join(Attempt, Attempt.lesson_id == Lesson.id)
        .where(Lesson.course_id.in_(courses), Attempt.user_id == user.id)
        .group_by(Lesson.course_id, Lesson.slug)
    )
    tries: dict[int, dict[str, _Tries]] = {}
    for course_id, slug, best, score, number, last, open_id, waiting_id, passed in rows:
        tries.setdefault(course_id, {})[slug] = _Tries(
            best, score, number, last, open_id, waiting_id, passed
        )
    return tries


def _closed(
    lesson: LessonText, text: CourseText, done: Mapping[str, datetime], now: datetime
) -> Closed | None:
    """The first reason that holds; a lesson that is done stays open for reading."""
    if lesson.slug in done:
        return None
    rules = lesson.rules
    if rules.opens and now < rules.opens:
        return Closed(_("Opens on %(moment)s."), {"moment": rules.opens}, rules.opens)
    if rules.closes and now >= rules.closes:
        return Closed(_("Closed on %(moment)s."), {"moment": rules.closes})
    for slug in lesson.after:
        before = text.lesson(slug)
        if before is not None and slug not in done:
            sentence = (
                _("Opens when you pass “%(lesson)s”.")
                if before.is_graded
                else _("Opens when “%(lesson)s” is done.")
            )
            return Closed(sentence, {"lesson": before})
    return None


def _meets(state: LessonState, requirement: Requirement) -> bool:
    """Whether this lesson leaves nothing to do for this requirement."""
    lesson = state.lesson
    if requirement.kind is Requires.ALL_LESSONS:
        return not lesson.required or state.done_at is not None
    if requirement.kind is Requires.ASSIGNMENT:
        # a Done button of an earlier edition, which asked nothing yet, is no review
        return lesson.kind is not LessonKind.ASSIGNMENT or state.passed > 0
    if lesson.kind is not LessonKind.EXAM:
        return True
    if requirement.score is None:
        return state.done_at is not None
    return state.best_score is not None and _reaches(state.best_score, requirement.score)


def _reaches(score: float, mark: Fraction) -> bool:
    """Whether a stored score reaches a mark: 0.7 in binary is a hair below 7/10."""
    return Fraction(score).limit_denominator(1_000_000) >= mark
