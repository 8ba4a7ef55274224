"""Organisations and courses, in the browser."""

import pytest

from lms.database import db
from lms.domain import catalogue, organisations
from lms.domain.permissions import Action, may
from lms.models import Course, MembershipRole, Organisation, User
from tests.conftest import Browser, SignIn

UNDER = "/en/admin/organisations"
COURSE = "/en/admin/courses/small"


@pytest.fixture
def admin(sign_in: SignIn, ada: User) -> Browser:
    return sign_in(ada)


@pytest.fixture
def water(ada: User) -> Organisation:
    made = organisations.make(ada, slug="water", name="Clean Water")
    db.session.commit()
    return made


def test_making_one(admin: Browser) -> None:
    assert "There is no organisation yet." in admin.get(UNDER).text
    answer = admin.post(UNDER, data={"name": "Clean Water", "slug": "water"})
    assert (answer.status_code, answer.location) == (303, f"{UNDER}/water?done=made")
    assert "Nobody yet." in admin.get(answer.location).text
    assert f'<a href="{UNDER}/water"><bdi>Clean Water</bdi></a>' in admin.get(UNDER).text
    for data in ({"name": " ", "slug": "x"}, {"name": "X", "slug": "x y"}):
        assert admin.post(UNDER, data=data).status_code == 422
    again = admin.post(UNDER, data={"name": "X", "slug": "water"})
    assert again.status_code == 422
    assert "Another organisation has this short name." in again.text
    assert admin.get(f"{UNDER}/air").status_code == 404


def test_naming_it_in_several_languages_and_making_it_a_partner(
    admin: Browser, ada: User, water: Organisation
) -> None:
    data = {"name": "Water", "name-ar": "ماء", "name-fr": " ", "partner": "y"}
    assert admin.post(f"{UNDER}/water", data=data).location == f"{UNDER}/water?done=changed"
    page = admin.get(f"{UNDER}/water").text
    assert 'name="name-ar" value="ماء"' in page
    assert "Partner since" in page
    db.session.rollback()
    kept = organisations.find(ada, "water")
    assert (kept.name, kept.names) == ("Water", {"ar": "ماء"})
    wrong = admin.post(f"{UNDER}/water", data={"name": "", "name-fr": "Eau"})
    assert wrong.status_code == 422
    assert 'value="Eau"' in wrong.text


def test_members_come_and_go(admin: Browser, ada: User, amina: User, water: Organisation) -> None:
    address = f"{UNDER}/water/members"
    answer = admin.post(address, data={"email": "AMINA@ngo.example", "role": "manager"})
    assert answer.location == f"{UNDER}/water?done=member"
    assert "Amina</bdi></a>: Manager" in admin.get(f"{UNDER}/water").text
    for email, sentence in (("", "e-mail"), ("zoe@ngo.example", "Nobody has confirmed")):
        wrong = admin.post(address, data={"email": email, "role": "member"})
        assert wrong.status_code == 422
        assert sentence in wrong.text
    assert admin.post(address, data={"email": amina.email, "role": "king"}).status_code == 422
    removal = f"{address}/{amina.public_id}/removal"
    assert "Remove this member?" in admin.get(removal).text
    assert admin.post(removal).location == f"{UNDER}/water?done=removed"
    db.session.rollback()
    assert organisations.members_of(ada, organisations.find(ada, "water"))[0] == []


def test_long_lists_have_pages(
    admin: Browser, ada: User, water: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(organisations, "PAGE", 1)
    organisations.make(ada, slug="air", name="Air")
    organisations.set_member(ada, db.session.merge(water), ada, MembershipRole.MEMBER)
    db.session.commit()
    assert f'href="{UNDER}?page=2" rel="next"' in admin.get(UNDER).text
    assert 'rel="prev"' in admin.get(f"{UNDER}?page=2").text
    assert "There are no more." in admin.get(f"{UNDER}?page=9").text
    assert "There are no more." in admin.get(f"{UNDER}/water?page=9").text


# --- courses ------------------------------------------------------------------------------------


def test_courses_are_listed_with_edition_and_origin(admin: Browser, small: Course) -> None:
    page = admin.get("/en/admin/courses").text
    assert f'<a href="{COURSE}">Names in short</a>' in page
    assert "Edition 1" in page
    assert "imported" in page
    assert "0 people with a role" in page
    assert "There are no more." in admin.get("/en/admin/courses?page=2").text


def test_a_site_without_courses_says_so(admin: Browser) -> None:
    assert "No course was published yet." in admin.get("/en/admin/courses").text


def test_roles_in_a_course_are_given_by_address(admin: Browser, amina: User, small: Course) -> None:
    assert "Nobody yet." in admin.get(COURSE).text
    answer = admin.post(f"{COURSE}/roles", data={"email": amina.email, "role": "trainer"})
    assert answer.location == f"{COURSE}?done=given"
    assert "The role is given." in admin.get(answer.location).text
    db.session.rollback()
    assert may(amina, Action.MARK, small)
    for email in ("", "zoe@ngo.example"):
        wrong = admin.post(f"{COURSE}/roles", data={"email": email, "role": "trainer"})
        assert wrong.status_code == 422
        assert 'aria-invalid="true"' in wrong.text
    assert admin.get("/en/admin/courses/nothing").status_code == 404


def test_a_course_leaves_the_catalogue_and_comes_back(
    admin: Browser, visitor: Browser, small: Course
) -> None:
    assert "Names in short" in visitor.get("/en/").text
    assert "Take this course out of the catalogue?" in admin.get(f"{COURSE}/retirement").text
    for _turn in range(2):
        assert admin.post(f"{COURSE}/retirement").location == f"{COURSE}?done=retired"
    assert "Names in short" not in visitor.get("/en/").text
    assert "No longer offered" in admin.get(COURSE).text
    assert "No longer offered" in admin.get("/en/admin/courses").text
    for _turn in range(2):
        assert admin.post(f"{COURSE}/offer").location == f"{COURSE}?done=offered"
    assert "Names in short" in visitor.get("/en/").text
    db.session.rollback()
    assert catalogue.find_course("small").retired_at is None
