"""Certificates: issued once, frozen, withdrawn only by their holder."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, insert, inspect, select, update

from lms.database import db
from lms.domain import catalogue, certification, ending, journal, numbers
from lms.domain.certification import State
from lms.domain.errors import Denied, Invalid, Missing
from lms.domain.permissions import System
from lms.models import (
    Certificate,
    Course,
    Edition,
    Event,
    Revocation,
    RevocationKind,
    User,
    Verb,
)
from tests.conftest import SMALL, Publish, person

EARNED = datetime(2026, 5, 23, 9, 30, tzinfo=UTC)
WORDS = {
    "certificate.md": (
        "---\ntitle: Certificate of completion\nsigned_by: Amina Diallo, Programme lead; "
        "Carlos Rivera\nvalid: 3 years\n---\n\nhas completed **{course}** ({hours} hours), {score} %.\n"
    )
}


def issue(user: User, course: Course, *, percent: int | None = 80) -> Certificate:
    """Issued for the current edition, and committed."""
    edition = catalogue.current_edition(course)
    text = catalogue.text_of(edition)
    made = certification.issue(user, course, edition, text, percent=percent, earned_at=EARNED)
    assert made is not None
    db.session.commit()
    return made


def facts(certificate: Certificate) -> dict[str, object]:
    """Every column, as the database has it now."""
    db.session.refresh(certificate)
    return {one.key: getattr(certificate, one.key) for one in inspect(Certificate).column_attrs}


# --- issuing ------------------------------------------------------------------------------------


def test_it_holds_every_fact_of_the_day(amina: User, publish: Publish) -> None:
    amina.certificate_name = "Amina Diallo"
    course_md = SMALL["course.md"].replace("license:", "partners: Open Harbour; Réseau\nlicense:")
    edition = publish("small", {**SMALL, **WORDS, "course.md": course_md})
    course = catalogue.find_course("small")

    certificate = issue(amina, course)

    assert numbers.read(certificate.number) == certificate.number
    assert len(certificate.salt) == 64
    assert (certificate.holder_id, certificate.course_id, certificate.period) == (
        amina.id,
        course.id,
        1,
    )
    assert certificate.holder_name == "Amina Diallo"
    assert (certificate.course_slug, certificate.course_title) == ("small", "Names in short")
    assert (certificate.language, certificate.hours, certificate.percent) == ("en", "1", 80)
    assert certificate.title == "Certificate of completion"
    assert certificate.statement == "has completed Names in short (1 hours), 80 %."
    assert certificate.signatories == [
        {"name": "Amina Diallo", "role": "Programme lead"},
        {"name": "Carlos Rivera", "role": ""},
    ]
    assert certificate.issuer == "Not-for-Profit Operational Concerns Constituency"
    assert (certificate.edition_number, certificate.edition_digest) == (1, edition.digest)
    assert certificate.earned_at == EARNED
    assert certificate.valid_until is not None
    assert certificate.valid_until.year == certificate.issued_at.year + 3
    assert certificate.pdf_digest is None
    event = db.session.scalars(select(Event).where(Event.verb == Verb.EARNED)).one()
    assert (event.object, event.actor) == (f"certificate:{certificate.id}", amina.public_id)


@pytest.mark.parametrize(
    ("kind", "percent", "title", "statement"),
    [
        ("completion", 80, "Certificate of completion", "has completed the course"),
        ("achievement", 80, "Certificate of achievement", "has passed the exam of the course"),
        ("attendance", None, "Certificate of attendance", "has taken part in the course"),
    ],
)
def test_it_says_what_the_course_says_of_its_holder(
    amina: User, publish: Publish, kind: str, percent: int | None, title: str, statement: str
) -> None:
    """Who took part has no score."""
    course_md = SMALL["course.md"].replace("certificate: yes", f"certificate: {kind}")
    meeting = "---\ntitle: We meet\nkind: attendance\n---\n\nHere.\n"
    exam = SMALL["01-names/quiz.md"].replace("title: Quiz", "title: Exam")
    files = {"course.md": course_md, "01-names/meet.md": meeting, "01-names/exam.md": exam}
    publish("small", {**SMALL, **files})

    certificate = issue(amina, catalogue.find_course("small"))

    assert (certificate.award.value, certificate.percent) == (kind, percent)
    assert (certificate.title, certificate.statement) == (title, statement)


def test_the_second_time_it_is_the_same(amina: User, small: Course) -> None:
    first = issue(amina, small)
    second = issue(amina, small, percent=100)

    assert second is first
    assert second.percent == 80
    assert len(db.session.scalars(select(Event).where(Event.verb == Verb.EARNED)).all()) == 1


def test_an_address_that_is_not_confirmed_earns_none_yet(app: Flask, small: Course) -> None:
    newcomer = person("Zoe", confirmed=False)
    edition = catalogue.current_edition(small)
    text = catalogue.text_of(edition)

    made = certification.issue(
        newcomer, small, edition, text, percent=None, earned_at=journal.now()
    )

    assert made is None
    assert db.session.scalars(select(Certificate)).all() == []


def test_nothing_that_happens_later_changes_it(
    amina: User, small: Course, publish: Publish
) -> None:
    certificate = issue(amina, small)
    before = facts(certificate)

    amina.name = amina.certificate_name = "Somebody Else"
    amina.suspended_at = small.retired_at = journal.now()
    small.slug = "other"
    db.session.commit()
    publish("other", {**SMALL, "course.md": SMALL["course.md"].replace("in short", "at length")})
    db.session.execute(update(Edition).values(number=Edition.number + 10))
    db.session.commit()

    assert facts(certificate) == before


def test_no_deletion_of_a_person_or_a_course_can_reach_it(amina: User, small: Course) -> None:
    certificate = issue(amina, small)

    assert inspect(Certificate).local_table.foreign_keys == set()
    db.session.execute(delete(Event))
    db.session.execute(delete(User))
    db.session.commit()
    assert certification.find(certificate.number) is certificate


def test_one_that_was_issued_a_moment_before_is_taken(
    amina: User, small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = issue(amina, small)
    looked = db.session.scalar
    monkeypatch.setattr(db.session, "scalar", lambda *_: None)  # as if it had looked too early

    edition = db.session.scalars(select(Edition)).one()
    again = certification.issue(
        amina, small, edition, catalogue.text_of(edition), percent=None, earned_at=EARNED
    )

    monkeypatch.setattr(db.session, "scalar", looked)
    assert again is first


# --- the name -----------------------------------------------------------------------------------


def test_the_learner_says_how_the_next_one_reads(amina: User, small: Course) -> None:
    certification.set_certificate_name(amina, "  A\u0301mina\tb. Diallo ")
    certification.set_certificate_name(amina, "Ámina b. Diallo")
    first = issue(amina, small)
    certification.set_certificate_name(amina, "Somebody Else")
    db.session.commit()

    assert first.holder_name == "Ámina b. Diallo"
    renamed = db.session.scalars(select(Event).where(Event.verb == Verb.RENAMED)).all()
    assert [event.object for event in renamed] == [f"user:{amina.id}"] * 2


@pytest.mark.parametrize("name", ["", " \u200b ", "x" * 201])
def test_a_name_has_1_to_200_characters(amina: User, name: str) -> None:
    with pytest.raises(Invalid):
        certification.set_certificate_name(amina, name)

    assert amina.certificate_name is None


# --- looking up ---------------------------------------------------------------------------------


def test_only_its_holder_gets_it(amina: User, eve: User, small: Course) -> None:
    certificate = issue(amina, small)

    assert certification.certificate_for(amina, certificate.number) is certificate
    assert certification.certificate_for(System(), certificate.number) is certificate
    for stranger in (eve, None):
        with pytest.raises(Denied):
            certification.certificate_for(stranger, certificate.number)
    with pytest.raises(Missing):
        certification.certificate_for(amina, numbers.new())


def test_everybody_finds_it_by_its_number(amina: User, small: Course) -> None:
    certificate = issue(amina, small)

    assert certification.find(certificate.number) is certificate
    assert certification.find(numbers.new()) is None


def test_a_persons_certificates_are_listed_with_their_states_in_one_statement(
    amina: User, eve: User, publish: Publish, count_queries: list[str]
) -> None:
    for slug in ("one", "two", "three"):
        publish(slug, SMALL)
        issue(amina, catalogue.find_course(slug))
    issue(eve, catalogue.find_course("one"))
    db.session.expire_all()
    amina.id  # noqa: B018 (read again)
    count_queries.clear()

    listed = certification.certificates_of(amina)
    states = [certification.state_of(one, journal.now()) for one in listed]

    assert [one.course_slug for one in listed] == ["three", "two", "one"]
    assert states == [State.VALID] * 3
    assert len(count_queries) == 1


def test_the_last_day_counts_whole(amina: User, publish: Publish) -> None:
    publish("small", {**SMALL, **WORDS})
    certificate = issue(amina, catalogue.find_course("small"))
    certificate.valid_until = datetime(2029, 5, 23, 9, 30, tzinfo=UTC)

    last = datetime(2029, 5, 23, 23, 59, tzinfo=UTC)
    assert certification.state_of(certificate, last) is State.VALID
    assert certification.state_of(certificate, last + timedelta(minutes=1)) is State.EXPIRED


def test_without_an_end_it_is_valid_for_ever(amina: User, small: Course) -> None:
    certificate = issue(amina, small)

    assert certificate.valid_until is None
    assert certification.state_of(certificate, datetime.max.replace(tzinfo=UTC)) is State.VALID


@pytest.mark.parametrize("kind", list(RevocationKind))
def test_a_revocation_is_a_state(amina: User, small: Course, kind: RevocationKind) -> None:
    certificate = issue(amina, small)
    db.session.add(
        Revocation(certificate_id=certificate.id, kind=kind, at=journal.now(), by="system")
    )
    db.session.commit()

    assert certification.state_of(certificate, journal.now()) is State(kind.value)


# --- withdrawing --------------------------------------------------------------------------------


def test_its_holder_can_have_it_withdrawn_once(amina: User, small: Course) -> None:
    certificate = issue(amina, small)

    ending.withdraw(amina, certificate)
    ending.withdraw(amina, certificate)
    db.session.commit()

    row = db.session.scalars(select(Revocation)).one()
    assert (row.kind, row.by, row.reason) == (RevocationKind.WITHDRAWN, amina.public_id, "")
    assert certification.state_of(certificate, journal.now()) is State.WITHDRAWN
    assert len(db.session.scalars(select(Event).where(Event.verb == Verb.WITHDREW)).all()) == 1


def test_nobody_else_can_not_even_the_platform(
    amina: User, eve: User, tomas: User, ada: User, small: Course
) -> None:
    certificate = issue(amina, small)

    for other in (eve, tomas, ada, System(), None):
        with pytest.raises(Denied):
            ending.withdraw(other, certificate)
    assert db.session.scalars(select(Revocation)).all() == []


def test_after_that_no_second_one_is_issued(amina: User, small: Course) -> None:
    certificate = issue(amina, small)
    ending.withdraw(amina, certificate)
    db.session.commit()

    assert issue(amina, small) is certificate


def test_withdrawing_in_two_windows_at_once_withdraws_once(amina: User, small: Course) -> None:
    certificate = issue(amina, small)
    assert certificate.revocation is None  # this is what the second window saw
    db.session.execute(
        insert(Revocation).values(
            certificate_id=certificate.id,
            kind=RevocationKind.WITHDRAWN,
            at=journal.now(),
            by="the first window",
        )
    )

    ending.withdraw(amina, certificate)
    db.session.commit()

    assert db.session.scalars(select(Revocation.by)).all() == ["the first window"]
    assert certification.state_of(certificate, journal.now()) is State.WITHDRAWN
    assert db.session.scalars(select(Event).where(Event.verb == Verb.WITHDREW)).all() == []


# --- files --------------------------------------------------------------------------------------


def test_the_first_file_stays_the_file(amina: User, small: Course) -> None:
    certificate = issue(amina, small)

    assert certification.without_file(10) == [certificate]
    assert certification.without_file(10, besides={certificate.id}) == []
    certification.keep_file(certificate.id, "a" * 64)
    certification.keep_file(certificate.id, "b" * 64)
    db.session.commit()

    db.session.refresh(certificate)
    assert certificate.pdf_digest == "a" * 64
    assert certification.without_file(10) == []
