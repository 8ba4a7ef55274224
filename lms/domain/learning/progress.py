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
from lms.domain.errors import _
from lms.domain.learning.facts import Tries, facts_of
from lms.models import User


class HasId(Protocol):
    """A course, or its name."""

    @property
    def id(self) -> int:
        """Of its row."""
        ...


@dataclass(frozen=True, slots=True)
class Closed:
    """Why a lesson cannot be begun yet; ``values`` fill the sentence. ``until``: when it opens, if that is known."""

    sentence: str
    values: Mapping[str, object]
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LessonState:
    """One learner and one lesson. best: percent, rounded down; tried: attempts handed in."""

    lesson: LessonText
    done_at: datetime | None = None
    best: int | None = None
    best_score: float | None = None
    tried: int = 0
    last_submitted: datetime | None = None
    open_attempt: int | None = None
    closed: Closed | None = None

    @property
    def face(self) -> Hashable:
        """What this lesson looks like in a list: two learners with the same face see the same."""
        closed = self.closed and self.closed.sentence
        return self.done_at is not None, self.open_attempt is not None, closed, _FACE(self)


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
        """Where to go on: an attempt under way, else the first lesson that is open and not done."""
        under_way = [state for state in self.states.values() if state.open_attempt]
        waiting = [s for s in self.states.values() if not s.done_at and not s.closed]
        first = next(iter([*under_way, *waiting]), None)
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


def progress_of(user: User, course: HasId, text: CourseText) -> Progress:
    """Where this learner is in the course as this text describes it (one statement)."""
    return progress_in(user, [(course, text)])[course.id]


def progress_in(user: User, courses: Sequence[tuple[HasId, CourseText]]) -> dict[int, Progress]:
    """Where this learner is in each of these courses, by course id (one statement for all)."""
    ids = [course.id for course, _text in courses]
    done, tries = facts_of(user.id, ids)
    now = journal.now()
    return {
        course.id: _progress(text, done.get(course.id, {}), tries.get(course.id, {}), now)
        for course, text in courses
    }


def _progress(
    text: CourseText, done: Mapping[str, datetime], tries: Mapping[str, Tries], now: datetime
) -> Progress:
    states = dict(_untouched(_Same(text)))
    for lesson in text.lessons:
        if lesson.slug in states and lesson.slug not in done and lesson.slug not in tries:
            continue
        tried = tries.get(lesson.slug, _NEVER)
        states[lesson.slug] = LessonState(
            lesson=lesson,
            done_at=done.get(lesson.slug),
            best=tried.best,
            best_score=tried.best_score,
            tried=tried.number,
            last_submitted=tried.last,
            open_attempt=tried.open_id,
            closed=_closed(lesson, text, done, now),
        )
    return Progress(states, text)


class _Same:
    """A text as a key: itself, not its content, which is long."""

    def __init__(self, text: CourseText) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.text is self.text

    def __hash__(self) -> int:
        return id(self.text)


@lru_cache(maxsize=64)
def _untouched(same: _Same) -> Mapping[str, LessonState]:
    """How lessons are before anything was done, where no rule can change it, in reading order."""
    return {
        lesson.slug: LessonState(lesson)
        for lesson in same.text.lessons
        if not lesson.after and not lesson.rules.has_dates
    }


_NEVER = Tries()
_FACE = attrgetter(
    *{one.name for one in fields(LessonState)}
    - {"lesson", "done_at", "last_submitted", "open_attempt", "closed"}
)
"""All else that is known of a lesson, whatever will be added."""


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
        return lesson.kind is not LessonKind.ASSIGNMENT  # people review them in a later release
    if lesson.kind is not LessonKind.EXAM:
        return True
    if requirement.score is None:
        return state.done_at is not None
    return state.best_score is not None and _reaches(state.best_score, requirement.score)


def _reaches(score: float, mark: Fraction) -> bool:
    """Whether a stored score reaches a mark: 0.7 in binary is a hair below 7/10."""
    return Fraction(score).limit_denominator(1_000_000) >= mark
