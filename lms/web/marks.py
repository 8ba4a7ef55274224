"""What people mark, as it is read afterwards: the text or file, the rubric with its points, the comments."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms.content.outline import LessonKind, LessonText
from lms.content.questions import Criterion, QuestionText
from lms.domain import grading
from lms.domain.learning import reviewing
from lms.models import Answer, Mark
from lms.web import language


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a mark: its words in the reader's language, what was given, and why."""

    name: str
    low: int
    high: int
    given: int
    comment: str


@dataclass(frozen=True, slots=True)
class ByHand:
    """An answer that a trainer marks. lines: () without a rubric; share: None while it waits.

    accepted: where there is nothing but yes and no.
    """

    attempt_id: int
    position: int
    text: str
    file: Mapping[str, Any] | None
    waits: bool
    share: float | None
    accepted: bool | None
    lines: tuple[Line, ...]
    mark: Mark | None


def by_hand(
    question: QuestionText, lesson: LessonText, answer: Answer | None, mark: Mark | None
) -> ByHand | None:
    """None for what a machine marks, for surveys, and where nothing was given."""
    if (
        question.kind not in grading.BY_HAND
        or lesson.kind is LessonKind.SURVEY
        or answer is None
        or not grading.is_given(answer.response)
    ):
        return None
    given = answer.response[0]
    is_yes_or_no = reviewing.criteria_of(question, lesson) == (reviewing.ACCEPTED,)
    return ByHand(
        attempt_id=answer.attempt_id,
        position=answer.position,
        text="" if isinstance(given, dict) else str(given),
        file=given if isinstance(given, dict) else None,
        waits=mark is None,
        share=None if mark is None else mark.share,
        accepted=mark.share == 1 if mark and is_yes_or_no else None,
        lines=lines_of(question, lesson, mark) if mark else (),
        mark=mark,
    )


def lines_of(question: QuestionText, lesson: LessonText, mark: Mark) -> tuple[Line, ...]:
    """The rubric with what was given for each line; () where there is no rubric."""
    criteria = reviewing.criteria_of(question, lesson)
    if not criteria[0].name:
        return ()
    said = rubric_words(question, criteria)
    return tuple(
        Line(words.name, line.low, line.high, given, comment)
        for line, words, given, comment in zip(
            criteria, said, mark.points, mark.comments, strict=True
        )
    )


def rubric_words(question: QuestionText, criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    """The lines of a rubric in the reader's language, where it is translated whole."""
    said = question.say(language.current()).rubric
    return said if len(said) == len(criteria) else criteria
