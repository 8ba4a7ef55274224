"""One learner and one lesson: what was done, tried and is closed, and what requirements it meets."""

from collections.abc import Hashable
from dataclasses import dataclass, fields
from datetime import datetime
from fractions import Fraction
from operator import attrgetter

from lms.content.outline import LessonKind, LessonText, Requirement, Requires
from lms.domain.learning.rules import Closed


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


_FACE = attrgetter(
    *{one.name for one in fields(LessonState)}
    - {"lesson", "done_at", "last_submitted", "open_attempt", "closed"}
)
"""All else that is known of a lesson, whatever will be added."""


def meets(state: LessonState, requirement: Requirement) -> bool:
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
