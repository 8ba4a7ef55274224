"""Reporting a mistake: a link at every lesson's foot, a form for everybody, thanks."""

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import catalogue
from lms.models import Course, CourseRole, CourseRoleGrant, OutgoingMail, Report, User
from tests.conftest import SMALL, Browser, Publish, SignIn

LESSON = "/en/courses/small/names/what-is-a-name"
FORM = f"{LESSON}/report"


def reports() -> list[Report]:
    """All that were kept, read afresh."""
    db.session.rollback()
    return list(db.session.scalars(select(Report).order_by(Report.id)))


@pytest.mark.parametrize("lesson", ["names/what-is-a-name", "names/quiz"])
def test_every_lesson_leads_to_the_form(visitor: Browser, small: Course, lesson: str) -> None:
    address = f"/en/courses/small/{lesson}"
    assert f'<a href="{address}/report" rel="nofollow">Report a mistake</a>' in (
        visitor.get(address).text
    )
    assert f'<form class="stack-wide" method="post" action="{address}/report">' in (
        visitor.get(f"{address}/report").text
    )


def test_a_visitor_reports_and_is_thanked(visitor: Browser, small: Course) -> None:
    sent = visitor.post(FORM, data={"text": "A slip.", "quote": "A name is a path."})

    assert (sent.status_code, sent.location) == (303, f"{FORM}/thanks")
    thanks = visitor.get(sent.location).text
    assert "Your report has arrived." in thanks
    assert f'href="{LESSON}"' in thanks
    assert [(one.text, one.quote, one.reporter_id) for one in reports()] == [
        ("A slip.", "A name is a path.", None)
    ]


def test_a_report_knows_its_reporter_and_the_language_of_the_page(
    sign_in: SignIn, amina: User, small: Course
) -> None:
    browser = sign_in(amina)
    form = browser.get("/ar/courses/small/names/quiz/report")
    assert form.headers["Cache-Control"] == "private, no-cache"
    browser.post("/ar/courses/small/names/quiz/report", data={"text": "خطأ"})

    assert [(one.reporter_id, one.language, one.text) for one in reports()] == [
        (amina.id, "ar", "خطأ")
    ]
    assert "The trainers see your name." in browser.get(FORM).text


def test_the_trainers_get_the_mail_with_the_report(
    visitor: Browser, small: Course, tomas: User
) -> None:
    role = CourseRole.TRAINER
    db.session.add(
        CourseRoleGrant(
            user_id=tomas.id, course_id=small.id, role=role, at=tomas.created_at, by="x"
        )
    )
    db.session.commit()
    visitor.post(FORM, data={"text": "First line.\n<b>Second</b>", "quote": "A name is a path."})
    mail = db.session.scalars(select(OutgoingMail)).one()
    page = visitor.get(f"/dev/mail/{mail.id}").text

    assert mail.recipient == tomas.email
    for line in (
        "Somebody reports a mistake in “What is a name”",
        "somebody who reads the course “Names in short” says about the lesson “What is a name”:",
        "&gt; First line.",
        "&gt; &lt;b&gt;Second&lt;/b&gt;",
        "It is about this sentence: “A name is a path.”",
        'href="http://localhost/en/courses/small/names/what-is-a-name"',
        'href="http://localhost/en/courses/small/reports"',
    ):
        assert line in page, line


def test_a_mail_without_a_quote_names_none(visitor: Browser, small: Course, ada: User) -> None:
    visitor.post(FORM, data={"text": "A slip."})
    mail = db.session.scalars(select(OutgoingMail)).one()

    assert mail.recipient == ada.email
    assert "this sentence" not in visitor.get(f"/dev/mail/{mail.id}").text


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"text": " ", "quote": "A name"}, "Say in a few words what is wrong."),
        ({"text": "x" * 2001, "quote": "A name"}, "This is 2001 characters long; 2000 fit."),
        ({"text": "slip", "quote": "y" * 501}, "This is 501 characters long; 500 fit."),
        ({}, "Say in a few words what is wrong."),
    ],
)
def test_what_was_written_stays_when_something_is_missing(
    visitor: Browser, small: Course, sent: dict[str, str], sentence: str
) -> None:
    page = visitor.post(FORM, data=sent)

    assert page.status_code == 422
    assert sentence in page.text
    for text in sent.values():
        assert text.strip() in page.text
    assert reports() == []


def test_who_reports_too_often_waits_and_loses_nothing(
    sign_in: SignIn, amina: User, eve: User, small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.web.allowance.REPORTS_BY_ONE", 1)
    browser = sign_in(amina)
    assert browser.post(FORM, data={"text": "First."}).status_code == 303
    page = browser.post(FORM, data={"text": "Second, long.", "quote": "A name"})

    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert "That was too often." in page.text
    assert "Second, long.</textarea>" in page.text
    assert sign_in(eve).post(FORM, data={"text": "Third."}).status_code == 303
    assert [one.text for one in reports()] == ["First.", "Third."]


def test_a_network_reports_only_so_often(
    visitor: Browser, small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.web.allowance.REPORTS", 2)
    codes = [visitor.post(FORM, data={"text": f"Slip {n}."}).status_code for n in range(3)]

    assert codes == [303, 303, 429]


def test_an_earlier_name_of_a_lesson_still_works(visitor: Browser, publish: Publish) -> None:
    publish("small", SMALL)
    files = {path: text for path, text in SMALL.items() if "what-is" not in path}
    page = SMALL["01-names/01-what-is-a-name.md"]
    files["01-names/01-names.md"] = page.replace("minutes: 5", "was: names/what-is-a-name")
    publish("small", files)

    assert visitor.get(FORM).status_code == 200
    assert visitor.post(FORM, data={"text": "A slip."}).status_code == 303
    lesson = catalogue.find_lesson(catalogue.find_course("small"), "names/names")
    assert [one.lesson_id for one in reports()] == [lesson.id]


def test_there_is_no_form_for_what_is_no_lesson(visitor: Browser, publish: Publish) -> None:
    publish("small", SMALL)
    publish("small", {path: text for path, text in SMALL.items() if "quiz" not in path})
    for place in ("small/names/nothing", "small/names/quiz", "nothing/names/quiz"):
        assert visitor.get(f"/en/courses/{place}/report").status_code == 404
        assert visitor.post(f"/en/courses/{place}/report", data={"text": "x"}).status_code == 404


def test_a_visitors_form_may_be_kept_but_not_found(visitor: Browser, small: Course) -> None:
    for address in (FORM, f"{FORM}/thanks"):
        page = visitor.get(address)
        assert page.headers["Cache-Control"].startswith("public")
        assert '<meta name="robots" content="noindex">' in page.text


def test_the_people_of_the_course_find_their_list_from_the_form(
    visitor: Browser, sign_in: SignIn, amina: User, ada: User, small: Course
) -> None:
    link = '<a href="/en/courses/small/reports">Open reports about this course</a>'
    assert link in sign_in(ada).get(FORM).text
    assert link not in sign_in(amina).get(FORM).text
    assert link not in visitor.get(FORM).text
