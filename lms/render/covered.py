"""Which signs our fonts have: a bit for each code point, as `python -m tools.fonts` writes it.

To open the fonts themselves would take each process of the web 16 MB.
"""

import unicodedata
from functools import cache
from pathlib import Path

BITS = Path(__file__).parent / "fonts" / "covered.bin"


def lacking(text: str) -> str:
    """The signs that no font of ours has, each once: boxes, where the machine has no other fonts."""
    return " ".join(sign for sign in dict.fromkeys(text) if not _is_there(sign))


def _is_there(sign: str) -> bool:
    if sign.isascii() or sign.isspace() or unicodedata.category(sign) == "Cf":
        return True
    place, bit = divmod(ord(sign), 8)
    return place < len(_bits()) and bool(_bits()[place] >> bit & 1)


@cache
def _bits() -> bytes:
    return BITS.read_bytes()
