"""Marking answers: pure functions from a question and a response to a share of its points.

A response is what is stored with an answer: the chosen source positions, the text as typed, or one of
these for each row (the option beside each item, the place of each step, what fills each blank).
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from lms.content.questions import Blank, QuestionKind, QuestionText
from lms.content.values import numbers_of
from lms.domain import arranging

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
    """Text as it is compared: what does not count are case, spaces, end punctuation, Arabic vowel marks,
    full-width forms, and the script of digits."""
    text = unicodedata.normalize("NFKC", text).replace("\u0640", "")
    text = "".join(_plain_digit(sign) for sign in text if not _is_vowel_mark(sign))
    text = " ".join(text.split()).rstrip(" .!?،؟。").strip("\"'“”‘’«»")
    return text if minds_case else text.casefold()


def hits(question: QuestionText, response: Response) -> tuple[bool, ...]:
    """Row by row (item, step, blank) what is right; nothing for questions without rows."""
    return HITS[question.kind](question, response) if question.kind in HITS else ()


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


def _filled(question: QuestionText, response: Response) -> tuple[bool, ...]:
    """Blank by blank; a typed one is right in every language."""
    return tuple(
        _fills(blank, given, minds_case=question.minds_case)
        for blank, given in zip(question.blanks, response, strict=True)
    )


def _fills(blank: Blank, given: str | int | None, *, minds_case: bool) -> bool:
    if blank.right is not None:
        return given == blank.right
    typed = fold(str(given or ""), minds_case=minds_case)
    return bool(typed) and typed in {fold(text, minds_case=minds_case) for text in blank.accepted}


def _cloze(question: QuestionText, response: Response) -> Fraction:
    filled = _filled(question, response)
    return Fraction(sum(filled), len(filled))


MARKERS: Mapping[QuestionKind, Callable[[QuestionText, Response], Fraction]] = {
    QuestionKind.ONE: _one,
    QuestionKind.TRUE_FALSE: _one,
    QuestionKind.MANY: _many,
    QuestionKind.TEXT: _text,
    QuestionKind.NUMBER: _number,
    QuestionKind.CLOZE: _cloze,
    **arranging.MARKERS,
}
"""The types a machine marks."""
HITS: Mapping[QuestionKind, Callable[[QuestionText, Response], tuple[bool, ...]]] = {
    QuestionKind.MATCH: arranging.paired,
    QuestionKind.ORDER: arranging.placed,
    QuestionKind.CLOZE: _filled,
}
"""The types that are answered row by row."""

BY_HAND = frozenset({QuestionKind.ESSAY, QuestionKind.UPLOAD})
"""The types that a trainer marks; what was left empty earns nothing and waits for nobody."""


def _is_vowel_mark(sign: str) -> bool:
    return "\u064b" <= sign <= "\u0652" or sign == "\u0670"


def _plain_digit(sign: str) -> str:
    """``٣`` → ``3``; anything else as it is."""
    digit = unicodedata.decimal(sign, None)
    return sign if digit is None else str(digit)
