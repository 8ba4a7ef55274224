"""Trainers' Markdown as HTML that templates may show as it is, because the renderer cleaned it."""

import re
from functools import cache

from markupsafe import Markup

from lms.content import markdown
from lms.content.markdown import Surroundings

BEFORE_A_STOP = re.compile(
    r'(<button[^>]*>[^<]*</button>|<b data-blank="\d+"></b>)([.,;:!?…)»”’،؛؟。，、]+)'
)


class Page:
    """What renders the texts of one page. explained: terms that this page explained already."""

    def __init__(self, around: Surroundings, explained: set[str] | None = None) -> None:
        self._page = _Sharing(around, set() if explained is None else explained)

    def block(self, text: str) -> Markup:
        """Paragraphs, lists, figures; the stop behind a term or a blank never begins a line."""
        html = BEFORE_A_STOP.sub(r'<span class="whole">\1\2</span>', self._page.block(text))
        return Markup(html)  # noqa: S704 (cleaned by nh3)

    def inline(self, text: str) -> Markup:
        """A line without a paragraph around it."""
        return Markup(self._page.inline(text))  # noqa: S704 (likewise)


class Remembering(Page):
    """Renders each text once. For texts that explain no terms: where they stand changes nothing."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.block = cache(super().block)  # type: ignore[method-assign]
        self.inline = cache(super().inline)  # type: ignore[method-assign]


class _Sharing(markdown.Page):
    """Knows which terms other texts of the page explained: each is explained once."""

    def __init__(self, around: Surroundings, explained: set[str]) -> None:
        super().__init__(around)
        self._seen = explained
