"""The catalogue: every course, filters, progress, and what search engines read."""

from collections.abc import Callable
from html import unescape

import pytest

from lms.database import begin_writing, db
from lms.domain.learning import completion
from lms.models import Course, User
from tests.conftest import SMALL, Browser, Publish

ARABIC = {
    "course.md": SMALL["course.md"]
    .replace("language: en", "language: en\ntranslations: ar, sw")
    .replace("level: beginner", "level: advanced"),
    "course.ar.md": "---\ntitle: الأسماء باختصار\nsummary: صفحة واختبار.\n---\n",
    "course.sw.md": "---\ntitle: Majina\n---\n",
}


def test_an_empty_site_says_that_courses_are_coming(visitor: Browser) -> None:
    page = visitor.get("/en/").text
    assert "The first course is being written." in page
    assert 'class="filters' not in page


def test_a_course_stands_there_with_its_facts(visitor: Browser, small: Course) -> None:
    page = visitor.get("/en/").text
    assert '<h3><a href="/en/courses/small/">Names in short</a></h3>' in page
    for fact in ("Beginner", "1 hour", "English", "Certificate", "One page, one quiz."):
        assert fact in page
    assert 'Look inside<span class="unseen">: Names in short</span>' in page
    assert "Go on" not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"small", "other"}),
        ("?language=ar", {"other"}),
        ("?language=en&level=beginner", {"small"}),
        ("?level=advanced", {"other"}),
        ("?language=ar&level=beginner", set()),
        ("?language=klingon&level=%3Cscript%3E", {"small", "other"}),
    ],
)
def test_courses_are_filtered_by_language_and_level(
    visitor: Browser, publish: Publish, query: str, shown: set[str]
) -> None:
    publish("small", SMALL)
    publish("other", {**SMALL, **ARABIC})
    page = visitor.get(f"/en/{query}").text
    assert {slug for slug in ("small", "other") if f'"/en/courses/{slug}/"' in page} == shown
    assert ("No course fits this choice yet." in page) == (not shown)
    assert "<script>" not in page


def test_a_filter_keeps_its_choice_and_offers_what_there_is(
    visitor: Browser, publish: Publish
) -> None:
    publish("small", SMALL)
    publish("other", {**SMALL, **ARABIC})
    page = visitor.get("/en/?language=ar").text
    assert '<option value="ar" lang="ar" selected>العربية</option>' in page
    assert '<option value="fr"' not in page
    assert '<option value="advanced">Advanced</option>' in page


def test_a_title_is_shown_in_the_readers_language_else_marked_as_foreign(
    visitor: Browser, publish: Publish
) -> None:
    publish("small", SMALL)
    publish("other", {**SMALL, **ARABIC})
    page = visitor.get("/ar/").text
    assert '<html lang="ar" dir="rtl">' in page
    assert ">الأسماء باختصار</a>" in page
    assert '<div lang="en" dir="ltr">' in page
    assert 'lang="sw" dir="ltr">Kiswahili</span>' in page


def test_a_course_that_was_begun_shows_progress_and_where_to_go_on(
    sign_in: Callable[[User], Browser], amina: User, small: Course
) -> None:
    browser = sign_in(amina)
    assert "Go on" not in browser.get("/en/").text
    begin_writing()
    completion.complete_lesson(amina, small, "names/what-is-a-name")
    db.session.commit()
    page = browser.get("/en/").text
    assert "1 of 2 done" in page
    assert 'class="button" href="/en/courses/small/names/quiz">Go on' in page


def test_a_retired_course_is_not_offered(visitor: Browser, small: Course) -> None:
    small.retired_at = small.created_at
    db.session.commit()
    assert "Names in short" not in visitor.get("/en/").text


def test_search_engines_learn_which_languages_there_are(visitor: Browser, publish: Publish) -> None:
    publish("other", {**SMALL, **ARABIC})
    page = visitor.get("/fr/").text
    assert '<link rel="canonical" href="http://localhost/en/">' in page
    assert '<link rel="alternate" hreflang="ar" href="http://localhost/ar/">' in page
    assert '<link rel="alternate" hreflang="x-default" href="http://localhost/en/">' in page
    assert '<meta name="description" content="Des cours gratuits' in page


def test_what_a_trainer_wrote_cannot_run(visitor: Browser, publish: Publish) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    text = SMALL["course.md"].replace("Names in short", evil).replace("Tomas", evil)
    publish("small", {**SMALL, "course.md": text})
    page = visitor.get("/en/").text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert evil in unescape(page)


@pytest.mark.parametrize("courses", [1, 3])
def test_the_number_of_courses_does_not_change_the_number_of_statements(
    visitor: Browser,
    sign_in: Callable[[User], Browser],
    amina: User,
    publish: Publish,
    count_queries: list[str],
    courses: int,
) -> None:
    for number in range(courses):
        publish(f"course-{number}", SMALL)
    learner = sign_in(amina)
    for browser, statements in ((visitor, 1), (learner, 4)):
        browser.get("/en/")  # reads the texts once
        count_queries.clear()
        assert browser.get("/en/").status_code == 200
        assert len(count_queries) == statements, count_queries


def test_a_visitors_page_may_be_kept_and_a_learners_may_not_be_shared(
    visitor: Browser, sign_in: Callable[[User], Browser], amina: User, small: Course
) -> None:
    learner = sign_in(amina)
    response = visitor.get("/en/")
    assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "Set-Cookie" not in response.headers
    tag = response.headers["ETag"]
    assert visitor.get("/en/", headers={"If-None-Match": tag}).status_code == 304
    assert learner.get("/en/").headers["Cache-Control"] == "private, no-cache"


def test_a_shortened_address_leads_to_all_courses(visitor: Browser) -> None:
    answer = visitor.get("/ar/courses/")

    assert (answer.status_code, answer.location) == (301, "/ar/")
