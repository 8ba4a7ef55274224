"""PDFs that are missing are made, whatever happens in between."""

import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from lms import files
from lms.database import begin_writing, db
from lms.domain import catalogue, certification, journal, numbers
from lms.models import Certificate, Course, FailedJob, User
from lms.printing import Press, facts_of
from lms.render.pdf import certificate_pdf
from tests.conftest import Clock


@pytest.fixture
def press() -> Iterator[Press]:
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


def test_facts_are_the_rows(certificate: Certificate) -> None:
    facts = facts_of(certificate)

    assert facts.number == numbers.show(certificate.number)
    assert facts.address == f"http://localhost/c/{certificate.number}"
    assert facts.site_name == "NPOC Learn"
    assert facts.signatories == (("Carlos Rivera", "Trainer"),)
    assert (facts.partners, facts.hours, facts.percent) == ((), "1", 80)
    assert (facts.holder_name, facts.course_title) == ("Amina", "Names in short")


def test_each_missing_file_is_made_once(press: Press, certificate: Certificate) -> None:
    assert press.make_waiting() == 1
    assert press.make_waiting() == 0

    db.session.refresh(certificate)
    assert certificate.pdf_digest is not None
    assert files.get(certificate.pdf_digest) == certificate_pdf(facts_of(certificate))


def test_a_file_stored_before_a_crash_is_stored_again_under_the_same_address(
    press: Press, certificate: Certificate
) -> None:
    digest = files.put(certificate_pdf(facts_of(certificate)))

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
