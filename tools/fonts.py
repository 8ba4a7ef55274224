"""Makes the small Chinese font of certificates from the large one, and the list of all signs of our
fonts: `python -m tools.fonts`.

First it gives those a space that have none: without one, the space between two Chinese words is drawn
as a sign that the font does not know, which no archive takes.

GB 2312 is what most texts are written with; the large font is opened only where it is not enough.
"""

from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fontTools.ttLib.woff2 import WOFF2FlavorData

from lms.render.covered import BITS

FONTS = Path(__file__).resolve().parent.parent / "lms" / "render" / "fonts"
LARGE = FONTS / "noto-serif-sc-400-normal.woff2"
BOLD = FONTS / "noto-serif-sc-600-normal.woff2"
SMALL = FONTS / "noto-serif-sc-400-gb2312.woff2"
SPACES = (0x20, 0xA0)
WIDTH = 0.224
"""Of a space, in ems."""


def main() -> None:
    """The same font on every machine: it keeps the date of the large one."""
    for path in (LARGE, BOLD):
        with TTFont(path, recalcTimestamp=False) as font:
            if SPACES[0] not in font.getBestCmap():
                give_space(font)
                font.flavorData = WOFF2FlavorData(transformedTables=())
                font.save(path)
    with TTFont(LARGE, recalcTimestamp=False) as font:
        signs = [code for code in font.getBestCmap() if is_common(chr(code)) or code in SPACES]
        options = Options(layout_features="*", name_IDs="*", notdef_outline=True)
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=signs)
        subsetter.subset(font)
        font.flavorData = WOFF2FlavorData(transformedTables=())  # opens in a fortieth of the time
        font.save(SMALL)
    print(f"{SMALL.name}: {len(signs)} signs, {SMALL.stat().st_size:,} bytes")
    BITS.write_bytes(covered())


def covered() -> bytes:
    """A bit for each code point that any of our fonts has."""
    codes: set[int] = set()
    for path in FONTS.glob("*-400-normal.woff2"):
        with TTFont(path) as font:
            codes |= font.getBestCmap().keys()
    bits = bytearray(max(codes) // 8 + 1)
    for code in codes:
        bits[code // 8] |= 1 << code % 8
    return bytes(bits)


def give_space(font: TTFont) -> None:
    """A glyph with nothing in it."""
    font.setGlyphOrder([*font.getGlyphOrder(), "space"])
    font["glyf"].glyphs["space"] = Glyph()
    font["glyf"].setGlyphOrder(font.getGlyphOrder())
    font["hmtx"].metrics["space"] = (round(WIDTH * font["head"].unitsPerEm), 0)
    if "vmtx" in font:
        font["vmtx"].metrics["space"] = (font["head"].unitsPerEm, 0)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update(dict.fromkeys(SPACES, "space"))


def is_common(sign: str) -> bool:
    """Whether GB 2312 has it."""
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


if __name__ == "__main__":
    main()
