"""Makes the small Chinese font of certificates from the large one: `python -m tools.fonts`.

GB 2312 is what most texts are written with; the large font is opened only where it is not enough.
"""

from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.woff2 import WOFF2FlavorData

FONTS = Path(__file__).resolve().parent.parent / "lms" / "render" / "fonts"
LARGE = FONTS / "noto-serif-sc-400-normal.woff2"
SMALL = FONTS / "noto-serif-sc-400-gb2312.woff2"


def main() -> None:
    """The same font on every machine: it keeps the date of the large one."""
    with TTFont(LARGE, recalcTimestamp=False) as font:
        signs = [code for code in font.getBestCmap() if is_common(chr(code))]
        options = Options(layout_features="*", name_IDs="*", notdef_outline=True)
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=signs)
        subsetter.subset(font)
        font.flavorData = WOFF2FlavorData(transformedTables=())  # opens in a fortieth of the time
        font.save(SMALL)
    print(f"{SMALL.name}: {len(signs)} signs, {SMALL.stat().st_size:,} bytes")


def is_common(sign: str) -> bool:
    """Whether GB 2312 has it."""
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


if __name__ == "__main__":
    main()
