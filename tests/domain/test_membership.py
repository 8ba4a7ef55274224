"""Managers invite managers by mail; only who owns the address takes it up."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import membership, partners, retention
from lms.domain.errors import Conflict, Denied, Invalid, Missing
from lms.domain.permissions import Action, System, may
from lms.models import (
    MailKind,
    Membership,
    MembershipInvitation,
    MembershipRole,
    Organisation,
    OutgoingMail,
    User,
)
from tests.cohorts import insider, partner_of
from tests.conftest import Clock, person
from tests.domain.test_retention import LIMITS

MANAGER, MEMBER = MembershipRole.MANAGER, MembershipRole.MEMBER


@pytest.fixture
def water(lin: User) -> Organisation:
    return partner_of(lin)


def only_offer() -> MembershipInvitation:
    return db.session.scalars(select(MembershipInvitation)).one()


def test_a_manager_invites_a_manager_who_takes_it_up(
    lin: User, amina: User, eve: User, water: Organisation
) -> None:
    membership.invite(lin, water, "AMINA@ngo.example", MANAGER, language="fr")
    mail = db.session.scalars(select(OutgoingMail)).one()
    number = only_offer().id
    assert (mail.kind, mail.recipient, mail.language) == (
        MailKind.MEMBERSHIP,
        "AMINA@ngo.example",
        "fr",
    )
    assert (mail.facts["path"], mail.facts["by"]) == (f"partners/invitations/{number}", "Lin")
    with pytest.raises(Missing):
        membership.take_up(eve, number)
    double = User(
        name="X",
        email="amina@ngo.example",
        email_key="amina@ngo.example",
        created_at=amina.created_at,
    )
    db.session.add(double)
    db.session.flush()
    with pytest.raises(Missing):  # it never showed that the mailbox is theirs
        membership.take_up(double, number)
    assert membership.take_up(amina, number) is water
    assert may(amina, Action.RUN_COHORTS, water)
    with pytest.raises(Missing):
        membership.take_up(amina, number)
    assert [one.person for one in membership.insiders(lin, water)[0]] == [amina, lin]


def test_a_role_only_ever_grows_by_an_invitation(
    lin: User, amina: User, water: Organisation
) -> None:
    insider(water, amina, MEMBER)
    for role, after in ((MANAGER, MANAGER), (MEMBER, MANAGER)):
        membership.invite(System(), water, amina.email, role, language="en")
        membership.take_up(amina, only_offer().id)
        mine = db.session.scalars(select(Membership).where(Membership.user_id == amina.id)).one()
        assert mine.role is after
    assert partners.mine(amina) == [(water, MANAGER)]


def test_invitations_end_are_taken_back_and_written_anew(
    lin: User, amina: User, water: Organisation, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    membership.invite(lin, water, amina.email, MANAGER, language="en")
    with pytest.raises(Invalid, match="an hour"):
        membership.invite(lin, water, amina.email, MANAGER, language="en")
    clock.forward(hours=1)
    membership.invite(lin, water, amina.email, MEMBER, language="en")
    assert [one.role for one in membership.waiting(lin, water)] == [MEMBER]
    monkeypatch.setattr(membership, "MOST", 1)
    with pytest.raises(Invalid, match="Too many"):
        membership.invite(lin, water, "zoe@ngo.example", MANAGER, language="en")
    number = only_offer().id
    for _turn in range(2):
        membership.take_back(lin, water, number)
    with pytest.raises(Missing):
        membership.offered(amina, number)
    membership.invite(lin, water, amina.email, MANAGER, language="en")
    clock.forward(days=14)
    assert membership.waiting(lin, water) == []
    with pytest.raises(Missing):
        membership.offered(amina, only_offer().id)
    clock.forward(seconds=1)
    assert [retention.forget_offers(LIMITS) for _turn in range(2)] == [1, 0]


def test_of_two_managers_who_invite_at_once_the_second_is_told(
    lin: User, amina: User, water: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    membership.invite(lin, water, amina.email, MANAGER, language="en")
    db.session.commit()
    monkeypatch.setattr(db.session, "scalar", lambda _query: None)  # as it was a moment ago
    monkeypatch.setattr(membership, "require", lambda *_what: None)
    with pytest.raises(Conflict):
        membership.invite(lin, water, amina.email, MANAGER, language="en")


def test_others_invite_nobody(eve: User, ada: User, water: Organisation) -> None:
    member = insider(water, person("Kim"), MembershipRole.TRAINER)
    for one in (eve, member):
        for deed in (
            lambda one=one: membership.invite(one, water, "a@ngo.example", MANAGER, language="en"),
            lambda one=one: membership.waiting(one, water),
            lambda one=one: membership.take_back(one, water, 1),
            lambda one=one: membership.insiders(one, water),
        ):
            with pytest.raises(Denied):
                deed()
    assert membership.waiting(ada, water) == []  # administrators may
    assert timedelta(days=14) == membership.LASTS
