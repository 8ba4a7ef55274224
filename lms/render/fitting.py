"""How much room a text takes, so that the longest name fits and the shortest looks its best."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
MEASURED = ("source-serif-4-*-400-normal.woff2", "amiri-arabic-400-normal.woff2")
BOLD = 1.06
"""How much wider the bold faces run."""
SLACK = 0.97
"""Of a line; the rest is for what this does not know: kerning, joined forms, other fonts."""


@dataclass(frozen=True, slots=True)
class Size:
    """A step down: its class in the style sheet, ems in a line, and how many lines there are."""

    name: str
    ems: float
    lines: int


def choose(text: str, sizes: Sequence[Size], *, bold: bool = False) -> str:
    """The class of the largest size at which the text fits; the last when none does."""
    fitting = (size.name for size in sizes if lines(text, size.ems, bold=bold) <= size.lines)
    return next(fitting, sizes[-1].name)


def lines(text: str, ems: float, *, bold: bool = False) -> int:
    """How many lines of so many ems it takes: broken at spaces, in long words anywhere."""
    room = ems * SLACK / (BOLD if bold else 1)
    count, used = 1, 0.0
    for piece in _pieces(text):
        wide = _width(piece)
        if used + wide <= room or piece == " ":
            used += wide
        elif wide <= room:
            count, used = count + 1, wide
        else:
            more = int((used + wide) / room)
            count, used = count + more, used + wide - more * room
    return count


def _pieces(text: str) -> Iterator[str]:
    """Words and the spaces between them; Chinese may break after every character."""
    for number, word in enumerate(text.split()):
        if number:
            yield " "
        start = 0
        for place, sign in enumerate(word):
            if _is_wide(sign):
                yield from filter(None, (word[start:place], sign))
                start = place + 1
        if start < len(word):
            yield word[start:]


def _width(text: str) -> float:
    """In ems. What none of our fonts knows is taken as wide as it can be."""
    return sum(_advances().get(ord(sign), _unknown(sign)) for sign in text)


def _unknown(sign: str) -> float:
    return 0.0 if unicodedata.category(sign) in {"Mn", "Me", "Cf"} else 1.0


def is_rare(sign: str) -> bool:
    """Whether neither our European and Arabic fonts have it, nor GB 2312, which the small Chinese ones hold."""
    if ord(sign) in _advances():
        return False
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return not sign.isspace()
    return False


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in {"W", "F"}


@cache
def _advances() -> dict[int, float]:
    """Code point → width in ems, read once from the fonts themselves."""
    from fontTools.ttLib import TTFont  # here, for who imports this asks for names of sizes only

    widths: dict[int, float] = {}
    for pattern in MEASURED:
        for path in sorted(FONTS.glob(pattern)):
            with TTFont(path) as font:
                metrics, unit = font["hmtx"].metrics, font["head"].unitsPerEm
                for code, glyph in font.getBestCmap().items():
                    widths.setdefault(code, metrics[glyph][0] / unit)
    return widths
