"""People, their roles and suspensions, in the browser."""

import pytest

from lms.database import db
from lms.domain import accounts, audit, people, roles
from lms.domain.audit import Filter
from lms.domain.learning import completion
from lms.domain.permissions import Action, System, may
from lms.models import Course, CourseRole, SiteRole, User
from tests.conftest import Browser, SignIn
from tests.conftest import person as somebody

UNDER = "/en/admin/people"


@pytest.fixture
def admin(sign_in: SignIn, ada: User) -> Browser:
    return sign_in(ada)


def page_of(person: User) -> str:
    return f"{UNDER}/{person.public_id}"


def test_searching_people(admin: Browser, amina: User, eve: User) -> None:
    page = admin.get(f"{UNDER}?q=ami").text
    assert f'<a href="{page_of(amina)}"><bdi>Amina</bdi></a>' in page
    assert eve.email not in page
    assert 'value="ami"' in page
    assert "Nobody was found." in admin.get(f"{UNDER}?q=zzz").text
    assert "Nobody." in admin.get(f"{UNDER}?which=suspended").text
    assert "Nobody else." in admin.get(f"{UNDER}?before=1").text
    assert "Amina" in admin.get(f"{UNDER}?which=nonsense&before=x").text


def test_people_come_in_pages(admin: Browser) -> None:
    for number in range(people.PAGE):
        somebody(f"Number{number}")
    page = admin.get(UNDER).text
    assert page.count('<li class="entry">') == people.PAGE
    assert f'href="{UNDER}?which=all&amp;before=2" rel="next"' in page
    rest = admin.get(f"{UNDER}?before=2").text
    assert rest.count('<li class="entry">') == 1
    assert 'rel="prev"' in rest


def test_a_person_is_shown_in_full(
    admin: Browser, amina: User, small: Course, sign_in: SignIn
) -> None:
    completion.complete_lesson(amina, small, "names/what-is-a-name")
    roles.give_in_course(System(), amina, small, CourseRole.REVIEWER)
    roles.give(System(), amina, SiteRole.TRAINER)
    sign_in(amina)
    page = admin.get(page_of(amina)).text
    for text in ("amina@ngo.example", "Names in short", "Reviewer", "Trainer (may make courses)"):
        assert text in page
    assert f'href="/en/admin/audit?who={amina.public_id}"' in page
    assert admin.get(f"{UNDER}/nobody").status_code == 404


def test_roles_are_given_and_taken_with_a_question(
    admin: Browser, amina: User, small: Course
) -> None:
    back = page_of(amina)
    answer = admin.post(f"{back}/roles", data={"role": "trainer"})
    assert (answer.status_code, answer.location) == (303, f"{back}?done=given")
    assert "The role is given." in admin.get(answer.location).text
    removal = f"{back}/roles/trainer/removal"
    assert "Take this role away?" in admin.get(removal).text
    assert admin.post(removal).location == f"{back}?done=taken"
    answer = admin.post(f"{back}/course-roles", data={"course": "small", "role": "owner"})
    assert answer.location == f"{back}?done=given"
    db.session.rollback()
    assert may(amina, Action.PUBLISH, small)
    assert not may(amina, Action.CREATE_COURSE)
    removal = f"/en/admin/courses/small/roles/{amina.public_id}/owner/removal"
    assert "It is the role in the course small." in admin.get(removal).text
    assert admin.post(removal).location == "/en/admin/courses/small?done=taken"
    db.session.rollback()
    assert not may(amina, Action.PUBLISH, small)
    for address in (f"{back}/roles", f"{back}/course-roles", f"{back}/roles/king/removal"):
        assert admin.post(address, data={"course": "small", "role": "king"}).status_code == 404


def test_the_last_administrator_keeps_the_role(admin: Browser, ada: User) -> None:
    answer = admin.post(f"{page_of(ada)}/roles/administrator/removal")
    assert answer.status_code == 409
    assert "Nobody else could administer the site." in answer.text


def test_suspending_signs_out_at_once_and_signing_in_says_why(
    admin: Browser, amina: User, sign_in: SignIn, visitor: Browser
) -> None:
    amina.password_hash = accounts.new_password_hash(amina, "a long enough password")
    db.session.commit()
    hers, form = sign_in(amina), {"email": amina.email, "password": "a long enough password"}
    address = f"{page_of(amina)}/suspension"
    assert "Suspend this account?" in admin.get(address).text
    wrong = admin.post(address, data={"reason": " "})
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    assert hers.get("/en/account").status_code == 200
    assert admin.post(address, data={"reason": "Sold links."}).status_code == 303
    assert hers.get("/en/account").status_code == 303
    refused = visitor.post("/en/sign-in", data=form)
    assert refused.status_code == 422
    assert "This account is closed. Write to us if that is a mistake." in refused.text
    page = admin.get(page_of(amina)).text
    assert "Sold links." in page
    assert "by Ada" in page
    reopen = f"{page_of(amina)}/reinstatement"
    assert "Open this account again?" in admin.get(reopen).text
    assert admin.post(reopen).location == f"{page_of(amina)}?done=reinstated"
    assert hers.get("/en/account").status_code == 303  # not by the old sign-in
    assert visitor.post("/en/sign-in", data=form).status_code == 303
    assert "Earlier suspensions" in admin.get(page_of(amina)).text


def test_nobody_suspends_themselves_or_opens_what_was_joined(
    admin: Browser, ada: User, amina: User
) -> None:
    assert "Nobody can suspend themselves." in admin.get(page_of(ada)).text
    answer = admin.post(f"{page_of(ada)}/suspension", data={"reason": "A joke."})
    assert answer.status_code == 409
    assert 'aria-describedby="reason-hint reason-error"' in answer.text
    db.session.merge(amina).suspended_at = amina.created_at
    db.session.commit()
    assert "joined into another one" in admin.get(page_of(amina)).text
    assert admin.post(f"{page_of(amina)}/reinstatement").status_code == 409


def test_the_log_knows_all_of_it(admin: Browser, ada: User, amina: User) -> None:
    admin.post(f"{page_of(amina)}/suspension", data={"reason": "Sold links."})
    db.session.rollback()
    rows, _more = audit.lines(ada, Filter(who=amina.public_id))
    assert [(row.actor, row.entry.verb.value) for row in rows] == [("Ada", "suspended")]
