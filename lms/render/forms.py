"""Certificates of one course differ in little: the rest of the page is laid out once, as a form.

What belongs to one person is a small page of its own; its boxes, each of which stands at a place of its
own (position: absolute), are then put into the form. For the next person only name, number and code are
exchanged, where the new line is as high as the one of before. So it makes no difference to a certificate
whether it was the first of its kind.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lms.render import archival, paper
from lms.render.drawing import Code

OWN = ("who", "proof")
"""The classes of the boxes that are filled in."""
CODE = f"{paper.SCHEME}code"
"""The square code of the page that is made."""


@dataclass(frozen=True)
class Own:
    """What belongs to one person. ``look``: whatever else makes a difference to how it stands there.

    said: what the square code is to who cannot see it.
    """

    name: str
    number: str
    code: Code
    said: str
    look: tuple[str, ...]


class Form:
    """A page with empty boxes. Only one at a time can be filled in: the page is always the same."""

    def __init__(self, text: str, *, rare: bool) -> None:
        self._rare = rare
        self._document = _laid_out(text, {}, rare=rare)
        (self._page,) = self._document.pages
        self._bookmarks = self._page.bookmarks
        self._boxes = dict(_boxes(self._page._page_box))
        self._look: tuple[str, ...] | None = None

    def filled(self, own: Own, text: Callable[[], str]) -> Any:
        """The document, until the next one is filled in; ``text`` is asked when it must be laid out."""
        if own.look != self._look or not self._exchange(own):
            (page,) = _laid_out(text(), {CODE: own.code}, rare=self._rare).pages
            for name, box in _boxes(page._page_box):
                self._boxes[name].set_laid_out_box(box._box)
            self._page.bookmarks = [*page.bookmarks, *self._bookmarks]
            self._look = own.look
        self._document.fonts = {}
        return self._document

    def _exchange(self, own: Own) -> bool:
        """Put these in the place of those of before; False where that would move something else."""
        _title, name = self._boxes["who"].children
        picture, number, *_more = self._boxes["proof"].children
        lines = [_Line(name), _Line(number)]
        if not all([lines[0].takes(own.name), lines[1].takes(own.number)]):
            return False
        for line in lines:
            line.exchange()
        (code, _space) = picture.children[0].children
        code.replacement = own.code
        code.element.set("alt", own.said)
        return True


class _Line:
    """A paragraph of one line, and the words that shall take the place of its own."""

    def __init__(self, paragraph: Any) -> None:
        self._paragraph = self._text = paragraph
        while len(self._text.children) == 1:
            (self._text,) = self._text.children
        self._made: Any = None

    def takes(self, words: str) -> bool:
        """Whether they stand in one line that is as high as the one that is there."""
        from weasyprint.text.line_break import split_first_line

        box = self._text
        if box.children or " ".join(words.split()) != words:
            return False
        self._made, _size, rest, self._width, height, baseline = split_first_line(
            words, box.style, None, None, 0
        )
        same = (height, baseline + box.margin_top) == (box.height, box.baseline)
        return rest is None and bool(same) and bool(self._width <= self._paragraph.width)

    def exchange(self) -> None:
        """As WeasyPrint would: at the beginning of the line, or in its middle."""
        paragraph, box = self._paragraph, self._text
        rest = paragraph.width - self._width
        offset = rest / 2 if paragraph.style["text_align_all"] == "center" else 0
        if paragraph.style["direction"] == "rtl":
            place = paragraph.content_box_x() + paragraph.width + (-offset - self._width)
        else:
            place = paragraph.content_box_x() + offset
        box.text, box.pango_layout = self._made.text, self._made
        box.position_x, box.width = place, self._width


@lru_cache(maxsize=8)
def form(text: str, pictures: tuple[bytes, bytes, bytes], *, rare: bool) -> Form:
    """The form with these words and pictures; rare: with the large Chinese font."""
    _fonts, _sheet, fetcher = paper.style("certificate.css", rare=rare)
    fetcher.pictures = dict(zip((paper.LOGO, "partner", "signature"), pictures, strict=True))
    return Form(text, rare=rare)


def _laid_out(text: str, pictures: Mapping[str, Code], *, rare: bool) -> Any:
    from weasyprint import HTML

    fonts, sheet, fetcher = paper.style("certificate.css", rare=rare)
    return HTML(string=text, url_fetcher=fetcher).render(
        stylesheets=[sheet],
        font_config=fonts,
        color_profiles={**archival.colours()},
        cache={**paper.drawn(), **pictures},
        output_intent=archival.COLOURS,
        pdf_variant="pdf/a-3a",
    )


def _boxes(box: Any) -> Iterator[tuple[str, Any]]:
    """Those that are filled in, by their classes."""
    for child in box.children:
        element = child.element
        name = element.get("class", "").partition(" ")[0] if element is not None else ""
        if name in OWN:
            yield name, child
        else:
            yield from _boxes(child)
