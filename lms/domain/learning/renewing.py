"""Earning a certificate again: what must be shown anew when the last one runs out, or has.

The exam must be passed again; where no exam is asked for, each test that is. What else counts today
must be done, be it long ago. A course without tests is renewed when its learner asks for it.
"""

from collections.abc import Sequence
from dataclasses import replace

from lms.content.outline import LessonKind, LessonText
from lms.domain.learning.facts import Tries
from lms.domain.learning.progress import Progress
from lms.domain.learning.states import LessonState, meets

NEVER = Tries()


def missing(progress: Progress) -> Sequence[LessonState]:
    """The lessons that stand against a new certificate, in reading order."""
    return [state for state in _today(progress) if not _is_met(state, progress)]


def is_earned(progress: Progress, *, asked: bool = False) -> bool:
    """Whether the next one is issued now. ``asked``: the learner asks for it."""
    if progress.anew is None or missing(progress):
        return False
    return asked or bool(_tests(progress))


def exams(progress: Progress) -> Sequence[LessonState]:
    """Those of the course, with the results of today where the certificate is earned again."""
    return [state for state in _today(progress) if state.lesson.kind is LessonKind.EXAM]


def _today(progress: Progress) -> Sequence[LessonState]:
    """The lessons as if tests had never been tried before the next certificate could be earned."""
    tests = _tests(progress) if progress.anew is not None else frozenset()
    return [
        _anew(state, (progress.anew or {}).get(slug, NEVER)) if slug in tests else state
        for slug, state in progress.states.items()
    ]


def _anew(state: LessonState, tries: Tries) -> LessonState:
    return replace(
        state,
        done_at=tries.last if tries.passed else None,
        best=tries.best,
        best_score=tries.best_score,
        passed=tries.passed,
    )


def _tests(progress: Progress) -> frozenset[str]:
    """What must be passed again: exams, else all tests without which nobody earns the certificate."""
    asked = [one for one in progress.text.lessons if one.is_graded and _counts(one, progress)]
    exams = [one for one in asked if one.kind is LessonKind.EXAM]
    return frozenset(one.slug for one in exams or asked)


def _counts(lesson: LessonText, progress: Progress) -> bool:
    return not _is_met(LessonState(lesson), progress)


def _is_met(state: LessonState, progress: Progress) -> bool:
    return all(meets(state, requirement) for requirement in progress.text.complete)
