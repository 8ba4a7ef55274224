"""PDFs that are missing are made, whatever happens in between."""

import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from lms import files, keyring
from lms.database import begin_writing, db
from lms.domain import catalogue, certification, journal, numbers
from lms.models import Certificate, Course, FailedJob, User
from lms.printing import Press, badge_of, facts_of
from lms.render.issuing import Issued, Order, issued
from tests.conftest import Clock


@pytest.fixture
def press(keys: None) -> Iterator[Press]:
    press = Press()
    yield press
    press.process.stop()


@pytest.fixture
def certificate(amina: User, small: Course) -> Certificate:
    """Amina's, without a file."""
    return issue(amina, small)


def issue(user: User, course: Course) -> Certificate:
    edition = catalogue.current_edition(course)
    made = certification.issue(
        user, course, edition, catalogue.text_of(edition), percent=80, earned_at=journal.now()
    )
    assert made is not None
    made.signatories = [{"name": "Carlos Rivera", "role": "Trainer"}]
    db.session.commit()
    return made


def both(certificate: Certificate) -> Issued:
    """The files that belong to this row."""
    return issued(Order(facts=badge_of(certificate), keys=keyring.keys()))


def test_facts_are_the_rows(certificate: Certificate) -> None:
    facts = facts_of(certificate)

    assert facts.number == numbers.show(certificate.number)
    assert facts.address == f"http://localhost/c/{certificate.number}"
    assert facts.site_name == "NPOC Learn"
    assert facts.signatories == (("Carlos Rivera", "Trainer"),)
    assert (facts.partners, facts.hours, facts.percent) == ((), "1", 80)
    assert (facts.holder_name, facts.course_title) == ("Amina", "Names in short")


def test_a_badge_says_where_course_and_state_are_found(certificate: Certificate) -> None:
    badge = badge_of(certificate)

    assert badge.certificate == facts_of(certificate)
    assert badge.issuer.did == "did:web:localhost"
    assert badge.course_address == "http://localhost/courses/small"
    assert badge.edition_digest == certificate.edition_digest
    assert badge.status_list == "http://localhost/badges/states/0"
    assert badge.status_index == certificate.id


def test_without_keys_nothing_is_made_and_it_says_why(
    certificate: Certificate, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        assert Press().make_waiting() == 0

    assert "No such file or directory" in db.session.scalars(select(FailedJob.reason)).one()


def test_each_missing_file_is_made_once(press: Press, certificate: Certificate) -> None:
    assert press.make_waiting() == 1
    assert press.make_waiting() == 0

    db.session.refresh(certificate)
    assert certificate.pdf_digest is not None
    assert certificate.badge_digest is not None
    kept = [files.get(one) for one in (certificate.pdf_digest, certificate.badge_digest)]
    assert kept == list(both(certificate))


def test_a_file_stored_before_a_crash_is_stored_again_under_the_same_address(
    press: Press, certificate: Certificate
) -> None:
    digest = files.put(both(certificate).page)

    assert press.make_waiting() == 1

    db.session.refresh(certificate)
    assert certificate.pdf_digest == digest


def test_one_that_cannot_be_made_rests_and_the_others_are_made(
    press: Press,
    clock: Clock,
    certificate: Certificate,
    eve: User,
    small: Course,
    caplog: pytest.LogCaptureFixture,
) -> None:
    begin_writing()
    other = issue(eve, small)
    broken = [{"name": "\ud800", "role": ""}]  # half a character: no encoding knows it
    db.session.execute(
        update(Certificate).where(Certificate.id == certificate.id).values(signatories=broken)
    )
    db.session.commit()

    with caplog.at_level(logging.ERROR):
        assert press.make_waiting() == 1
        assert press.make_waiting() == 0  # it rests

    assert f"certificate {certificate.id} has no PDF" in caplog.text
    waiting = select(Certificate.id).where(Certificate.pdf_digest.is_(None))
    assert db.session.scalars(waiting).all() == [certificate.id]
    failed = db.session.scalars(select(FailedJob)).one()
    assert (failed.job, failed.thing) == ("certificates", f"certificate:{certificate.id}")
    assert failed.reason.startswith("UnicodeEncodeError")
    assert other.pdf_digest is not None

    begin_writing()
    db.session.execute(update(Certificate).values(signatories=[]))
    db.session.commit()
    clock.forward(minutes=6)
    assert press.make_waiting() == 1
    assert db.session.scalars(select(FailedJob)).all() == []
