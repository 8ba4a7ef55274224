"""Deleting one's account: the page, the password or the link, the certificates."""

import pytest
from sqlalchemy import func, select

from lms.database import db
from lms.domain import catalogue, certification, ending, journal, passwords
from lms.domain.certification import State
from lms.domain.learning import reviewing
from lms.models import Certificate, Course, CourseRole, MailKind, OutgoingMail, SiteRole, User
from tests.conftest import Browser, Publish, SignIn, person, with_role
from tests.domain.test_certification import issue
from tests.marked import handed_in, in_role, published, work

PAGE = "/en/account/deletion"
PASSWORD = "a lake with boats"
SURE = {"present_password": PASSWORD, "sure": "yes"}


@pytest.fixture
def browser(sign_in: SignIn, amina: User) -> Browser:
    """Amina's; she has a password."""
    amina.password_hash = passwords.hashed(PASSWORD)
    db.session.commit()
    return sign_in(amina)


def people() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(User.name)))


def newest_mail() -> OutgoingMail:
    mail = select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1)
    return db.session.scalars(mail).one()


def state(number: str) -> State:
    db.session.rollback()
    certificate = certification.find(number)
    assert certificate is not None
    return certification.state_of(certificate, journal.now())


# --- with a password ----------------------------------------------------------------------------


def test_the_page_says_what_goes_and_what_stays(browser: Browser) -> None:
    answer = browser.get(PAGE)
    assert "What goes, at once" in answer.text
    assert "What stays, without you" in answer.text
    assert "Your certificates" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_with_the_password_it_is_done_at_once(browser: Browser, amina: User) -> None:
    answer = browser.post(PAGE, data=SURE)
    assert (answer.status_code, answer.location) == (303, "/en/left")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert people() == []
    assert "Your account is deleted" in browser.get("/en/left").text
    assert browser.get("/en/account").status_code == 303
    assert newest_mail().kind is MailKind.DELETED


def test_a_wrong_password_deletes_nothing_and_is_not_shown_again(browser: Browser) -> None:
    answer = browser.post(PAGE, data={**SURE, "present_password": "not that one"})
    assert answer.status_code == 422
    assert 'id="present_password-error"' in answer.text
    assert "not that one" not in answer.text
    assert people() == ["Amina"]


def test_who_is_not_sure_is_asked_again(browser: Browser) -> None:
    answer = browser.post(PAGE, data={"present_password": PASSWORD})
    assert answer.status_code == 422
    assert 'href="#sure">Tick this if you are sure.' in answer.text
    assert people() == ["Amina"]


def test_passwords_cannot_be_guessed_here(browser: Browser) -> None:
    wrong = {**SURE, "present_password": "a guess"}
    answers = [browser.post(PAGE, data=wrong).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_the_only_administrator_is_told(browser: Browser, amina: User) -> None:
    with_role(amina, SiteRole.ADMINISTRATOR)
    page = browser.get(PAGE).text
    assert "You are the only administrator here." in page
    assert "Delete my account" not in page
    answer = browser.post(PAGE, data=SURE)
    assert answer.status_code == 409
    assert "Nobody else could administer the site." in answer.text
    assert people() == ["Amina"]


# --- certificates -------------------------------------------------------------------------------


def test_for_one_certificate_one_must_decide(browser: Browser, amina: User, small: Course) -> None:
    number = issue(amina, small).number
    assert "All of them" not in browser.get(PAGE).text
    answer = browser.post(PAGE, data=SURE)
    assert answer.status_code == 422
    assert f'href="#certificate-{number}-keep"' in answer.text
    assert people() == ["Amina"]
    browser.post(PAGE, data={**SURE, f"certificate-{number}": "keep"})
    assert people() == []
    assert state(number) is State.VALID
    assert "Amina" in browser.get(f"/en/c/{number}").text


def test_what_was_decided_stays_decided_when_something_else_is_wrong(
    browser: Browser, amina: User, small: Course
) -> None:
    number = issue(amina, small).number
    fate = {f"certificate-{number}": "withdraw"}
    answer = browser.post(PAGE, data={**SURE, **fate, "present_password": "wrong"})
    assert f'id="certificate-{number}-withdraw" value="withdraw" checked' in answer.text
    assert 'name="sure" id="sure" value="yes" checked' in answer.text


def test_a_withdrawn_one_names_nobody(browser: Browser, amina: User, small: Course) -> None:
    number = issue(amina, small).number
    browser.post(PAGE, data={**SURE, f"certificate-{number}": "withdraw"})
    page = browser.get(f"/en/c/{number}").text
    assert "withdrawn by its holder" in page
    assert "Amina" not in page
    assert state(number) is State.WITHDRAWN


def test_all_at_once_or_one_by_one(browser: Browser, amina: User, small: Course) -> None:
    first = issue(amina, small)
    second = issue(amina, small)
    assert first is second
    numbers = [first.number, another(amina, small).number]
    assert "All of them" in browser.get(PAGE).text
    answer = browser.post(PAGE, data={**SURE, f"certificate-{numbers[0]}": "nonsense"})
    assert answer.status_code == 422
    assert answer.text.count('class="choices stack field is-wrong"') == 2
    browser.post(
        PAGE, data={**SURE, "certificates": "withdraw", f"certificate-{numbers[0]}": "keep"}
    )
    assert [state(number) for number in numbers] == [State.WITHDRAWN] * 2


def another(holder: User, course: Course) -> Certificate:
    """For the next period."""
    edition = catalogue.current_edition(course)
    made = certification.issue(
        holder,
        course,
        edition,
        catalogue.text_of(edition),
        percent=None,
        earned_at=journal.now(),
        period=2,
    )
    assert made is not None
    db.session.commit()
    return made


def test_one_that_was_withdrawn_is_not_asked_about(
    browser: Browser, amina: User, small: Course
) -> None:
    ending.withdraw(amina, issue(amina, small))
    db.session.commit()
    assert "Your certificates" not in browser.get(PAGE).text


# --- without a password -------------------------------------------------------------------------


def test_without_a_password_a_link_proves_it(sign_in: SignIn, amina: User, small: Course) -> None:
    number = issue(amina, small).number
    browser = sign_in(amina)
    page = browser.get(PAGE).text
    assert "present_password" not in page
    assert 'name="sure"' not in page
    assert browser.post(PAGE, data={"sure": "yes"}).status_code == 422
    sent = browser.post(f"{PAGE}/link")
    assert (sent.status_code, sent.location) == (303, f"{PAGE}?sent=1")
    assert "Look into your mailbox" in browser.get(sent.location).text
    token = newest_mail().facts["token"]
    elsewhere = sign_in(person("Zoe"))
    opened = elsewhere.get(f"/en/leave/{token}")
    assert "<bdi>amina@ngo.example</bdi>" in opened.text
    assert "present_password" not in opened.text
    assert opened.headers["Cache-Control"] == "no-store"
    for data in ({"sure": "yes"}, {"certificates": "keep"}):
        assert elsewhere.post(f"/en/leave/{token}", data=data).status_code == 422
    done = elsewhere.post(f"/en/leave/{token}", data={"sure": "yes", "certificates": "keep"})
    assert (done.status_code, done.location) == (303, "/en/left")
    assert people() == ["Zoe"]
    assert state(number) is State.VALID


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_used_link_says_so(visitor: Browser, method: str) -> None:
    answer = getattr(visitor, method)("/en/leave/nonsense")
    assert answer.status_code == 410
    assert "Nothing was deleted by it now." in answer.text


def test_the_link_of_another_kind_deletes_nothing(sign_in: SignIn, amina: User) -> None:
    sign_in(amina).post(f"{PAGE}/link")
    token = newest_mail().facts["token"]
    assert sign_in(amina).get(f"/en/links/{token}").status_code == 410
    assert db.session.scalar(select(func.count()).select_from(User)) == 1


# --- what others see afterwards -----------------------------------------------------------------


def test_a_mark_stays_and_says_that_its_marker_left(
    sign_in: SignIn, amina: User, ada: User, publish: Publish
) -> None:
    course = published(publish)
    attempt = handed_in(amina, course, "assignment", work())
    points = {"after": 0, "points": [1, 3], "comments": ["", ""], "comment": "Good."}
    reviewing.give_mark(ada, course, attempt.id, 0, **points)  # type: ignore[arg-type]
    with_role(person("Abe"), SiteRole.ADMINISTRATOR)
    ada.password_hash = passwords.hashed(PASSWORD)
    db.session.commit()
    trainer = sign_in(in_role(person("Tomas"), course, CourseRole.TRAINER))
    address = f"/en/courses/writing/marking/{attempt.id}/0"
    assert "Ada, " in trainer.get(address).text
    assert sign_in(ada).post(PAGE, data=SURE).status_code == 303
    page = trainer.get(address).text
    assert "Somebody whose account was deleted, " in page
    assert "Good." in page
