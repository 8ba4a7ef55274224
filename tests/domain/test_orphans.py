"""Files that no row points to leave the store after a day; all others stay."""

import os
import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, event

from lms import files, jobs
from lms.content.archive import from_folder
from lms.database import begin_writing, db
from lms.domain import catalogue, certification, journal, orphans
from lms.domain.learning import attempts
from lms.models import Base, Blob, Certificate, User
from tests.conftest import EXAMPLE, Publish
from tests.marked import PDF, published

DECIDED = {
    "announcement.words": "words",
    "answer.response": "asked by orphans_of",
    "attempt.paper": "names of questions",
    "audit.changes": "what happened; nothing is sent from there",
    "blob.digest": "in POINTERS",
    "certificate.edition_digest": "of a tree, not of a file",
    "certificate.partners": "names of organisations",
    "certificate.partner_logo": "in POINTERS",
    "certificate.partner_signature": "in POINTERS",
    "certificate.log_digest": "of facts and a salt, not of a file",
    "certificate.pdf_digest": "in POINTERS",
    "certificate.badge_digest": "in POINTERS",
    "certificate.signatories": "names of people",
    "deletion.withdrawn": "numbers of certificates",
    "discarded_file.digest": "of a file that may go",
    "download.digest": "in POINTERS",
    "draft_file.base_digest": "of what was seen; whether it is still there does not matter",
    "draft_file.digest": "refers to a blob",
    "edition.digest": "of a tree, not of a file",
    "edition_file.digest": "refers to a blob",
    "event.details": "what happened; nothing is sent from there",
    "export.digest": "in POINTERS",
    "log_entry.digest": "of facts and a salt, not of a file",
    "revocation.log_digest": "of facts and a salt, not of a file",
    "mail_link.token_digest": "of a secret, not of a file",
    "mark.comments": "words",
    "mark.points": "numbers",
    "organisation.names": "words",
    "outgoing_mail.facts": "words of a mail",
    "path_edition.digest": "of a tree, not of a file",
    "path_file.digest": "refers to a blob",
    "recovery_code.digest": "of a secret, not of a file",
    "sign_in.token_digest": "of a secret, not of a file",
    "invitation_list.problems": "lines of a list",
    "invitation_list.rows": "addresses",
    "organisation.logo": "in POINTERS",
    "organisation.signature": "in POINTERS",
    "organisation.signature_type": "a media type",
    "organisation.logo_type": "a media type",
    "refused_address.digest": "of an address",
    "site.logo": "in POINTERS",
    "site.logo_type": "a media type",
}
"""Each column in which the address of a file could stand, and why it is known or is none."""


def age(app: Flask, digest: str, **length: float) -> str:
    """As if it had been stored so long ago."""
    folder = Path(app.config["FILES_URL"].removeprefix("file://"))
    moment = time.time() - timedelta(**length).total_seconds()
    os.utime(folder / digest[:2] / digest, (moment, moment))
    return digest


def kept() -> set[str]:
    return set(files.digests())


def test_every_column_that_may_point_to_a_file_is_known() -> None:
    """A new one: see discarded.POINTERS."""
    columns = {
        str(column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if re.search("digest|logo|signature", column.name) or isinstance(column.type, JSON)
    }
    assert columns == set(DECIDED)


def test_what_nobody_points_to_goes_when_it_is_older_than_a_day(app: Flask) -> None:
    age(app, files.put(b"old"), days=1, minutes=1)
    young = age(app, files.put(b"young"), hours=23, minutes=59)

    assert orphans.sweep() == 1
    assert kept() == {young}
    assert orphans.sweep() == 0


def test_what_is_stored_again_is_young_again(app: Flask) -> None:
    again = age(app, files.put(b"again"), days=9)
    files.put(b"again")

    assert orphans.sweep() == 0
    assert kept() == {again}


def test_files_of_courses_and_certificates_stay(app: Flask, amina: User, publish: Publish) -> None:
    publish("dns-essentials", from_folder(EXAMPLE))
    course = catalogue.find_course("dns-essentials")
    edition = catalogue.current_edition(course)
    text = catalogue.text_of(edition)
    certificate = certification.issue(
        amina, course, edition, text, percent=None, earned_at=journal.now()
    )
    assert isinstance(certificate, Certificate)
    certificate.pdf_digest = files.put(b"%PDF-certificate")
    pictures = {blob.digest for blob in db.session.query(Blob) if blob.data is None}
    db.session.flush()
    for digest in kept():
        age(app, digest, days=9)

    assert orphans.sweep() == 0
    assert pictures
    assert kept() == {*pictures, certificate.pdf_digest}


@pytest.fixture
def hand_over(app: Flask, publish: Publish) -> Callable[[User, bytes, int], str]:
    """``hand_over(amina, PDF, 1)``: a file with the save of this number; its address."""
    course = published(publish)

    def hand_over(user: User, data: bytes, counter: int) -> str:
        begin_writing()
        attempt = attempts.start_attempt(user, course, "names/assignment")
        digest = age(app, files.put(data), days=9)
        file: list[Any] = [{"digest": digest, "name": "a.pdf", "size": 1, "type": "x"}]
        attempts.save_answers(user, attempt, counter=counter, responses={}, files={1: file})
        db.session.commit()
        return digest

    return hand_over


def test_a_file_of_an_answer_stays_until_nobody_has_it(
    hand_over: Callable[[User, bytes, int], str], amina: User, eve: User
) -> None:
    first = hand_over(amina, PDF, 1)
    assert hand_over(eve, PDF, 1) == first
    second = hand_over(amina, b"%PDF-other", 2)

    assert orphans.sweep() == 0  # Eve has the first
    hand_over(eve, b"%PDF-other", 2)

    assert orphans.sweep() == 1
    assert kept() == {second}


def test_it_goes_on_part_by_part(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orphans, "AT_ONCE", 2)
    for number in range(5):
        age(app, files.put(b"%d" % number), days=2)

    assert orphans.sweep() == 5
    assert kept() == set()


def test_two_workers_may_sweep_at_the_same_moment(app: Flask) -> None:
    digest = age(app, files.put(b"old"), days=2)

    def other_worker(*_call: object) -> None:
        files.remove(digest)

    event.listen(db.engine, "before_cursor_execute", other_worker)

    assert orphans.sweep() == 0
    assert kept() == set()


def test_the_worker_sweeps_once_a_day(app: Flask) -> None:
    age(app, files.put(b"old"), days=2)
    with jobs.stray_files() as deed:
        deed()
        assert kept() == set()
        again = age(app, files.put(b"old"), days=2)
        deed()

    assert kept() == {again}
