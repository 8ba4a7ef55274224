"""Lists of addresses: tried line by line, then invited in the background, at a steady pace."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms import jobs, sending
from lms.database import begin_writing, db
from lms.domain import erasing, retention
from lms.domain.cohorts import inviting, lists
from lms.domain.errors import Conflict, Invalid, Missing
from lms.models import (
    AuditEntry,
    Cohort,
    CohortInvitation,
    InvitationList,
    Organisation,
    OutgoingMail,
    RefusedAddress,
    User,
)
from tests.cohorts import cohort_of, partner_of
from tests.conftest import Clock, person
from tests.domain.test_retention import LIMITS


@pytest.fixture
def water(lin: User) -> Organisation:
    return partner_of(lin)


@pytest.fixture
def river(lin: User, water: Organisation) -> Cohort:
    return cohort_of(lin, water)


def invited() -> list[tuple[str, str, bool]]:
    rows = db.session.scalars(select(CohortInvitation).order_by(CohortInvitation.id))
    return [(row.email, row.name, row.sent_at is not None) for row in rows]


def invite(lin: User, water: Organisation, river: Cohort, text: str) -> InvitationList:
    made = inviting.keep_list(lin, water, river, lists.parse(text))
    inviting.start_list(lin, water, river, made.id)
    while inviting.take_next():
        pass
    return made


# --- reading a list -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a@ngo.example", [("a@ngo.example", "")]),
        ("\ufeffE-mail;Name\r\na@ngo.example;Amina Diop\r\n", [("a@ngo.example", "Amina Diop")]),
        ("Name\tE-mail address\nDiop\ta@ngo.example", [("a@ngo.example", "Diop")]),
        ('"Diop, Amina" <a@ngo.example>', [("a@ngo.example", "Diop, Amina")]),
        ('Amina,Diop,"a@ngo.example"', [("a@ngo.example", "Amina Diop")]),
        ("Amina Diop <a@ngo.example>", [("a@ngo.example", "Amina Diop")]),
        ("a@ngo.example, b@ngo.example", [("a@ngo.example", ""), ("b@ngo.example", "")]),
        ("A <a@ngo.example>; B <b@ngo.example>", [("a@ngo.example", "A"), ("b@ngo.example", "B")]),
        ("معلومات@مثال.السعودية", [("معلومات@مثال.السعودية", "")]),
        ("أمينة,\u200f用户@例え.テスト", [("用户@例え.テスト", "أمينة")]),
        ("--,a@ngo.example\n\n , \n", [("a@ngo.example", "")]),
    ],
)
def test_lists_are_read_as_people_have_them(text: str, rows: list[tuple[str, str]]) -> None:
    tried = lists.parse(text.lstrip("\ufeff"))
    assert [(email, name) for email, _key, name in tried.rows] == rows
    assert tried.problems == []


def test_every_bad_line_is_named_with_its_reason() -> None:
    tried = lists.parse(
        "amina@ngo.example\nNobody\n\nzoe@\nAMINA@ngo.example\nb@ngo.example\n"
        + "x" * 300
        + ","
        + "n" * 201
        + ",c@ngo.example"
    )
    assert [key for _email, key, _name in tried.rows] == ["amina@ngo.example", "b@ngo.example"]
    assert [(one.line, one.text[:20], one.sentence[:14], one.values) for one in tried.problems] == [
        (2, "Nobody", "This is not an", {}),
        (4, "zoe@", "This is not an", {}),
        (5, "AMINA@ngo.example", "This address s", {"line": 1}),
        (7, "x" * 20, "Use at most %(", {"count": 200}),
    ]
    assert len(tried.problems[-1].text) == lists.LONGEST_SHOWN


def test_a_list_is_neither_empty_nor_endless() -> None:
    for text in (" \n", "E-mail\n"):
        with pytest.raises(Invalid, match="at least one"):
            lists.parse(text)
    with pytest.raises(Invalid, match="5000"):
        lists.parse("a@ngo.example\n" * (lists.MOST + 2))
    assert lists.read("é".encode()) == lists.read("\ufeffé".encode()) == "é"
    assert lists.read("é".encode("utf-16")) == "é"
    for data in ("é".encode("latin-1"), b"x" * (lists.LARGEST + 1)):
        with pytest.raises(Invalid) as refused:
            lists.read(data)
        assert refused.value.field == "file"
    assert len(lists.parse("x" * 200_000).problems) == 1  # longer than a cell may be


# --- inviting it --------------------------------------------------------------------------------


def test_nobody_is_invited_before_somebody_says_so_and_nobody_twice(
    lin: User, water: Organisation, river: Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inviting, "BATCH", 2)
    text = "a@ngo.example\nZoe <zoe@ngo.example>\nc@ngo.example\nbad"
    made = inviting.keep_list(lin, water, river, lists.parse(text))
    assert (made.total, len(made.problems), inviting.take_next()) == (3, 1, 0)
    for _turn in range(2):
        inviting.start_list(lin, water, river, made.id)
    assert [inviting.take_next(), made.done, made.finished_at] == [2, 2, None]
    assert [inviting.take_next(), made.done, inviting.take_next()] == [1, 3, 0]
    assert (made.rows, made.finished_at is not None) == ([], True)
    with pytest.raises(Conflict):
        inviting.drop_list(lin, water, river, made.id)
    assert inviting.keep_list(lin, water, river, lists.parse(text)).total == 0
    monkeypatch.setattr(inviting, "PAGE", 2)
    pages = [inviting.invited(lin, water, river, page=page) for page in (1, 2)]
    assert [([row.email for row in rows], more) for rows, more in pages] == [
        (["c@ngo.example", "zoe@ngo.example"], True),
        (["a@ngo.example"], False),
    ]
    db.session.flush()
    entries = db.session.scalars(select(AuditEntry.changes).where(AuditEntry.verb == "invited"))
    assert list(entries) == [{"addresses": [None, 3]}]


def test_a_list_that_was_only_tried_can_be_forgotten(
    lin: User, water: Organisation, river: Cohort, clock: Clock
) -> None:
    made = inviting.keep_list(lin, water, river, lists.parse("a@ngo.example"))
    other = cohort_of(lin, water, closes_at=clock.moment)
    with pytest.raises(Missing):
        inviting.find_list(lin, water, other, made.id)
    inviting.drop_list(lin, water, river, made.id)
    db.session.flush()
    with pytest.raises(Missing):
        inviting.find_list(lin, water, river, made.id)
    late = inviting.keep_list(lin, water, other, lists.parse("a@ngo.example"))
    with pytest.raises(Conflict):
        inviting.start_list(lin, water, other, late.id)


def test_two_lists_with_one_address_are_one_invitation(
    lin: User, water: Organisation, river: Cohort
) -> None:
    first, second = (
        inviting.keep_list(lin, water, river, lists.parse("a@ngo.example")) for _n in range(2)
    )
    for one in (first, second):
        inviting.start_list(lin, water, river, one.id)
    assert [inviting.take_next() for _n in range(3)] == [1, 1, 0]
    assert invited() == [("a@ngo.example", "", False)]
    empty = inviting.keep_list(lin, water, river, lists.parse("a@ngo.example"))
    inviting.start_list(lin, water, river, empty.id)
    assert [inviting.take_next(), empty.finished_at is None] == [1, False]


def test_the_worker_mails_so_many_a_day_and_the_rest_later(
    app: Flask, lin: User, water: Organisation, river: Cohort, clock: Clock
) -> None:
    app.config["INVITATIONS_PER_DAY"] = 2
    made = inviting.keep_list(
        lin, water, river, lists.parse("a@ngo.example\nb@ngo.example\nc@ngo.example")
    )
    inviting.start_list(lin, water, river, made.id)
    db.session.commit()
    sent = []
    with jobs.invitations() as deed:
        for hours in (0, 1, 22, 2):
            clock.forward(hours=hours)
            deed()
            begin_writing()
            sent.append(sum(was for _email, _name, was in invited()))
    assert sent == [2, 2, 2, 3]
    rows = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
    assert [(row.recipient, row.language, row.facts["path"]) for row in rows] == [
        (f"{name}@ngo.example", "en", f"join/{river.code}") for name in "abc"
    ]


def test_nobodys_mailbox_is_filled(
    lin: User, water: Organisation, clock: Clock, river: Cohort
) -> None:
    for _n in range(4):
        invite(lin, water, cohort_of(lin, water), "a@ngo.example")
        inviting.send_next(1_000)
        db.session.flush()
    assert sum(was for *_who, was in invited()) == inviting.TO_ONE
    clock.forward(days=1, seconds=1)
    assert inviting.send_next(1_000) == 1
    assert all(was for *_who, was in invited())


def test_who_wants_no_invitations_gets_none_from_anybody(
    app: Flask, lin: User, water: Organisation, river: Cohort
) -> None:
    invite(lin, water, river, "a@ngo.example")
    inviting.send_next(1_000)
    db.session.flush()
    token = sending.letter(db.session.scalars(select(OutgoingMail)).one()).switch
    secret = str(app.config["SECRET_KEY"])
    address = inviting.read_token(secret, token)
    for wrong in (token[:-1], "invitation", "invitation..", f"{token}.x"):
        with pytest.raises(Missing):
            inviting.read_token(secret, wrong)
    for _turn in range(2):
        inviting.refuse(address, on=False)
    assert inviting.is_refused(address)
    invite(lin, water, cohort_of(lin, water), "A@ngo.example\nb@ngo.example")
    inviting.send_next(1_000)
    db.session.flush()
    assert [email for email, *_rest in invited()] == ["a@ngo.example", "b@ngo.example"]
    for _turn in range(2):
        inviting.refuse(address, on=True)
    assert db.session.scalars(select(RefusedAddress)).all() == []


def test_invitations_are_forgotten_and_go_with_their_person(
    lin: User, amina: User, water: Organisation, river: Cohort, clock: Clock
) -> None:
    invite(lin, water, river, f"{amina.email}\nb@ngo.example")
    erasing.erase(amina)
    assert [email for email, *_rest in invited()] == ["b@ngo.example"]
    erasing.erase(person("B", confirmed=False))  # anybody may claim an address
    assert len(invited()) == 1
    clock.forward(days=30, seconds=1)
    assert (retention.forget_lists(LIMITS), retention.forget_invitations(LIMITS)) == (1, 0)
    clock.forward(days=150)
    assert retention.forget_invitations(LIMITS) == 1
    assert db.session.scalar(select(func.count()).select_from(CohortInvitation)) == 0
    assert clock.moment > river.created_at + timedelta(days=179)
