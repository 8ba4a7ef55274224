"""No page reads a whole table that grows with the learners: what it costs, it costs with millions, too."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.routing import Rule

from lms import exporting, filing
from lms.database import begin_writing, db
from lms.domain import (
    catalogue,
    certification,
    ending,
    exports,
    journal,
    membership,
    privacy,
    retention,
    transparency,
)
from lms.domain.cohorts import dues, inviting, lists, messages, running
from lms.domain.learning import completion, diplomas
from lms.models import Cohort, Course, MembershipRole, User
from tests import postgres
from tests.cohorts import cohort_of, joined, partner_of
from tests.conftest import SMALL, Browser, Clock, Publish, SignIn
from tests.domain.test_certification import issue
from tests.domain.test_diplomas import path
from tests.everything import lived_in
from tools.bench.plans import watched

pytestmark = pytest.mark.skipif(postgres.wanted(), reason="SQLite's plans")

FORM = {
    "email": "amina@ngo.example",
    "password": "a long enough password",
    "name": "Amina",
    "counter": "1",
    "q0": "1",
    "submit": "1",
}
"""Whatever is sent to each page that takes a form."""


@pytest.fixture
def places(keys: None, amina: User, small: Course) -> dict[str, str]:
    """What stands in addresses: a lesson that is done, a certificate; an attempt is begun on the way."""
    edition = catalogue.current_edition(small)
    completion.complete_lesson(amina, small, "names/what-is-a-name")
    certificate = certification.issue(
        amina, small, edition, catalogue.text_of(edition), percent=None, earned_at=journal.now()
    )
    assert certificate is not None
    cohort = _run_by(amina)
    db.session.commit()
    return {
        "lang": "en",
        "slug": "small",
        "module": "names",
        "name": "what-is-a-name",
        "number": certificate.number,
        "question_id": "path",
        "position": "0",
        "part": "0",
        "attempt_id": "1",
        "cohort_id": str(cohort.id),
        "code": cohort.code,
        "course_slug": "small",
        "public_id": amina.public_id,
        "which": "logo",
        "edition_number": "1",
    }


def _run_by(amina: User) -> Cohort:
    """A cohort of the partner ``small``: Amina manages it, is in it, asks, invites and is invited."""
    small = partner_of(amina, "small")
    cohort, other = (
        cohort_of(amina, small, "small", needs_approval=number > 0) for number in range(2)
    )
    for one in (cohort, other):
        joined(amina, one, small)
    inviting.keep_list(amina, small, cohort, lists.parse("zoe@ngo.example"))
    membership.invite(amina, small, amina.email, MembershipRole.MEMBER, language="en")
    messages.write(amina, small, cohort, subject="We meet", text="On Monday.")
    return cohort


def addresses(app: Flask, method: str, places: dict[str, str]) -> list[str]:
    """The addresses of all pages of production; 1 or x stands where ``places`` says nothing."""
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    rules = [rule for rule in rules if not rule.endpoint.startswith("dev_mail.")]
    return [address for rule in rules if (address := _address(rule, places))]


def _address(rule: Rule, places: dict[str, str]) -> str:
    values = {
        name: places.get(name, "1" if name.endswith("_id") else "x") for name in rule.arguments
    }
    built = rule.build(values, append_unknown=False)
    return built[1] if built else ""


def test_no_page_scans_a_table_that_grows_with_learners(
    app: Flask, visitor: Browser, sign_in: SignIn, amina: User, places: dict[str, str]
) -> None:
    learner = sign_in(amina)
    quiz = "/en/courses/small/names/quiz"
    with watched(db.engine) as scans:
        for browser in (visitor, learner):
            begun = learner.post(f"{quiz}/attempts").location or ""
            for address in [*addresses(app, "GET", places), quiz, f"{begun}?saved=1"]:
                status = browser.get(address).status_code
                assert status < 500 or address == "/ready", address  # no worker here
        asking = f"/en/partners/small/cohorts/{places['cohort_id']}/asking"
        assert learner.get(asking).status_code == 200  # what asks for a role is looked at, too
        learner.post(begun, data=FORM)
        assert learner.get(f"{begun}/result").status_code == 200
        for address in addresses(app, "POST", places):
            for browser in (visitor, sign_in(amina)):
                assert browser.post(address, data=FORM).status_code < 500, address
    assert scans == []


def test_who_leaves_or_takes_a_copy_costs_only_what_is_theirs(
    app: Flask, amina: User, publish: Publish
) -> None:
    """Looked through are only the mails of the last days, and once an hour the reports: they are few."""
    lived_in(amina, publish)
    limits = retention.Limits(
        mail_days=1, sign_in_days=1, report_days=1, journal_days=1, invitation_days=1
    )
    amina.password_hash = "kept"
    db.session.commit()
    with watched(db.engine) as scans:
        exports.ask(amina, "en")
        db.session.commit()
        assert exporting.make_waiting() == 1
        begin_writing()
        privacy.delete_account(amina, withdraw=(), proven="kept")
        db.session.commit()
        filing.file_deletions()
        filing.remove_discarded()
        begin_writing()
        for deed in retention.DEEDS:
            deed(limits)
    assert [scan for scan in scans if not scan.startswith(("outgoing_mail: ", "report: "))] == []


def test_what_the_worker_does_for_cohorts_costs_only_what_is_to_be_done(
    app: Flask, amina: User, small: Course, clock: Clock
) -> None:
    partner = partner_of(amina)
    cohort = cohort_of(amina, partner, "small")
    joined(amina, cohort, partner)
    soon = clock.moment + timedelta(days=1)
    running.set_deadlines(amina, partner, cohort, small, {"names/quiz": soon})
    running.set_courses(amina, partner, cohort, [running.Taken("small", None, soon)])
    made = inviting.keep_list(amina, partner, cohort, lists.parse("zoe@ngo.example"))
    inviting.start_list(amina, partner, cohort, made.id)
    messages.write(amina, partner, cohort, subject="We meet", text="On Monday.")
    db.session.commit()
    with watched(db.engine) as scans:
        assert [inviting.take_next(), inviting.send_next(9), messages.send_next()] == [1, 1, 1]
        assert dues.tell_next() == 1
    assert scans == []


def test_what_the_worker_adds_to_the_log_costs_only_that(
    amina: User, small: Course, clock: Clock, publish: Publish
) -> None:
    held = issue(amina, small)
    publish("two", SMALL)
    completion.complete_lesson(amina, small, "names/what-is-a-name")
    ending.withdraw(amina, held)
    db.session.commit()
    with watched(db.engine) as scans:
        assert [transparency.append_next() for _n in range(3)] == [1, 1, 0]
        clock.forward(days=1)
        assert [transparency.close_next_day() for _n in range(2)] == [1, 0]
        path("small", "two")
        assert diplomas.recheck_next_path()
    assert scans == []


def test_a_scan_would_be_found(app: Flask) -> None:
    with watched(db.engine) as scans:
        db.session.execute(text("SELECT name FROM user"))
        db.session.execute(text("SELECT name FROM user WHERE id = 1"))
        db.session.execute(text("SELECT slug FROM course"))
    assert scans == ["user: SELECT name FROM user"]
