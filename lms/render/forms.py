"""Certificates of one course differ in little: the rest of the page is laid out once, as a form.

What belongs to one person is a small page of its own; its boxes, each of which stands at a place of its
own (position: absolute), are then put into the form. So it makes no difference to a certificate whether
it was the first of its kind.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from lms.render import archival, paper
from lms.render.drawing import Code

OWN = ("who", "proof")
"""The classes of the boxes that are filled in."""


class Form:
    """A page with empty boxes. Only one at a time can be filled in: the page is always the same."""

    def __init__(self, text: str, *, rare: bool) -> None:
        self._rare = rare
        self._document = _laid_out(text, {}, rare=rare)
        (self._page,) = self._document.pages
        self._bookmarks = self._page.bookmarks
        self._boxes = dict(_boxes(self._page._page_box))

    def filled(self, text: str, pictures: Mapping[str, Code]) -> Any:
        """The document, until the next one is filled in."""
        own = _laid_out(text, pictures, rare=self._rare)
        (page,) = own.pages
        for name, box in _boxes(page._page_box):
            self._boxes[name].set_laid_out_box(box._box)
        self._page.bookmarks = [*page.bookmarks, *self._bookmarks]
        self._document.metadata, self._document.fonts = own.metadata, {}
        return self._document


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
    for child in getattr(box, "children", ()):
        element = child.element
        name = element.get("class", "").partition(" ")[0] if element is not None else ""
        if name in OWN:
            yield name, child
        else:
            yield from _boxes(child)
