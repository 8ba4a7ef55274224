"""What should be looked at again in a course: facts that age, and sources that vanish."""

from flask import Flask

from lms.database import begin_writing, db
from lms.domain import catalogue, upkeep
from lms.domain.drafts import drafts
from lms.models import CourseRole, SourceCheck, User, Verdict
from tests.conftest import SMALL, Clock, Publish, SignIn
from tests.marked import in_role

PAGE = "/en/studio/small/upkeep"
OLD = "01-names/03-old.md"
LINKS = "[a](https://a.example/) [b](https://b.example/) [c](https://c.example/) "
MORE = {
    **SMALL,
    "course.md": SMALL["course.md"].replace("---\n\nFor", "review: 6 months\n---\n\nFor"),
    "01-names/02-fresh.md": (
        f"---\ntitle: Fresh\nchecked: 2027-02-01\n---\n\n{LINKS}[d](https://d.example/)\n"
    ),
    OLD: "---\ntitle: Old\nchecked: 2026-02-01\nreview: 1 month\n---\n\nOld.\n",
}


def test_it_lists_what_is_overdue_and_what_each_source_answered(
    app: Flask, clock: Clock, publish: Publish, sign_in: SignIn, tomas: User
) -> None:
    publish("small", MORE)
    course = catalogue.find_course("small")
    browser = sign_in(in_role(tomas, course, CourseRole.REVIEWER))
    page = browser.get(PAGE).text
    for told in ("The whole course", "Never", "Overdue", "In time", "1 February 2027"):
        assert told in page
    assert page.count("Overdue") == 2
    assert "have not allowed it" in page
    assert "Asked on" not in page

    app.config["CHECK_LINKS"] = True
    begin_writing()
    upkeep.list_sources()
    answers = ((Verdict.BROKEN, 404), (Verdict.UNCLEAR, None), (Verdict.FOUND, 200))
    for name, (verdict, code) in zip("abc", answers, strict=True):
        upkeep.note_source(f"https://{name}.example/", verdict, code)
    db.session.commit()
    page = browser.get(PAGE).text
    order = [page.index(f"https://{name}.example/") for name in "abdc"]
    assert order == sorted(order)
    for told in ("Gone</span> (404)", "No answer, or another one", "There", "Not asked yet"):
        assert told in page

    assert len(db.session.query(SourceCheck).all()) == 4
    assert "2 are overdue" in browser.get("/en/studio/").text


def test_who_has_checked_says_so_with_one_button(
    clock: Clock, publish: Publish, sign_in: SignIn, tomas: User, eve: User
) -> None:
    publish("small", MORE)
    course = catalogue.find_course("small")
    reviewer = sign_in(in_role(eve, course, CourseRole.REVIEWER))
    assert "Checked today" not in reviewer.get(PAGE).text
    assert reviewer.post(PAGE, data={"path": "course.md"}).status_code == 403
    browser = sign_in(in_role(tomas, course, CourseRole.TRAINER))
    assert browser.get(PAGE).text.count("Checked today") == 3
    for path, line in (
        ("course.md", b"checked: 2027-03-01\n---"),
        (OLD, b"checked: 2027-03-01\nr"),
    ):
        answer = browser.post(PAGE, data={"path": path})
        assert "stands in your draft" in browser.get(answer.location).text
        assert line in drafts.file_of(tomas, course, path).data
    assert browser.post(PAGE, data={"path": "01-names/module.md"}).status_code == 404


def test_where_nobody_said_anything_nothing_is_overdue(
    publish: Publish, sign_in: SignIn, ada: User
) -> None:
    publish("small", SMALL)
    page = sign_in(ada).get(PAGE).text
    assert "No lesson says when its facts were checked." in page
    assert "names no page elsewhere" in page
    publish(
        "small",
        {
            **SMALL,
            "course.md": SMALL["course.md"].replace(
                "---\n\nFor", "checked: 2027-01-01\n---\n\nFor"
            ),
        },
    )
    assert "Nobody said how often" in sign_in(ada).get(PAGE).text
    assert "overdue" not in sign_in(ada).get("/en/studio/").text
