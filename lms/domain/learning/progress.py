"""How far a learner is in a course: counted from facts each time, never stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from lms.content.outline import CourseText, LessonKind, LessonText, Requirement
from lms.domain import journal
from lms.domain.learning import rules
from lms.domain.learning.facts import Tries, facts_of, tried_since
from lms.domain.learning.finishing import Finish, History, histories_in
from lms.domain.learning.states import LessonState, meets
from lms.models import User


class HasId(Protocol):
    """A course, or its name."""

    @property
    def id(self) -> int:
        """Of its row."""
        ...


@dataclass(frozen=True, slots=True)
class RequirementState:
    """One condition of the certificate, and the lessons that still stand against it."""

    requirement: Requirement
    missing: tuple[LessonState, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """One learner and one course, by lesson slug. finish: of who holds the certificate.

    begun_at: when the learner came into the course; None for who is not in it. period: of the newest
    certificate. anew: what was tried since the next one can be earned; None while it cannot.
    """

    states: Mapping[str, LessonState]
    text: CourseText
    finish: Finish | None = None
    begun_at: datetime | None = None
    period: int = 1
    anew: Mapping[str, Tries] | None = None

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
                    if self.finish is None and not meets(state, requirement)
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
    histories = histories_in(user, facts.certified) if facts.certified else {}
    now = journal.now()
    anew = {
        course.id: tried_since(user.id, course.id, since)
        for course, _text in courses
        if (since := histories.get(course.id, _NOTHING).renews_from) is not None and since <= now
    }
    return {
        course.id: _progress(
            text,
            facts.done.get(course.id, {}),
            _counted_anew(facts.tried.get(course.id, {}), anew.get(course.id)),
            facts.begun.get(course.id),
            facts.deadlines.get(course.id, {}),
            histories.get(course.id, _NOTHING),
            anew.get(course.id),
            now,
        )
        for course, text in courses
    }


def _counted_anew(
    tries: Mapping[str, Tries], anew: Mapping[str, Tries] | None
) -> Mapping[str, Tries]:
    """For who earns the certificate again, attempts of before do not use up those of today."""
    if anew is None:
        return tries
    return {slug: replace(one, number=anew.get(slug, _NEVER).number) for slug, one in tries.items()}


def _progress(
    text: CourseText,
    done: Mapping[str, datetime],
    tries: Mapping[str, Tries],
    started_at: datetime | None,
    deadlines: Mapping[str, Sequence[datetime]],
    history: History,
    anew: Mapping[str, Tries] | None,
    now: datetime,
) -> Progress:
    finish = history.finish
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
    return Progress(states, text, finish, started_at, history.period, anew)


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
_NOTHING = History(1, None)
