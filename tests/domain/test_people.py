"""People are found, looked at and suspended by administrators."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import accounts, links, organisations, people
from lms.domain.errors import Conflict, Denied, Invalid, Missing
from lms.domain.learning import completion
from lms.domain.people import Which
from lms.domain.permissions import System
from lms.models import (
    Course,
    LinkPurpose,
    MailKind,
    MailLink,
    OutgoingMail,
    SiteRole,
    Suspension,
    User,
)
from tests.conftest import person


def found(ada: User, text: str = "", which: Which = Which.ALL) -> list[str]:
    rows, _more = people.search(ada, text, which)
    return [row.person.name for row in rows]


def test_people_are_found_by_parts_of_name_and_address(ada: User, amina: User, eve: User) -> None:
    person("Élodie").email = "e.b@école.example"
    person("ÖZLEM")
    db.session.commit()
    assert found(ada) == ["ÖZLEM", "Élodie", "Eve", "Amina", "Ada"]
    assert found(ada, "min") == ["Amina"]
    assert found(ada, "amina@NGO") == ["Amina"]
    assert found(ada, "élo école") == ["Élodie"]
    assert found(ada, "özlem") == ["ÖZLEM"]
    assert found(ada, "100%") == found(ada, "_") == found(ada, "Amina Eve") == []
    assert found(ada, "\0") == found(ada)


def test_people_are_listed_by_what_they_are(ada: User, tomas: User, amina: User, eve: User) -> None:
    people.suspend(ada, eve, "Sold links.")
    person("Zoe", confirmed=False)
    assert {which: found(ada, which=which) for which in Which} == {
        Which.ALL: ["Zoe", "Eve", "Amina", "Tomas", "Ada"],
        Which.ADMINISTRATORS: ["Ada"],
        Which.TRAINERS: ["Tomas"],
        Which.SUSPENDED: ["Eve"],
        Which.UNCONFIRMED: ["Zoe"],
    }
    rows, _more = people.search(ada)
    assert [list(row.roles) for row in rows][-2:] == [
        [SiteRole.TRAINER],
        [SiteRole.ADMINISTRATOR],
    ]


def test_twenty_stand_on_a_page(ada: User) -> None:
    for number in range(people.PAGE):
        person(f"Number{number}")
    first, is_more = people.search(ada)
    assert (len(first), is_more) == (people.PAGE, True)
    rest, is_more = people.search(ada, before=first[-1].person.id)
    assert ([row.person.name for row in rest], is_more) == (["Ada"], False)


def test_a_person_is_shown_with_all_that_belongs_to_the_account(
    ada: User, amina: User, small: Course
) -> None:
    completion.complete_lesson(amina, small, "names/what-is-a-name")
    organisations.make_manager(System(), amina, slug="water", name="Water")
    accounts.sign_in(amina, "Firefox")
    db.session.flush()
    seen = people.profile(ada, amina.public_id)
    assert [course.slug for _row, course in seen.enrolments] == ["small"]
    assert [one.slug for _row, one in seen.memberships] == ["water"]
    assert [one.browser for one in seen.sign_ins] == ["Firefox"]
    assert (seen.site_roles, seen.course_roles, seen.certificates, seen.suspensions) == (
        (),
        [],
        [],
        [],
    )
    with pytest.raises(Missing):
        people.profile(ada, "nobody")


def test_an_address_leads_to_its_confirmed_owner(ada: User, amina: User) -> None:
    person("Zoe", confirmed=False)
    assert people.find_by_address(ada, "AMINA@ngo.example") is amina
    with pytest.raises(Invalid) as refused:
        people.find_by_address(ada, "zoe@ngo.example")
    assert refused.value.field == "email"


def test_suspending_ends_every_sign_in_and_every_link(ada: User, amina: User) -> None:
    token = accounts.sign_in(amina, "Firefox")
    links.make(amina, LinkPurpose.ENTER, lasts=timedelta(hours=1))
    people.suspend(ada, amina, "  Sold\n links. ")
    people.suspend(ada, amina, "Once more.")
    assert accounts.person_signed_in(token) is None
    assert db.session.scalars(select(MailLink.used_at)).one() is not None
    row = db.session.scalars(select(Suspension)).one()
    assert (row.reason, row.by, row.lifted_at) == ("Sold links.", ada.public_id, None)
    told = db.session.scalars(select(OutgoingMail)).one()
    assert (told.kind, told.recipient) == (MailKind.SUSPENDED, amina.email)
    assert told.facts == {"name": "Amina", "reason": "Sold links.", "is_over": False}


def test_lifting_lets_nobody_in_who_was_signed_in_before(ada: User, amina: User) -> None:
    token = accounts.sign_in(amina, "Firefox")
    people.reinstate(ada, amina)  # nothing to lift
    people.suspend(ada, amina, "Sold links.")
    people.reinstate(ada, amina)
    assert amina.suspended_at is None
    assert accounts.person_signed_in(token) is None
    row = db.session.scalars(select(Suspension)).one()
    assert (row.lifted_by, row.lifted_at is None) == (ada.public_id, False)
    kinds = db.session.scalars(select(OutgoingMail.kind).order_by(OutgoingMail.id)).all()
    assert kinds == [MailKind.SUSPENDED, MailKind.SUSPENDED]


def test_what_cannot_be_suspended_or_opened(ada: User, amina: User) -> None:
    with pytest.raises(Conflict, match="themselves"):
        people.suspend(ada, ada, "A joke.")
    for reason in ("", " \n ", "x" * 501):
        with pytest.raises(Invalid):
            people.suspend(ada, amina, reason)
    amina.suspended_at = amina.created_at  # as joining does
    db.session.flush()
    with pytest.raises(Conflict, match="joined"):
        people.reinstate(ada, amina)


def test_no_mail_goes_to_an_address_that_nobody_confirmed(ada: User) -> None:
    people.suspend(ada, person("Zoe", confirmed=False), "Sold links.")
    assert db.session.scalars(select(OutgoingMail)).all() == []


def test_others_neither_look_nor_suspend(tomas: User, amina: User) -> None:
    for deed in (
        lambda: people.search(tomas),
        lambda: people.find(tomas, amina.public_id),
        lambda: people.find_by_address(tomas, amina.email),
        lambda: people.suspend(tomas, amina, "No."),
        lambda: people.reinstate(tomas, amina),
    ):
        with pytest.raises(Denied):
            deed()


def test_names_of_who_is_still_there(ada: User) -> None:
    assert people.names_of({ada.public_id, "system"}) == {ada.public_id: "Ada"}
