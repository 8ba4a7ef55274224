"""Words as they are looked up: the same word however it is written, in each of our scripts.

Case, accents and vowel signs do not count, nor do the forms of alef, ya and ta marbuta, the Arabic
article and the elided ones of French, full-width forms, the ё of Russian, and the script of digits.
Chinese, which parts no words, is cut into pairs of signs.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

VERSION = 1
"""Of these rules. Raise it with every change, and `lms prepare` makes all entries anew."""

HAN = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese signs, and the kana that stand among them."""
MARKS = (
    "\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069\u3099\u309a"
)
"""Signs that stand in the middle of a word without being a letter: accents, vowels, directions."""
HAN_SIGN = re.compile(f"[{HAN}]")
RUN = re.compile(f"[{HAN}]+|[^\\W_{HAN}](?:[^\\W_{HAN}]|[{MARKS}])*")
PIECE = re.compile(r"[^\W_]+")
ELIDED = frozenset({"c", "d", "j", "l", "m", "n", "qu", "s", "t"})
APOSTROPHES = frozenset("'’ʼ＇")
ALIKE = str.maketrans(
    {
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ة": "ه",
        "ء": "",
        "ـ": "",
        "ø": "o",
        "đ": "d",
        "ł": "l",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
    }
)
"""What decomposition leaves apart. The hamza on a letter goes with the other marks."""
ARTICLE = re.compile("^(?:وال|بال|كال|فال|ولل|لل|ال)(?=\\w{3})")
LONGEST = 64
"""Signs of a word that count: a database has a limit, too."""


class Word(NamedTuple):
    """A folded word, and where it stands in the text as it was written."""

    start: int
    end: int
    token: str

    @property
    def is_pair(self) -> bool:
        """Whether it is cut out of a script without spaces."""
        return HAN_SIGN.match(self.token) is not None


def fold(text: str) -> str:
    """One word in its common form; may hold spaces where a sign stands for several words."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    apart = unicodedata.normalize("NFKD", apart)
    kept = (sign for sign in apart if unicodedata.category(sign) not in {"Mn", "Me", "Cf"})
    return "".join(_digit(sign) for sign in kept).translate(ALIKE)


def words_of(text: str) -> Iterator[Word]:
    """Every word of a text. A run of Chinese gives its pairs of signs, and its last sign alone."""
    for run in RUN.finditer(text):
        start, end = run.span()
        if HAN_SIGN.match(run[0]):
            yield from _pairs(text, start, end)
        elif not _is_elided(text, start, end):
            for piece in PIECE.findall(fold(run[0])):
                yield Word(start, end, ARTICLE.sub("", piece)[:LONGEST])


def asked_for(query: str, most: int) -> list[str]:
    """The words of a question, each once; the last sign of a run of Chinese is in the pair before."""
    asked: list[str] = []
    before = Word(-1, -1, "")
    for word in words_of(query):
        if not (word.is_pair and before.start < word.start and word.end == before.end):
            asked.append(word.token)
        before = word
    return list(dict.fromkeys(asked))[:most]


def sort_key(text: str, language: str) -> tuple[str, bytes]:
    """For lists: by folded words; Chinese by the old standard, whose common signs stand by sound."""
    folded = " ".join(
        fold(run) if HAN_SIGN.match(run) else ARTICLE.sub("", fold(run))
        for run in RUN.findall(text)
    )
    if language == "zh":
        return "", folded.encode("gb18030")
    return folded, text.encode()


def _pairs(text: str, start: int, end: int) -> Iterator[Word]:
    for at in range(start, end):
        last = min(at + 2, end)
        if token := fold(text[at:last]):
            yield Word(at, last, token)


def _is_elided(text: str, start: int, end: int) -> bool:
    """Whether it is the l of l'école."""
    followed = text[end : end + 1] in APOSTROPHES and text[end + 1 : end + 2].isalnum()
    return followed and text[start:end].casefold() in ELIDED


def _digit(sign: str) -> str:
    value = unicodedata.digit(sign, None)
    return sign if value is None else str(value)
