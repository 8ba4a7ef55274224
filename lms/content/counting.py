"""How long a text is in words, in every script."""

import re

UNSPACED = re.compile(
    "[\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]"
)
"""Chinese signs and Japanese kana: they are written without spaces."""
SIGNS_A_WORD = 2
"""A Chinese word has about two signs."""


def words_in(text: str) -> int:
    """Pieces between spaces that hold a letter or a digit; two Chinese signs count as one word.

    static/js/writing.js counts in the same way.
    """
    signs = len(UNSPACED.findall(text))
    spaced = UNSPACED.sub(" ", text).split()
    return sum(any(map(str.isalnum, piece)) for piece in spaced) + -(-signs // SIGNS_A_WORD)
