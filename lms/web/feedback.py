"""What a practice question says to an answer; nothing of it is in a page before one was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from lms.content.questions import QuestionText, QuestionWords
from lms.domain import grading
from lms.web import language, questions, rows
from lms.web.markup import Page
from lms.web.rows import ReviewedRow

MARKERS = grading.MARKERS
"""What can be practised; of other questions the answer is shown when it is asked for."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """The answer to an answer.

    given: as the form shows it. share: of the points, None when nothing was given. remarks: what was
    chosen, and what is said about it. rights: the answer of a question that cannot be practised yet.
    rows: what was given in each row; the page says whether it is right, not what would be.
    """

    question_id: str
    given: list[Any]
    share: Fraction | None
    remarks: tuple[tuple[Markup, Markup], ...]
    rights: tuple[Markup, ...]
    explanation: Markup
    rows: tuple[ReviewedRow, ...] = ()


def feedback(
    text: QuestionText,
    order: Sequence[int],
    page: Page,
    form: MultiDict[str, str],
    name: str,
    *,
    blanks: questions.Orders = (),
) -> Feedback:
    """What is said to the answer in this form."""
    words = text.say(language.current())
    response = questions.given(form, name, text, order, blanks)
    marker = MARKERS.get(text.kind)
    share = marker(text, response) if marker and grading.is_given(response) else None
    says_all = share is not None or marker is None
    return Feedback(
        question_id=text.id,
        given=questions.as_shown(text, order, response, blanks),
        share=share,
        remarks=_remarks(text, words, response, page),
        rights=() if marker else _rights(text),
        explanation=page.block(words.explanation) if says_all else Markup(),
        rows=rows.reviewed(text, words, response, page) if share is not None else (),
    )


def has_answer(text: QuestionText) -> bool:
    """Whether there is anything to show to who asks for the answer."""
    words = text.words[text.language]
    lab = text.lab
    return bool(words.explanation or (lab and _solution(lab.blocks, lab.settings)))


def _remarks(
    text: QuestionText, words: QuestionWords, response: Sequence[Any], page: Page
) -> tuple[tuple[Markup, Markup], ...]:
    if text.kind not in questions.CHOSEN:
        return ()
    chosen = [words.options[source] for source in response if source < len(words.options)]
    return tuple(
        (page.inline(option.text), page.inline(option.feedback))
        for option in chosen
        if option.feedback
    )


def _rights(text: QuestionText) -> tuple[Markup, ...]:
    solution = _solution(text.lab.blocks, text.lab.settings) if text.lab else ""
    return (Markup("<pre tabindex='0'><code>{}</code></pre>").format(solution),) if solution else ()


def _solution(blocks: Mapping[str, str], settings: Mapping[str, str]) -> str:
    return blocks.get("solution") or settings.get("break", "")
