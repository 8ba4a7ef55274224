"""A partner's manager makes a cohort, invites people, lets them in and writes to them: in the browser."""

import io
import re

import pytest
from flask import Flask
from sqlalchemy import select

from lms import jobs
from lms.database import db
from lms.domain import organisations, partners
from lms.domain.cohorts import admission, inviting, joining, lists, messages
from lms.models import (
    Cohort,
    CohortDeadline,
    CohortMessage,
    Course,
    Look,
    MembershipInvitation,
    MembershipRole,
    OutgoingMail,
    User,
)
from lms.web.partners import invitations
from tests.cohorts import cohort_of, insider, joined, partner_of
from tests.conftest import Browser, SignIn, person
from tests.domain.test_site import png

UNDER = "/en/partners/water"


@pytest.fixture
def manager(sign_in: SignIn, lin: User) -> Browser:
    partner_of(lin)
    return sign_in(lin)


@pytest.fixture
def river(manager: Browser, lin: User, small: Course) -> str:
    """The address of a cohort that takes the small course."""
    cohort = cohort_of(lin, partners.find(lin, "water"), "small")
    return f"{UNDER}/cohorts/{cohort.id}"


def only_cohort() -> Cohort:
    db.session.rollback()
    return db.session.scalars(select(Cohort)).one()


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_cohort_that_nobody_joined_is_deleted_after_a_question(
    manager: Browser, river: str, lin: User, amina: User
) -> None:
    way, code = f"{river}/removal", only_cohort().code
    assert f'href="{way}"' in manager.get(f"{river}/terms").text
    assert "Delete this cohort?" in manager.get(way).text
    assert manager.post(way).location == f"{UNDER}/?done=removed"
    assert "The cohort is deleted." in manager.get(f"{UNDER}/?done=removed").text
    assert {manager.get(page).status_code for page in (river, f"/en/join/{code}")} == {404}
    db.session.rollback()
    lin = db.session.merge(lin)
    water = partners.find(lin, "water")
    cohort = cohort_of(lin, water, "small")
    joined(db.session.merge(amina), cohort, water)
    another = f"{UNDER}/cohorts/{cohort.id}"
    assert "removal" not in manager.get(f"{another}/terms").text
    assert manager.post(f"{another}/removal").status_code == 409


def test_an_administrator_comes_from_the_administration_and_goes_back_there(
    manager: Browser, sign_in: SignIn, ada: User
) -> None:
    admin = sign_in(ada)
    assert f'href="{UNDER}/organisation"' in admin.get("/en/admin/organisations/water").text
    page = admin.get(f"{UNDER}/organisation").text
    assert 'href="/en/admin/organisations/water"' in page
    assert f'href="{UNDER}/"' not in page
    assert f'href="{UNDER}/"' in manager.get(f"{UNDER}/organisation").text


# --- cohorts ------------------------------------------------------------------------------------


def test_from_my_learning_to_a_cohort_with_its_courses(
    manager: Browser, lin: User, small: Course
) -> None:
    lin = db.session.merge(lin)
    lin.time_zone = "Asia/Tokyo"
    db.session.commit()
    assert 'href="/en/partners/"' in manager.get("/en/my-learning").text
    assert f'href="{UNDER}/"' in manager.get("/en/partners/").text
    assert "There is no cohort yet." in manager.get(f"{UNDER}/").text
    assert "There are no more." in manager.get(f"{UNDER}/?page=2").text
    assert "A new cohort" in manager.get(f"{UNDER}/cohorts/new").text
    said = {
        "name": "River",
        "language": "fr",
        "seats": "50",
        "closes": "2027-03-31",
        "approval": "y",
    }
    answer = manager.post(f"{UNDER}/cohorts/new", data=said)
    cohort = only_cohort()
    here = f"{UNDER}/cohorts/{cohort.id}"
    assert (answer.status_code, answer.location) == (303, f"{here}/courses?done=made")
    assert (cohort.language, cohort.seats, cohort.needs_approval) == ("fr", 50, True)
    assert cohort.closes_at is not None
    assert cohort.closes_at.isoformat() == "2027-03-31T15:00:00+00:00"  # midnight in Tokyo
    page = manager.get(f"{here}/courses").text
    assert 'id="course-small" value="small">' in page
    days = {"starts-small": "2027-04-01", "ends-small": "2027-04-30", "courses": "small"}
    assert manager.post(f"{here}/courses", data=days).location == f"{here}?done=changed"
    page = manager.get(f"{here}?done=changed").text
    assert "It is saved." in page
    assert "From 1 April 2027" in page
    assert "Until 30 April 2027" in page
    assert "Last day to join: 31 March 2027" in page
    assert f"http://localhost/join/{cohort.code}" in page
    assert 'value="2027-04-30"' in manager.get(f"{here}/courses").text
    assert 'value="2027-03-31"' in manager.get(f"{here}/terms").text
    assert "River" in manager.get(f"{UNDER}/").text


def test_what_is_wrong_stands_beside_its_field(manager: Browser, river: str) -> None:
    for field, value in (("name", " "), ("seats", "many"), ("seats", "0"), ("closes", "soon")):
        said = {"name": "R", "language": "en", field: value}
        for address in (f"{UNDER}/cohorts/new", f"{river}/terms"):
            answer = manager.post(address, data=said)
            assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True), field
    for days in (
        {"starts-small": "2027-04-02", "ends-small": "2027-04-01"},
        {"ends-small": "1850-01-01"},
    ):
        answer = manager.post(f"{river}/courses", data={"courses": "small", **days})
        assert answer.status_code == 422
        assert 'aria-describedby="ends-small-error"' in answer.text
    said = {"name": "Lake", "language": "en", "seats": "", "closes": ""}
    assert manager.post(f"{river}/terms", data=said).location == f"{river}?done=changed"
    assert only_cohort().name == "Lake"


def test_lessons_get_their_last_days(manager: Browser, river: str) -> None:
    address, field = f"{river}/courses/small/deadlines", "due-names/what-is-a-name"
    assert f'name="{field}" value=""' in manager.get(address).text
    wrong = manager.post(address, data={field: "x"})
    assert (wrong.status_code, 'value="x"' in wrong.text) == (422, True)
    assert manager.post(address, data={field: "2027-05-01"}).location == f"{river}?done=changed"
    db.session.rollback()
    due = db.session.scalars(select(CohortDeadline.due_at)).one()
    assert due.isoformat() == "2027-05-02T00:00:00+00:00"
    assert 'value="2027-05-01"' in manager.get(address).text
    assert manager.get(f"{river}/courses/nothing/deadlines").status_code == 404


def test_a_course_that_is_offered_no_more_stays_in_the_cohort(
    manager: Browser, river: str, small: Course
) -> None:
    course = db.session.merge(small)
    course.retired_at = course.created_at
    db.session.commit()
    assert 'value="small" checked' in manager.get(f"{river}/courses").text
    assert manager.get(f"{UNDER}/cohorts/999/courses").status_code == 404


def test_a_site_without_courses_says_so(manager: Browser, lin: User) -> None:
    cohort = cohort_of(lin, partners.find(lin, "water"))
    page = manager.get(f"{UNDER}/cohorts/{cohort.id}/courses").text
    assert "No course was published yet." in page
    assert "No course yet." in manager.get(f"{UNDER}/cohorts/{cohort.id}").text


# --- invitations --------------------------------------------------------------------------------


def test_a_pasted_list_is_tried_then_invited(app: Flask, manager: Browser, river: str) -> None:
    assert "Nobody yet." in manager.get(f"{river}/invitations").text
    text = "a@ngo.example\nbad\nB <b@ngo.example>\na@ngo.example"
    tried = manager.post(f"{river}/invitations", data={"addresses": text})
    assert tried.status_code == 303
    page = manager.get(tried.location)
    assert "Refresh" not in page.headers
    said = words(page.text)
    assert (
        "2 addresses can be invited. Invite 2 people Forget the list 2 lines cannot be used" in said
    )
    assert "2 bad This is not an e-mail address." in said
    assert "4 a@ngo.example This address stands in line 1 already." in said
    here = tried.location.partition("?")[0]
    again = manager.get(f"{river}/invitations").text
    assert f'<a href="{here}">' in again
    assert "only tried, nobody is invited" in again
    assert "There are no more." in manager.get(f"{here}?page=2").text
    assert manager.post(here).location == f"{here}?done=started"
    under_way = manager.get(here)
    assert under_way.headers["Refresh"] == "2"
    assert "0 of 2 done" in under_way.text
    with jobs.invitations() as deed:
        deed()
    assert "2 addresses are invited." in manager.get(here).text
    assert "b@ngo.example B mailed on" in words(manager.get(f"{river}/invitations").text)
    db.session.rollback()
    assert len(db.session.scalars(select(OutgoingMail)).all()) == 2


def test_a_file_is_tried_as_well_and_can_be_forgotten(
    manager: Browser, river: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = "E-mail;Name\nمعلومات@مثال.السعودية;أمينة\n".encode("utf-16")
    tried = manager.post(
        f"{river}/invitations", data={"addresses": "", "file": (io.BytesIO(data), "list.csv")}
    )
    here = tried.location.partition("?")[0]
    assert "Every line can be used." in manager.get(here).text
    assert manager.post(here, data={"drop": "1"}).location.startswith(f"{river}/invitations")
    assert manager.get(here).status_code == 404
    for said, sentence in (
        ({"addresses": ""}, "at least one"),
        ({"file": (io.BytesIO("é".encode("latin-1")), "list.csv")}, "UTF-8"),
    ):
        wrong = manager.post(f"{river}/invitations", data=said)
        assert (wrong.status_code, sentence in wrong.text) == (422, True)
    only_bad = manager.post(f"{river}/invitations", data={"addresses": "bad"})
    assert "Nobody on this list can be invited" in manager.get(only_bad.location).text


def test_five_thousand_lines_fit_into_one_form(manager: Browser, river: str) -> None:
    lines = "\n".join(f"Somebody with a long name {n},person{n}@ngo.example" for n in range(5_000))
    tried = manager.post(f"{river}/invitations", data={"addresses": lines})
    assert "5000 addresses can be invited." in manager.get(tried.location).text


def test_long_lists_have_pages(
    manager: Browser, river: str, lin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "SHOWN", 1)
    monkeypatch.setattr(inviting, "PAGE", 1)
    tried = manager.post(
        f"{river}/invitations", data={"addresses": "x\ny\na@ngo.example\nb@ngo.example"}
    )
    here = tried.location.partition("?")[0]
    assert f'href="{here}?page=2" rel="next"' in manager.get(here).text
    manager.post(here)
    inviting.take_next()
    db.session.commit()
    page = manager.get(f"{river}/invitations").text
    assert "waits to be mailed" in page
    assert 'rel="next"' in page
    assert "There are no more." in manager.get(f"{river}/invitations?page=9").text


# --- people -------------------------------------------------------------------------------------


def test_who_asks_is_let_in_or_refused(
    manager: Browser, lin: User, small: Course, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    water = partners.find(lin, "water")
    cohort = cohort_of(lin, water, "small", needs_approval=True, seats=1)
    here, zoe = f"{UNDER}/cohorts/{cohort.id}", person("Zoe")
    assert "Nobody waits for an answer." in manager.get(f"{here}/asking").text
    for one in (amina, zoe):
        joined(one, db.session.merge(cohort), db.session.merge(water))
    assert "2 people ask to join" in manager.get(here).text
    page = manager.get(f"{here}/asking").text
    assert "amina@ngo.example" in page
    db.session.rollback()
    assert len(db.session.scalars(select(Look)).all()) == 2
    answer = manager.post(f"{here}/asking/{amina.public_id}")
    assert answer.location == f"{here}/asking?done=admitted"
    full = manager.post(f"{here}/asking/{zoe.public_id}")
    assert (full.status_code, "All seats are taken." in full.text) == (409, True)
    removal = f"{here}/people/{zoe.public_id}/removal"
    assert "Refuse this person?" in manager.get(removal).text
    assert manager.post(removal).location == f"{here}/asking?done=sent-away"
    assert manager.get(removal).status_code == 404
    removal = f"{here}/people/{amina.public_id}/removal"
    assert "Take this person out of the cohort?" in manager.get(removal).text
    monkeypatch.setattr(admission, "PAGE", 1)
    assert "There are no more." in manager.get(f"{here}/asking?page=2").text


def test_who_took_the_consent_back_is_counted_and_never_named(
    manager: Browser, river: str, lin: User, amina: User
) -> None:
    cohort = only_cohort()
    joined(db.session.merge(amina), cohort, partners.find(lin, "water"))
    joining.withdraw(amina, joining.find_place(amina, cohort.id))
    db.session.commit()
    page = manager.get(river).text
    assert "1 of them does not agree to be seen by you, and is on no list." in page
    assert "Amina" not in page
    assert manager.get(f"{river}/people/{amina.public_id}/removal").status_code == 404


def test_a_message_to_all_goes_out_once_it_says_something(
    manager: Browser, river: str, lin: User, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{river}/messages"
    assert "Nobody is in the cohort yet" in manager.get(address).text
    joined(db.session.merge(amina), only_cohort(), partners.find(lin, "water"))
    page = manager.get(address).text
    assert "A mail goes to the 1 person in the cohort." in page
    wrong = manager.post(address, data={"subject": "We meet", "text": ""})
    assert (wrong.status_code, 'value="We meet"' in wrong.text) == (422, True)
    said = {"subject": "We meet", "text": "On Monday.\n\nBring a map."}
    assert manager.post(address, data=said).location == f"{address}?done=written"
    page = manager.get(f"{address}?done=written").text
    assert "The message is on its way" in page
    assert "under way" in page
    assert '<p dir="auto">Bring a map.</p>' in page
    for _n in range(messages.A_DAY - 1):
        manager.post(address, data=said)
    too_many = manager.post(address, data=said)
    assert (too_many.status_code, "at most 3 messages a day" in too_many.text) == (422, True)
    assert messages.send_next() == 1
    db.session.commit()
    assert "to 1 person" in manager.get(address).text
    monkeypatch.setattr(messages, "PAGE", 1)
    assert "There are no more." in manager.get(f"{address}?page=9").text
    db.session.rollback()
    assert len(db.session.scalars(select(CohortMessage)).all()) == messages.A_DAY


# --- the organisation ---------------------------------------------------------------------------


def test_the_organisation_gets_its_face(manager: Browser, visitor: Browser, lin: User) -> None:
    address = f"{UNDER}/organisation"
    assert "Logo" in manager.get(address).text
    said = {"name": "Water", "name-ar": "ماء", "site": "water.example", "contact": "Call us"}
    assert manager.post(address, data=said).location == f"{address}?done=changed"
    page = manager.get(f"{address}?done=changed").text
    assert 'value="https://water.example"' in page
    assert 'name="name-ar" value="ماء"' in page
    assert "<h1><bdi>ماء</bdi></h1>" in manager.get("/ar/partners/water/organisation").text
    wrong = manager.post(address, data={**said, "name": "", "name-fr": "Eau"})
    assert (wrong.status_code, 'value="Eau"' in wrong.text) == (422, True)
    for which in ("logo", "signature"):
        data = {which: (io.BytesIO(png()), "x.png")}
        assert manager.post(f"{address}/{which}", data=data).location == f"{address}?done=picture"
        assert manager.post(f"{address}/{which}", data={}).status_code == 422
    page = manager.get(address).text
    found = re.search(r"/media/partners/water/[0-9a-f]{64}", page)
    assert found is not None
    picture = visitor.get(found[0])
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert found[0] in manager.get(f"{UNDER}/").text
    for which, question in (("logo", "Remove the logo?"), ("signature", "Remove the signature?")):
        assert question in manager.get(f"{address}/{which}/removal").text
        assert manager.post(f"{address}/{which}/removal").location == f"{address}?done=removed"
    assert visitor.get(found[0]).status_code == 404
    assert manager.post(f"{address}/seal").status_code == 404


def test_managers_invite_managers(
    manager: Browser, sign_in: SignIn, lin: User, amina: User
) -> None:
    address = f"{UNDER}/members"
    assert "Lin</bdi>: Manager" in manager.get(address).text
    for email in ("", "x"):
        assert manager.post(address, data={"email": email, "role": "manager"}).status_code == 422
    said = {"email": "amina@ngo.example", "role": "manager"}
    assert manager.post(address, data=said).location == f"{address}?done=invited"
    again = manager.post(address, data=said)
    assert (again.status_code, "less than an hour ago" in again.text) == (422, True)
    assert "amina@ngo.example" in manager.get(address).text
    assert "There are no more." in manager.get(f"{address}?page=2").text
    db.session.rollback()
    number = db.session.scalars(select(MembershipInvitation.id)).one()
    other = sign_in(amina)
    assert "You have no role in an organisation here." in other.get("/en/partners/").text
    offer = f"/en/partners/invitations/{number}"
    assert "Clean Water</bdi>: Manager" in other.get(offer).text
    assert other.post(offer).location == "/en/partners/?done=taken-up&slug=water"
    assert "You belong to the organisation now." in other.get("/en/partners/?done=taken-up").text
    assert other.get(f"{UNDER}/").status_code == 200
    manager.post(address, data={"email": "zoe@ngo.example", "role": "member"})
    db.session.rollback()
    number = db.session.scalars(select(MembershipInvitation.id)).one()
    taken = manager.post(f"{address}/invitations/{number}")
    assert taken.location == f"{address}?done=taken-back"
    assert manager.get(f"/en/partners/invitations/{number}").status_code == 404


def test_managers_remove_members_and_may_leave_themselves(
    manager: Browser, lin: User, amina: User, tomas: User
) -> None:
    water = partners.find(lin, "water")
    insider(water, amina, MembershipRole.TRAINER)
    address, mine = f"{UNDER}/members", lin.public_id
    way = f"{address}/{amina.public_id}/removal"
    assert f'href="{way}"' in manager.get(address).text
    page = manager.get(way).text
    assert "Remove this member?" in page
    assert "does not belong to Clean Water any more" in page
    assert manager.post(way).location == f"{address}?done=parted"
    assert "hears of it by mail" in manager.get(f"{address}?done=parted").text
    assert manager.post(way).status_code == 404
    refused = manager.post(f"{address}/{mine}/removal")
    assert (refused.status_code, "Invite another manager first" in refused.text) == (409, True)
    db.session.rollback()
    insider(db.session.merge(water), db.session.merge(tomas), MembershipRole.MANAGER)
    assert manager.post(f"{address}/{mine}/removal").location == "/en/partners/?done=left"
    assert "You do not belong" in manager.get("/en/partners/?done=left").text
    assert manager.get(address).status_code == 403


def test_an_organisation_that_is_no_partner_has_no_cohorts_yet(
    sign_in: SignIn, ada: User, amina: User
) -> None:
    air = organisations.make(ada, slug="air", name="Air")
    insider(air, amina, MembershipRole.MANAGER)
    browser = sign_in(amina)
    assert "It is no partner yet" in browser.get("/en/partners/").text
    assert browser.get("/en/partners/air/").status_code == 403
    for reader, parents in (
        (browser, ["/en/partners/"]),
        (
            sign_in(ada),
            [f"/en/admin/{page}" for page in ("", "organisations", "organisations/air")],
        ),
    ):
        crumbs = reader.get("/en/partners/air/members").text.partition('class="crumbs"')[2]
        way = re.findall('href="([^"]*)"', crumbs.partition("</ol>")[0])
        assert way == parents
        assert {reader.get(address).status_code for address in way} == {200}
    assert browser.get("/en/partners/air/organisation").status_code == 200


def test_lists_cost_the_same_however_long_they_are(
    manager: Browser, river: str, lin: User, count_queries: list[str]
) -> None:
    water, cohort = partners.find(lin, "water"), only_cohort()
    made = inviting.keep_list(
        lin, partners.find(lin, "water"), cohort, lists.parse("a@ngo.example\nx")
    )
    db.session.commit()
    pages = {
        "/en/partners/": 2,
        f"{UNDER}/": 6,
        river: 9,
        f"{river}/asking": 11,
        f"{river}/invitations": 9,
        f"{river}/lists/{made.id}": 7,
        f"{river}/messages": 9,
        f"{UNDER}/members": 8,
    }
    counts = []
    for number in (1, 3):
        for n in range(number):
            joined(person(f"P{number}{n}"), cohort_of(lin, water, needs_approval=True), water)
            joined(person(f"Q{number}{n}"), db.session.merge(cohort), water)
        inviting.start_list(lin, water, cohort, made.id)
        db.session.commit()
        for address in pages:
            manager.get(address)
            count_queries.clear()
            assert manager.get(address).status_code == 200
            counts.append((address, len(count_queries)))
    assert counts == [*pages.items(), *pages.items()]
