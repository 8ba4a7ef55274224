"""Leaving: one's account is deleted at once, and stays deleted when an older backup is restored."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from lms import files
from lms.database import db
from lms.domain import certification, ending, erasing, journal, links, mail, roles
from lms.domain.errors import Conflict, Missing, _
from lms.domain.permissions import Action, require
from lms.models import (
    Deletion,
    Event,
    LinkPurpose,
    MailKind,
    OutgoingMail,
    User,
    Verb,
)

FOLDER = "deletions"
"""Where the file store keeps deletions: a database that is restored may not know them yet."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """A deletion as it outlives a database. withdrawn: numbers of certificates that ended with it."""

    public_id: str
    at: datetime
    withdrawn: tuple[str, ...]


# --- leaving ------------------------------------------------------------------------------------


def delete_account(me: User, *, withdraw: Collection[str], proven: str) -> None:
    """Delete me and all that is mine. ``proven``: what profile.prove_password gave.

    withdraw: numbers of my certificates that shall end; the others stay valid, and lead to nobody.
    """
    require(me, Action.CHANGE_ACCOUNT, me)
    person = _locked(me.id)
    if person.password_hash != proven:
        raise Conflict(_("Your password was changed at the same moment elsewhere."))
    _leave(person, withdraw)


def delete_by_link(token: str, *, withdraw: Collection[str]) -> None:
    """The same for whoever opened the mail; Missing for a used or old link."""
    person = _locked(links.claim(token, LinkPurpose.DELETE_ACCOUNT).user_id)
    require(person, Action.CHANGE_ACCOUNT, person)
    _leave(person, withdraw)


def send_link(me: User) -> None:
    """For those without a password: the mail proves that it is they."""
    require(me, Action.CHANGE_ACCOUNT, me)
    links.send_deletion(me)


def person_of_link(token: str) -> User:
    """Whose account the link would delete; Missing for a used or old link. Uses nothing."""
    return db.session.get_one(User, links.find(token, LinkPurpose.DELETE_ACCOUNT).user_id)


def _locked(user_id: int) -> User:
    """What others are just writing about this person waits; whoever comes second finds nobody."""
    person = db.session.get(User, user_id, with_for_update=True, populate_existing=True)
    if person is None:
        raise Missing(_("This account was deleted already."))
    return person


def _leave(person: User, withdraw: Collection[str]) -> None:
    roles.refuse_last_administrator(person)
    to, language, name = person.email, person.language, person.name
    is_known = person.confirmed_at is not None
    kept = _delete(person, Deleted(person.public_id, journal.now(), tuple(withdraw)))
    if is_known:  # else the mailbox may be a stranger's
        mail.enqueue(MailKind.DELETED, to=to, language=language, name=name, certificates=kept)


def _delete(person: User, deleted: Deleted) -> list[str]:
    """All of it; the numbers of the certificates that stay."""
    journal.record(person, Verb.DELETED, f"user:{person.id}")
    kept = [
        certificate.number
        for certificate in certification.certificates_of(person)
        if ending.let_go(
            person, certificate, ends=certificate.number in deleted.withdrawn, at=deleted.at
        )
    ]
    if person.confirmed_at is not None:
        db.session.execute(delete(OutgoingMail).where(OutgoingMail.recipient == person.email))
    for one in (*_duplicates_of(person), person):
        erasing.erase(one)
    row = Deletion(public_id=deleted.public_id, at=deleted.at, withdrawn=sorted(deleted.withdrawn))
    db.session.merge(row)
    db.session.flush()
    return kept


def _duplicates_of(person: User) -> Sequence[User]:
    """Accounts that were joined into this one: what could not be moved rests there."""
    joined = db.session.scalars(
        select(Event.object).where(Event.actor == person.public_id, Event.verb == Verb.JOINED)
    )
    numbers = (thing.removeprefix("user:") for thing in joined)
    ids = [int(number) for number in numbers if len(number) < 20]  # longer: it is gone already
    return db.session.scalars(
        select(User).where(
            User.confirmed_at.is_(None),
            User.suspended_at.is_not(None),
            User.id.in_(ids) | (User.email_key == person.email_key),
        )
    ).all()


# --- staying away -------------------------------------------------------------------------------


def reapply(deletions: Iterable[Deleted]) -> int:
    """Delete again whom a restored backup brought back; how many people there were."""
    found = 0
    for deleted in deletions:
        person = db.session.scalar(select(User).where(User.public_id == deleted.public_id))
        if person is not None:
            _delete(person, deleted)
            found += 1
        elif db.session.get(Deletion, deleted.public_id) is None:
            db.session.add(
                Deletion(
                    public_id=deleted.public_id,
                    at=deleted.at,
                    withdrawn=sorted(deleted.withdrawn),
                )
            )
    db.session.flush()
    return found


def recorded() -> list[Deleted]:
    """All deletions that the database knows."""
    rows = db.session.scalars(select(Deletion).order_by(Deletion.at, Deletion.public_id))
    return [_plain(row) for row in rows]


def filed() -> Iterator[Deleted]:
    """All deletions that the file store knows."""
    for note in files.notes(FOLDER):
        said = json.loads(note)
        yield Deleted(said["id"], datetime.fromisoformat(said["at"]), tuple(said["withdrawn"]))


def unfiled(most: int) -> list[Deleted]:
    """Deletions that the file store does not know yet."""
    rows = select(Deletion).where(Deletion.filed_at.is_(None)).order_by(Deletion.at).limit(most)
    return [_plain(row) for row in db.session.scalars(rows)]


def file(deleted: Deleted) -> None:
    """Keep it beside the files. Twice is harmless; call it outside of any writing."""
    said = {
        "id": deleted.public_id,
        "at": deleted.at.isoformat(),
        "withdrawn": list(deleted.withdrawn),
    }
    files.note(f"{FOLDER}/{deleted.public_id}.json", json.dumps(said).encode())


def mark_filed(deleted: Deleted) -> None:
    """The file store has it."""
    db.session.get_one(Deletion, deleted.public_id).filed_at = journal.now()


def _plain(row: Deletion) -> Deleted:
    return Deleted(row.public_id, row.at, tuple(row.withdrawn))
