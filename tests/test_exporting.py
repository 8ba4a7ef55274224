"""A copy of everything about a person is made by the worker, whole, in pieces, and told truly."""

import json
import tracemalloc
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select

from lms import exporting, files, jobs
from lms.content.tree import CourseTree
from lms.database import begin_writing, db
from lms.domain import (
    belongings,
    catalogue,
    certification,
    ending,
    exports,
    links,
    privacy,
    publishing,
)
from lms.domain.belongings import accounts, cohorts, doing
from lms.domain.cohorts import inviting, lists
from lms.domain.errors import Missing
from lms.domain.learning import attempts, papers
from lms.domain.permissions import System
from lms.models import (
    Attempt,
    Cohort,
    Course,
    DiscardedFile,
    Event,
    Export,
    MailLink,
    Origin,
    OutgoingMail,
    SignIn,
    User,
    Verb,
)
from tests.cohorts import cohort_of, partner_of
from tests.conftest import SMALL, Clock, Publish, person
from tests.domain.test_certification import issue
from tests.everything import about_people, lived_in
from tests.marked import PDF, handed_in, published, uploaded, work


def asked(me: User, language: str = "en") -> Export:
    export = exports.ask(me, language)
    db.session.commit()
    return export


def made(me: User, language: str = "en") -> ZipFile:
    """The copy, as the worker makes it."""
    number = asked(me, language).id
    with jobs.copies() as deed:
        assert deed() == 1
    begin_writing()
    export = exports.ready_export(me, number)
    assert export.digest is not None
    data = files.get(export.digest)
    assert export.size == len(data)
    return ZipFile(BytesIO(data))


def told(archive: ZipFile, name: str) -> Any:
    return json.loads(archive.read(name))


# --- asking -------------------------------------------------------------------------------------


def test_asking_twice_is_asking_once(amina: User) -> None:
    first = asked(amina)
    assert asked(amina) is first
    assert list(db.session.scalars(select(Event.verb))) == [Verb.EXPORTED]


def test_a_new_copy_takes_the_place_of_the_old_one(amina: User, clock: Clock) -> None:
    first = asked(amina).id
    exports.finish(first, digest="a" * 64, size=7, days=7)
    second = asked(amina).id
    assert list(db.session.scalars(select(Export.id))) == [second]
    assert list(db.session.scalars(select(DiscardedFile.digest))) == ["a" * 64]
    exports.finish(second, digest="b" * 64, size=7, days=7)
    clock.forward(days=8)
    assert exports.export_of(amina) is None
    assert asked(amina).ready_at is None


def test_it_is_for_who_asked_while_it_is_there(amina: User, eve: User, clock: Clock) -> None:
    number = asked(amina).id
    with pytest.raises(Missing):
        exports.ready_export(amina, number)
    exports.finish(number, digest="a" * 64, size=7, days=7)
    db.session.flush()
    assert exports.ready_export(amina, number).size == 7
    for who, which in ((eve, number), (amina, number + 1)):
        with pytest.raises(Missing):
            exports.ready_export(who, which)
    clock.forward(days=7)
    with pytest.raises(Missing):
        exports.ready_export(amina, number)


def test_a_worker_that_died_leaves_it_to_the_next_one(amina: User, clock: Clock) -> None:
    export = asked(amina)
    assert exports.claim_next() is export
    assert exports.claim_next() is None
    clock.forward(minutes=9)
    exports.advance(export.id, 1, 9)
    clock.forward(minutes=9)
    assert exports.claim_next() is None
    clock.forward(minutes=2)
    assert exports.claim_next() is export


# --- what is in it ------------------------------------------------------------------------------


def test_all_that_refers_to_a_person_is_told_or_left_out_for_a_reason(app: Flask) -> None:
    """A new table belongs into domain/belongings.py: into a section, or with its reason on the list."""
    covered = [name for section in belongings.SECTIONS for name in section.covers]
    assert sorted([*covered, *belongings.LEFT_OUT]) == sorted(about_people())


def test_it_holds_everything(amina: User, publish: Publish) -> None:
    lived_in(amina, publish)
    archive = made(amina)
    attempt = db.session.scalars(select(Attempt).where(Attempt.user_id == amina.id)).one()
    sections = [f"{section.name}.json" for section in belongings.SECTIONS]
    upload = f"files/{attempt.id}-2-slides.pdf"
    assert archive.namelist() == [
        *sections,
        upload,
        f"attempts/{attempt.id}.json",
        "README.txt",
    ]
    assert archive.testzip() is None
    assert archive.read(upload) == PDF
    empty = {name for name in sections if told(archive, name) == []}
    assert empty == {"certificates.json", "publications.json"}
    (account,) = told(archive, "account.json")
    assert (account["name"], account["e-mail address"]) == ("Amina", "amina@ngo.example")
    assert [row["browser"] for row in told(archive, "sign-ins.json")] == ["Firefox"]
    assert [row["text"] for row in told(archive, "reports.json")] == ["A slip of the pen."]
    assert [row.get("organisation") for row in told(archive, "roles.json")][-1] == "Clean Water Now"
    assert [row["comment"] for row in told(archive, "marks-given.json")] == ["Good."]
    assert {row["by"] for row in told(archive, "journal.json")} == {"me", "system"}


def test_it_holds_no_secret(amina: User, publish: Publish) -> None:
    lived_in(amina, publish)
    links.send_sign_in(amina.email, "en")
    amina.password_hash = "argon2 of something"
    secrets = [
        *db.session.scalars(select(SignIn.token_digest)),
        *db.session.scalars(select(MailLink.token_digest)),
        db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()[-1].facts["token"],
        amina.password_hash,
    ]
    assert len(secrets) > 4
    archive = made(amina)
    text = b"\n".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")
    assert not [secret for secret in secrets if secret in text]


def test_an_attempt_is_told_as_it_was_shown(amina: User, publish: Publish) -> None:
    course = lived_in(amina, publish)
    archive = made(amina, "fr")
    (name,) = [name for name in archive.namelist() if name.startswith("attempts/")]
    attempt = told(archive, name)
    essay, upload = attempt["questions"]
    assert (attempt["course"], attempt["course title"]) == (course.slug, "Écrire")
    assert essay["question"] == "Write your comment."
    assert essay["text"] == "Say who you are."
    assert essay["answer"] == "We ask for lower fees now"
    assert essay["mark"]["comments"] == ["Clear.", "Add a source."]
    assert (upload["answer"], upload["file"]) == (
        "slides.pdf",
        f"files/{attempt['attempt']}-2-slides.pdf",
    )


def test_certificates_come_with_their_facts_and_their_file(amina: User, small: Course) -> None:
    certificate = issue(amina, small)
    withdrawn = issue(amina, small_again(small))
    ending.withdraw(amina, withdrawn)
    certification.keep_file(certificate.id, files.put(PDF))
    archive = made(amina)
    first, second = told(archive, "certificates.json")
    assert (first["name"], first["course"], first["withdrawn"]) == ("Amina", "Names in short", None)
    assert second["withdrawn because"] == "withdrawn"
    pdfs = [name for name in archive.namelist() if name.endswith(".pdf")]
    assert pdfs == [f"certificates/{certificate.number}.pdf"]
    assert archive.read(pdfs[0]) == PDF


def small_again(course: Course) -> Course:
    """The next course: a certificate for each."""
    tree = CourseTree.of({path: text.encode() for path, text in SMALL.items()})
    publishing.publish_tree(System(), "again", tree, origin=Origin.IMPORTED)
    db.session.commit()
    return catalogue.find_course("again")


def test_mails_to_an_address_that_nobody_confirmed_are_not_told(app: Flask) -> None:
    """They may be for the person whose address it is."""
    amina, zoe = person("Amina"), person("Amina", confirmed=False)
    links.send_sign_in(amina.email, "en")
    assert [row["kind"] for row in accounts.mails(amina)] == ["sign-in"]
    assert list(accounts.mails(zoe)) == []


def test_the_readme_is_in_the_readers_language(amina: User, publish: Publish) -> None:
    course = published(publish)
    handed_in(amina, course, "assignment", {**work(), "slides": [uploaded()]})
    text = made(amina, "ar").read("README.txt").decode("utf-8-sig")
    assert text.startswith("كل ما يحفظه")
    attempt = db.session.scalars(select(Attempt.id)).one()
    assert f"- files/{attempt}-2-slides.pdf" in text
    names = [f"{section.name}.json\n" for section in belongings.SECTIONS]
    assert [name for name in names if name not in text] == []
    assert "http://localhost/ar/about/privacy" in text


def test_which_answers_were_right_is_told_when_it_helps_nobody(amina: User, small: Course) -> None:
    def shares(responses: dict[int, list[Any]]) -> list[Any]:
        attempt = attempts.start_attempt(amina, small, "names/quiz")
        attempts.submit_attempt(amina, attempt, counter=1, responses=responses)
        db.session.commit()
        archive = made(amina)
        questions = told(archive, f"attempts/{attempt.id}.json")["questions"]
        return [question.get("share of the points") for question in questions]

    assert set(shares({0: [0]})) == {None}
    attempt = attempts.start_attempt(amina, small, "names/quiz")
    right = {}
    for question in papers.paper_of(attempt):
        text = question.text
        right[question.position] = (
            [next(iter(text.accepted), "63")]
            if text.kind in {"text", "number"}
            else sorted(text.right)
        )
    attempts.submit_attempt(amina, attempt, counter=1, responses=right)
    db.session.commit()
    archive = made(amina)
    last = told(archive, f"attempts/{attempt.id}.json")
    assert last["passed"] is True
    assert [question["share of the points"] for question in last["questions"]] == [1.0] * 4
    choice = next(q for q in last["questions"] if q["kind"] == "one")
    assert sorted(choice["answer"], key=str) == sorted(
        [
            {"option": "A registry", "chosen": True},
            {"option": "A registrar", "chosen": False},
        ],
        key=str,
    )


# --- how it is made -----------------------------------------------------------------------------


def test_who_leaves_meanwhile_leaves_no_copy(
    amina: User, small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(amina)
    original = exports.advance

    def leave(*args: int) -> None:
        original(*args)
        privacy.reapply([privacy.Deleted(amina.public_id, amina.created_at, ())])

    monkeypatch.setattr(exports, "advance", leave)
    assert exporting.make_waiting() == 0
    assert list(db.session.scalars(select(Export))) == []


def test_who_leaves_in_the_last_moment_leaves_no_file(amina: User) -> None:
    exports.finish(99, digest="a" * 64, size=7, days=7)
    assert list(db.session.scalars(select(DiscardedFile.digest))) == ["a" * 64]


def test_one_can_see_how_far_it_is(amina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    original = exports.advance

    def note(*args: int) -> None:
        original(*args)
        seen.append(args[1:])

    monkeypatch.setattr(exports, "advance", note)
    number = asked(amina).id
    exporting.make_waiting()
    total = len(belongings.SECTIONS) + 1
    assert seen == [(done, total) for done in range(total)]
    begin_writing()
    export = exports.ready_export(amina, number)
    assert (export.done, export.total) == (total, total)


def test_of_many_parts_not_each_is_told(amina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "STEPS", 5)
    seen = []
    monkeypatch.setattr(exports, "advance", lambda *how: seen.append(how[1]))
    asked(amina)
    exporting.make_waiting()
    assert seen == [0, 4, 8, 12, 16, 20]


def test_what_one_published_is_told(amina: User, small: Course) -> None:
    edition = catalogue.current_edition(small)
    edition.published_by, edition.note = amina.public_id, "The first one."
    (told_,) = doing.publications(amina)
    assert (told_["course"], told_["edition"], told_["note"]) == ("small", 1, "The first one.")


def test_a_large_file_takes_no_more_memory(amina: User, publish: Publish) -> None:
    made(amina)  # what is kept for the next copy is no part of the measure
    data = PDF + bytes(24 * 1024 * 1024)
    digest = files.put(data)
    course = published(publish)
    handed_in(amina, course, "assignment", {**work(), "slides": [uploaded(digest=digest)]})
    asked(amina)
    size = len(data)
    del data
    tracemalloc.start()
    try:
        assert exporting.make_waiting() == 1
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < size / 3


def test_invitations_to_an_address_that_nobody_confirmed_are_not_told(
    lin: User, amina: User
) -> None:
    """Anybody may sign up with somebody else's address."""
    water = partner_of(lin)
    made = inviting.keep_list(lin, water, cohort_of(lin, water), lists.parse(amina.email))
    inviting.start_list(lin, water, db.session.get_one(Cohort, made.cohort_id), made.id)
    inviting.take_next()
    assert [one["address"] for one in cohorts.invitations(amina)] == [amina.email]
    amina.confirmed_at = None
    assert list(cohorts.invitations(amina)) == []
