from sqlalchemy import select

from lms.database import db
from lms.domain.learning import completion
from lms.models import Certificate, Course, User
from tests.conftest import SMALL, Browser, Publish, SignIn

PAGE = "names/what-is-a-name"


def test_somebody_new_is_shown_the_way_to_the_courses(sign_in: SignIn, amina: User) -> None:
    page = sign_in(amina).get("/en/my-learning").text

    assert "You have not begun a course yet" in page
    assert "Choose a course" in page


def test_it_says_where_one_stopped_and_what_is_missing(
    sign_in: SignIn, amina: User, small: Course
) -> None:
    completion.complete_lesson(amina, small, PAGE)
    db.session.commit()

    page = sign_in(amina).get("/en/my-learning").text

    assert "You stopped here on" in page
    assert "1 of 2 done." in page
    assert "50%" in page
    assert 'href="/en/courses/small/names/quiz"' in page


def test_a_finished_course_and_its_certificate_are_listed(
    sign_in: SignIn, amina: User, publish: Publish
) -> None:
    files = {path: text for path, text in SMALL.items() if "quiz" not in path}
    course = db.session.get_one(Course, publish("small", files).course_id)
    completion.complete_lesson(amina, course, PAGE)
    db.session.commit()
    number = db.session.scalars(select(Certificate.number)).one()

    page = sign_in(amina).get("/en/my-learning").text

    assert "Everything that the course asks for is done." in page
    assert f"/en/certificates/{number}.pdf" in page
    assert "Valid" in page


def test_the_name_on_the_next_certificate_can_be_changed(sign_in: SignIn, amina: User) -> None:
    browser = sign_in(amina)

    changed = browser.post("/en/my-learning/name", data={"name": "  Zoé   Ångström "})

    assert changed.status_code == 303
    page = browser.get("/en/my-learning").text
    assert "Zoé Ångström" in page
    assert "Our fonts do not have these signs" not in page


def test_who_has_a_name_that_our_fonts_lack_is_told(sign_in: SignIn, amina: User) -> None:
    browser = sign_in(amina)

    changed = browser.post("/en/my-learning/name", data={"name": "Ɓala דוד"})

    assert changed.status_code == 303
    page = browser.get("/en/my-learning").text
    assert "Our fonts do not have these signs of your name: <bdi>Ɓ ד ו</bdi>" in page


def test_an_empty_name_is_refused_and_nothing_changes(sign_in: SignIn, amina: User) -> None:
    answer = sign_in(amina).post("/en/my-learning/name", data={"name": "  "})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert amina.certificate_name is None


def test_somebody_unconfirmed_is_asked_to_confirm(sign_in: SignIn, amina: User) -> None:
    amina.confirmed_at = None
    db.session.commit()

    assert "Confirm your e-mail address" in sign_in(amina).get("/en/my-learning").text


def test_it_takes_few_statements_for_one_course_and_for_three(
    sign_in: SignIn, amina: User, publish: Publish, count_queries: list[str]
) -> None:
    browser = sign_in(amina)
    counts = []
    for slugs in (["one"], ["two", "three"]):
        for slug in slugs:
            course = db.session.get_one(Course, publish(slug, SMALL).course_id)
            completion.complete_lesson(amina, course, PAGE)
            db.session.commit()
        browser.get("/en/my-learning")
        count_queries.clear()
        browser.get("/en/my-learning")
        counts.append(len(count_queries))

    assert counts == [10, 10]


def test_a_visitor_is_asked_to_sign_in(visitor: Browser) -> None:
    assert visitor.get("/en/my-learning").location == "/en/sign-in?next=/en/my-learning"
