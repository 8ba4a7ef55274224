"""After a publication: everybody whom it may concern is looked at, a batch in each transaction.

The edition, of a course or of a path, remembers how far they came.
"""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import select

from lms.database import db
from lms.domain import journal
from lms.models import Edition, Enrolment, PathEdition, User

BATCH = 200
"""How many learners are looked at in one transaction: nobody waits long for the lock."""
Published = TypeVar("Published", Edition, PathEdition)
Learners = Sequence[tuple[int, User]]
"""Each with the number of the enrolment."""


def next_edition(kind: type[Published]) -> Published | None:
    """The earliest that was not looked through to its end; no other worker takes it meanwhile."""
    return db.session.scalar(
        select(kind)
        .where(kind.rechecked_at.is_(None))
        .order_by(kind.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def next_learners(edition: Edition | PathEdition, course_id: int) -> Learners:
    """Of this course, those who come next."""
    rows = db.session.execute(
        select(Enrolment.id, User)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.course_id == course_id, Enrolment.id > edition.rechecked_to)
        .order_by(Enrolment.id)
        .limit(BATCH)
    )
    return [(place, user) for place, user in rows]


def remember(edition: Edition | PathEdition, learners: Learners) -> None:
    """These were looked at."""
    if len(learners) == BATCH:
        edition.rechecked_to = learners[-1][0]
    else:
        edition.rechecked_at = journal.now()
