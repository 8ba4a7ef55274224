"""What visitors have done: the same page for all of them, and adopted by one POST after signing in."""

from sqlalchemy import select

from lms.database import db
from lms.models import Completion, Course, User
from tests.conftest import SMALL, Browser, Publish, SignIn

LESSON = "/en/courses/small/names/what-is-a-name"
MARK = "small/names/what-is-a-name"


def test_a_visitors_page_is_the_same_for_all_and_says_what_needs_script(
    visitor: Browser, small: Course
) -> None:
    page = visitor.get(LESSON)

    assert page.headers["Cache-Control"].startswith("public")
    assert f'id="done" data-mark="{MARK}"' in page.text
    assert '<p class="row after" id="kept" hidden>' in page.text
    assert "<noscript>" in page.text
    assert "Without JavaScript, this browser cannot remember what you have done." in page.text
    assert "/static/js/lesson." in page.text
    assert "/static/js/adopt." not in page.text
    assert page.text == visitor.get(LESSON).text


def test_a_visitors_tree_has_the_word_for_what_was_done(visitor: Browser, small: Course) -> None:
    page = visitor.get("/en/courses/small/").text

    assert '<ol class="tree" data-done="Done">' in page
    assert f'<a href="/en/courses/{MARK}">' in page


def test_what_is_shut_for_visitors_has_no_button(visitor: Browser, publish: Publish) -> None:
    lab = "---\ntitle: Lab\nkind: lab\nopens: 2999-01-01\n---\n\nText.\n"
    publish("small", {**SMALL, "01-names/lab.md": lab})
    page = visitor.get("/en/courses/small/names/lab").text

    assert 'id="done"' not in page
    assert "<noscript>" not in page


def test_marks_are_adopted_after_signing_in(sign_in: SignIn, amina: User, small: Course) -> None:
    browser = sign_in(amina)
    assert 'data-adopt="/en/my-learning/marks"' in browser.get(LESSON).text
    assert "data-mark" not in browser.get(LESSON).text

    first = browser.post("/en/my-learning/marks", data={"mark": [MARK, "no/such/thing"]})
    again = browser.post("/en/my-learning/marks", data={"mark": [MARK]})

    assert (first.json, again.json) == ({"adopted": 1}, {"adopted": 0})
    assert first.headers["Cache-Control"] == "no-store"
    assert [row.user_id for row in db.session.scalars(select(Completion))] == [amina.id]
