"""Marking answers: pure functions from a question and a response to a share of its points.

A response is what is stored with an answer: the chosen source positions, or the text as typed.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from lms.content.questions import QuestionKind, QuestionText
from lms.content.values import numbers_of

Response = Sequence[Any]
ZERO, ALL = Fraction(0), Fraction(1)


def mark(question: QuestionText, response: Response) -> Fraction:
    """The share of the points, 0 to 1; nothing given earns nothing."""
    if not is_given(response):
        return ZERO
    return MARKERS[question.kind](question, response)


def is_given(response: Response) -> bool:
    """Whether there is anything in it: white space is no answer."""
    return any(part.strip() if isinstance(part, str) else part is not None for part in response)


def fold(text: str, *, minds_case: bool = False) -> str:
    """Text as it is compared: case, spaces, end punctuation, Arabic vowel marks and full-width forms do not count."""
    text = unicodedata.normalize("NFKC", text).replace("\u0640", "")
    text = "".join(sign for sign in text if not _is_vowel_mark(sign))
    text = " ".join(text.split()).rstrip(" .!?،؟。").strip("\"'“”‘’«»")
    return text if minds_case else text.casefold()


def _one(question: QuestionText, response: Response) -> Fraction:
    return ALL if len(response) == 1 and response[0] in question.right else ZERO


def _many(question: QuestionText, response: Response) -> Fraction:
    """(right ticks − wrong ticks) / right, not below 0."""
    ticks = set(response)
    right = len(ticks & question.right)
    return max(ZERO, Fraction(right - (len(ticks) - right), len(question.right)))


def _text(question: QuestionText, response: Response) -> Fraction:
    given = fold(str(response[0]), minds_case=question.minds_case)
    accepted = {fold(text, minds_case=question.minds_case) for text in question.accepted}
    return ALL if given in accepted else ZERO


def _number(question: QuestionText, response: Response) -> Fraction:
    given = numbers_of(str(response[0]))
    hit = any(span.low <= number <= span.high for span in question.ranges for number in given)
    return ALL if hit else ZERO


MARKERS: Mapping[QuestionKind, Callable[[QuestionText, Response], Fraction]] = {
    QuestionKind.ONE: _one,
    QuestionKind.TRUE_FALSE: _one,
    QuestionKind.MANY: _many,
    QuestionKind.TEXT: _text,
    QuestionKind.NUMBER: _number,
}
"""The types a machine marks."""

BY_HAND = frozenset({QuestionKind.ESSAY, QuestionKind.UPLOAD})
"""The types that a trainer marks; what was left empty earns nothing and waits for nobody."""


def _is_vowel_mark(sign: str) -> bool:
    return "\u064b" <= sign <= "\u0652" or sign == "\u0670"
