"""My cohorts: what their partners see, taking that back, leaving; and who looked."""

import pytest
from flask import Flask
from sqlalchemy import select

from lms import sending
from lms.database import db
from lms.domain import looks
from lms.domain.cohorts import inviting, lists
from lms.models import (
    Cohort,
    CohortMember,
    Course,
    LookKind,
    Organisation,
    OutgoingMail,
    RefusedAddress,
    User,
)
from tests.cohorts import cohort_of, joined, partner_of
from tests.conftest import Browser, SignIn

UNDER = "/en/my-learning/cohorts"


@pytest.fixture
def water(lin: User) -> Organisation:
    return partner_of(lin)


@pytest.fixture
def river(lin: User, water: Organisation, small: Course) -> Cohort:
    return cohort_of(lin, water, "small")


@pytest.fixture
def learner(sign_in: SignIn, amina: User) -> Browser:
    return sign_in(amina)


def only_member() -> CohortMember:
    db.session.rollback()
    return db.session.scalars(select(CohortMember)).one()


def test_consent_is_taken_back_and_given_again(
    learner: Browser, amina: User, river: Cohort, water: Organisation
) -> None:
    assert "You are in no cohort." in learner.get(UNDER).text
    joined(amina, river, water)
    here = f"{UNDER}/{river.id}/consent"
    assert "The organisation sees how far you are." in learner.get(UNDER).text
    assert learner.post(here).location == f"{UNDER}?done=withdrawn"
    page = learner.get(f"{UNDER}?done=withdrawn").text
    assert "The organisation sees nothing of you from now on." in page
    assert "Agree again" in page
    assert only_member().withdrawn_at is not None
    assert learner.post(here, data={"agree": "yes"}).location == f"{UNDER}?done=agreed"
    assert only_member().withdrawn_at is None


def test_leaving_asks_once_and_ends_it(
    learner: Browser, amina: User, lin: User, river: Cohort, water: Organisation
) -> None:
    joined(amina, river, water)
    address = f"{UNDER}/{river.id}/leaving"
    assert "Leave this cohort?" in learner.get(address).text
    assert learner.post(address).location == f"{UNDER}?done=left"
    assert learner.get(address).status_code == 404
    assert learner.post(f"{UNDER}/{river.id}/consent").status_code == 404
    waiting = cohort_of(lin, water, needs_approval=True)
    joined(amina, waiting, water)
    assert "the organisation sees your name and your address" in learner.get(UNDER).text


def test_every_look_stands_in_my_log_and_only_there(
    learner: Browser,
    sign_in: SignIn,
    amina: User,
    eve: User,
    lin: User,
    river: Cohort,
    monkeypatch: pytest.MonkeyPatch,
    count_queries: list[str],
) -> None:
    log = "/en/my-learning/looks"
    assert "Nobody looked." in learner.get(log).text
    counts = []
    for kind in LookKind:
        looks.record(lin, river, [amina.id], kind)
        db.session.commit()
        count_queries.clear()
        page = learner.get(log).text
        counts.append(len(count_queries))
    assert counts == [2] * len(LookKind)
    assert page.count("<bdi>Lin</bdi>") == len(LookKind)
    assert "your certificates, taken along" in page
    assert "Lin" not in sign_in(eve).get(log).text
    monkeypatch.setattr(looks, "PAGE", 1)
    assert f'href="{log}?page=2" rel="next"' in learner.get(log).text
    assert "There are no more." in learner.get(f"{log}?page=99").text


def test_no_invitations_any_more_is_one_button_and_needs_no_account(
    app: Flask, visitor: Browser, lin: User, river: Cohort, water: Organisation
) -> None:
    made = inviting.keep_list(lin, water, river, lists.parse("zoe@ngo.example"))
    inviting.start_list(lin, water, river, made.id)
    inviting.take_next()
    inviting.send_next(9)
    db.session.commit()
    token = sending.letter(db.session.scalars(select(OutgoingMail)).one()).switch
    here = f"/en/mails/{token}"
    page = visitor.get(here).text
    assert "Stop these mails?" in page
    assert "To my account" not in page
    assert visitor.post(here, data={"mails": "off"}).location == here
    assert "You do not get these mails any more" in visitor.get(here).text
    one_click = visitor.post(
        here, data={"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": ""}
    )
    assert one_click.status_code == 200
    db.session.rollback()
    assert len(db.session.scalars(select(RefusedAddress)).all()) == 1
    visitor.post(here, data={"mails": "on"})
    assert "Stop these mails?" in visitor.get(here).text
    assert visitor.get(f"{here}x").status_code == 404
