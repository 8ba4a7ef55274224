"""An attempt in plain values, for its learner to take along: what was asked, given and marked.

What was right is told only where the result page tells it, too: while the answers stay secret they
would help to pass.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lms.content.outline import LessonKind, LessonText, Show
from lms.content.questions import QuestionKind, QuestionWords
from lms.domain import catalogue
from lms.domain.learning import papers, reviewing
from lms.domain.learning.papers import PaperQuestion
from lms.models import Answer, Attempt, Mark

BLANK = re.compile("\ue000(\\d+)\ue001")
"""Where a blank stands in a text."""

Plain = dict[str, Any]


def retell(attempt: Attempt, language: str) -> Plain:
    """The attempt, its questions in this language, and its answers."""
    course, edition, lesson = papers.lesson_of(attempt)
    given, marks = papers.answers_of(attempt), reviewing.marks_of(attempt)
    told = lesson.rules.show is not Show.NOTHING or lesson.kind is LessonKind.SURVEY
    keys = shows_keys(attempt, lesson)
    return {
        "attempt": attempt.id,
        "course": course.slug,
        "course title": catalogue.text_of(edition).say(language).title,
        "lesson": lesson.slug,
        "lesson title": lesson.say(language).title,
        "kind": lesson.kind,
        "edition": edition.number,
        "number": attempt.number,
        "started": attempt.started_at,
        "closes": attempt.closes_at,
        "handed in": attempt.submitted_at,
        "passed": attempt.passed,
        "score in percent": attempt.percent if told else None,
        "points earned": attempt.earned if told else None,
        "points possible": attempt.possible,
        "questions": [
            _question(question, given.get(question.position), marks, language, keys=keys)
            for question in papers.paper_of(attempt)
        ],
    }


def shows_keys(attempt: Attempt, lesson: LessonText) -> bool:
    """Whether it may be told which answers were right: what passed helps nobody to pass."""
    if lesson.kind is LessonKind.SURVEY:
        return True
    return bool(attempt.passed) and lesson.rules.show is Show.AFTER_PASSING


def files_of(attempt: Attempt) -> dict[int, Plain]:
    """What was uploaded, by position: a file as an answer holds it."""
    return {
        position: answer.response[0]
        for position, answer in papers.answers_of(attempt).items()
        if answer.kind == QuestionKind.UPLOAD and answer.response
    }


def _question(
    question: PaperQuestion,
    answer: Answer | None,
    marks: Mapping[int, Mark],
    language: str,
    *,
    keys: bool,
) -> Plain:
    words, mark = question.text.say(language), marks.get(question.position)
    told = {
        "number": question.position + 1,
        "question": words.prompt,
        "text": BLANK.sub(lambda found: f"[{int(found[1]) + 1}]", words.body),
        "kind": question.text.kind,
        "points": question.text.points,
        "answer": _given(question, words, answer.response if answer else []),
        "saved": answer.saved_at if answer else None,
    }
    if keys and answer is not None:
        told["share of the points"] = answer.share
    if mark is not None:
        told["mark"] = _mark(mark)
    return told


def _mark(mark: Mark) -> Plain:
    return {
        "at": mark.at,
        "share of the points": mark.share,
        "points": mark.points,
        "comments": mark.comments,
        "comment": mark.comment,
    }


def _given(question: PaperQuestion, words: QuestionWords, response: Sequence[Any]) -> Any:
    tell = TOLD.get(question.text.kind, _as_typed)
    return tell(question, words, response)


def _as_typed(_question: PaperQuestion, _words: QuestionWords, response: Sequence[Any]) -> Any:
    return response[0] if response else None


def _option(question: PaperQuestion, words: QuestionWords, response: Sequence[Any]) -> Any:
    return [
        {"option": words.options[source].text, "chosen": source in response}
        for source in question.order
    ]


def _true_or_false(_q: PaperQuestion, _words: QuestionWords, response: Sequence[Any]) -> Any:
    return response[0] == 0 if response else None


def _pairs(_question: PaperQuestion, words: QuestionWords, response: Sequence[Any]) -> Any:
    return [
        {"item": item, "answer": None if given is None else words.options[given].text}
        for item, given in zip(words.items, response, strict=False)
    ]


def _steps(question: PaperQuestion, words: QuestionWords, response: Sequence[Any]) -> Any:
    """As they were shown: the order of the file is the answer."""
    places = response or [None] * len(words.options)
    return [
        {
            "step": words.options[source].text,
            "place": None if places[source] is None else places[source] + 1,
        }
        for source in question.order
    ]


def _blanks(_question: PaperQuestion, words: QuestionWords, response: Sequence[Any]) -> Any:
    return [
        {"blank": number, "answer": choices[given] if isinstance(given, int) else given}
        for number, (choices, given) in enumerate(
            zip(words.blanks, response, strict=False), start=1
        )
    ]


def _file(_question: PaperQuestion, _words: QuestionWords, response: Sequence[Any]) -> Any:
    return response[0]["name"] if response else None


TOLD: Mapping[str, Callable[[PaperQuestion, QuestionWords, Sequence[Any]], Any]] = {
    QuestionKind.ONE: _option,
    QuestionKind.MANY: _option,
    QuestionKind.TRUE_FALSE: _true_or_false,
    QuestionKind.MATCH: _pairs,
    QuestionKind.ORDER: _steps,
    QuestionKind.CLOZE: _blanks,
    QuestionKind.UPLOAD: _file,
}
"""How an answer is told in words; all others as they were typed."""
