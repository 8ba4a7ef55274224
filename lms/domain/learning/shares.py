"""How a course's questions fare: how many answered, which share of the points they got, what misled them.

Counted from the newest attempts only, so that a quiz which everybody takes costs no more than another.
An answer counts if its edition asked the question in the same words: a place among other options
would be another option.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import String, case, cast, func, select

from lms.content.outline import CourseText, LessonText
from lms.content.questions import QuestionKind, QuestionText
from lms.database import db
from lms.domain import catalogue, grading
from lms.domain.permissions import Action, Actor, require
from lms.models import Answer, Attempt, Course, Edition, EditionLesson, Lesson

NEWEST = 1_000
"""Attempts that are looked at."""
EDITIONS = 5
"""Of how many editions."""
OFTEN = 3
"""What fewer typed is not told: it might say who it was."""
OPTIONS = frozenset({QuestionKind.ONE, QuestionKind.MANY, QuestionKind.TRUE_FALSE})
TYPED = frozenset({QuestionKind.TEXT, QuestionKind.NUMBER})

Choice = tuple[int, int | str]
"""A row (0 where there is but one), and the option, place or text that was given there."""


@dataclass(frozen=True, slots=True)
class Fare:
    """One question. share: of the points, on average, of what is marked; None before anything is.

    chosen: how often each option was chosen. mistake: what was given most often of what is wrong.
    """

    question: QuestionText
    answered: int = 0
    share: float | None = None
    chosen: Mapping[int, int] = field(default_factory=dict)
    mistake: tuple[Choice, int] | None = None


@dataclass(slots=True)
class _Sum:
    answered: int = 0
    marked: int = 0
    points: float = 0.0
    chosen: Counter[int] = field(default_factory=Counter)
    wrong: Counter[Choice] = field(default_factory=Counter)


def fares(actor: Actor, course: Course, text: CourseText, lesson: LessonText | None) -> list[Fare]:
    """The questions of a quiz as it is now, in the order of the files; none of no quiz."""
    require(actor, Action.SEE_LEARNERS, course)
    if lesson is None:
        return []
    asked = {name: _Sum() for name in _names(text, lesson)}
    known = _questions(text)
    rows = _rows(catalogue.find_lesson(course, lesson.slug))
    meant = _meant({edition_id for edition_id, *_rest in rows}, known)
    for edition_id, name, response, count, marked, points in rows:
        now = meant.get(edition_id, {}).get(name)
        given = json.loads(response)
        if now in asked and grading.is_given(given):
            _add(asked[now], known[now], given, count, marked, points or 0)
    return [_fare(known[name], one) for name, one in asked.items()]


def _names(text: CourseText, lesson: LessonText) -> Iterator[str]:
    """``module/lesson#id`` of all that this lesson can ask."""
    draws = [draw.lesson or lesson.slug for draw in lesson.rules.draws] or [lesson.slug]
    homes = [home for home in text.lessons if home.slug in draws]
    for home in homes:
        yield from (f"{home.slug}#{question.id}" for question in home.questions)


def _questions(text: CourseText) -> dict[str, QuestionText]:
    return {
        f"{lesson.slug}#{question.id}": question
        for lesson in text.lessons
        for question in lesson.questions
    }


def _rows(lesson: Lesson) -> list[tuple[int, str, str, int, int, float | None]]:
    """Equal answers of one edition together (one statement). What people mark is not read."""
    newest = (
        select(Attempt.id, Attempt.edition_id)
        .where(Attempt.lesson_id == lesson.id, Attempt.submitted_at.is_not(None))
        .order_by(Attempt.id.desc())
        .limit(NEWEST)
        .subquery()
    )
    plain = cast(Answer.response, String)
    by_hand = Answer.kind.in_([kind.value for kind in grading.BY_HAND])
    response = case((by_hand & (func.length(plain) > EMPTY), '["…"]'), else_=plain)
    rows = db.session.execute(
        select(
            newest.c.edition_id,
            Answer.question,
            response,
            func.count(),
            func.count(Answer.share),
            func.sum(Answer.share),
        )
        .join(newest, newest.c.id == Answer.attempt_id)
        .group_by(newest.c.edition_id, Answer.question, response)
    )
    return [tuple(row) for row in rows]


EMPTY = len("[null]")
"""Signs of the longest answer that holds nothing."""


def _meant(editions: Iterable[int], now: Mapping[str, QuestionText]) -> dict[int, dict[str, str]]:
    """Edition → name of a question there → its name now, of those that are asked in the same words."""
    newest = sorted(editions)[-EDITIONS:]
    if not newest:
        return {}
    found = {
        edition.id: edition
        for edition in db.session.scalars(select(Edition).where(Edition.id.in_(newest)))
    }
    slugs: dict[int, dict[str, str]] = {}
    for edition_id, then, slug in db.session.execute(
        select(EditionLesson.edition_id, EditionLesson.slug, Lesson.slug)
        .join(Lesson, Lesson.id == EditionLesson.lesson_id)
        .where(EditionLesson.edition_id.in_(newest))
    ):
        slugs.setdefault(edition_id, {})[then] = slug
    return {
        edition_id: dict(_same(catalogue.text_of(edition), slugs[edition_id], now))
        for edition_id, edition in found.items()
    }


def _same(
    text: CourseText, slugs: Mapping[str, str], now: Mapping[str, QuestionText]
) -> Iterator[tuple[str, str]]:
    for lesson in text.lessons:
        for question in lesson.questions:
            name = f"{slugs[lesson.slug]}#{question.id}"
            if name in now and _face(now[name]) == _face(question):
                yield f"{lesson.slug}#{question.id}", name


def _face(question: QuestionText) -> tuple[Any, ...]:
    """What must be the same for answers to mean the same."""
    words = question.words[question.language]
    options = tuple(option.text for option in words.options)
    return question.kind, question.right, words.prompt, options, words.items, words.blanks


def _add(
    one: _Sum, question: QuestionText, given: list[Any], count: int, marked: int, points: float
) -> None:
    one.answered += count
    one.marked += marked
    one.points += points
    if question.kind in OPTIONS:
        for option in given:
            one.chosen[option] += count
    if question.graded:
        for choice in _wrong(question, given, is_right=points >= marked):
            one.wrong[choice] += count


def _wrong(question: QuestionText, given: list[Any], *, is_right: bool) -> Iterator[Choice]:
    if question.kind in OPTIONS:
        yield from ((0, option) for option in given if option not in question.right)
    elif question.kind in TYPED and not is_right:
        yield 0, grading.fold(str(given[0]), minds_case=True)
    elif question.kind in grading.HITS:
        hits = grading.hits(question, given)
        for row, (value, hit) in enumerate(zip(given, hits, strict=True)):
            if not hit and value not in {None, ""}:
                yield row, value


def _fare(question: QuestionText, one: _Sum) -> Fare:
    told = [
        (choice, count)
        for choice, count in one.wrong.most_common()
        if count >= OFTEN or not isinstance(choice[1], str)
    ]
    return Fare(
        question,
        answered=one.answered,
        share=one.points / one.marked if question.graded and one.marked else None,
        chosen=dict(one.chosen),
        mistake=next(iter(told), None),
    )
