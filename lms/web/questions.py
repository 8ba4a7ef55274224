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
LONGEST_IN_A_BLANK = 200
"""How many signs of a typed answer are kept; of an essay more when it may have more words."""
SIGNS_A_WORD = 20
BLANK = re.compile(r'<b data-blank="(\d+)"></b>')
Orders = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question as the browser gets it: nothing in here tells which answer is right.

    options: in the order shown. items: the left-hand sides of a match. gaps: a text with blanks, cut at
    each of them: what stands before it, and its number (None behind the last). blanks: by number the
    choices in the order shown, () where one types. number: from 1, 0 for none.
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
    gaps: tuple[tuple[Markup, int | None], ...] = ()
    blanks: tuple[tuple[Markup, ...], ...] = ()
    essay: EssayRule | None = None
    upload: UploadRule | None = None
    longest: int = 0


def shown(
    text: QuestionText, order: Sequence[int], page: Page, *, number: int = 0, blanks: Orders = ()
) -> ShownQuestion:
    """The question in the reader's language; ``order``: source positions as they are shown, ``blanks``:
    the same for the choices of each blank."""
    words = text.say(language.current())
    every = options_of(text, words, page)
    body = _body(text, words, page)
    choices = zip(blanks, words.blanks, strict=False)
    return ShownQuestion(
        kind=text.kind,
        language=words.language,
        prompt=page.inline(words.prompt),
        body=Markup() if text.blanks else body,
        options=tuple(every[source] for source in order),
        items=tuple(page.inline(item) for item in words.items),
        hints=tuple(page.block(hint) for hint in words.hints),
        points=text.points,
        graded=text.graded,
        number=number,
        gaps=_gaps(body, len(text.blanks)) if text.blanks else (),
        blanks=tuple(tuple(page.inline(one[source]) for source in order) for order, one in choices)
        or ((),) * len(text.blanks),
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
    """What stands below the prompt: text with marks for blanks, the zone to edit, what earns points."""
    body = page.block(words.body)
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


def _gaps(body: Markup, size: int) -> tuple[tuple[Markup, int | None], ...]:
    """The text cut at its blanks; one that cannot be shown where it stands (in a link's address, say)
    stands below the text."""
    parts = BLANK.split(body)
    before = [Markup(part) for part in parts[::2]]  # noqa: S704 (pieces of what was cleaned)
    placed = [int(number) for number in parts[1::2]]
    gaps: list[tuple[Markup, int | None]] = []
    for part, number in zip(before, [*placed, None], strict=True):
        known = number is not None and number < size and number not in {one for _p, one in gaps}
        gaps.append((part, number if known else None))
    lost = [number for number in range(size) if number not in placed]
    return (*gaps, *((Markup(" "), number) for number in lost))


def given(
    form: MultiDict[str, str],
    name: str,
    text: QuestionText,
    order: Sequence[int],
    blanks: Orders = (),
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
    rows = [form.get(f"{name}-{row}", "") for row in range(rows_of(text, order))]
    if text.kind is QuestionKind.CLOZE:
        orders = blanks or ((),) * len(rows)
        return [_fill(value, one) for value, one in zip(rows, orders, strict=True)]
    places = [_place(value, order) for value in rows]
    if text.kind is QuestionKind.MATCH:
        return [order[place] if place >= 0 else None for place in places]
    steps = {source: place for source, place in zip(order, places, strict=True) if place >= 0}
    return [steps.get(source) for source in range(len(order))]


def as_shown(
    text: QuestionText, order: Sequence[int], response: Sequence[Any], blanks: Orders = ()
) -> list[Any]:
    """A stored response as the form shows it: positions as shown, or the text as typed."""
    if text.kind in TYPED or text.kind is QuestionKind.UPLOAD:
        return list(response)
    if text.kind is QuestionKind.CLOZE:
        orders = blanks or ((),) * len(response)
        return [
            one.index(filled) if isinstance(filled, int) else filled
            for filled, one in zip(response, orders, strict=True)
        ]
    if text.kind is QuestionKind.ORDER:
        return [response[source] for source in order] if response else []
    places = {source: place for place, source in enumerate(order)}
    return [places.get(source) for source in response]


def rows_of(text: QuestionText, order: Sequence[int]) -> int:
    """How many fields a question has: one for each item to match or to put in order, and each blank."""
    if text.blanks:
        return len(text.blanks)
    if text.kind is QuestionKind.MATCH:
        return len(text.words[text.language].items)
    return len(order)


def _fill(value: str, choices: Sequence[int]) -> str | int | None:
    """What fills a blank: the source position of a choice, or what was typed; None for nothing."""
    if choices:
        place = _place(value, choices)
        return choices[place] if place >= 0 else None
    return value.strip()[:LONGEST_IN_A_BLANK] or None


def _place(value: str, order: Sequence[int]) -> int:
    """A position as shown; -1 for anything else."""
    sensible = value.isascii() and value.isdigit() and len(value) <= 4
    return int(value) if sensible and int(value) < len(order) else -1
