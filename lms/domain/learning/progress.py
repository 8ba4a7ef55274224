"""How far a learner is in a course: counted from facts each time, never stored."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from operator import attrgetter
from typing import Protocol

from lms.content.outline import CourseText, LessonKind, LessonText, Requirement, Requires
from lms.domain import journal
from lms.domain.learning import rules
from lms.domain.learning.facts import Tries, facts_of
from lms.domain.learning.finishing import Finish, finishes_in
from lms.domain.learning.rules import Closed
from lms.models import User


class HasId(Protocol):
    """A course, or its name."""

    @property
    def id(self) -> int:
        """Of its row."""
        ...


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

    @property
    def face(self) -> Hashable:
        """What this lesson looks like in a list: two learners with the same face see the same."""
        closed = self.closed and self.closed.face
        return self.done_at is not None, self.open_attempt is not None, closed, _FACE(self)


@dataclass(frozen=True, slots=True)
class RequirementState:
    """One condition of the certificate, and the lessons that still stand against it."""

    requirement: Requirement
    missing: tuple[LessonState, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """One learner and one course, by lesson slug. finish: of who holds the certificate.

    begun_at: when the learner came into the course; None for who is not in it.
    """

    states: Mapping[str, LessonState]
    text: CourseText
    finish: Finish | None = None
    begun_at: datetime | None = None

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
        """Where to go on: an attempt under way, else the first lesson where something is to do.

        Attendance comes last: until the day of the meeting, there is something else to learn.
        """
        under_way = [state for state in self.states.values() if state.open_attempt]
        waiting = [state for state in self.states.values() if state.can_go_on]
        waiting.sort(key=lambda state: state.lesson.kind is LessonKind.ATTENDANCE)
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


def progress_of(user: User, course: HasId, text: CourseText) -> Progress:
    """Where this learner is in the course as this text describes it (one statement, or two)."""
    return progress_in(user, [(course, text)])[course.id]


def progress_in(user: User, courses: Sequence[tuple[HasId, CourseText]]) -> dict[int, Progress]:
    """Where this learner is in each of these courses, by course id.

    One statement for all; one more for those who earned a certificate.
    """
    facts = facts_of(user.id, [course.id for course, _text in courses])
    finishes = finishes_in(user, facts.certified) if facts.certified else {}
    now = journal.now()
    return {
        course.id: _progress(
            text,
            facts.done.get(course.id, {}),
            facts.tried.get(course.id, {}),
            facts.begun.get(course.id),
            facts.deadlines.get(course.id, {}),
            finishes.get(course.id),
            now,
        )
        for course, text in courses
    }


def _progress(
    text: CourseText,
    done: Mapping[str, datetime],
    tries: Mapping[str, Tries],
    started_at: datetime | None,
    deadlines: Mapping[str, Sequence[datetime]],
    finish: Finish | None,
    now: datetime,
) -> Progress:
    untouched, ruled = _untouched(_Same(text))
    states = dict(untouched)
    other = ruled.union(done, tries, deadlines) if finish is None else states
    for slug in states.keys() & other:
        lesson = states[slug].lesson
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
            due=rules.due_in_cohort(lesson, started_at, deadlines, now),
            is_new=finish is not None and lesson.required and lesson.slug not in finish.known,
        )
    return Progress(states, text, finish, started_at)


class _Same:
    """A text as a key: itself, not its content, which is long."""

    def __init__(self, text: CourseText) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.text is self.text

    def __hash__(self) -> int:
        return id(self.text)


@lru_cache(maxsize=64)
def _untouched(same: _Same) -> tuple[Mapping[str, LessonState], frozenset[str]]:
    """How lessons are before anything was done, in reading order; and where rules can change that."""
    lessons = same.text.lessons
    ruled = (one.slug for one in lessons if one.after or one.rules.has_dates)
    return {one.slug: LessonState(one) for one in lessons}, frozenset(ruled)


_NEVER = Tries()
_FACE = attrgetter(
    *{one.name for one in fields(LessonState)}
    - {"lesson", "done_at", "last_submitted", "open_attempt", "closed"}
)
"""All else that is known of a lesson, whatever will be added."""


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
