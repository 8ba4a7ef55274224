"""What can be found of a course: its words go into the derived table when it is published.

Questions never go in: neither what they ask nor their keys, options, feedback and explanations.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import column, delete, select, table, text

from lms.content.markdown import plain_lines
from lms.content.outline import CourseText, LessonText, SectionText, TermText
from lms.database import db
from lms.domain import catalogue
from lms.domain.permissions import Action, Actor, require
from lms.domain.search import folding
from lms.models import Course, Edition, SearchEntry, SearchKind
from lms.models.search import WORDS

LONGEST = 100_000
"""Signs of one text that can be found: what a full-text row of PostgreSQL holds in any script."""
KEEP = {
    "sqlite": "INSERT INTO search_words (rowid, title, every) VALUES (:id, :title, :every)",
    "postgresql": (
        "INSERT INTO search_words (rowid, title, every) VALUES (:id, "
        "array_to_tsvector(string_to_array(:title, ' ')), "
        "array_to_tsvector(string_to_array(:every, ' ')))"
    ),
}


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one entry says. tongue: 0 for the source language."""

    kind: SearchKind
    name: str
    language: str
    tongue: int
    title: str
    lines: tuple[str, ...]


def rebuild_stale(actor: Actor) -> int:
    """Make the entries of courses that were published before this code; how many courses."""
    made = set(
        db.session.scalars(
            select(SearchEntry.edition_id)
            .where(SearchEntry.version == folding.VERSION)
            .group_by(SearchEntry.edition_id)
        )
    )
    stale = [row for row in catalogue.current_editions() if row[1].id not in made]
    for course, edition in stale:
        require(actor, Action.PUBLISH, course)
        rebuild(course, edition, catalogue.text_of(edition))
    return len(stale)


def rebuild(course: Course, edition: Edition, said: CourseText) -> None:
    """Part of publishing: forget what the edition before said, and take in this one."""
    mine = select(SearchEntry.id).where(SearchEntry.course_id == course.id)
    db.session.execute(delete(table(WORDS)).where(column("rowid").in_(mine)))
    db.session.execute(delete(SearchEntry).where(SearchEntry.course_id == course.id))
    pieces = [*_of_course(said)]
    places = {key: place for place, key in enumerate(dict.fromkeys(map(_thing, pieces)))}
    entries = [
        SearchEntry(
            course_id=course.id,
            edition_id=edition.id,
            kind=piece.kind,
            name=piece.name,
            language=piece.language,
            tongue=piece.tongue,
            place=places[_thing(piece)],
            version=folding.VERSION,
            title=piece.title,
            body="\n".join(piece.lines)[:LONGEST],
        )
        for piece in pieces
    ]
    db.session.add_all(entries)
    db.session.flush()
    keep = text(KEEP[db.session.get_bind().dialect.name])
    db.session.execute(keep, [_row(entry) for entry in entries])


def _row(entry: SearchEntry) -> dict[str, Any]:
    title = _tokens(entry.title)
    return {
        "id": entry.id,
        "title": " ".join(title),
        "every": " ".join(dict.fromkeys([*title, *_tokens(entry.body)])),
    }


def _tokens(said: str) -> list[str]:
    return list(dict.fromkeys(word.token for word in folding.words_of(said)))


def _thing(piece: _Piece) -> tuple[SearchKind, str]:
    return piece.kind, piece.name


# --- what an edition says -----------------------------------------------------------------------


def _of_course(said: CourseText) -> Iterator[_Piece]:
    """The course, its lessons, its terms, each in every language it is written in."""
    for code, tongue in _tongues(said.words, said.language):
        words = said.words[code]
        lines = [*plain_lines(words.summary), *_sections(said.parts, code)]
        for module in said.modules:
            if code in module.words:
                lines += [module.words[code].title, *plain_lines(module.words[code].goal)]
        yield _Piece(SearchKind.COURSE, "", code, tongue, words.title, tuple(lines))
    for lesson in said.lessons:
        yield from _of_lesson(lesson)
    for term in said.glossary.values():
        yield from _of_term(term)


def _of_lesson(lesson: LessonText) -> Iterator[_Piece]:
    parts = [part for part in lesson.parts if isinstance(part, SectionText)]
    if lesson.is_asked:  # of a quiz, everybody sees what stands before its first heading
        parts = [part for part in parts if not part.level]
    for code, tongue in _tongues(lesson.words, lesson.language):
        title, lines = lesson.words[code].title, tuple(_sections(parts, code))
        yield _Piece(SearchKind.LESSON, lesson.slug, code, tongue, title, lines)


def _of_term(term: TermText) -> Iterator[_Piece]:
    for code, tongue in _tongues(term.words, term.language):
        words = term.words[code]
        lines = tuple(plain_lines(words.meaning))
        yield _Piece(SearchKind.TERM, term.id, code, tongue, words.title, lines)


def _sections(parts: Iterable[SectionText], code: str) -> Iterator[str]:
    """Headings and texts that exist in this language; others are found in their own."""
    for part in parts:
        if words := part.words.get(code):
            yield from plain_lines(words.heading)
            yield from plain_lines(words.body)


def _tongues(words: Mapping[str, object], source: str) -> Iterator[tuple[str, int]]:
    """Languages with their rank: the source first."""
    ordered = sorted(words, key=lambda code: (code != source, code))
    return ((code, rank) for rank, code in enumerate(ordered))
