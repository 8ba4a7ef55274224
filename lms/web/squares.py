"""Addresses as squares that a phone's camera reads."""

import segno
from markupsafe import Markup


def square(text: str, scale: int = 4) -> Markup:
    """Dark on light, whatever the page's colours are: cameras want it so."""
    code = segno.make(text, error="m", micro=False)
    drawing = code.svg_inline(scale=scale, border=4, light="#fff", dark="#000")
    return Markup(drawing)  # noqa: S704 (made of squares only)
