"""Finding: the same hits in the same order on SQLite and on PostgreSQL.

A hit holds every word that was asked for; the last may be the beginning of one. Each course, lesson
and term is found once, in the reader's language if that holds the words. The reader's language comes
first, then titles before texts, then the order of the courses and of their parts.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Select,
    case,
    cast,
    column,
    func,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import aliased

from lms.database import db
from lms.domain.search import folding
from lms.models import Course, SearchEntry
from lms.models.search import WORDS

MOST_WORDS = 24
"""Words of a question that count; more are no question."""
LONGEST = 200
"""Signs of a question that are read."""
PAGE = 20

_words = table(WORDS, column("rowid"), column("title"), column("every"))


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found. asked: the folded words. page: counted from 1."""

    asked: tuple[str, ...]
    hits: tuple[SearchEntry, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are; one when nothing was found."""
        return max(1, -(-self.total // PAGE))


def search(question: str, language: str, page: int = 1) -> Found:
    """What holds the words of the question; a page behind the last one is the last one."""
    asked = tuple(folding.asked_for(question[:LONGEST], MOST_WORDS))
    if not asked:
        return Found((), (), 0, 1)
    hits = _hits(asked, language)
    total = db.session.scalar(select(func.count()).select_from(hits.subquery())) or 0
    page = max(1, min(page, -(-total // PAGE)))
    rows = db.session.scalars(_on_page(hits, page)).all() if total else ()
    return Found(asked, tuple(rows), total, page)


def _hits(asked: tuple[str, ...], language: str) -> Select[Any]:
    """Ids of the entries that count, with what they are ordered by."""
    foreign = case((SearchEntry.language == language, 0), else_=1)
    below = case((SearchEntry.id.in_(_holding(_words.c.title, asked)), 0), else_=1)
    every = (
        select(
            SearchEntry.id,
            foreign.label("foreign"),
            below.label("below"),
            func.row_number()
            .over(
                partition_by=(SearchEntry.course_id, SearchEntry.kind, SearchEntry.name),
                order_by=(foreign, below, SearchEntry.tongue),
            )
            .label("turn"),
        )
        .join(Course, Course.id == SearchEntry.course_id)
        .where(Course.retired_at.is_(None), SearchEntry.id.in_(_holding(_words.c.every, asked)))
        .subquery()
    )
    return select(every).where(every.c.turn == 1)


def _on_page(hits: Select[Any], page: int) -> Select[SearchEntry]:
    found = hits.subquery()
    entry = aliased(SearchEntry)
    return (
        select(entry)
        .join(found, found.c.id == entry.id)
        .order_by(found.c.foreign, found.c.below, entry.course_id, entry.place)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )


def _holding(where: Any, asked: tuple[str, ...]) -> Select[Any]:
    """The rows whose words hold all of these, the last one as a beginning.

    Folded words hold letters and digits only, so nothing in them means anything to a database.
    """
    *whole, begun = asked
    if db.session.get_bind().dialect.name == "postgresql":
        query = " & ".join([*(f"'{word}'" for word in whole), f"'{begun}':*"])
        return select(_words.c.rowid).where(where.op("@@")(cast(query, TSQUERY)))
    query = " AND ".join([*(f'"{word}"' for word in whole), f'"{begun}" *'])
    return select(_words.c.rowid).where(where.op("MATCH")(query))
