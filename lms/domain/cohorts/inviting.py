"""Inviting a list of addresses: tried first, then written row by row, then mailed at a steady pace.

A partner may have so many mails written in 24 hours; the rest waits. Nobody gets more than three
invitations a day, from all partners together, and none who said so once.
"""

import hmac
from collections.abc import Collection, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Insert, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import defer

from lms.database import add_once, db
from lms.domain import audit, journal, mail, organisations
from lms.domain.cohorts.lists import Tried
from lms.domain.errors import Conflict, Missing, _
from lms.domain.permissions import Action, require
from lms.models import (
    Cohort,
    CohortInvitation,
    InvitationList,
    MailKind,
    Organisation,
    RefusedAddress,
    User,
    Verb,
)

PAGE = 50
RECENT = 5
BATCH = 250
"""Rows in one transaction: nobody waits long for the lock."""
TO_ONE = 3
"""Mails of this kind that one address gets in a day."""
DAY = timedelta(days=1)
LATER = timedelta(hours=1)


# --- a list -------------------------------------------------------------------------------------


def keep_list(me: User, organisation: Organisation, cohort: Cohort, tried: Tried) -> InvitationList:
    """What a list would do, to be looked at: nobody is invited before start_list."""
    require(me, Action.RUN_COHORTS, organisation)
    known = {key for _email, key, _name in tried.rows} & _known_to(cohort)
    rows = [list(row) for row in tried.rows if row[1] not in known]
    made = InvitationList(
        cohort_id=cohort.id,
        at=journal.now(),
        by=me.public_id,
        rows=rows,
        problems=[
            {"line": one.line, "text": one.text, "sentence": one.sentence, "values": one.values}
            for one in tried.problems
        ],
        total=len(rows),
    )
    db.session.add(made)
    db.session.flush()
    changes = {"list": (None, f"list:{made.id}")}
    audit.record(me, Verb.CREATED, f"cohort:{cohort.id}", changes=changes)
    return made


def find_list(me: User, organisation: Organisation, cohort: Cohort, number: int) -> InvitationList:
    """One of this cohort's, or Missing."""
    require(me, Action.RUN_COHORTS, organisation)
    found = db.session.get(InvitationList, number)
    if found is None or found.cohort_id != cohort.id:
        raise Missing(_("There is no such list any more."))
    return found


def recent_lists(me: User, organisation: Organisation, cohort: Cohort) -> Sequence[InvitationList]:
    """The last five that were handed in, the newest first, to find one again."""
    require(me, Action.RUN_COHORTS, organisation)
    return db.session.scalars(
        select(InvitationList)
        .where(InvitationList.cohort_id == cohort.id)
        .order_by(InvitationList.id.desc())
        .limit(RECENT)
        .options(defer(InvitationList.rows), defer(InvitationList.problems))
    ).all()


def start_list(me: User, organisation: Organisation, cohort: Cohort, number: int) -> None:
    """Have all of it invited in the background; twice is once."""
    require(me, Action.RUN_COHORTS, organisation)
    found = find_list(me, organisation, cohort, number)
    if cohort.closes_at is not None and journal.now() >= cohort.closes_at:
        raise Conflict(_("Nobody can join this cohort any more. Change its closing date first."))
    if found.started_at is None:
        found.started_at = journal.now()
        changes = {"addresses": (None, found.total)}
        audit.record(me, Verb.INVITED, f"cohort:{cohort.id}", changes=changes)


def drop_list(me: User, organisation: Organisation, cohort: Cohort, number: int) -> None:
    """Forget a list that was only tried; Conflict for one under way."""
    require(me, Action.RUN_COHORTS, organisation)
    found = find_list(me, organisation, cohort, number)
    if found.started_at is not None:
        raise Conflict(_("These people are being invited already."))
    db.session.delete(found)
    changes = {"list": (f"list:{number}", None)}
    audit.record(me, Verb.REMOVED, f"cohort:{cohort.id}", changes=changes)


def invited(
    me: User, organisation: Organisation, cohort: Cohort, *, page: int = 1
) -> tuple[Sequence[CohortInvitation], bool]:
    """A page of all who were invited, the newest first, and whether there are more."""
    require(me, Action.RUN_COHORTS, organisation)
    rows = db.session.scalars(
        select(CohortInvitation)
        .where(CohortInvitation.cohort_id == cohort.id)
        .order_by(CohortInvitation.id.desc())
        .limit(PAGE + 1)
        .offset(PAGE * (page - 1))
    ).all()
    return rows[:PAGE], len(rows) > PAGE


# --- in the background --------------------------------------------------------------------------


def take_next() -> int:
    """Write the next rows of a list that was started; how many, 0 when nothing is left."""
    found = db.session.scalar(
        select(InvitationList)
        .where(InvitationList.finished_at.is_(None), InvitationList.started_at.is_not(None))
        .order_by(InvitationList.started_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if found is None:
        return 0
    cohort = db.session.get_one(Cohort, found.cohort_id)
    rows = found.rows[found.done : found.done + BATCH]
    if rows:
        db.session.connection().execute(_unless_known(), _values(cohort, found, rows))
    found.done += len(rows)
    if found.done >= found.total:
        found.finished_at, found.rows = journal.now(), []
    return max(len(rows), 1)


def send_next(per_day: int) -> int:
    """Have some of the invitations mailed that wait; how many were looked at. per_day: of a partner."""
    now = journal.now()
    waiting = db.session.scalars(
        select(CohortInvitation)
        .where(CohortInvitation.sent_at.is_(None), CohortInvitation.not_before <= now)
        .order_by(CohortInvitation.not_before, CohortInvitation.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    left = {one: _left(one, per_day) for one in {row.organisation_id for row in waiting}}
    refused = _refused([row.email_key for row in waiting])
    often = _mailed_often([row.email_key for row in waiting])
    for row in waiting:
        if row.email_key in refused:
            db.session.delete(row)
        elif row.email_key in often:
            row.not_before = now + DAY
        elif left[row.organisation_id] > 0:
            left[row.organisation_id] -= 1
            _send(row)
        else:
            row.not_before = now + LATER
    return len(waiting)


def _unless_known() -> Insert:
    """Who was invited to this cohort before is not invited again."""
    insert = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert
    statement: Insert = insert(CohortInvitation).on_conflict_do_nothing()
    return statement


def _values(
    cohort: Cohort, found: InvitationList, rows: Sequence[Sequence[str]]
) -> list[dict[str, Any]]:
    now = journal.now()
    return [
        {
            "cohort_id": cohort.id,
            "organisation_id": cohort.organisation_id,
            "email": email,
            "email_key": key,
            "name": name,
            "language": cohort.language,
            "at": now,
            "by": found.by,
            "not_before": now,
        }
        for email, key, name in rows
    ]


def _send(row: CohortInvitation) -> None:
    cohort = db.session.get_one(Cohort, row.cohort_id)
    organisation = db.session.get_one(Organisation, row.organisation_id)
    mail.enqueue(
        MailKind.INVITATION,
        to=row.email,
        language=row.language,
        name=row.name,
        cohort=cohort.name,
        organisation=organisations.name_in(organisation, row.language),
        contact=organisation.contact,
        address=digest(row.email_key),
        path=f"join/{cohort.code}",
    )
    row.sent_at = journal.now()


def _left(organisation_id: int, per_day: int) -> int:
    """How many more mails this partner may have written now."""
    used = db.session.scalar(
        select(func.count()).where(
            CohortInvitation.organisation_id == organisation_id,
            CohortInvitation.sent_at > journal.now() - DAY,
        )
    )
    return per_day - int(used or 0)


def _mailed_often(keys: Collection[str]) -> set[str]:
    rows = db.session.scalars(
        select(CohortInvitation.email_key)
        .where(
            CohortInvitation.email_key.in_(keys),
            CohortInvitation.sent_at > journal.now() - DAY,
        )
        .group_by(CohortInvitation.email_key)
        .having(func.count() >= TO_ONE)
    )
    return set(rows)


def _known_to(cohort: Cohort) -> set[str]:
    """Addresses that were invited to it before."""
    rows = select(CohortInvitation.email_key).where(CohortInvitation.cohort_id == cohort.id)
    return set(db.session.scalars(rows))


# --- no invitations any more --------------------------------------------------------------------


def digest(email_key: str) -> str:
    """How an address stands among those that refuse: nobody can read it there."""
    return sha256(email_key.encode()).hexdigest()


def refusal_token(secret: str, address: str) -> str:
    """What the link in an invitation carries. address: its digest."""
    signature = hmac.digest(secret.encode(), f"invitation {address}".encode(), "sha256").hex()[:40]
    return f"{MailKind.INVITATION}.{address}.{signature}"


def read_token(secret: str, token: str) -> str:
    """The digest of the address; Missing when we never made this token."""
    address = token.split(".")[1] if token.count(".") == 2 else ""
    if not hmac.compare_digest(token.encode(), refusal_token(secret, address).encode()):
        raise Missing(_("This link is not complete. Copy it from the mail once more."))
    return address


def refuse(address: str, *, on: bool) -> None:
    """Whether invitations may come again (``on``). The token was the permission."""
    if on:
        db.session.execute(delete(RefusedAddress).where(RefusedAddress.digest == address))
    else:
        add_once(RefusedAddress(digest=address, at=journal.now()))


def is_refused(address: str) -> bool:
    """Whether its owner wants none."""
    return db.session.get(RefusedAddress, address) is not None


def _refused(keys: Collection[str]) -> set[str]:
    by_digest = {digest(key): key for key in keys}
    rows = db.session.scalars(
        select(RefusedAddress.digest).where(RefusedAddress.digest.in_(by_digest))
    )
    return {by_digest[one] for one in rows}


def forget(person: User) -> None:
    """Who leaves takes the invitations to their address along."""
    if person.confirmed_at is not None:
        mine = CohortInvitation.email_key == person.email_key
        db.session.execute(delete(CohortInvitation).where(mine))
