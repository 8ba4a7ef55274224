"""Which questions an attempt gets, and in which order: drawn and shuffled once, then stored."""

from collections.abc import Sequence
from random import Random
from secrets import SystemRandom
from typing import Any

from lms.content.outline import CourseText, LessonKind, LessonText
from lms.content.questions import QuestionKind, QuestionText
from lms.domain import arranging, grading

ASKED_IN_SURVEYS = frozenset({*grading.MARKERS, QuestionKind.ESSAY})
ASKED = frozenset({*grading.MARKERS, *grading.BY_HAND})
IN_ORDER = frozenset({LessonKind.SURVEY, LessonKind.ASSIGNMENT})
"""Their questions follow each other as they were written."""


def draw_paper(text: CourseText, lesson: LessonText, random: Random | None = None) -> list[Any]:
    """The paper of a new attempt: for each question, as shown, ``{"lesson", "id", "order"}``, and with
    drop-downs in its text ``"blanks"``."""
    random = random or SystemRandom()
    drawn = [pair for part in _parts(text, lesson) for pair in _draw(lesson, *part, random)]
    if lesson.rules.shuffle and lesson.kind not in IN_ORDER:
        random.shuffle(drawn)
    return [
        {
            "lesson": home.slug,
            "id": question.id,
            "order": option_order(question, random, shuffle=lesson.rules.shuffle),
            **_blanks(question, random),
        }
        for home, question in drawn
    ]


def option_order(question: QuestionText, random: Random, *, shuffle: bool) -> list[int]:
    """Source positions of the options in the order shown.

    Of a match and an order, the order of the file is the answer: ``shuffle: no`` does not hold for them.
    """
    if question.kind is QuestionKind.TRUE_FALSE:
        return [0, 1]
    order = list(range(len(question.words[question.language].options)))
    if question.graded and (shuffle or question.kind in arranging.MARKERS):
        random.shuffle(order)
        while tells_all(question, order):
            random.shuffle(order)
    return order


def tells_all(question: QuestionText, order: Sequence[int]) -> bool:
    """Whether the steps of an order would be shown as they belong, so that there is nothing to do.

    Two steps may: shown only the other way round, they would always be to swap.
    """
    return question.kind is QuestionKind.ORDER and len(order) > 2 and list(order) == sorted(order)


def _blanks(question: QuestionText, random: Random) -> dict[str, list[list[int]]]:
    """Source positions of the choices in each drop-down of a text, in the order shown; [] where one types."""
    choices = question.words[question.language].blanks
    if not any(choices):
        return {}
    return {"blanks": [random.sample(range(len(one)), len(one)) for one in choices]}


def can_be_asked(lesson: LessonText, question: QuestionText) -> bool:
    """Whether this question can be answered in an attempt of this lesson."""
    kinds = ASKED_IN_SURVEYS if lesson.kind is LessonKind.SURVEY else ASKED
    return question.kind in kinds


def _parts(
    text: CourseText, lesson: LessonText
) -> Sequence[tuple[LessonText, Sequence[QuestionText], int | None]]:
    """(lesson the questions stand in, questions, how many of them; None: all)."""
    own = [
        (lesson, [q for q in lesson.questions if q.pool == pool.id], pool.draw)
        for pool in lesson.pools
    ]
    loose = [q for q in lesson.questions if q.pool not in {pool.id for pool in lesson.pools}]
    own.insert(0, (lesson, loose, None))
    if not lesson.rules.draws:
        return own
    parts: list[tuple[LessonText, Sequence[QuestionText], int | None]] = []
    for draw in lesson.rules.draws:
        if draw.lesson:
            home = text.lesson(draw.lesson)
            assert home is not None  # noqa: S101 (the check refuses such a course)
            parts.append((home, home.questions, draw.count))
        elif draw.count is None:
            parts.extend(own)
        else:
            parts.append((lesson, lesson.questions, draw.count))
    return parts


def _draw(
    asked_in: LessonText,
    home: LessonText,
    questions: Sequence[QuestionText],
    count: int | None,
    random: Random,
) -> list[tuple[LessonText, QuestionText]]:
    pool = [question for question in questions if can_be_asked(asked_in, question)]
    chosen = pool if count is None or count >= len(pool) else random.sample(pool, count)
    return [(home, question) for question in chosen]


def paper_size(text: CourseText, lesson: LessonText) -> int:
    """How many questions an attempt will have."""
    return sum(len(_draw(lesson, *part, _FIRST)) for part in _parts(text, lesson))


_FIRST = Random(0)  # noqa: S311 (only counted)


def sources(text: CourseText, lesson: LessonText) -> list[tuple[LessonText, int]]:
    """Where the questions of an attempt come from, and how many from each; () when all are its own."""
    counts: dict[str, int] = {}
    for part in _parts(text, lesson):
        counts[part[0].slug] = counts.get(part[0].slug, 0) + len(_draw(lesson, *part, _FIRST))
    if set(counts) == {lesson.slug}:
        return []
    return [(one, counts[one.slug]) for one in text.lessons if counts.get(one.slug)]
