"""A corrected name makes a new version; the old number leads to it."""

import pytest
from flask import Flask
from sqlalchemy import insert, select

from lms.database import db
from lms.domain import catalogue, certification, correcting, ending, journal, privacy
from lms.domain.certification import State
from lms.domain.errors import Conflict, Denied
from lms.models import (
    Certificate,
    Course,
    Event,
    Revocation,
    RevocationKind,
    User,
    Verb,
)
from tests.conftest import SMALL, Clock, Publish
from tests.domain.test_certification import facts, issue
from tests.domain.test_privacy import leave

NAMED = {
    "certificate.md": "---\nsigned_by: Ada, Lead\nvalid: 1 year\n---\n\n{name} did a good {score}.\n"
}


@pytest.fixture
def certificate(amina: User, publish: Publish) -> Certificate:
    """Whose statement names its holder: with a name that is in other words, too."""
    publish("small", {**SMALL, **NAMED})
    amina.certificate_name = "a"
    return issue(amina, catalogue.find_course("small"))


def correct(me: User, certificate: Certificate, name: str) -> Certificate:
    certification.set_certificate_name(me, name)
    new = correcting.correct(me, certificate)
    db.session.commit()
    return new


def test_only_name_number_and_day_differ(
    amina: User, certificate: Certificate, publish: Publish, clock: Clock
) -> None:
    assert certificate.statement == "a did a good 80."
    clock.forward(days=9)
    publish("small", SMALL)  # the course says other words today
    old = facts(certificate)

    new = correct(amina, certificate, "Amina Diallo")

    now = facts(new)
    differ = {name for name, value in now.items() if value != old[name]}
    assert differ == {
        *{"id", "number", "salt", "version", "holder_name", "statement", "issued_at"},
    }
    assert now["statement"] == "Amina Diallo did a good 80."
    assert facts(certificate) == old
    assert certificate.revocation is not None
    assert certificate.revocation.successor == new.number
    assert certification.newest_version(certificate) is new
    assert certification.current_of(amina) == [new]
    event = db.session.scalars(select(Event).where(Event.verb == Verb.CORRECTED)).one()
    assert event.details == {"instead_of": f"certificate:{certificate.id}"}
    assert issue(amina, catalogue.find_course("small")) is new


def test_it_is_corrected_twice_and_to_another_name(amina: User, certificate: Certificate) -> None:
    with pytest.raises(Conflict, match="has that name already"):
        correcting.correct(amina, certificate)
    second = correct(amina, certificate, "b")
    third = correct(amina, second, "c")

    certification.set_certificate_name(amina, "d")
    with pytest.raises(Conflict, match="corrected twice"):
        correcting.correct(amina, third)
    with pytest.raises(Conflict, match="Only a valid"):
        correcting.correct(amina, second)
    assert certification.newest_version(certificate) is third


def test_only_its_holder_and_only_while_it_is_valid(
    amina: User, eve: User, ada: User, certificate: Certificate, clock: Clock
) -> None:
    for other in (eve, ada):
        with pytest.raises(Denied):
            correcting.correct(other, certificate)
    certification.set_certificate_name(amina, "b")
    clock.moment = journal.now().replace(year=2099)
    with pytest.raises(Conflict, match="Only a valid"):
        correcting.correct(amina, certificate)


def test_one_that_ends_at_the_same_moment_is_not_corrected(
    amina: User, certificate: Certificate
) -> None:
    assert certificate.revocation is None  # as this window saw it
    db.session.execute(
        insert(Revocation).values(
            certificate_id=certificate.id,
            kind=RevocationKind.WITHDRAWN,
            at=journal.now(),
            by="another window",
            reason="",
        )
    )
    certification.set_certificate_name(amina, "b")
    with pytest.raises(Conflict):
        correcting.correct(amina, certificate)
    assert len(db.session.scalars(select(Certificate)).all()) == 1


def test_a_diploma_keeps_its_words(app: Flask, amina: User, certificate: Certificate) -> None:
    certificate.course_id, certificate.path_id = None, 1
    assert correct(amina, certificate, "b").statement == "a did a good 80."


def test_the_earlier_name_goes_with_its_holder_and_the_new_one_may_stay(
    amina: User, certificate: Certificate
) -> None:
    new = correct(amina, certificate, "Amina Diallo")
    leave(amina)

    db.session.refresh(certificate)
    assert (certificate.holder_name, certificate.salt) == ("", "")
    assert certificate.log_digest is not None
    assert new.holder_name == "Amina Diallo"
    assert certification.state_of(new, journal.now()) is State.VALID
    assert privacy.recorded()[0].withdrawn == ()


def test_a_new_version_can_be_withdrawn_and_none_is_held_then(
    amina: User, certificate: Certificate, small: Course
) -> None:
    new = correct(amina, certificate, "b")
    ending.withdraw(amina, new)
    ending.withdraw(amina, certificate)
    db.session.commit()

    kinds = dict(db.session.execute(select(Revocation.certificate_id, Revocation.kind)).all())
    assert kinds == {certificate.id: "superseded", new.id: "withdrawn"}
