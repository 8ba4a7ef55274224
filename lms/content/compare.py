"""What differs between two trees, two texts, two lessons."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from lms.content.outline import LessonText, SectionText
from lms.content.questions import QuestionText
from lms.content.tree import CourseTree

Part = SectionText | QuestionText
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|\w+")
"""A word; in Chinese and Japanese a sign."""
SLIP = 0.7
"""How alike two words are when one is the other with a typing slip put right."""
AROUND = 3
"""Lines shown before and after a change."""
MOST_LINES = 4000
"""Longer texts are not compared line by line: that would take seconds."""


def differing(ours: CourseTree, theirs: CourseTree) -> list[str]:
    """The files that only one of them has, or that say something else."""
    paths = sorted({*ours.paths, *theirs.paths})
    return [path for path in paths if ours.digests.get(path) != theirs.digests.get(path)]


# --- texts --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """Two lines beside each other, with their numbers; None where one side has none.

    gap: lines that are the same were left out before this one.
    """

    before: tuple[int, str] | None
    after: tuple[int, str] | None
    same: bool = False
    gap: bool = False


def rows(before: bytes, after: bytes) -> list[Row]:
    """Both texts line by line: what changed, and some lines around it."""
    old, new = _lines(before), _lines(after)
    if max(len(old), len(new)) > MOST_LINES:
        return [Row((1, old[0]), (1, new[0]))] if old[:1] != new[:1] else []
    found: list[Row] = []
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND):
        gap = bool(found) or group[0][1] > 0
        for tag, begin, end, first, last in group:
            size = max(end - begin, last - first)
            for n in range(size):
                left = (begin + n + 1, old[begin + n]) if begin + n < end else None
                right = (first + n + 1, new[first + n]) if first + n < last else None
                found.append(Row(left, right, tag == "equal", gap))
                gap = False
    return found


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")


# --- lessons ------------------------------------------------------------------------------------


def is_reworded(before: LessonText, after: LessonText) -> bool:
    """Whether words came or went; an order, a setting or a typing slip put right is no change."""
    return _differ(before.parts, after.parts)


def changed_parts(before: LessonText, after: LessonText) -> list[Part]:
    """Sections and questions whose words changed, or that are new in the lesson."""
    known = {part.id: part for part in before.parts}
    return [
        part
        for part in after.parts
        if part.id not in known or (known[part.id] != part and _differ([known[part.id]], [part]))
    ]


def _differ(
    before: "list[Part] | tuple[Part, ...]", after: "list[Part] | tuple[Part, ...]"
) -> bool:
    old, new = Counter(_words(before)), Counter(_words(after))
    came, went = list((new - old).elements()), list((old - new).elements())
    return len(came) != len(went) or any(
        not get_close_matches(word, went, 1, SLIP) for word in came
    )


def _words(parts: "list[Part] | tuple[Part, ...]") -> Iterator[str]:
    """Every word in the language it was written in."""
    for part in parts:
        yield from WORD.findall(" ".join(_sentences(part)).casefold())


def _sentences(part: Part) -> Iterator[str]:
    if isinstance(part, SectionText):
        words = part.words[part.language]
        yield from (words.heading, words.body)
        return
    said = part.words[part.language]
    yield from (said.prompt, said.body, said.explanation, *said.items)
    yield from (option.text for option in said.options)
