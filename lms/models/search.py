"""What can be found: a derived table, rebuilt whenever a course is published.

Beside the entries stands ``search_words``, which each database makes in its own way and no model
describes: what is looked up is not the text, but its folded words (see lms/domain/search/folding.py).
"""

from enum import StrEnum

from sqlalchemy import DDL, ForeignKey, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from lms.models.base import Base, stored


class SearchKind(StrEnum):
    """What an entry leads to."""

    COURSE = "course"
    LESSON = "lesson"
    TERM = "term"


class SearchEntry(Base):
    """A course, lesson or glossary entry in one language, as its current edition says it.

    name: the lesson's slug, the term's id, "" for the course. place: its order in the course.
    tongue: 0 for the source language, then the translations. body: plain text, a line a paragraph.
    version: of the folding that its words went through; an older one is made anew.
    """

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("course_id", "kind", "name", "language"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    kind: Mapped[SearchKind] = mapped_column(stored(SearchKind))
    name: Mapped[str] = mapped_column(String(300))
    language: Mapped[str] = mapped_column(String(16))
    tongue: Mapped[int]
    place: Mapped[int]
    version: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)


WORDS = "search_words"
"""rowid: the entry's id. title, every: the words of the title, and those of title and body."""
NOT_OURS = {WORDS, *(f"{WORDS}_{part}" for part in ("data", "idx", "content", "docsize", "config"))}
"""Tables that are made without a model: SQLite keeps a full-text table in five others."""

# The ascii tokenizer parts words at our spaces and leaves every other script alone.
event.listen(
    SearchEntry.__table__,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]
        f"CREATE VIRTUAL TABLE {WORDS} USING fts5(title, every, detail=column, tokenize='ascii')"
    ).execute_if(dialect="sqlite"),
)
event.listen(
    SearchEntry.__table__,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]
        f"CREATE TABLE {WORDS} (rowid integer PRIMARY KEY REFERENCES search_entry (id), "
        "title tsvector NOT NULL, every tsvector NOT NULL); "
        f"CREATE INDEX ix_{WORDS}_every ON {WORDS} USING gin (every)"
    ).execute_if(dialect="postgresql"),
)
