"""What learners see of a file before and after: section by section, those that differ."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from flask import g

from lms.content import editing
from lms.content.check import read_course
from lms.content.markdown import MarkdownError
from lms.content.outline import SectionText
from lms.content.tree import CourseTree
from lms.models import Course
from lms.web import language, rendering
from lms.web.rendering import Part, Piece, Stretch
from lms.web.studio.working import Work

Side = tuple[CourseTree, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """A section or question as it is published, and as the draft has it; nothing where there is none."""

    before: tuple[Stretch, ...] = ()
    after: tuple[Stretch, ...] = ()


def pairs(course: Course, before: Side, after: Side) -> list[Pair]:
    """All that differ, in the order of the draft; what it takes out comes last.

    before, after: a tree, and what the file is called there.
    """
    source, spoken = editing.original_of(after[1])
    published = editing.original_of(before[1])[0]
    old, new = _parts(before[0], published), _parts(after[0], source)
    order = [*new, *(one for one in old if one not in new)]
    with _spoken_in(spoken):
        differing = [one for one in order if _face(old.get(one)) != _face(new.get(one))]
        return [
            Pair(
                _seen(Work(course.slug, before[0]), published, old.get(one), "before"),
                _seen(Work(course.slug, after[0]), source, new.get(one), "after"),
            )
            for one in differing
        ]


def _parts(tree: CourseTree, path: str) -> dict[str, Part]:
    text, _problems = read_course(tree)
    if text is None:
        return {}
    if path == "course.md":
        return {part.id: part for part in text.parts}
    return {part.id: part for one in text.lessons if one.path == path for part in one.parts}


def _face(part: Part | None) -> object:
    """All of it but where it stands; of a section only what it says in this language."""
    if isinstance(part, SectionText):
        return part.level, part.say(language.current())
    return part and replace(part, line=0, path="")


def _seen(work: Work, path: str, part: Part | None, side: str) -> tuple[Stretch, ...]:
    """Nothing for a text that cannot be shown: the check says so."""
    if part is None:
        return ()
    try:
        found = rendering.stretches_on(work, path, [part])
    except MarkdownError:
        return ()
    return tuple(replace(one, pieces=tuple(_named(p, side) for p in one.pieces)) for one in found)


def _named(piece: Piece, side: str) -> Piece:
    """Two of them are on one page."""
    return replace(piece, name=f"{side}-{piece.id}") if piece.question else piece


@contextmanager
def _spoken_in(code: str) -> Iterator[None]:
    """Shown in the language of the file, whatever the language of the page is."""
    before = g.get("language")
    if code in language.LANGUAGES:
        g.language = code
    try:
        yield
    finally:
        g.language = before
