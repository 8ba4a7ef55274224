"""The people of a course: its owner names trainers, reviewers and translators, and nobody above."""

import pytest
from flask import Flask
from sqlalchemy import select

from lms.database import db
from lms.domain import roles
from lms.domain.drafts import courses
from lms.domain.errors import Denied
from lms.domain.learning import completion
from lms.models import AuditEntry, Course, CourseRole, CourseRoleGrant, OutgoingMail, User
from tests.conftest import Browser, SignIn, person
from tests.marked import in_role

PAGE = "/en/studio/small/people"


@pytest.fixture
def owner(small: Course, tomas: User) -> User:
    return in_role(tomas, small, CourseRole.OWNER)


@pytest.fixture
def browser(owner: User, sign_in: SignIn) -> Browser:
    return sign_in(owner)


def held() -> set[tuple[str, str]]:
    rows = select(User.name, CourseRoleGrant.role).join(User, User.id == CourseRoleGrant.user_id)
    return {(name, role.value) for name, role in db.session.execute(rows)}


def test_the_owner_names_somebody_by_address_and_takes_the_role_away(
    browser: Browser, amina: User
) -> None:
    page = browser.get(PAGE).text
    assert "writes the files of other languages." in page
    assert "Take it away" not in page  # the owner's own role
    answer = browser.post(PAGE, data={"email": " AMINA@ngo.example", "role": "translator"})
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?done=given")
    assert "hears of it by mail" in browser.get(answer.location).text
    assert held() == {("Tomas", "owner"), ("Amina", "translator")}
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert (mail.recipient, mail.facts["role"]) == ("amina@ngo.example", "translator")
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.person, entry.changes) == (amina.public_id, {"role": [None, "translator"]})

    removal = f"{PAGE}/{amina.public_id}/translator/removal"
    assert removal in browser.get(PAGE).text
    assert "Translator" in browser.get(removal).text
    assert browser.post(removal).location == f"{PAGE}?done=taken"
    assert held() == {("Tomas", "owner")}
    assert browser.post(removal).status_code == 404


def test_what_is_wrong_stands_beside_the_field(browser: Browser) -> None:
    for address, told in (("nobody@ngo.example", "Nobody has confirmed"), ("x", "Error:")):
        answer = browser.post(PAGE, data={"email": address, "role": "trainer"})
        assert answer.status_code == 422
        assert told in answer.text
    answer = browser.post(PAGE, data={"email": "lin@ngo.example", "role": "owner"})
    assert answer.status_code == 422  # not in the menu
    assert held() == {("Tomas", "owner")}


def test_people_are_named_before_the_course_is_published(
    sign_in: SignIn, tomas: User, amina: User
) -> None:
    course = courses.create(tomas, slug="new-one", title="A new one", language="en")
    db.session.commit()
    browser = sign_in(tomas)
    here = f"/en/studio/{course.slug}/people"
    page = browser.get(here).text
    assert "A new one" in page
    assert "studio/new-one/learners" not in page  # there are none yet
    answer = browser.post(here, data={"email": amina.email, "role": "reviewer"})
    assert answer.status_code == 303
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert mail.facts["where"] == "new-one"


def test_names_are_looked_for_among_who_works_here_or_learns_in_the_course(
    browser: Browser, small: Course, amina: User, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("Aminata")  # somebody else of the site
    completion.complete_lesson(amina, small, "names/what-is-a-name")
    db.session.commit()
    found = browser.get(f"{PAGE}?q=amin").text
    assert f'value="{amina.public_id}"' in found
    assert "Aminata" not in found
    assert f'value="{ada.public_id}"' in browser.get(f"{PAGE}?q=ADA").text
    assert "Nobody fits" in browser.get(f"{PAGE}?q=%25").text
    monkeypatch.setattr("lms.domain.naming.MOST", 1)
    assert "There are more." in browser.get(f"{PAGE}?q=a").text

    given = {"person": amina.public_id, "role": "reviewer"}
    assert browser.post(PAGE, data=given).status_code == 303
    assert ("Amina", "reviewer") in held()
    for odd in ({"person": amina.public_id, "role": "owner"}, {"person": "x", "role": "trainer"}):
        assert browser.post(PAGE, data=odd).status_code == 404


def test_nobody_but_the_owner_names_people(
    app: Flask, small: Course, owner: User, sign_in: SignIn, ada: User, amina: User, eve: User
) -> None:
    in_role(amina, small, CourseRole.TRAINER)
    for one in (amina, eve):
        browser = sign_in(one)
        for address in (PAGE, f"{PAGE}/{amina.public_id}/trainer/removal"):
            assert browser.get(address).status_code == 403
            assert browser.post(address, data={"role": "trainer"}).status_code == 403
    for deed in (roles.give_in_course, roles.take_in_course):
        with pytest.raises(Denied):
            deed(owner, eve, small, CourseRole.OWNER)
    assert sign_in(owner).get(f"{PAGE}/{owner.public_id}/owner/removal").status_code == 403
    assert sign_in(ada).get(f"{PAGE}/{owner.public_id}/owner/removal").status_code == 200
