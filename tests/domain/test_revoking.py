"""An administrator revokes a certificate: with a reason, once, and its holder hears of it."""

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import certification, ending, journal
from lms.domain.certification import State
from lms.domain.errors import Conflict, Denied, Invalid, Missing
from lms.models import AuditEntry, Course, MailKind, OutgoingMail, Revocation, User, Verb
from tests.domain.test_certification import issue


def test_it_is_written_down_and_its_holder_hears_why(amina: User, ada: User, small: Course) -> None:
    certificate = ending.find_to_revoke(ada, issue(amina, small).number)

    ending.revoke(ada, certificate, " Not their \n own work. ")
    db.session.commit()

    assert certification.state_of(certificate, journal.now()) is State.REVOKED
    row = db.session.scalars(select(Revocation)).one()
    assert (row.by, row.reason) == (ada.public_id, "Not their own work.")
    line = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert line is not None
    assert (line.verb, line.person) == (Verb.REVOKED, amina.public_id)
    assert (line.thing, line.changes) == (
        f"certificate:{certificate.id}",
        {"reason": [None, "Not their own work."]},
    )
    mail = db.session.scalars(select(OutgoingMail).filter_by(kind=MailKind.REVOKED)).one()
    assert (mail.recipient, mail.facts["reason"]) == (amina.email, "Not their own work.")
    with pytest.raises(Conflict):
        ending.revoke(ada, certificate, "Again.")
    with pytest.raises(Missing):
        ending.find_to_revoke(ada, "4MDGEFEE2YMT")


def test_nobody_else_can_and_not_without_a_reason(
    amina: User, ada: User, eve: User, tomas: User, small: Course
) -> None:
    certificate = issue(amina, small)

    for other in (amina, eve, tomas, None):
        with pytest.raises(Denied):
            ending.revoke(other, certificate, "So.")
        with pytest.raises(Denied):
            ending.find_to_revoke(other, certificate.number)
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(Invalid):
            ending.revoke(ada, certificate, reason)
    assert db.session.scalars(select(Revocation)).all() == []


def test_of_who_left_nobody_is_told(amina: User, ada: User, small: Course) -> None:
    certificate = issue(amina, small)
    ending.let_go(amina, certificate, ends=False, at=journal.now())
    db.session.commit()

    ending.revoke(ada, certificate, "Not their own work.")
    db.session.commit()

    assert certificate.holder_name == "Amina"
    kinds = db.session.scalars(select(OutgoingMail.kind)).all()
    assert MailKind.REVOKED not in kinds
