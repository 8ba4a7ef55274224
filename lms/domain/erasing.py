"""How a person goes: every row that refers to them, in whatever table, and the files of theirs.

The journal keeps the public id, a random number that then means nobody.
"""

from collections.abc import Collection, Iterator

from sqlalchemy import (
    ColumnElement,
    ForeignKeyConstraint,
    Table,
    delete,
    select,
    tuple_,
    union,
    update,
)

from lms.content.questions import QuestionKind
from lms.database import db
from lms.domain import blobs, discarded
from lms.domain.cohorts import inviting
from lms.models import Answer, Attempt, Base, Download, Draft, DraftFile, Event, Export, User


def erase(person: User) -> None:
    """Delete the person. What may stand without one, such as a report of a mistake, stays without."""
    inviting.forget(person)
    discarded.discard([*_uploads_of(person), *_made_for(person)])
    db.session.execute(
        update(Event)
        .where(Event.object == f"user:{person.id}")
        .values(object=f"user:{person.public_id}")
    )
    drafts = _drafts_of(person)
    people = Base.metadata.tables["user"]
    db.session.flush()
    _delete(people, people.c.id == person.id)
    db.session.expunge(person)
    blobs.drop(drafts)


def references(table: Table) -> Iterator[tuple[Table, ForeignKeyConstraint]]:
    """Each table that refers to this one, and how."""
    for other in Base.metadata.tables.values():
        for foreign in other.foreign_key_constraints:
            if foreign.referred_table is table and other is not table:
                yield other, foreign


def is_optional(foreign: ForeignKeyConstraint) -> bool:
    """Whether a row may stand without what it refers to."""
    return all(column.nullable for column in foreign.columns)


def _delete(table: Table, which: ColumnElement[bool]) -> None:
    """These rows, and before them all that refers to them."""
    for other, foreign in references(table):
        keys = [element.column for element in foreign.elements]
        theirs = tuple_(*foreign.columns).in_(select(*keys).where(which))
        if is_optional(foreign):
            nothing = dict.fromkeys(foreign.column_keys)
            db.session.execute(update(other).where(theirs).values(nothing))
        else:
            _delete(other, theirs)
    db.session.execute(delete(table).where(which))


def _uploads_of(person: User) -> Collection[str]:
    rows = db.session.scalars(
        select(Answer.response)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Attempt.user_id == person.id, Answer.kind == QuestionKind.UPLOAD)
    )
    return [file["digest"] for response in rows for file in response]


def _made_for(person: User) -> Collection[str]:
    made = (select(one.digest).where(one.user_id == person.id) for one in (Export, Download))
    return [digest for digest in db.session.scalars(union(*made)) if digest]


def _drafts_of(person: User) -> Collection[str]:
    rows = select(DraftFile.digest).join(Draft).where(Draft.owner_id == person.id)
    return [digest for digest in db.session.scalars(rows) if digest]
