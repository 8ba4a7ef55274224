"""The sentence that was found, with its words marked, cut from the text as it was written.

The databases have such functions, too; but they would show folded words, and each its own choice.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lms.domain.search import folding

LONGEST = 240
"""Signs of a sentence that are shown."""
STOPS = tuple(".!?؟…。！？")
"""A line that ends with none is a heading, or an item."""
BEFORE = 80
"""Signs that are kept before the first word found in a longer one."""
END = re.compile(r"(?<=[.!?؟…])\s+|(?<=[。！？])|\n")
"""A stop before a space, a Chinese stop, or the end of a line."""


class Part(NamedTuple):
    """A stretch of a snippet, and whether it was asked for."""

    text: str
    is_asked: bool


def snippet(body: str, asked: Sequence[str]) -> tuple[Part, ...]:
    """The first sentence that holds most of the words; the first of all where none does."""
    best, most = "", (-1, False)
    for sentence in map(str.strip, END.split(body)):
        held = len({word for word, _start, _end in _found(sentence, asked)})
        worth = held, sentence.endswith(STOPS)
        if worth > most:
            best, most = sentence, worth
    return marked(_cut(best, asked), asked)


def marked(text: str, asked: Sequence[str]) -> tuple[Part, ...]:
    """The text in stretches, those that were asked for apart."""
    parts, at, begun = [], 0, 0
    for _word, start, end in _found(text, asked):
        if start > at or not at:  # pairs of signs overlap: they are one stretch
            parts += [Part(text[begun:at], True), Part(text[at:start], False)]
            begun = start
        at = end
    parts += [Part(text[begun:at], True), Part(text[at:], False)]
    return tuple(part for part in parts if part.text)


def _cut(sentence: str, asked: Sequence[str]) -> str:
    """A long sentence from shortly before its first word found; words stay whole."""
    if len(sentence) <= LONGEST:
        return sentence
    first = next((start for _word, start, _end in _found(sentence, asked)), 0)
    begin = max(0, min(first - BEFORE, len(sentence) - LONGEST))
    piece = sentence[begin : begin + LONGEST]
    if begin:
        piece = "… " + (re.sub(r"^\S{0,30}\s+", "", piece) or piece)
    if begin + LONGEST < len(sentence):
        piece = (re.sub(r"\s+\S{0,30}$", "", piece) or piece) + " …"
    return piece


def _found(text: str, asked: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Where words that were asked for stand: the word, start, end."""
    *whole, begun = asked
    for word in folding.words_of(text):
        if word.token in whole:
            yield word.token, word.start, word.end
        elif word.token.startswith(begun):
            # of a pair of signs, only as many as were asked for
            yield begun, word.start, word.start + len(begun) if word.is_pair else word.end
