"""Leaving: the account goes at once with all that is in it, and does not come back with a backup."""

from collections.abc import Collection
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select, text

from lms import files, filing, jobs
from lms.database import begin_reading, begin_writing, db
from lms.domain import (
    accounts,
    certification,
    discarded,
    ending,
    journal,
    links,
    passwords,
    privacy,
)
from lms.domain.certification import State
from lms.domain.errors import Conflict, Denied, Missing
from lms.domain.privacy import Deleted
from lms.models import (
    Answer,
    Base,
    Certificate,
    Course,
    Deletion,
    DiscardedFile,
    Event,
    MailKind,
    Mark,
    OutgoingMail,
    Report,
    SiteRole,
    User,
    Verb,
)
from tests.conftest import Publish, person, with_role
from tests.domain.test_certification import issue
from tests.everything import about_people, duplicate_of, lived_in
from tests.marked import PDF, handed_in, published, uploaded, work

PASSWORD = "amina learns"
STAY = {
    "mark.marker_id": "a mark belongs to the learner who got it",
    "report.reporter_id": "the mistake is in the lesson, whoever found it",
}
"""What may stand without the person it referred to, and why."""


def leave(me: User, *withdraw: str) -> None:
    """As somebody who knows the password."""
    me.password_hash = passwords.hashed(PASSWORD)
    db.session.commit()
    privacy.delete_account(me, withdraw=withdraw, proven=me.password_hash)
    db.session.commit()


def count(table: Collection[object] | object) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


def everything() -> str:
    """All that the database holds, as one text."""
    begin_reading()
    rows = [
        str([tuple(row) for row in db.session.execute(table.select())])
        for table in Base.metadata.sorted_tables
    ]
    begin_writing()
    return "\n".join(rows)


# --- leaving ------------------------------------------------------------------------------------


def test_all_that_refers_to_a_person_is_known_here(amina: User, publish: Publish) -> None:
    """A new table must be filled in tests/everything.py; one that stays must say why here."""
    lived_in(amina, publish)
    found = about_people()
    assert {name for name, table in found.items() if count(table) == 0} == set()
    stays = {
        name
        for name, table in found.items()
        if all(table.c[column].nullable for column in name.partition(".")[2].split("+"))
    }
    assert stays == set(STAY)


def test_nothing_in_the_database_names_who_left(amina: User, publish: Publish) -> None:
    amina.name, amina.certificate_name = "Xanthippe", "Xanthippe of Athens"
    lived_in(amina, publish)
    twin = duplicate_of(amina)
    ids = {amina.id, twin.id}
    db.session.commit()
    assert "Xanthippe" in everything()
    leave(amina)
    db.session.execute(text("DELETE FROM outgoing_mail"))  # the last mail, once it is sent
    db.session.commit()
    left = everything()
    assert "Xanthippe" not in left
    assert "amina" not in left
    assert not ids & set(db.session.scalars(select(User.id)))


def test_what_others_did_and_what_belongs_to_others_stays(amina: User, publish: Publish) -> None:
    lived_in(amina, publish)
    leave(amina)
    assert list(db.session.scalars(select(User.name))) == ["Zoe"]
    mark = db.session.scalars(select(Mark)).one()
    assert (mark.marker_id, mark.comment) == (None, "Good.")
    answer = db.session.scalars(select(Answer)).one()
    assert answer.response == ["Four words of Zoe"]
    report = db.session.scalars(select(Report)).one()
    assert (report.reporter_id, report.text) == (None, "A slip of the pen.")


def test_the_journal_keeps_a_random_number(amina: User) -> None:
    accounts.sign_in(amina, "Firefox")
    public_id = amina.public_id
    leave(amina)
    lines = [
        (event.actor, event.verb, event.object, event.details)
        for event in db.session.scalars(select(Event).order_by(Event.id))
    ]
    assert lines == [
        (public_id, Verb.SIGNED_IN, f"user:{public_id}", {}),
        (public_id, Verb.DELETED, f"user:{public_id}", {}),
    ]
    row = db.session.scalars(select(Deletion)).one()
    assert (row.public_id, row.withdrawn) == (public_id, [])


def test_a_last_mail_confirms_it_and_names_the_certificates_that_stay(
    amina: User, small: Course
) -> None:
    number = issue(amina, small).number
    amina.language = "ar"
    leave(amina)
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert (mail.kind, mail.recipient, mail.language, mail.facts) == (
        MailKind.DELETED,
        "amina@ngo.example",
        "ar",
        {"name": "Amina", "certificates": [number]},
    )


def test_a_mailbox_that_was_never_confirmed_gets_no_mail(app: Flask) -> None:
    """It may be a stranger's. Other mails to that address are the stranger's, too."""
    amina, zoe = person("Amina"), person("Amina", confirmed=False)
    links.send_sign_in(amina.email, "en")
    leave(zoe)
    assert [mail.kind for mail in db.session.scalars(select(OutgoingMail))] == [MailKind.SIGN_IN]


def test_the_password_must_still_be_the_one_that_was_proven(amina: User) -> None:
    amina.password_hash = "another"
    with pytest.raises(Conflict):
        privacy.delete_account(amina, withdraw=(), proven="the old one")


def test_who_sends_it_twice_finds_that_it_is_done(amina: User) -> None:
    amina.password_hash = passwords.hashed(PASSWORD)
    db.session.commit()
    copy = inspect(amina).identity
    proven = amina.password_hash
    db.session.execute(text('DELETE FROM "user"'))
    assert copy is not None
    with pytest.raises(Missing):
        privacy.delete_account(amina, withdraw=(), proven=proven)


def test_the_only_administrator_stays(ada: User) -> None:
    suspended = with_role(person("Abe"), SiteRole.ADMINISTRATOR)
    suspended.suspended_at = journal.now()
    with_role(person("Umar", confirmed=False), SiteRole.ADMINISTRATOR)
    with pytest.raises(Conflict, match="Nobody else could"):
        leave(ada)
    db.session.rollback()
    assert db.session.get(User, ada.id) is not None


def test_one_of_two_administrators_may_go(ada: User) -> None:
    with_role(person("Abe"), SiteRole.ADMINISTRATOR)
    leave(ada)
    assert list(db.session.scalars(select(User.name))) == ["Abe"]


# --- by a link ----------------------------------------------------------------------------------


def test_a_link_proves_it_for_who_has_no_password(amina: User) -> None:
    privacy.send_link(amina)
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert mail.kind is MailKind.DELETE_ACCOUNT
    token = mail.facts["token"]
    assert privacy.person_of_link(token) is amina
    privacy.delete_by_link(token, withdraw=())
    assert count(User) == 0
    with pytest.raises(Missing):
        privacy.delete_by_link(token, withdraw=())


def test_a_suspended_person_cannot_use_the_link(amina: User) -> None:
    privacy.send_link(amina)
    token = db.session.scalars(select(OutgoingMail)).one().facts["token"]
    amina.suspended_at = journal.now()
    with pytest.raises(Denied):
        privacy.delete_by_link(token, withdraw=())


# --- certificates -------------------------------------------------------------------------------


def test_a_certificate_that_is_kept_stays_valid_and_leads_to_nobody(
    amina: User, small: Course
) -> None:
    certificate = issue(amina, small)
    public_id, number = amina.public_id, certificate.number
    certification.keep_file(certificate.id, files.put(PDF))
    leave(amina)
    kept = certification.find(number)
    assert kept is not None
    assert certification.state_of(kept, journal.now()) is State.VALID
    assert (kept.holder_id, kept.holder_name, kept.percent) == (None, "Amina", 80)
    assert kept.pdf_digest is not None
    lines = db.session.scalars(select(Event).where(Event.object == f"certificate:{kept.id}"))
    actors = [event.actor for event in lines]
    assert [len(actor) for actor in actors] == [32]
    assert public_id not in actors


def test_one_that_is_withdrawn_says_nothing_any_more(amina: User, small: Course) -> None:
    certificate = issue(amina, small)
    number, digest = certificate.number, files.put(PDF)
    certification.keep_file(certificate.id, digest)
    leave(amina, number)
    ended = certification.find(number)
    assert ended is not None
    assert ended.revocation is not None
    assert certification.state_of(ended, journal.now()) is State.WITHDRAWN
    assert (ended.holder_id, ended.holder_name, ended.statement) == (None, "", "")
    assert (ended.salt, ended.percent, ended.pdf_digest) == ("", None, None)
    assert certification.without_file(9) == []
    assert list(db.session.scalars(select(DiscardedFile.digest))) == [digest]
    verbs = select(Event.verb).where(Event.object == f"certificate:{ended.id}")
    assert list(db.session.scalars(verbs)) == [Verb.EARNED, Verb.WITHDREW]


def test_one_that_was_withdrawn_before_is_emptied(amina: User, small: Course) -> None:
    certificate = issue(amina, small)
    ending.withdraw(amina, certificate)
    leave(amina, certificate.number)
    ended = db.session.scalars(select(Certificate)).one()
    assert (ended.holder_id, ended.holder_name) == (None, "")


def test_nobody_can_withdraw_the_certificate_of_another(amina: User, small: Course) -> None:
    theirs = issue(person("Zoe"), small)
    leave(amina, theirs.number)
    assert certification.state_of(theirs, journal.now()) is State.VALID


# --- files --------------------------------------------------------------------------------------


def old(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all files had been stored hours ago."""
    monkeypatch.setattr(discarded, "FRESH", timedelta(hours=-1))


def test_files_go_when_nobody_else_has_them(
    amina: User, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived_in(amina, publish)
    made = [files.put(PDF), files.put(b"an export"), files.put(b"a record")]
    leave(amina)
    assert set(db.session.scalars(select(DiscardedFile.digest))) == set(made)
    old(monkeypatch)
    assert filing.remove_discarded() == 3
    assert [files.stored_at(digest) for digest in made] == [None] * 3
    assert filing.remove_discarded() == 0


def test_a_file_of_somebody_else_stays(
    amina: User, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    course, digest = published(publish), files.put(PDF)
    for user in (amina, person("Zoe")):
        handed_in(user, course, "assignment", {**work(), "slides": [uploaded(digest=digest)]})
    leave(amina)
    old(monkeypatch)
    assert filing.remove_discarded() == 1
    assert files.get(digest) == PDF
    assert count(DiscardedFile) == 0


def test_a_file_that_was_just_stored_may_be_needed_in_a_moment(app: Flask) -> None:
    digest = files.put(PDF)
    discarded.discard([digest, digest])
    db.session.commit()
    assert filing.remove_discarded() == 1
    assert files.get(digest) == PDF
    assert filing.remove_discarded() == 0
    assert count(DiscardedFile) == 1


def test_a_file_that_is_gone_already_is_no_trouble(app: Flask) -> None:
    discarded.discard(["0" * 64])
    db.session.commit()
    assert filing.remove_discarded() == 1
    discarded.settle("0" * 64, later=False)  # another worker was faster
    assert count(DiscardedFile) == 0


# --- after a restored backup --------------------------------------------------------------------


def test_the_file_store_learns_who_left(amina: User, small: Course) -> None:
    number, public_id = issue(amina, small).number, amina.public_id
    leave(amina, number)
    with jobs.departures() as deed:
        deed()
    begin_reading()
    (filed,) = privacy.filed()
    assert [filed] == privacy.recorded()
    assert (filed.public_id, filed.withdrawn) == (public_id, (number,))
    assert privacy.unfiled(9) == []


def test_who_comes_back_with_a_backup_is_deleted_again(amina: User, small: Course) -> None:
    """Also when they were suspended on the day of the backup, and the only administrator."""
    number, at = issue(amina, small).number, journal.now() - timedelta(days=3)
    with_role(amina, SiteRole.ADMINISTRATOR).suspended_at = journal.now()
    deletions = [Deleted(amina.public_id, at, (number,)), Deleted("never seen", at, ())]
    assert [privacy.reapply(deletions) for _ in range(2)] == [1, 0]
    db.session.commit()
    assert count(User) == 0
    assert count(OutgoingMail) == 0
    assert set(privacy.recorded()) == set(deletions)
    ended = certification.find(number)
    assert ended is not None
    assert ended.revocation is not None
    assert (ended.holder_name, ended.revocation.at) == ("", at)
