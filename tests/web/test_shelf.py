"""Pages that visitors get from the shelf, and pages with gaps: never stale, never somebody else's."""

import gzip
import re
from datetime import timedelta

import brotli
import pytest
from flask import Flask, g
from sqlalchemy import select

from lms.database import db
from lms.domain import catalogue, journal
from lms.domain.learning import completion
from lms.models import Course, User
from lms.web import access
from lms.web.store import Store
from tests.conftest import SMALL, Browser, Publish, SignIn
from tools.bench import course, weights

LESSON = "/en/courses/small/names/what-is-a-name"
PAGE = "01-names/01-what-is-a-name.md"
PACKED = {"Accept-Encoding": "gzip"}
SMALLEST = {"Accept-Encoding": "gzip, deflate, br"}


def test_the_second_visitor_gets_the_same_page_by_one_statement(
    visitor: Browser, small: Course, count_queries: list[str]
) -> None:
    for address in ("/en/", "/en/courses/small/", LESSON, "/en/courses/small/names/quiz"):
        first = visitor.get(address, headers=PACKED)
        count_queries.clear()
        second = visitor.get(address, headers=PACKED)
        assert len(count_queries) == 1, address
        assert second.data == first.data
        told = [{**one.headers, "X-Request-ID": "its own"} for one in (first, second)]
        assert told[0] == told[1]


def test_after_a_publication_nobody_gets_the_old_page(
    visitor: Browser, publish: Publish, small: Course
) -> None:
    for address in ("/en/courses/small/", LESSON):
        visitor.get(address)
    assert "It changed." not in visitor.get(LESSON).text

    publish("small", {**SMALL, PAGE: SMALL[PAGE].replace("It is.", "It is. It changed.")})
    publish("small", {**SMALL, PAGE: SMALL[PAGE].replace("A name is", "It changed. A name is")})

    assert "It changed." in visitor.get(LESSON).text


def test_a_course_that_is_retired_leaves_the_catalogue_at_once(
    visitor: Browser, small: Course
) -> None:
    assert "Names in short" in visitor.get("/en/").text
    db.session.merge(small).retired_at = journal.now()
    db.session.commit()
    assert "Names in short" not in visitor.get("/en/").text
    assert "noindex" in visitor.get(LESSON).text


def test_a_page_is_taken_down_when_a_date_of_a_course_passes(
    app: Flask,
    visitor: Browser,
    publish: Publish,
    count_queries: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opens = journal.now() + timedelta(hours=1)
    quiz = SMALL["01-names/quiz.md"].replace("pass: 50", f"pass: 50\nopens: {opens:%Y-%m-%d %H:%M}")
    publish("small", {**SMALL, "01-names/quiz.md": quiz})
    visitor.get(LESSON)
    count_queries.clear()
    visitor.get(LESSON)
    assert len(count_queries) == 1

    later = journal.now() + timedelta(hours=2)
    monkeypatch.setattr(journal, "now", lambda: later)
    app.extensions["places"].clear()  # else a page that is made costs no more than one that is kept
    visitor.get(LESSON)
    assert len(count_queries) > 2


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [("closes", "Closes on", "Closed on"), ("due", "Due on", "Was due on")],
)
@pytest.mark.parametrize("address", ["/en/courses/small/", LESSON, f"{LESSON}/../quiz"])
def test_at_the_moment_of_a_date_the_page_says_so(
    app: Flask,
    visitor: Browser,
    publish: Publish,
    count_queries: list[str],
    monkeypatch: pytest.MonkeyPatch,
    rule: str,
    before: str,
    after: str,
    address: str,
) -> None:
    date = (journal.now() + timedelta(days=1)).replace(second=0, microsecond=0)
    rules = f"pass: 50\n{rule}: {date:%Y-%m-%d %H:%M}"
    quiz = SMALL["01-names/quiz.md"].replace("pass: 50", rules)
    publish("small", {**SMALL, "01-names/quiz.md": quiz})
    for moment, is_kept, said in (
        (journal.now(), False, before),
        (date - timedelta(seconds=1), True, before),
        (date, False, after),
        (date, True, after),
    ):
        monkeypatch.setattr(journal, "now", lambda moment=moment: moment)
        app.extensions["places"].clear()
        count_queries.clear()
        page = visitor.get(address.replace("what-is-a-name/../", "")).text
        assert [words for words in (before, after) if words in page] == [said]
        assert (len(count_queries) == 1) == is_kept


def test_learners_for_whom_different_lessons_close_one_lesson_read_different_names(
    app: Flask, sign_in: SignIn, amina: User, eve: User, publish: Publish
) -> None:
    """Both read “Opens when … is done.” in the second module, of lessons in the first."""
    head = "---\ntitle: {}\n---\n\nShort.\n"
    publish(
        "small",
        {
            **SMALL,
            "01-names/02-second.md": head.format("The second"),
            "02-more/module.md": "---\ntitle: More\n---\n",
            "02-more/01-last.md": "---\ntitle: Last\nafter: names/what-is-a-name, names/second\n---\n\nLast.\n",
        },
    )
    course = db.session.scalars(select(Course)).one()
    completion.complete_lesson(amina, course, "names/what-is-a-name")
    db.session.commit()
    address = "/en/courses/small/more/last"
    for _turn in range(2):
        hers, other = (sign_in(one).get(address).text for one in (amina, eve))
        assert "Opens when “The second” is done." in hers
        assert "Opens when “What is a name” is done." in other


def test_a_glossary_is_kept_too(
    visitor: Browser, example: Course, count_queries: list[str]
) -> None:
    address = f"/en/courses/{example.slug}/glossary"
    first = visitor.get(address)
    count_queries.clear()
    assert visitor.get(address).text == first.text
    assert len(count_queries) == 1


def test_a_signed_in_page_never_comes_from_the_shelf_nor_goes_there(
    visitor: Browser, sign_in: SignIn, amina: User, eve: User, small: Course
) -> None:
    assert "Amina" in sign_in(amina).get(LESSON).text
    assert "Amina" not in visitor.get(LESSON).text
    other = sign_in(eve).get(LESSON).text
    assert "Eve" in other
    assert "Amina" not in other


def test_an_address_with_a_query_is_not_kept(
    visitor: Browser, small: Course, count_queries: list[str]
) -> None:
    visitor.get(f"{LESSON}?x=1")
    count_queries.clear()
    assert "?x=1" in visitor.get(f"{LESSON}?x=1").text
    assert len(count_queries) > 1


def test_a_page_with_gaps_is_the_page_as_it_would_be_without(
    app: Flask,
    sign_in: SignIn,
    amina: User,
    eve: User,
    small: Course,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For two learners in two states, before and after: kept outlines and fresh ones agree."""
    browsers = [sign_in(amina), sign_in(eve)]
    completion.complete_lesson(amina, small, "names/what-is-a-name")
    db.session.commit()
    for _turn in range(2):
        kept = [browser.get(LESSON).text for browser in browsers]
        packed = [browser.get(LESSON, headers=PACKED) for browser in browsers]
        app.extensions["outlines"].clear()
        fresh = [browser.get(LESSON).text for browser in browsers]
        assert kept == fresh
        assert [_unpacked(one.data) for one in packed] == fresh
        assert "Done on" in fresh[0]
        assert "Done on" not in fresh[1]


def _unpacked(data: bytes) -> str:
    return gzip.decompress(data).decode()


def test_what_everybody_shares_cannot_ask_who_reads_it(app: Flask, amina: User) -> None:
    with app.test_request_context("/en/"):
        g.me = amina
        with access.nobody_reads(), pytest.raises(RuntimeError, match="must not depend"):
            access.me()
        assert access.me() == amina
    g.pop("me", None)
    with app.test_request_context("/en/"):
        with access.nobody_reads():
            pass
        assert "me" not in g


def test_a_store_keeps_what_was_asked_for_last_and_no_more_than_fits() -> None:
    store = Store(10)
    store.put("a", 1, 4)
    store.put("b", 2, 4)
    store.put("a", 3, 4)
    store.put("c", 4, 4)
    assert [store.get(key) for key in "abc"] == [3, None, 4]
    store.put("d", 5, 11)
    assert [store.get(key) for key in "acd"] == [None, None, None]
    store.put("e", 6, 1)
    store.clear()
    assert store.get("e") is None


def test_first_and_next_visits_are_light(
    visitor: Browser, sign_in: SignIn, amina: User, publish: Publish
) -> None:
    """What the bench prints about bytes, as a promise: of a lesson of a thousand words."""
    publish(course.SLUG, course.files())
    lesson = f"/en/courses/{course.SLUG}/module-2/lesson-4"
    page = visitor.get(lesson, headers=SMALLEST)
    html = brotli.decompress(page.data).decode()
    addresses = weights.parts_of(html)
    parts = {one: len(visitor.get(one, headers=SMALLEST).data) for one in addresses}
    visit = weights.Visit({lesson: len(page.data), **parts})

    assert visit.all <= 30 * 1024
    assert len(visit.parts) <= 4
    assert visit.scripts <= 5 * 1024
    assert len(page.data) <= 5 * 1024
    assert len(visitor.get(lesson, headers=PACKED).data) <= 5.2 * 1024
    assert len(sign_in(amina).get(lesson, headers=SMALLEST).data) <= 5 * 1024
    assert len(sign_in(amina).get(lesson, headers=PACKED).data) <= 5 * 1024
    style = visitor.get(next(one for one in addresses if one.endswith(".css"))).text
    assert "@font-face" not in style
    assert not re.findall(r'(?:src|srcset)="https?:', html)
    again = visitor.get(lesson, headers={**SMALLEST, "If-None-Match": page.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_faces_are_shared_only_while_time_does_not_matter(
    sign_in: SignIn, amina: User, publish: Publish
) -> None:
    opens = journal.now() + timedelta(hours=1)
    quiz = SMALL["01-names/quiz.md"].replace("pass: 50", f"pass: 50\nopens: {opens:%Y-%m-%d %H:%M}")
    publish("small", {**SMALL, "01-names/quiz.md": quiz})
    place = catalogue.find_place("small", "names/what-is-a-name")
    assert place is not None
    assert catalogue.moments()
    assert "Opens on" in sign_in(amina).get(LESSON).text
