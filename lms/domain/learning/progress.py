"""How far a learner is in a course: counted from facts each time, never stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func, select

from lms.content.outline import CourseText, LessonKind, LessonText, Requirement, Requires
from lms.database import db
from lms.domain import journal
from lms.domain.learning import rules
from lms.domain.learning.finishing import Finish, Stay, stays_in
from lms.domain.learning.rules import Closed
from lms.models import Attempt, Completion, Course, Lesson, User


@dataclass(frozen=True, slots=True)
class LessonState:
    """One learner and one lesson. best: percent, rounded down; tried: attempts handed in.

    is_new: it counts, and was not there when the learner finished the course.
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
    due: datetime | None = None
    is_new: bool = False

    @property
    def attempts_left(self) -> int | None:
        """How many attempts may still be begun; None: as many as one likes."""
        limit = self.lesson.rules.attempts
        return None if limit is None else max(limit - self.tried, 0)

    @property
    def free_at(self) -> datetime | None:
        """When the waiting time after the last attempt ends; None when there is none."""
        wait = self.lesson.rules.wait
        if wait is None or self.last_submitted is None:
            return None
        return self.last_submitted + wait.length

    @property
    def can_go_on(self) -> bool:
        """Whether there is something to do: it is not done, waits for nobody, and is open."""
        used_up = self.attempts_left == 0 and not self.open_attempt
        return not (self.done_at or self.waiting or self.closed or used_up)


@dataclass(frozen=True, slots=True)
class RequirementState:
    """One condition of the certificate, and the lessons that still stand against it."""

    requirement: Requirement
    missing: tuple[LessonState, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """One learner and one course, by lesson slug. finish: of who holds the certificate."""

    states: Mapping[str, LessonState]
    text: CourseText
    finish: Finish | None = None

    @property
    def counted(self) -> tuple[LessonState, ...]:
        """The lessons that count towards the end of the course; what is new since counts apart."""
        return tuple(s for s in self.states.values() if s.lesson.required and not s.is_new)

    @property
    def new(self) -> tuple[LessonState, ...]:
        """What is new since the learner finished, and not done yet."""
        return tuple(s for s in self.states.values() if s.is_new and s.done_at is None)

    @property
    def required(self) -> int:
        """How many lessons count."""
        return len(self.counted)

    @property
    def done(self) -> int:
        """How many of them are done; who holds the certificate has done what counts."""
        return (
            self.required
            if self.finish
            else sum(state.done_at is not None for state in self.counted)
        )

    @property
    def percent(self) -> int:
        """Rounded down, so 100 means all; a course without required lessons is at 0."""
        if self.finish:
            return 100
        return 100 * self.done // self.required if self.required else 0

    @property
    def is_begun(self) -> bool:
        """Whether anything was done or tried."""
        return any(
            state.done_at or state.tried or state.open_attempt for state in self.states.values()
        )

    @property
    def next(self) -> LessonText | None:
        """Where to go on: an attempt under way, else the first lesson where something is to do."""
        under_way = [state for state in self.states.values() if state.open_attempt]
        waiting = [state for state in self.states.values() if state.can_go_on]
        first = next(iter([*under_way, *waiting]), None)
        return first.lesson if first else None

    @property
    def missing(self) -> tuple[LessonState, ...]:
        """What still stands between the learner and the certificate."""
        stands = {state.lesson.slug for one in self.requirements for state in one.missing}
        return tuple(state for slug, state in self.states.items() if slug in stands)

    @property
    def requirements(self) -> tuple[RequirementState, ...]:
        """What earns the certificate, each with what is missing; nothing is for its holder."""
        return tuple(
            RequirementState(
                requirement,
                tuple(
                    state
                    for state in self.states.values()
                    if self.finish is None and not _meets(state, requirement)
                ),
            )
            for requirement in self.text.complete
        )

    @property
    def is_complete(self) -> bool:
        """Whether everything that ``complete:`` asks for holds, or held when it was finished."""
        return not self.missing


def progress_of(user: User, course: Course, text: CourseText) -> Progress:
    """Where this learner is in the course as this text describes it (a few statements)."""
    return progress_in(user, [(course, text)])[course.id]


def progress_in(user: User, courses: Sequence[tuple[Course, CourseText]]) -> dict[int, Progress]:
    """Where this learner is in each of these courses, by course id (a few statements for all)."""
    ids = [course.id for course, _text in courses]
    done, tries, stays = _completions(user, ids), _attempts(user, ids), stays_in(user, ids)
    now = journal.now()
    return {
        course.id: _progress(
            text, done.get(course.id, {}), tries.get(course.id, {}), stays.get(course.id), now
        )
        for course, text in courses
    }


def _progress(
    text: CourseText,
    done: Mapping[str, datetime],
    tries: Mapping[str, "_Tries"],
    stay: Stay | None,
    now: datetime,
) -> Progress:
    finish = stay.finish if stay else None
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
            closed=rules.closed(lesson, text, done, now),
            due=rules.due_at(lesson, stay.started_at if stay else None),
            is_new=finish is not None and lesson.required and lesson.slug not in finish.known,
        )
    return Progress(states, text, finish)


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
