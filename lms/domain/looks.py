"""The log of looks: every time that somebody of a partner saw a person, or took along what is theirs.

The person reads it; nobody else does. Many looks on one day are one line that counts them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Insert, select
from sqlalchemy.dialects import postgresql, sqlite

from lms.database import db
from lms.domain import journal
from lms.domain.permissions import Action, require
from lms.models import Cohort, Look, LookKind, Organisation, User

PAGE = 50
AT_ONCE = 1_000
"""Rows in one statement: seven values each, and databases take some ten thousand."""


@dataclass(frozen=True, slots=True)
class Line:
    """A look, who it was (None: their account is gone), of which partner, in which cohort."""

    look: Look
    by: str | None
    organisation: Organisation
    cohort: Cohort


def record(me: User, cohort: Cohort, people: Iterable[int], kind: LookKind) -> None:
    """Write down that I look at these people (ids of users) of a cohort: one statement for 1,000.

    Every page and file for partners that tells of single people calls it, and commits, before it
    shows anything. A page that is read with GET opens a writing transaction for it.
    """
    now, ids = journal.now(), sorted(set(people))
    for start in range(0, len(ids), AT_ONCE):
        rows: list[dict[str, Any]] = [
            {
                "user_id": user_id,
                "cohort_id": cohort.id,
                "by": me.public_id,
                "kind": kind,
                "day": now.date().isoformat(),
                "at": now,
                "times": 1,
            }
            for user_id in ids[start : start + AT_ONCE]
        ]
        db.session.connection().execute(_once_more(), rows)


def lines(me: User, *, page: int = 1) -> tuple[Sequence[Line], bool]:
    """A page of who looked at me, the newest first, and whether there are more."""
    require(me, Action.CHANGE_ACCOUNT, me)
    rows = db.session.execute(
        select(Look, User.name, Organisation, Cohort)
        .join(Cohort, Cohort.id == Look.cohort_id)
        .join(Organisation, Organisation.id == Cohort.organisation_id)
        .outerjoin(User, User.public_id == Look.by)
        .where(Look.user_id == me.id)
        .order_by(Look.at.desc(), Look.id.desc())
        .limit(PAGE + 1)
        .offset(PAGE * (page - 1))
    )
    found = [Line(*row) for row in rows]
    return found[:PAGE], len(found) > PAGE


def _once_more() -> Insert:
    """Both databases know it, each in its own module: a line that is there counts one more.

    Without the rows in it, so that it is composed once, however many they are.
    """
    insert = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert
    statement = insert(Look)
    same = [Look.user_id, Look.day, Look.cohort_id, Look.by, Look.kind]
    more = {"times": Look.times + 1, "at": statement.excluded.at}
    insert_or_count: Insert = statement.on_conflict_do_update(index_elements=same, set_=more)
    return insert_or_count
