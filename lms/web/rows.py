"""Answers given row by row (pairs, steps, blanks), as they are read after they were marked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from lms.content.questions import QuestionKind, QuestionText, QuestionWords
from lms.domain import grading
from lms.web.markup import Page
from lms.web.questions import BLANK

MOST_ACCEPTED = 3
"""How many accepted answers are told: of all languages together there may be dozens."""


@dataclass(frozen=True, slots=True)
class ReviewedRow:
    """An item, a step or a blank: what was given and what is right, "" where there is nothing to say."""

    label: Markup
    given: Markup
    right: Markup
    feedback: Markup
    is_right: bool = False


def reviewed(
    text: QuestionText, words: QuestionWords, response: Sequence[Any], page: Page
) -> tuple[ReviewedRow, ...]:
    """The rows in the order of the file; the steps of a survey as they were put. () for other questions."""
    if text.kind not in ROWS:
        return ()
    size = len(words.items or words.options or text.blanks)
    response = list(response) or [None] * size
    rows = zip(
        ROWS[text.kind](text, words, response, page), grading.hits(text, response), strict=True
    )
    if text.graded:
        return tuple(replace(row, is_right=hit) for row, hit in rows)
    plain = [replace(row, right=Markup()) for row, _hit in rows]
    if text.kind is QuestionKind.ORDER:
        put = sorted(range(size), key=lambda step: (response[step] is None, response[step] or 0))
        return tuple(plain[step] for step in put)
    return tuple(plain)


def with_numbers(body: Markup) -> Markup:
    """A text with blanks: each shows its number."""
    html = BLANK.sub(lambda found: f'<b class="gap">{int(found[1]) + 1}</b>', body)
    return Markup(html)  # noqa: S704 (it was cleaned, only numbers came in)


def _pairs(
    _text: QuestionText, words: QuestionWords, response: Sequence[Any], page: Page
) -> list[ReviewedRow]:
    told = [page.inline(option.text) for option in words.options]
    remarks = [page.inline(option.feedback) for option in words.options]
    return [
        ReviewedRow(
            label=page.inline(item),
            given=Markup() if given is None else told[given],
            right=told[n],
            feedback=Markup() if given is None else remarks[given],
        )
        for n, (item, given) in enumerate(zip(words.items, response, strict=True))
    ]


def _steps(
    _text: QuestionText, words: QuestionWords, response: Sequence[Any], page: Page
) -> list[ReviewedRow]:
    return [
        ReviewedRow(
            label=page.inline(option.text),
            given=Markup() if given is None else _place(given),
            right=_place(n),
            feedback=page.inline(option.feedback),
        )
        for n, (option, given) in enumerate(zip(words.options, response, strict=True))
    ]


def _place(number: int) -> Markup:
    return escape(_("place %(number)s", number=number + 1))


def _blanks(
    text: QuestionText, words: QuestionWords, response: Sequence[Any], page: Page
) -> list[ReviewedRow]:
    rows = []
    for n, (blank, choices, given) in enumerate(
        zip(text.blanks, words.blanks, response, strict=True)
    ):
        told = page.inline(choices[given]) if isinstance(given, int) else escape(given or "")
        right = (
            escape(_(", ").join(blank.accepted[:MOST_ACCEPTED]))
            if blank.right is None
            else page.inline(choices[blank.right])
        )
        label = escape(_("Blank %(number)s", number=n + 1))
        rows.append(ReviewedRow(label, told, right, feedback=Markup()))
    return rows


ROWS = {
    QuestionKind.MATCH: _pairs,
    QuestionKind.ORDER: _steps,
    QuestionKind.CLOZE: _blanks,
}
