"""What a manager writes to a cohort reaches everybody in it who wants it."""

import pytest
from flask import Flask
from sqlalchemy import select

from lms import jobs
from lms.database import begin_writing, db
from lms.domain import notices
from lms.domain.cohorts import joining, messages
from lms.domain.errors import Denied, Invalid
from lms.models import Cohort, CohortMessage, MailKind, Organisation, OutgoingMail, User
from tests.cohorts import cohort_of, joined, partner_of
from tests.conftest import Clock, person


@pytest.fixture
def water(lin: User) -> Organisation:
    return partner_of(lin)


@pytest.fixture
def river(lin: User, water: Organisation) -> Cohort:
    return cohort_of(lin, water)


def test_a_message_goes_to_all_who_are_in_it_and_want_it(
    app: Flask,
    lin: User,
    amina: User,
    eve: User,
    water: Organisation,
    river: Cohort,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(messages, "BATCH", 2)
    water.names, water.contact = {"ar": "ماء"}, "hello@water.example"
    quiet, left = person("Quiet"), person("Left")
    amina.language = "ar"
    for one in (amina, quiet, left, eve):
        joined(one, river, water)
    notices.switch(quiet, MailKind.COHORT_MESSAGE, on=False)
    joining.withdraw(eve, joining.find_place(eve, river.id))  # still in it, only not seen
    joining.leave(left, joining.find_place(left, river.id))
    clock.forward(seconds=1)
    written = messages.write(
        lin, water, river, subject=" We \n meet ", text="On Monday.\r\n\r\nBye."
    )
    clock.forward(seconds=1)
    joined(person("Late"), river, water)
    db.session.commit()
    with jobs.cohort_messages() as deed:
        deed()
    begin_writing()
    rows = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
    assert [(row.recipient, row.facts["organisation"]) for row in rows] == [
        ("amina@ngo.example", "ماء"),
        ("eve@ngo.example", "Clean Water"),
    ]
    assert rows[0].facts["subject"] == "We meet"
    assert rows[0].facts["text"] == "On Monday.\n\nBye."
    kept = db.session.get_one(CohortMessage, written.id)
    assert (kept.sent, kept.finished_at is not None) == (3, True)
    assert messages.send_next() == 0


def test_a_message_says_something_and_comes_three_times_a_day(
    lin: User,
    eve: User,
    water: Organisation,
    river: Cohort,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for said, field in (
        ({"subject": " ", "text": "x"}, "subject"),
        ({"subject": "x" * 151, "text": "x"}, "subject"),
        ({"subject": "x", "text": " \n"}, "text"),
        ({"subject": "x", "text": "x" * 5_001}, "text"),
    ):
        with pytest.raises(Invalid) as refused:
            messages.write(lin, water, river, **said)
        assert refused.value.field == field
    for number in range(messages.A_DAY):
        messages.write(lin, water, river, subject=str(number), text="x")
    with pytest.raises(Invalid, match="a day"):
        messages.write(lin, water, river, subject="x", text="x")
    clock.forward(days=1)
    messages.write(lin, water, river, subject="3", text="x")
    monkeypatch.setattr(messages, "PAGE", 3)
    pages = [messages.listed(lin, water, river, page=page) for page in (1, 2)]
    assert [([row.subject for row in rows], more) for rows, more in pages] == [
        (["3", "2", "1"], True),
        (["0"], False),
    ]
    with pytest.raises(Denied):
        messages.write(eve, water, river, subject="x", text="x")
