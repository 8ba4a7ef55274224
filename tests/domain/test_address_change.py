"""A new e-mail address: asked for, confirmed from the new mailbox, undone from the old one."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.database import db
from lms.domain import accounts, address_change, journal, links, passwords, tokens
from lms.domain.address_change import Promise
from lms.domain.errors import Conflict, Denied, Invalid, Missing
from lms.domain.learning import completion
from lms.models import (
    Certificate,
    Course,
    Event,
    LinkPurpose,
    MailKind,
    MailLink,
    OutgoingMail,
    User,
    Verb,
)
from tests.conftest import SMALL, Publish, person

OLD, NEW = "amina@ngo.example", "Amina@New.example"
HASH = "what is kept of a password"


def mails() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def ask(me: User, email: str = NEW) -> str:
    """The token in the mail; empty when the mail holds none."""
    me.password_hash = me.password_hash or HASH
    address_change.ask(me, email, proven=me.password_hash)
    db.session.commit()
    return str(mails()[-1].facts.get("token", ""))


def change(me: User, email: str = NEW) -> str:
    """Done at once in her own browser; the token with which the old address takes it back."""
    address_change.confirm(ask(me, email), me, "Firefox", instead_of=None)
    db.session.commit()
    return str(mails()[-1].facts["token"])


def verbs(thing: str) -> list[str]:
    rows = select(Event.verb).where(Event.object == thing).order_by(Event.id)
    return list(db.session.scalars(rows))


# --- asking -------------------------------------------------------------------------------------


def test_until_it_is_confirmed_the_old_address_stays_in_force(amina: User) -> None:
    amina.language = "ar"
    token = ask(amina)
    [mail] = mails()
    assert (mail.kind, mail.recipient, mail.language) == (MailKind.CHANGE_ADDRESS, NEW, "ar")
    assert mail.facts == {"token": token, "name": ""}
    link = db.session.scalars(select(MailLink)).one()
    assert (link.token_digest, link.purpose, link.address) == (
        tokens.digest(token),
        LinkPurpose.CHANGE_ADDRESS,
        NEW,
    )
    assert link.expires_at - link.created_at == timedelta(hours=1)
    assert (amina.email, accounts.owner_of("amina@new.example")) == (OLD, None)
    pending = address_change.pending(amina)
    assert pending == address_change.Pending(address=NEW, until=link.expires_at)


def test_an_address_that_somebody_else_owns_gets_another_mail_and_no_link(
    amina: User, eve: User
) -> None:
    eve.language = "fr"
    assert ask(amina, "EVE@ngo.example") == ""
    [mail] = mails()
    assert (mail.kind, mail.recipient, mail.language, mail.facts) == (
        MailKind.ADDRESS_TAKEN,
        "eve@ngo.example",
        "fr",
        {"name": "Eve"},
    )
    pending = address_change.pending(amina)
    assert pending is not None
    assert pending.address == "EVE@ngo.example"


def test_the_address_that_one_has_is_refused(amina: User) -> None:
    with pytest.raises(Invalid) as refused:
        address_change.ask(amina, "AMINA@ngo.example", proven=None)
    assert refused.value.field == "email"
    assert mails() == []


def test_what_is_no_address_is_refused(amina: User) -> None:
    with pytest.raises(Invalid):
        address_change.ask(amina, "amina", proven=None)


def test_a_new_request_makes_the_earlier_link_void(amina: User) -> None:
    first, second = ask(amina, "first@ngo.example"), ask(amina)
    with pytest.raises(Missing):
        address_change.look_at(first, amina)
    assert address_change.look_at(second, amina).address == NEW
    pending = address_change.pending(amina)
    assert pending is not None
    assert pending.address == NEW


def test_after_an_hour_nothing_is_pending(amina: User) -> None:
    token = ask(amina)
    db.session.execute(update(MailLink).values(expires_at=journal.now()))
    assert address_change.pending(amina) is None
    with pytest.raises(Missing):
        address_change.look_at(token, amina)
    with pytest.raises(Missing):
        address_change.confirm(token, amina, "Firefox", instead_of=None)


def test_somebody_suspended_can_ask_for_nothing(amina: User) -> None:
    amina.suspended_at = journal.now()
    with pytest.raises(Denied):
        address_change.ask(amina, NEW, proven=None)


def test_the_password_must_be_the_one_that_was_proven(amina: User) -> None:
    amina.password_hash = HASH
    with pytest.raises(Conflict):
        address_change.ask(amina, NEW, proven=None)
    assert mails() == []


# --- without a password -------------------------------------------------------------------------


def test_without_a_password_the_old_mailbox_is_asked_first(amina: User) -> None:
    address_change.ask(amina, NEW, proven=None)
    [mail] = mails()
    token = mail.facts["token"]
    assert (mail.kind, mail.recipient, mail.facts) == (
        MailKind.ALLOW_ADDRESS,
        OLD,
        {"token": token, "name": "Amina", "address": NEW},
    )
    pending = address_change.pending(amina)
    assert pending is not None
    assert (pending.address, pending.is_allowed) == (NEW, False)
    with pytest.raises(Missing):
        address_change.confirm(token, amina, "Firefox", instead_of=None)
    address_change.allow(token)
    db.session.flush()
    assert [mail.recipient for mail in mails()] == [OLD, NEW]
    pending = address_change.pending(amina)
    assert pending is not None
    assert pending.is_allowed
    address_change.confirm(mails()[-1].facts["token"], amina, "Firefox", instead_of=None)
    assert amina.email == NEW
    with pytest.raises(Missing):
        address_change.allow(token)


def test_an_address_that_was_never_confirmed_has_no_say(app: Flask) -> None:
    """It may be mistyped: nobody would ever read the mail."""
    zoe = person("Zoe", confirmed=False)
    address_change.ask(zoe, NEW, proven=None)
    assert [mail.recipient for mail in mails()] == [NEW]


# --- confirming ---------------------------------------------------------------------------------


def test_looking_at_the_link_uses_nothing_and_says_what_it_will_do(amina: User, eve: User) -> None:
    token = ask(amina)
    for me, here in ((amina, True), (eve, False), (None, False)):
        assert address_change.look_at(token, me) == Promise(
            purpose=LinkPurpose.CHANGE_ADDRESS, address=NEW, here=here
        )
    with pytest.raises(Missing):
        links.look_at(token, amina)
    with pytest.raises(Missing):
        links.enter(token, amina, "Firefox")


def test_the_link_changes_the_address_once_and_the_old_one_is_told(amina: User) -> None:
    amina.password_hash = kept = passwords.hashed("seven green boats")
    here, phone = (accounts.sign_in(amina, name) for name in ("here", "phone"))
    to_the_old_mailbox = links.make(amina, LinkPurpose.ENTER, lasts=links.LASTS)
    confirmed_at = amina.confirmed_at
    token = ask(amina)
    entrance = address_change.confirm(token, amina, "Firefox", instead_of=here)
    db.session.commit()
    assert (amina.email, amina.email_key) == (NEW, "amina@new.example")
    assert (amina.confirmed_at, amina.password_hash) == (confirmed_at, kept)
    signed_in = [accounts.person_signed_in(one) for one in (here, phone, entrance.token)]
    assert signed_in == [None, amina, amina]
    mail = mails()[-1]
    assert (mail.kind, mail.recipient, mail.facts["name"]) == (
        MailKind.ADDRESS_CHANGED,
        OLD,
        "Amina",
    )
    assert NEW not in str(mail.facts)
    assert verbs(f"user:{amina.id}")[-2:] == [Verb.CHANGED_ADDRESS, Verb.SIGNED_IN]
    for used in (token, to_the_old_mailbox):
        with pytest.raises(Missing):
            links.find(used, *LinkPurpose)
    assert address_change.pending(amina) is None


@pytest.mark.parametrize("as_eve", [True, False])
def test_in_another_browser_the_password_and_all_sign_ins_end(
    amina: User, eve: User, as_eve: bool
) -> None:
    """Eve could have asked for Amina's new address; Amina gets the mail and opens its link."""
    amina.password_hash = passwords.hashed("seven green boats")
    phone = accounts.sign_in(amina, "phone")
    token = ask(amina)
    entrance = address_change.confirm(token, eve if as_eve else None, "?", instead_of=None)
    assert amina.email == NEW
    assert db.session.scalars(select(User.password_hash)).all() == [None, None]
    assert accounts.person_signed_in(phone) is None
    assert accounts.person_signed_in(entrance.token) is amina


def test_an_address_in_another_script_can_be_taken(amina: User) -> None:
    change(amina, "معلومات@مثال.السعودية")
    assert (amina.email, amina.email_key) == (
        "معلومات@مثال.السعودية",
        "معلومات@xn--mgbh0fb.xn--mgberp4a5d4ar",
    )


def test_who_mistyped_the_address_at_sign_up_confirms_by_changing_it(publish: Publish) -> None:
    files = {path: text for path, text in SMALL.items() if "quiz" not in path}
    course = db.session.get_one(Course, publish("small", files).course_id)
    amina = person("Amina", confirmed=False)
    completion.complete_lesson(amina, course, "names/what-is-a-name")
    address_change.confirm(ask(amina), amina, "Firefox", instead_of=None)
    db.session.commit()
    assert (amina.email, amina.confirmed_at is None) == (NEW, False)
    assert db.session.scalars(select(Certificate.holder_id)).all() == [amina.id]
    # The old address may be a stranger's: nobody ever proved it.
    assert OLD not in [mail.recipient for mail in mails()]


def test_who_is_second_keeps_the_old_address_and_is_told(amina: User, eve: User) -> None:
    of_amina, of_eve = ask(amina), ask(eve)
    address_change.confirm(of_amina, amina, "Firefox", instead_of=None)
    db.session.commit()
    with pytest.raises(Conflict, match="Another account has this address now"):
        address_change.confirm(of_eve, eve, "Firefox", instead_of=None)
    db.session.rollback()
    assert (amina.email, eve.email) == (NEW, "eve@ngo.example")


def test_an_unconfirmed_account_does_not_keep_anybody_from_the_address(amina: User) -> None:
    eve = person("Eve", confirmed=False)
    change(amina, "eve@ngo.example")
    assert accounts.owner_of("eve@ngo.example") is amina
    assert eve.confirmed_at is None


def test_the_link_of_a_closed_account_is_refused(amina: User) -> None:
    token = ask(amina)
    amina.suspended_at = journal.now()
    with pytest.raises(Denied):
        address_change.confirm(token, None, "Firefox", instead_of=None)


# --- undoing ------------------------------------------------------------------------------------


def test_the_old_address_takes_the_account_back(amina: User) -> None:
    """A thief knows the password, changes the address, and then the password."""
    thief = accounts.sign_in(amina, "thief")
    token = change(amina)
    to_the_new_mailbox = links.make(amina, LinkPurpose.RESET, lasts=links.LASTS)
    links.forget(amina)
    amina.password_hash = passwords.hashed("the thief's own")
    assert address_change.look_at(token, None) == Promise(
        purpose=LinkPurpose.UNDO_ADDRESS, address=OLD, here=False
    )
    entrance = address_change.undo(token, "Firefox", instead_of=None)
    db.session.commit()
    assert (amina.email, amina.email_key) == (OLD, OLD)
    assert db.session.scalars(select(User.password_hash)).all() == [None]
    assert accounts.person_signed_in(thief) is None
    assert accounts.person_signed_in(entrance.token) is amina
    assert verbs(f"user:{amina.id}")[-3:] == [
        Verb.UNDID_ADDRESS,
        Verb.SIGNED_OUT,
        Verb.SIGNED_IN,
    ]
    for used in (token, to_the_new_mailbox):
        with pytest.raises(Missing):
            links.find(used, *LinkPurpose)


def test_the_old_address_has_a_week(amina: User) -> None:
    change(amina)
    link = db.session.scalars(
        select(MailLink).where(MailLink.purpose == LinkPurpose.UNDO_ADDRESS)
    ).one()
    assert link.expires_at - link.created_at == timedelta(days=7)


def test_two_changes_are_undone_by_the_first_address(amina: User) -> None:
    token = change(amina)
    change(amina, "third@ngo.example")
    address_change.undo(token, "Firefox", instead_of=None)
    assert amina.email == OLD


def test_an_old_address_that_is_somebody_elses_by_now_stays_theirs(amina: User) -> None:
    token = change(amina)
    other = person("Amina")
    with pytest.raises(Conflict):
        address_change.undo(token, "Firefox", instead_of=None)
    db.session.rollback()
    assert (amina.email, accounts.owner_of(OLD)) == (NEW, other)


def test_each_link_does_only_what_it_was_sent_for(app: Flask, amina: User) -> None:
    with pytest.raises(Missing):
        address_change.undo(ask(amina), "Firefox", instead_of=None)
    with pytest.raises(Missing):
        address_change.confirm(change(amina), amina, "Firefox", instead_of=None)
    enter = links.make(amina, LinkPurpose.ENTER, lasts=links.LASTS)
    with pytest.raises(Missing):
        address_change.look_at(enter, amina)
