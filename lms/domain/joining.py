"""Two accounts of one person become one: what was learnt in the duplicate goes to the other."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import select

from lms.database import db
from lms.domain import accounts, journal
from lms.domain.errors import Conflict, _
from lms.domain.learning import standings
from lms.models import Attempt, Completion, Enrolment, User, Verb

Row = TypeVar("Row", Attempt, Completion, Enrolment)

FAR = 1_000_000
"""Added to the numbers of attempts while they are put in a new order: numbers are unique."""


def join(duplicate: User, into: User) -> None:
    """Move completions, enrolments and attempts; then nobody can use the duplicate any more.

    Nothing is lost: of two equal facts the earlier moment stays. Only an unconfirmed account may be
    a duplicate: it can hold no certificate, no role and no place in a cohort.
    """
    if duplicate.confirmed_at is not None or into.confirmed_at is None:
        raise Conflict(_("Only an account without a confirmed address can be joined to another."))
    _join_enrolments(duplicate, into)
    _join_completions(duplicate, into)
    _join_attempts(duplicate, into)
    standings.hand_over(duplicate, into)
    into.certificate_name = into.certificate_name or duplicate.certificate_name
    accounts.sign_out_elsewhere(duplicate, None)
    duplicate.suspended_at = journal.now()
    journal.record(into, Verb.JOINED, f"user:{duplicate.id}")
    db.session.flush()


def _join_enrolments(duplicate: User, into: User) -> None:
    known = {row.course_id: row for row in _rows(Enrolment, into)}
    for row in _rows(Enrolment, duplicate):
        same = known.get(row.course_id)
        if same is None:
            row.user_id = into.id
        else:
            same.started_at = min(same.started_at, row.started_at)
            db.session.delete(row)
    db.session.flush()


def _join_completions(duplicate: User, into: User) -> None:
    known = {row.lesson_id: row for row in _rows(Completion, into)}
    for row in _rows(Completion, duplicate):
        same = known.get(row.lesson_id)
        if same is None:
            row.user_id = into.id
            continue
        if row.at < same.at:
            same.at, same.edition_id = row.at, row.edition_id
        db.session.delete(row)
    db.session.flush()


def _join_attempts(duplicate: User, into: User) -> None:
    """Number them by when they were started.

    One attempt at a quiz may be open. Of two, the one begun last goes on, for it is what the person
    was just doing; the other rests, with its answers, in the account that nobody uses.
    """
    for lesson_id in {attempt.lesson_id for attempt in _rows(Attempt, duplicate)}:
        attempts = sorted(
            (
                attempt
                for person in (duplicate, into)
                for attempt in _rows(Attempt, person)
                if attempt.lesson_id == lesson_id
            ),
            key=lambda attempt: (attempt.started_at, attempt.id),
        )
        resting = [attempt for attempt in attempts if attempt.submitted_at is None][:-1]
        going_on = [attempt for attempt in attempts if attempt not in resting]
        for number, attempt in enumerate(attempts, start=1):
            attempt.number += FAR * number
        for attempt in resting:  # out of the way: two open ones would not be let in
            attempt.submitted_at = attempt.started_at
        db.session.flush()
        _hand_over(going_on, into)
        _hand_over(resting, duplicate)
        for attempt in resting:
            attempt.submitted_at = None
        db.session.flush()


def _hand_over(attempts: Sequence[Attempt], owner: User) -> None:
    for number, attempt in enumerate(attempts, start=1):
        attempt.user_id, attempt.number = owner.id, number
    db.session.flush()


def _rows(model: type[Row], person: User) -> Sequence[Row]:
    return db.session.scalars(select(model).where(model.user_id == person.id)).all()
