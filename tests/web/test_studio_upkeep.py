"""What should be looked at again in a course: facts that age, and sources that vanish."""

from datetime import UTC, datetime

from flask import Flask, render_template_string

from lms.database import begin_writing, db
from lms.domain import catalogue, journal, upkeep
from lms.models import CourseRole, SourceCheck, User, Verdict
from tests.conftest import SMALL, Clock, Publish, SignIn
from tests.marked import in_role

PAGE = "/en/studio/small/upkeep"
LINKS = "[a](https://a.example/) [b](https://b.example/) [c](https://c.example/) "
MORE = {
    **SMALL,
    "course.md": SMALL["course.md"].replace("---\n\nFor", "review: 6 months\n---\n\nFor"),
    "01-names/02-fresh.md": (
        f"---\ntitle: Fresh\nchecked: 2027-02-01\n---\n\n{LINKS}[d](https://d.example/)\n"
    ),
    "01-names/03-old.md": "---\ntitle: Old\nchecked: 2026-02-01\nreview: 1 month\n---\n\nOld.\n",
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

    begin_writing()
    assert [(one.course.id, len(one.ages)) for one in upkeep.overdue(tomas)] == [(course.id, 2)]
    assert len(db.session.query(SourceCheck).all()) == 4
    home = (
        "{% from 'studio/_overdue.html' import overdue_facts with context %}"
        "{{ overdue_facts(overdue) }}"
    )
    with app.test_request_context("/en/"):
        told = render_template_string(home, overdue=upkeep.overdue(tomas))
    assert "2 are overdue" in told


def test_who_looks_after_nothing_has_nothing_overdue(
    publish: Publish, sign_in: SignIn, ada: User, amina: User, clock: Clock
) -> None:
    publish("small", MORE)
    assert len(upkeep.overdue(ada)) == 1
    assert upkeep.overdue(amina) == []
    publish("small", SMALL)
    assert upkeep.overdue(ada) == []
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
    assert journal.now() == datetime(2027, 3, 1, 12, tzinfo=UTC)
