"""Questions as forms: what the browser sees and sends are positions as shown, never those of the file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from lms.content.questions import (
    EssayRule,
    QuestionKind,
    QuestionText,
    QuestionWords,
    UploadRule,
)
from lms.web import language
from lms.web.markup import Page

CHOSEN = frozenset({QuestionKind.ONE, QuestionKind.TRUE_FALSE, QuestionKind.MANY})
TYPED = frozenset({QuestionKind.TEXT, QuestionKind.NUMBER, QuestionKind.ESSAY})
LONGEST = {QuestionKind.TEXT: 500, QuestionKind.NUMBER: 100, QuestionKind.ESSAY: 20_000}
"""How many signs of a typed answer are kept; of an essay more when it may have more words."""
SIGNS_A_WORD = 20


BLANK = re.compile("\ue000(\\d+)\ue001")
GAP = r"\\_\\_\\_\\_"


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question as the browser gets it: nothing in here tells which answer is right.

    options: in the order shown. items: the left-hand sides of a match. number: from 1, 0 for none.
    """

    kind: QuestionKind
    language: str
    prompt: Markup
    body: Markup
    options: tuple[Markup, ...]
    items: tuple[Markup, ...]
    hints: tuple[Markup, ...]
    points: int
    graded: bool
    number: int = 0
    essay: EssayRule | None = None
    upload: UploadRule | None = None
    longest: int = 0


def shown(
    text: QuestionText, order: Sequence[int], page: Page, *, number: int = 0
) -> ShownQuestion:
    """The question in the reader's language; ``order``: source positions as they are shown."""
    words = text.say(language.current())
    every = options_of(text, words, page)
    return ShownQuestion(
        kind=text.kind,
        language=words.language,
        prompt=page.inline(words.prompt),
        body=_body(text, words, page),
        options=tuple(every[source] for source in order),
        items=tuple(page.inline(item) for item in words.items),
        hints=tuple(page.block(hint) for hint in words.hints),
        points=text.points,
        graded=text.graded,
        number=number,
        essay=text.essay,
        upload=text.upload,
        longest=longest(text),
    )


def longest(text: QuestionText) -> int:
    """How many signs of a typed answer are kept; 0 where nothing is typed."""
    most = text.essay.most if text.essay else None
    return max(LONGEST.get(text.kind, 0), SIGNS_A_WORD * (most or 0))


def options_of(text: QuestionText, words: QuestionWords, page: Page) -> tuple[Markup, ...]:
    """The options in the order of the file."""
    if text.kind is QuestionKind.TRUE_FALSE:
        return escape(_("True")), escape(_("False"))
    return tuple(page.inline(option.text) for option in words.options)


def _body(text: QuestionText, words: QuestionWords, page: Page) -> Markup:
    """What stands below the prompt: text, blanks as gaps, the zone to edit, what earns points."""
    body = page.block(BLANK.sub(GAP, words.body))
    if text.lab and (zone := text.lab.blocks.get("zone")):
        body += Markup("<pre tabindex='0'><code>{}</code></pre>").format(zone)
    if words.rubric:
        lines = [
            Markup("<li><b>{}</b> ({}–{}): {}</li>").format(
                one.name, one.low, one.high, page.inline(one.earns)
            )
            for one in words.rubric
        ]
        body += Markup("<ul>{}</ul>").format(Markup().join(lines))
    return body


def given(
    form: MultiDict[str, str], name: str, text: QuestionText, order: Sequence[int]
) -> list[Any]:
    """What the browser sent for this question, as it is stored; what makes no sense is ignored.

    Chosen options become source positions in the order of the file; typed text stays text.
    """
    if text.kind in TYPED:
        typed = form.get(name, "").replace("\r\n", "\n").strip()[: longest(text)]
        return [typed] if typed else []
    if text.kind in CHOSEN:
        chosen = {
            order[place] for value in form.getlist(name) if (place := _place(value, order)) >= 0
        }
        return sorted(chosen) if text.kind is QuestionKind.MANY else sorted(chosen)[:1]
    rows = [_place(form.get(f"{name}-{row}", ""), order) for row in range(rows_of(text, order))]
    if text.kind is QuestionKind.MATCH:
        return [order[place] if place >= 0 else None for place in rows]
    if text.kind is QuestionKind.ORDER:
        return [order[rows.index(place)] if place in rows else None for place in range(len(order))]
    return []


def as_shown(text: QuestionText, order: Sequence[int], response: Sequence[Any]) -> list[Any]:
    """A stored response as the form shows it: positions as shown, or the text as typed."""
    if text.kind in TYPED or text.kind is QuestionKind.UPLOAD:
        return list(response)
    places = {source: place for place, source in enumerate(order)}
    if text.kind is QuestionKind.ORDER:
        return [response.index(source) if source in response else None for source in order]
    return [places.get(source) for source in response]


def rows_of(text: QuestionText, order: Sequence[int]) -> int:
    """How many drop-downs a question has: one for each item to match or to put in order."""
    if text.kind is QuestionKind.MATCH:
        return len(text.words[text.language].items)
    return len(order)


def _place(value: str, order: Sequence[int]) -> int:
    """A position as shown; -1 for anything else."""
    sensible = value.isascii() and value.isdigit() and len(value) <= 4
    return int(value) if sensible and int(value) < len(order) else -1
