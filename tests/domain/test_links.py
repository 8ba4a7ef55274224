"""Links in mails: sent, used once, within an hour."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.database import db
from lms.domain import accounts, journal, links, passwords, sign_ins, tokens
from lms.domain.errors import Denied, Missing
from lms.domain.learning import completion
from lms.domain.permissions import System
from lms.models import (
    Certificate,
    Course,
    Event,
    LinkPurpose,
    MailKind,
    MailLink,
    OutgoingMail,
    SignIn,
    User,
    Verb,
)
from tests.conftest import SMALL, Publish, person

EMAIL = "amina@ngo.example"


def unconfirmed(name: str = "Amina", password: str | None = None) -> User:
    person = accounts.add_person(
        System(), name=name, email=EMAIL, password=password, confirmed=False, language="ar"
    )
    db.session.commit()
    return person


def newest_mail() -> OutgoingMail:
    return db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()  # type: ignore[return-value]


def token_for(person: User, send: Callable[[str, str], None] = links.send_sign_in) -> str:
    send(person.email, "en")
    db.session.commit()
    return str(newest_mail().facts["token"])


def confirmation_for(person: User) -> str:
    links.send_confirmation(person)
    db.session.commit()
    return str(newest_mail().facts["token"])


def verbs(thing: str) -> list[str]:
    rows = select(Event.verb).where(Event.object == thing).order_by(Event.id)
    return list(db.session.scalars(rows))


def signed_in(person: User) -> int:
    return len(sign_ins.sign_ins_of(person))


# --- sending them -------------------------------------------------------------------------------


def test_the_owner_of_an_address_gets_a_link_in_the_language_of_the_account(amina: User) -> None:
    unconfirmed("Eve")
    amina.language = "ar"
    links.send_sign_in(" AMINA@ngo.example", "en")
    mail = newest_mail()
    link = db.session.scalars(select(MailLink)).one()
    assert (mail.kind, mail.recipient, mail.language) == (MailKind.SIGN_IN, EMAIL, "ar")
    assert mail.facts == {"token": mail.facts["token"], "name": "Amina"}
    assert (link.user_id, link.purpose) == (amina.id, LinkPurpose.ENTER)
    assert link.token_digest == tokens.digest(mail.facts["token"])
    assert link.expires_at - link.created_at == timedelta(hours=1)


def test_else_the_newest_unconfirmed_person_gets_it_and_no_name_stands_in_the_mail(
    app: Flask,
) -> None:
    unconfirmed("http://spam.example")
    newest = unconfirmed("http://spam.example")
    links.send_reset(EMAIL, "en")
    mail = newest_mail()
    link = db.session.scalars(select(MailLink)).one()
    assert (mail.kind, mail.facts["name"]) == (MailKind.RESET, "")
    assert (link.user_id, link.purpose) == (newest.id, LinkPurpose.RESET)


@pytest.mark.parametrize("send", [links.send_sign_in, links.send_reset])
def test_who_has_no_account_gets_a_mail_that_says_so(
    app: Flask, send: Callable[[str, str], None]
) -> None:
    send("Nobody@ngo.example", "fr")
    mail = newest_mail()
    assert (mail.kind, mail.recipient, mail.language, mail.facts) == (
        MailKind.NO_ACCOUNT,
        "Nobody@ngo.example",
        "fr",
        {},
    )
    assert db.session.scalars(select(MailLink)).all() == []


def test_a_closed_account_is_no_account(amina: User) -> None:
    amina.suspended_at = journal.now()
    db.session.flush()
    links.send_sign_in(EMAIL, "en")
    assert newest_mail().kind == MailKind.NO_ACCOUNT


def test_a_confirmed_person_has_nothing_to_confirm(amina: User) -> None:
    links.send_confirmation(amina)
    assert db.session.scalars(select(OutgoingMail)).all() == []


# --- looking at them ----------------------------------------------------------------------------


def test_looking_at_a_link_uses_nothing(amina: User) -> None:
    token = token_for(amina)
    for _ in range(2):
        promise = links.look_at(token, None)
        assert (promise.purpose, promise.person, promise.confirms, promise.joins) == (
            LinkPurpose.ENTER,
            amina,
            False,
            False,
        )
    assert db.session.scalars(select(MailLink.used_at)).all() == [None]


def test_a_link_says_what_it_will_do(amina: User, eve: User) -> None:
    late = unconfirmed()
    token = confirmation_for(late)
    assert links.look_at(token, None) == links.Promise(
        purpose=LinkPurpose.ENTER, person=amina, confirms=False, joins=False
    )
    assert not links.look_at(token, eve).joins
    assert links.look_at(token, late).joins
    amina.confirmed_at = None
    db.session.flush()
    assert links.look_at(token, late) == links.Promise(
        purpose=LinkPurpose.ENTER, person=late, confirms=True, joins=False
    )


# --- using them ---------------------------------------------------------------------------------


def test_a_link_signs_in_once(amina: User) -> None:
    token = token_for(amina)
    entrance = links.enter(token, None, "Firefox")
    assert entrance.person is amina
    assert accounts.person_signed_in(entrance.token) is amina
    with pytest.raises(Missing):
        links.enter(token, None, "Firefox")
    with pytest.raises(Missing):
        links.look_at(token, None)


def test_a_link_lasts_an_hour(amina: User) -> None:
    token = token_for(amina)
    db.session.execute(update(MailLink).values(expires_at=journal.now()))
    with pytest.raises(Missing):
        links.look_at(token, None)
    with pytest.raises(Missing):
        links.enter(token, None, "Firefox")


def test_nobody_can_guess_a_link(amina: User) -> None:
    token_for(amina)
    with pytest.raises(Missing):
        links.enter(tokens.new(), None, "Firefox")


def test_a_link_does_only_what_it_was_sent_for(amina: User) -> None:
    with pytest.raises(Missing):
        links.reset(token_for(amina), None, "Firefox", password_hash="x")
    with pytest.raises(Missing):
        links.enter(token_for(amina, links.send_reset), None, "Firefox")


def test_the_link_of_a_closed_account_is_refused(amina: User) -> None:
    token = token_for(amina)
    amina.suspended_at = journal.now()
    with pytest.raises(Denied):
        links.enter(token, None, "Firefox")


def test_a_link_confirms_the_address_and_keeps_the_password_of_this_browser(app: Flask) -> None:
    amina = unconfirmed(password="seven green boats")
    here = accounts.sign_in(amina, "Firefox")
    phone = accounts.sign_in(amina, "phone")
    entrance = links.enter(confirmation_for(amina), amina, "Firefox", instead_of=here)
    assert amina.confirmed_at is not None
    assert passwords.fits("seven green boats", amina.password_hash)
    assert [accounts.person_signed_in(token) for token in (here, phone, entrance.token)] == [
        None,
        amina,
        amina,
    ]
    assert verbs(f"user:{amina.id}")[-2:] == [Verb.CONFIRMED, Verb.SIGNED_IN]


@pytest.mark.parametrize("as_eve", [True, False])
def test_a_password_that_a_stranger_set_dies_with_the_confirmation(eve: User, as_eve: bool) -> None:
    """Eve signed up with Amina's address; Amina gets the mail and opens its link."""
    fake = unconfirmed(password="eve knows this one")
    eves_browser = accounts.sign_in(fake, "Eve's browser")
    entrance = links.enter(confirmation_for(fake), eve if as_eve else None, "Amina's browser")
    assert entrance.person is fake
    assert fake.password_hash is None
    assert accounts.person_signed_in(eves_browser) is None
    assert accounts.person_signed_in(entrance.token) is fake


def test_an_address_that_is_owned_signs_its_owner_in(amina: User) -> None:
    other = unconfirmed("Eve", "eve knows this one")
    entrance = links.enter(confirmation_for(other), None, "Firefox")
    assert entrance.person is amina
    assert (other.confirmed_at, other.suspended_at) == (None, None)
    assert passwords.fits("eve knows this one", other.password_hash)
    assert verbs(f"user:{amina.id}") == [Verb.SIGNED_IN]


def test_who_made_a_second_account_in_this_browser_has_it_joined(amina: User) -> None:
    second = unconfirmed("Amina again")
    here = accounts.sign_in(second, "Firefox")
    entrance = links.enter(confirmation_for(second), second, "Firefox", instead_of=here)
    assert entrance.person is amina
    assert second.suspended_at is not None
    assert verbs(f"user:{second.id}")[-1] == Verb.JOINED
    assert accounts.person_signed_in(here) is None


def test_of_two_unconfirmed_accounts_the_first_to_prove_it_owns_the_address(app: Flask) -> None:
    first, second = unconfirmed("First"), unconfirmed("Second")
    tokens_sent = [confirmation_for(person) for person in (first, second)]
    assert [links.enter(token, None, "Firefox").person for token in tokens_sent] == [first, first]
    assert second.confirmed_at is None


@pytest.mark.parametrize("links_sent", [1, 2])
def test_at_the_same_moment_one_link_works_once_and_one_person_gets_the_address(
    app: Flask, links_sent: int
) -> None:
    """One link used twice; or the links of two people who both gave this address."""
    people = [unconfirmed(), unconfirmed()]
    sent = [confirmation_for(person) for person in people[:links_sent]]
    db.session.rollback()
    together = Barrier(2)
    found: list[int | None] = []

    def use(token: str) -> None:
        with app.app_context():
            together.wait()
            try:
                found.append(links.enter(token, None, "Firefox").person.id)
                db.session.commit()
            except Missing:
                found.append(None)
            db.session.remove()

    threads = [Thread(target=use, args=(token,)) for token in (sent * 2)[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    confirmed = [person.id for person in people if person.confirmed_at]
    assert len(confirmed) == 1
    assert sorted(found, key=str) == (
        [*confirmed, None] if links_sent == 1 else [*confirmed, *confirmed]
    )


def test_a_reset_sets_the_password_and_signs_out_everywhere_else(amina: User) -> None:
    old = accounts.sign_in(amina, "phone")
    earlier = token_for(amina)
    new = accounts.new_password_hash(amina, "seven green boats")
    token = token_for(amina, links.send_reset)
    entrance = links.reset(token, None, "Firefox", password_hash=new)
    assert entrance.person is amina
    assert passwords.fits("seven green boats", amina.password_hash)
    assert accounts.person_signed_in(old) is None
    assert accounts.person_signed_in(entrance.token) is amina
    assert signed_in(amina) == 1
    assert verbs(f"user:{amina.id}")[-3:] == [
        Verb.RESET_PASSWORD,
        Verb.SIGNED_OUT,
        Verb.SIGNED_IN,
    ]
    with pytest.raises(Missing):
        links.enter(earlier, None, "Firefox")


def test_a_reset_confirms_the_address_and_keeps_the_new_password(app: Flask) -> None:
    amina = unconfirmed(password="forgotten boats")
    token = token_for(amina, links.send_reset)
    links.reset(token, None, "Firefox", password_hash=passwords.hashed("seven green boats"))
    assert amina.confirmed_at is not None
    assert passwords.fits("seven green boats", amina.password_hash)


@pytest.mark.parametrize("has_owner", [False, True])
def test_what_was_earned_before_the_confirmation_is_issued_with_it(
    publish: Publish, has_owner: bool
) -> None:
    files = {path: text for path, text in SMALL.items() if "quiz" not in path}
    course = db.session.get_one(Course, publish("small", files).course_id)
    owner = person("Amina") if has_owner else None
    learner = unconfirmed()
    completion.complete_lesson(learner, course, "names/what-is-a-name")
    token = confirmation_for(learner)
    assert db.session.scalars(select(Certificate)).all() == []
    links.enter(token, learner, "Firefox")
    assert db.session.scalars(select(Certificate.holder_id)).all() == [(owner or learner).id]


def test_a_link_leaves_no_token_in_journal_or_database(amina: User) -> None:
    token = token_for(amina)
    entrance = links.enter(token, None, "Firefox")
    db.session.execute(update(OutgoingMail).values(facts={}))
    db.session.commit()
    kept = " ".join(
        str(row)
        for table in (Event, MailLink, SignIn)
        for row in db.session.execute(select(*table.__table__.columns)).all()
    )
    assert (token in kept, entrance.token in kept, EMAIL in kept) == (False, False, False)
