"""Markdown to safe HTML: raw HTML stays text, pictures come only from the course, terms are explained in place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import nh3
from markdown_it.token import Token

from lms.content.dialect import ICONS, PARSER
from lms.content.outline import TermText
from lms.content.references import ELSEWHERE, resolve, terms_of

LONGEST = 256 * 1024
TAGS = frozenset(
    [
        *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li"),
        *("h2", "h3", "h4", "h5", "h6", "a", "img", "figure", "figcaption", "dl", "dt", "dd"),
        *("table", "caption", "thead", "tbody", "tr", "th", "td", "div", "span", "b", "button"),
        *("sup", "section", "abbr"),
    ]
)
ATTRIBUTES = {
    "*": {"class", "id", "lang", "dir"},
    "a": {"href", "rel", "aria-label", "role"},
    "abbr": {"title"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "button": {"type", "popovertarget"},
    "div": {"popover", "tabindex", "role", "aria-label"},
    "b": {"data-icon", "data-blank"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "section": {"aria-label", "role"},
    "th": {"scope"},
}
SCHEMES = {"http", "https", "mailto"}


class MarkdownError(ValueError):
    """A text that would take too long or too much; its sentence is for its author."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a picture is shown from, and its size in pixels where it is known.

    knows_dark: it has colours of its own for dark pages; others are shown on a light sheet.
    """

    url: str
    width: int | None = None
    height: int | None = None
    knows_dark: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """Words of the platform inside a text, already in the page's language."""

    note: str = "Note"
    warning: str = "Careful"
    example: str = "Example"
    table: str = "Table"
    footnotes: str = "Notes"
    back: str = "Back to the text"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a text may refer to. picture and link take a path of the tree; None: there is none."""

    language: str
    path: str
    glossary: Mapping[str, TermText]
    picture: Callable[[str], Picture | None]
    link: Callable[[str], str | None]
    labels: Labels = Labels()


class Page:
    """One page: several texts, on which each term is explained once."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self._names = terms_of(around.glossary)
        self._seen: set[str] = set()
        self._waiting: list[str] = []
        self._blocks = 0
        self._tables = 0

    def block(self, text: str) -> str:
        """Paragraphs, lists, boxes, figures …; MarkdownError when the text is refused."""
        if not text.strip():
            return ""
        self._blocks += 1
        env = {"page": self, "docId": str(self._blocks)}
        tokens = _with_meanings(parse(text, env))
        return self._clean(PARSER.renderer.render(tokens, PARSER.options, env))

    def inline(self, text: str) -> str:
        """A title, an option, a question: no paragraphs. Its meanings wait for `meanings`."""
        if not text:
            return ""
        env = {"page": self}
        return self._clean(PARSER.renderer.render(parse_inline(text, env), PARSER.options, env))

    def meanings(self) -> str:
        """The meanings of terms in inline texts that were not shown yet."""
        html = "".join(self.meaning(name) for name in self.take_waiting())
        return self._clean(html)

    def term(self, name: str, shown: str) -> str:
        """A term where it first stands on the page; later, and where it is unknown, plain text."""
        entry = self.around.glossary.get(self._names.get(name.strip().casefold(), ""))
        words = shown.strip() or name.strip()
        if entry is None or entry.id in self._seen:
            return escape(words)
        self._seen.add(entry.id)
        self._waiting.append(entry.id)
        target = f"g-{escape(entry.id)}"
        return (
            f'<button type="button" class="term" popovertarget="{target}">{escape(words)}</button>'
        )

    def table_label(self) -> str:
        """How a screen reader tells this table from the others of the page."""
        self._tables += 1
        word = self.around.labels.table
        return word if self._tables == 1 else f"{word} {self._tables}"

    def take_waiting(self) -> list[str]:
        """Terms whose meaning must still be shown."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def meaning(self, name: str) -> str:
        """What the term means, for a popover; in browsers without, it stands after the paragraph."""
        words = self.around.glossary[name].say(self.around.language)
        tongue = ""
        if words.language != self.around.language:
            direction = "rtl" if words.language == "ar" else "ltr"
            tongue = f' lang="{words.language}" dir="{direction}"'
        said = escape(plain_text(words.meaning))
        return f'<div popover id="g-{escape(name)}" class="meaning"{tongue}><b>{escape(words.title)}</b>{said}</div>'

    def target(self, href: str) -> str | None:
        """Where a link leads: elsewhere, or to a lesson or file of this course; None for nowhere."""
        if href.startswith("#") or href.partition(":")[0].casefold() in SCHEMES:
            return href
        if ELSEWHERE.match(href):
            return None
        return self.around.link(resolve(self.around.path, href))

    def picture(self, src: str) -> Picture | None:
        """A picture of the course's folder; the one in the reader's language wins."""
        if ELSEWHERE.match(src):
            return None
        path = resolve(self.around.path, src)
        stem, dot, ending = path.rpartition(".")
        localised = self.around.picture(f"{stem}.{self.around.language}{dot}{ending}")
        return localised or self.around.picture(path)

    def _clean(self, html: str) -> str:
        """The last word: whatever is not on the list goes; then our own icons come in."""
        clean = nh3.clean(
            html, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None
        )
        for name, icon in ICONS.items():
            clean = clean.replace(f'<b data-icon="{name}">', f"<b>{icon}")
        return clean


def fault_of(text: str) -> str:
    """Why no page would show this text, for its author; "" when there is no reason."""
    try:
        _refuse(text)
        if sum(text.count(sign) for sign in LIMITS) > MANY:  # a plain text needs no second look
            parse(text, {})
    except MarkdownError as error:
        return str(error)
    return ""


def parse(text: str, env: dict[str, Any]) -> list[Token]:
    """Markdown as tokens; MarkdownError for what would take too long."""
    _refuse(text)
    try:
        return PARSER.parse(text, env)
    except RecursionError:
        raise MarkdownError("This text is nested too deeply. Make it simpler.") from None


def parse_inline(text: str, env: dict[str, Any]) -> list[Token]:
    """The same for a line without blocks."""
    _refuse(text)
    try:
        return PARSER.parseInline(" ".join(text.split()), env)
    except RecursionError:
        raise MarkdownError("This text is nested too deeply. Make it simpler.") from None


def plain_text(text: str) -> str:
    """The words alone, for summaries."""
    return " ".join(plain_lines(text))


def plain_lines(text: str) -> list[str]:
    """The words alone, for searching: a line for each paragraph, item, cell, row of code."""
    rows = [row for piece in _words(parse(text, {})) for row in piece.split("\n")]
    return [line for row in rows if (line := " ".join(row.split()))]


def _words(tokens: list[Token]) -> list[str]:
    words = []
    for token in tokens:
        if token.children:
            words.append("".join(_words(token.children)))
        elif token.type in {"text", "code_inline", "fence", "code_block"}:
            words.append(token.content)
        elif token.type == "term":
            words.append(token.meta["shown"] or token.meta["name"])
        elif token.type in {"softbreak", "hardbreak"}:
            words.append(" ")
    return words


def _refuse(text: str) -> None:
    if len(text) > LONGEST:
        raise MarkdownError("This text is longer than 256 kB. Split it.")
    if text.count("\n") > MOST_LINES:
        raise MarkdownError(f"This text has more than {MOST_LINES:,} lines. Split it.")
    if text.count("\n:") > MOST_DEFINITIONS:
        raise MarkdownError(f"This text has more than {MOST_DEFINITIONS:,} definitions. Split it.")
    for sign, most in LIMITS.items():
        if text.count(sign) > most:
            raise MarkdownError(f"This text has more than {most:,} of the sign {sign}. Split it.")
    if any(len(row) - len(row.lstrip(NESTING)) > DEEPEST for row in text.split("\n")):
        raise MarkdownError("This text is nested too deeply. Make it simpler.")


LIMITS = {
    "[": 2_000,
    "`": 4_000,
    "*": 5_000,
    "_": 10_000,
    "|": 10_000,
    "<": 5_000,
    "!": 5_000,
    "&": 5_000,
}
"""Signs in one text; real lessons have a few dozen. More would keep a reader waiting."""
MANY = 1_000
MOST_LINES = 5_000
NESTING = "> -+*\t0123456789.)"
MOST_DEFINITIONS = 1_000
DEEPEST = 200
"""Signs before the first word of a line: quotes in quotes, lists in lists."""


def _with_meanings(tokens: list[Token]) -> list[Token]:
    """Mark the ends of top-level blocks: meanings stand directly behind the block of their term."""
    marked: list[Token] = []
    for token in tokens:
        marked.append(token)
        if token.level == 0 and token.nesting <= 0:
            marked.append(Token("meanings", "", 0))
    return marked
