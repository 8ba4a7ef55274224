"""Every address of a partner is shut to strangers, to its own learners and to other partners.

The addresses come from the route table: a new page cannot be forgotten.
"""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from lms import files
from lms.database import db
from lms.domain import journal, looks, membership, organisations
from lms.domain.cohorts import inviting, lists, taking
from lms.models import Course, LookKind, MembershipRole, User
from tests.addresses import below
from tests.cohorts import cohort_of, insider, joined, partner_of
from tests.conftest import Browser, SignIn, person

OPEN = {"partners.mine", "media.partner"}
"""The list of one's own organisations, empty for others; the logo that stands on invitation pages."""
addresses = partial(below, "/partners/", besides=OPEN)


@pytest.fixture
def places(lin: User, amina: User, small: Course) -> dict[str, object]:
    """Everything that can stand in an address: a cohort with people, a list, an offer."""
    water = partner_of(lin)
    cohort = cohort_of(lin, water, "small", needs_approval=True)
    joined(amina, cohort, water)
    joined(person("Zoe"), cohort, water)
    made = inviting.keep_list(lin, water, cohort, lists.parse("a@ngo.example"))
    membership.invite(lin, water, "b@ngo.example", MembershipRole.MANAGER, language="en")
    looks.record(lin, cohort, [amina.id], LookKind.DESK)
    packed = taking.ask_for_certificates(lin, water, cohort, "en")
    packed.digest, packed.ready_at = files.put(b"PK"), journal.now()
    packed.expires_at = journal.now() + timedelta(days=1)
    db.session.commit()
    return {
        "download_id": packed.id,
        "slug": "water",
        "cohort_id": cohort.id,
        "list_id": made.id,
        "offer_id": 1,
        "public_id": amina.public_id,
        "which": "logo",
        "course_slug": "small",
    }


def shut(browser: Browser, app: Flask, places: dict[str, object]) -> dict[str, int]:
    """What is answered that is neither 403 nor 404."""
    answers = {}
    for endpoint, method, address in addresses(app, places):
        status = browser.open(address, method=method).status_code  # type: ignore[attr-defined]
        if status not in {403, 404}:
            answers[f"{method} {endpoint}"] = status
    return answers


def test_strangers_learners_and_other_partners_get_nowhere(
    app: Flask,
    sign_in: SignIn,
    amina: User,
    eve: User,
    ada: User,
    tomas: User,
    places: dict[str, object],
) -> None:
    partner_of(tomas, "air", "Clean Air")
    member = insider(
        partner_of(person("Noor"), "fire", "Fire"), person("Kim"), MembershipRole.MEMBER
    )
    assert len(addresses(app, places)) > 20
    for one in (eve, amina, tomas, member):
        assert shut(sign_in(one), app, places) == {}, one.name


def test_a_member_without_a_role_gets_nowhere_and_a_former_partner_neither(
    app: Flask, sign_in: SignIn, eve: User, lin: User, ada: User, places: dict[str, object]
) -> None:
    water = organisations.find(ada, "water")
    insider(water, eve, MembershipRole.MEMBER)
    assert shut(sign_in(eve), app, places) == {}
    organisations.change(ada, water, name="Water", names={}, is_partner=False)
    db.session.commit()
    answers = shut(sign_in(lin), app, places)
    assert {name.split(" ")[1].split(".")[0] for name in answers} == {"partners_organisation"}


def test_a_trainer_of_the_partner_sees_reminds_and_takes_along(
    app: Flask, sign_in: SignIn, ada: User, eve: User, lin: User, places: dict[str, object]
) -> None:
    insider(organisations.find(ada, "water"), eve, MembershipRole.TRAINER)
    answers = shut(sign_in(eve), app, places)
    assert answers == {
        "GET desk.people": 200,
        "GET downloads.page": 200,
        "GET downloads.table": 200,
        "GET partners.cohort": 200,
        "GET partners.cohorts": 200,
        "GET partners_messages.listed": 200,
        "POST desk.remind": 303,
        "POST downloads.ask_for_certificates": 303,
        "POST downloads.ask_for_report": 303,
    }


def test_its_own_manager_gets_everywhere(
    app: Flask, sign_in: SignIn, lin: User, places: dict[str, object]
) -> None:
    """So the others are not refused because nobody gets in."""
    browser = sign_in(lin)
    reading = [(e, a) for e, method, a in addresses(app, places) if method == "GET"]
    refused = [endpoint for endpoint, address in reading if browser.get(address).status_code != 200]
    assert refused == [
        "downloads.report",  # the number is that of another file
        "partners_organisation.offer",  # it is for somebody else
        "partners_organisation.parting",  # Amina has no role there
    ]
