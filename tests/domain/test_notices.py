"""Notices: who is told what, and how a kind is switched off."""

import pytest
from flask import Flask
from sqlalchemy import delete, select

from lms.database import db
from lms.domain import journal, notices
from lms.domain.errors import Denied, Missing
from lms.domain.learning import completion
from lms.domain.notices import NOTICES
from lms.models import Certificate, Course, MailKind, MailRefusal, OutgoingMail, User
from tests.conftest import SMALL, Publish, person

SECRET = "a secret of at least thirty-two characters"


def sent() -> list[tuple[str, str]]:
    rows = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
    return [(row.kind, row.recipient) for row in rows]


def test_a_notice_goes_out_in_the_language_and_the_zone_of_the_person(amina: User) -> None:
    amina.language, amina.time_zone = "ar", "Africa/Dakar"
    notices.tell(amina, MailKind.CHANGED, course="Names", path="courses/small/", new=["One"])
    row = db.session.scalars(select(OutgoingMail)).one()
    assert (row.kind, row.recipient, row.language) == (
        MailKind.CHANGED,
        "amina@ngo.example",
        "ar",
    )
    assert row.facts == {
        "name": "Amina",
        "zone": "Africa/Dakar",
        "person": amina.public_id,
        "course": "Names",
        "path": "courses/small/",
        "new": ["One"],
    }


def test_nobody_is_told_at_an_address_that_was_not_confirmed(app: Flask) -> None:
    notices.tell(person("Zoe", confirmed=False), MailKind.MARKED, course="", lesson="", path="")
    assert sent() == []


def test_nobody_is_told_whose_account_is_closed(amina: User) -> None:
    amina.suspended_at = journal.now()
    notices.tell(amina, MailKind.MARKED, course="", lesson="", path="")
    assert sent() == []


@pytest.mark.parametrize("kind", [kind for kind in MailKind if kind not in NOTICES])
def test_what_somebody_asked_for_is_no_notice(amina: User, kind: MailKind) -> None:
    with pytest.raises(ValueError, match="cannot be switched off"):
        notices.tell(amina, kind)


# --- a certificate ------------------------------------------------------------------------------


def test_a_certificate_is_told_of_once(amina: User, publish: Publish) -> None:
    files = {path: text for path, text in SMALL.items() if "quiz" not in path}
    course = db.session.get_one(Course, publish("small", files).course_id)
    for _ in range(2):
        completion.complete_lesson(amina, course, "names/what-is-a-name")
        db.session.commit()
    number = db.session.scalars(select(Certificate.number)).one()
    row = db.session.scalars(select(OutgoingMail)).one()
    assert row.kind == MailKind.EARNED
    assert {name: row.facts[name] for name in ("course", "number", "path")} == {
        "course": "Names in short",
        "number": number,
        "path": f"certificates/{number}.pdf",
    }


# --- switching ----------------------------------------------------------------------------------


def test_a_kind_is_switched_off_and_on_again_and_the_others_stay(amina: User, eve: User) -> None:
    for _ in range(2):
        notices.switch(amina, MailKind.DUE, on=False)
    row = db.session.scalars(select(MailRefusal)).one()
    assert (row.user_id, row.kind) == (amina.id, MailKind.DUE)
    for who, kind in ((amina, MailKind.DUE), (amina, MailKind.MARKED), (eve, MailKind.DUE)):
        notices.tell(who, kind, course="", lesson="", path="", moment="")
    assert sent() == [("marked", "amina@ngo.example"), ("due", "eve@ngo.example")]
    for _ in range(2):
        notices.switch(amina, MailKind.DUE, on=True)
    assert notices.refused_by(amina) == frozenset()


def test_one_chooses_all_kinds_at_once(amina: User) -> None:
    notices.choose(amina, ["earned", "due", "confirm", "nonsense"])
    assert notices.refused_by(amina) == {
        MailKind.LOG_HEAD,
        MailKind.MARKED,
        MailKind.CHANGED,
        MailKind.COHORT_MESSAGE,
        MailKind.COHORT_REMINDER,
    }
    notices.choose(amina, [])
    assert notices.refused_by(amina) == set(NOTICES)
    notices.choose(amina, [*NOTICES])
    assert notices.refused_by(amina) == frozenset()


def test_a_closed_account_switches_nothing(amina: User) -> None:
    amina.suspended_at = journal.now()
    with pytest.raises(Denied):
        notices.switch(amina, MailKind.DUE, on=False)
    with pytest.raises(Denied):
        notices.choose(amina, [])


# --- the link -----------------------------------------------------------------------------------


def test_the_link_tells_whose_switch_it_is(amina: User, eve: User) -> None:
    for kind in NOTICES:
        token = notices.switch_token(SECRET, amina.public_id, kind)
        assert notices.read_token(SECRET, token) == (amina, kind)


@pytest.mark.parametrize("token", ["", "earned", "earned.x.y", "..", "earned.é.ü", "x" * 43])
def test_a_link_that_we_did_not_make_is_none(app: Flask, token: str) -> None:
    with pytest.raises(Missing):
        notices.read_token(SECRET, token)


def test_a_link_cannot_be_turned_to_another_kind_person_or_installation(
    amina: User, eve: User
) -> None:
    token = notices.switch_token(SECRET, amina.public_id, MailKind.DUE)
    for forged in (
        token.replace("due", "earned"),
        token.replace(amina.public_id, eve.public_id),
        token[:-1],
        notices.switch_token("another secret", amina.public_id, MailKind.DUE),
    ):
        with pytest.raises(Missing):
            notices.read_token(SECRET, forged)


def test_the_link_of_somebody_who_is_gone_is_none(app: Flask) -> None:
    zoe = person("Zoe", confirmed=False)
    token = notices.switch_token(SECRET, zoe.public_id, MailKind.DUE)
    db.session.execute(delete(User))
    with pytest.raises(Missing):
        notices.read_token(SECRET, token)
