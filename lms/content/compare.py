"""What differs between two trees, two texts, two lessons."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from itertools import zip_longest

from lms.content.outline import LessonText, SectionText
from lms.content.questions import QuestionText
from lms.content.reading.course import TRANSLATION, place, read
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


def former(before: CourseTree, after: CourseTree) -> dict[str, str]:
    """Files that only have another name now: what each was called before.

    The same but for numbers, or a lesson that says so (``was:``) with its translations, or the same bytes.
    """
    gone = [path for path in before.paths if path not in after]
    come = [path for path in after.paths if path not in before]
    if not (gone and come):
        return {}
    by_name = {_name(path): path for path in gone}
    by_slug, by_bytes = _sources(before), {before.digests[path]: path for path in gone}
    was = {now: by_slug[old] for now, old in _renamed(after) if old in by_slug}
    found: dict[str, str] = {}
    for path in come:
        stem, dot, ending = _parted(path)
        source = was.get(f"{stem}.md")
        guesses = (
            by_name.get(_name(path)),
            source and f"{source.removesuffix('.md')}{dot}{ending}",
            by_bytes.get(after.digests[path]),
        )
        old = next((one for one in guesses if one in gone and one not in found.values()), None)
        if old is not None:
            found[path] = old
    return found


def _name(path: str) -> str:
    """A path without the numbers that only order."""
    return "/".join(place(part)[1] for part in path.split("/"))


def _parted(path: str) -> tuple[str, str, str]:
    """``m/quiz.ar.md`` → (``m/quiz``, ".", ``ar.md``)."""
    found = TRANSLATION.match(path)
    return (found[1], ".", f"{found[2]}.md") if found else path.rpartition(".")


def _sources(tree: CourseTree) -> dict[str, str]:
    text, _problems = read(tree)
    return {lesson.slug: lesson.path for lesson in text.lessons} if text else {}


def _renamed(tree: CourseTree) -> list[tuple[str, str]]:
    text, _problems = read(tree)
    return [(one.path, old) for one in (text.lessons if text else ()) for old in one.was]


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
        return _first(old, new)
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


def _first(old: list[str], new: list[str]) -> list[Row]:
    """Of texts that are too long, the first line that differs."""
    pairs = enumerate(zip_longest(old, new), 1)
    found = ((n, before, after) for n, (before, after) in pairs if before != after)
    for n, before, after in found:
        sides = [None if said is None else (n, said) for said in (before, after)]
        return [Row(sides[0], sides[1], gap=n > 1)]
    return []


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
