"""The page of a course: what one learns, what is inside, what earns the certificate."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from lms.database import db
from lms.domain import catalogue
from lms.domain.learning import completion
from lms.models import Course, User
from lms.web.licences import licence_url
from tests.conftest import SMALL, Browser, Publish


def test_the_page_says_what_one_will_be_able_to_do_and_what_is_inside(
    visitor: Browser, example: Course
) -> None:
    page = visitor.get("/en/courses/dns-essentials/").text
    assert "<h1>DNS essentials for not-for-profits</h1>" in page
    assert '<h2 id="outcomes">You will be able to</h2>' in page
    assert "write a public comment that is heard." in page
    for fact in ("Beginner", "6 hours", "7 lessons", "Amina Diallo", "wa-sig", "CC BY 4.0"):
        assert fact in page
    assert "1. <bdi>How names work</bdi>" in page
    assert "Follow a name from your phone to the server and back." in page
    assert (
        '<a href="/en/courses/dns-essentials/how-names-work/quiz">Check what you know</a>' in page
    )


def test_the_page_says_in_words_what_earns_the_certificate(
    visitor: Browser, example: Course
) -> None:
    page = visitor.get("/en/courses/dns-essentials/").text
    for condition in (
        "all required lessons done",
        "final exam with at least 70%",
        "assignment reviewed",
    ):
        assert f"<li>{condition}</li>" in page


def test_an_exam_without_a_mark_of_its_own_has_to_be_passed(
    visitor: Browser, publish: Publish
) -> None:
    text = SMALL["course.md"].replace("complete: all lessons", "complete: exam")
    exam = SMALL["01-names/quiz.md"]
    publish("small", {**SMALL, "course.md": text, "01-names/exam.md": exam})
    assert "<li>final exam passed</li>" in visitor.get("/en/courses/small/").text


def test_a_course_without_a_certificate_says_so(visitor: Browser, publish: Publish) -> None:
    text = SMALL["course.md"].replace("certificate: yes", "certificate: no")
    publish("small", {**SMALL, "course.md": text})
    page = visitor.get("/en/courses/small/").text
    assert re.search(r"<dt>Certificate</dt>\s*<dd>none</dd>", page)


@pytest.mark.parametrize(
    ("licence", "address"),
    [
        ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("cc by-nc-sa 4.0", "https://creativecommons.org/licenses/by-nc-sa/4.0/"),
        ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("All rights reserved", ""),
    ],
)
def test_a_creative_commons_licence_is_linked(licence: str, address: str) -> None:
    assert licence_url(licence) == address


def test_another_licence_stands_there_without_a_link(visitor: Browser, publish: Publish) -> None:
    text = SMALL["course.md"].replace("CC BY 4.0", "Ours")
    publish("small", {**SMALL, "course.md": text})
    page = visitor.get("/en/courses/small/").text
    assert "<dd><bdi>Ours</bdi></dd>" in page
    assert data_of(page)["license"] == "Ours"


def test_facts_that_are_not_given_leave_no_empty_lines(visitor: Browser, publish: Publish) -> None:
    publish("small", {**SMALL, "course.md": "---\ntitle: Bare\nlanguage: en\n---\n"})
    page = visitor.get("/en/courses/small/").text
    for word in ("Licence", "Trainer", "Made with", "Facts checked", "hours"):
        assert word not in page
    assert "timeRequired" not in page


def test_the_month_of_the_check_is_shown_where_the_author_said_so(
    visitor: Browser, publish: Publish
) -> None:
    text = SMALL["course.md"].replace("hours: 1", "hours: 6-8\nchecked: 2026-03-14")
    publish("small", {**SMALL, "course.md": text})
    page = visitor.get("/en/courses/small/").text
    assert "<dt>Facts checked</dt><dd>March 2026</dd>" in page
    assert "<li>6-8 hours</li>" in page


def test_a_visitor_starts_with_the_first_lesson(visitor: Browser, small: Course) -> None:
    page = visitor.get("/en/courses/small/").text
    button = '<a class="button" href="/en/courses/small/names/what-is-a-name"><span>Start: <bdi>'
    assert f"{button}What is a name</bdi></span>" in page
    assert "<progress" not in page


def test_a_learner_goes_on_where_they_stopped_and_sees_how_far_they_are(
    sign_in: Callable[[User], Browser], amina: User, small: Course
) -> None:
    completion.complete_lesson(amina, small, "names/what-is-a-name")
    browser = sign_in(amina)
    page = browser.get("/en/courses/small/").text
    assert "<span>Go on: <bdi>Quiz</bdi></span>" in page
    assert "1 of 2 done" in page
    assert re.search(r'<li class="is-done">\s*<a [^>]*>What is a name</a>\s*<small>Done', page)
    assert re.search(
        r'<li class="is-here">\s*<a [^>]* aria-current="step">Quiz</a>\s*<small>You stopped here',
        page,
    )


def test_a_course_that_is_done_leads_to_my_learning(
    sign_in: Callable[[User], Browser], amina: User, publish: Publish
) -> None:
    publish("pages", {path: text for path, text in SMALL.items() if "quiz" not in path})
    completion.complete_lesson(amina, catalogue.find_course("pages"), "names/what-is-a-name")
    page = sign_in(amina).get("/en/courses/pages/").text
    assert "Everything that the course asks for is done." in page
    assert 'class="button" href="/en/my-learning"' in page


def test_what_is_closed_says_why(
    sign_in: Callable[[User], Browser], amina: User, publish: Publish
) -> None:
    quiz = SMALL["01-names/quiz.md"].replace("pass: 50", "pass: 50\nafter: names/what-is-a-name")
    publish("small", {**SMALL, "01-names/quiz.md": quiz})
    page = sign_in(amina).get("/en/courses/small/").text
    assert re.search(
        r'<li class="is-shut">\s*<a [^>]*>Quiz</a>\s*'
        r"<small>Quiz · Opens when “What is a name” is done.</small>",
        page,
    )


def test_parts_without_translation_are_shown_in_the_source_language_and_say_so(
    visitor: Browser, example: Course
) -> None:
    page = visitor.get("/ar/courses/dns-essentials/").text
    assert "للعاملين والمتطوعين" in page
    note = page.index("لم يُترجم بعد: هذا الجزء معروض بـEnglish.")
    assert page.index("للعاملين والمتطوعين") < note < page.index('<section lang="en" dir="ltr">')
    assert page.count("لم يُترجم بعد") == 1


def test_the_languages_are_links_to_this_page_in_them(visitor: Browser, example: Course) -> None:
    page = visitor.get("/ar/courses/dns-essentials/").text
    assert '<a href="/en/courses/dns-essentials/" lang="en" hreflang="en">English</a>' in page
    assert '<span lang="ar">العربية</span>' in page
    assert '<link rel="canonical" href="http://localhost/ar/courses/dns-essentials/">' in page


def test_a_page_in_a_language_without_text_points_to_the_original(
    visitor: Browser, small: Course
) -> None:
    page = visitor.get("/fr/courses/small/").text
    assert '<link rel="canonical" href="http://localhost/en/courses/small/">' in page
    assert "alternate" not in page


def test_search_engines_read_what_the_course_is(visitor: Browser, example: Course) -> None:
    data = data_of(visitor.get("/en/courses/dns-essentials/").text)
    changed = data.pop("dateModified")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", changed)
    assert data == {
        "@context": "https://schema.org",
        "@type": "Course",
        "url": "http://localhost/en/courses/dns-essentials/",
        "name": "DNS essentials for not-for-profits",
        "description": "Register a name, keep it, protect your mail and speak up about the rules.",
        "inLanguage": "en",
        "availableLanguage": ["en", "ar"],
        "educationalLevel": "beginner",
        "timeRequired": "PT6H",
        "isAccessibleForFree": True,
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "version": 1,
        "author": [
            {"@type": "Person", "name": "Amina Diallo"},
            {"@type": "Person", "name": "Carlos Rivera"},
        ],
        "provider": {
            "@type": "Organization",
            "name": "NPOC Learn",
            "url": "http://localhost/en/",
        },
        "hasCourseInstance": {"@type": "CourseInstance", "courseMode": "Online"},
    }


def test_a_title_cannot_end_the_data_block(visitor: Browser, publish: Publish) -> None:
    evil = "</script><script>alert(1)</script>"
    publish("small", {**SMALL, "course.md": SMALL["course.md"].replace("Names in short", evil)})
    page = visitor.get("/en/courses/small/").text
    assert "<script>alert" not in page
    assert data_of(page)["name"] == evil


def test_a_retired_course_is_still_there_for_those_who_began_it(
    visitor: Browser, small: Course
) -> None:
    small.retired_at = small.created_at
    db.session.commit()
    page = visitor.get("/en/courses/small/").text
    assert "No longer offered" in page
    assert '<meta name="robots" content="noindex">' in page
    assert (
        '<meta name="robots" content="noindex">'
        in visitor.get("/en/courses/small/names/what-is-a-name").text
    )


def test_there_is_no_page_for_what_is_no_course(visitor: Browser) -> None:
    response = visitor.get("/en/courses/nothing/")
    assert response.status_code == 404
    assert "There is no such course." in response.text


def test_an_address_without_a_slash_or_a_language_leads_to_the_page(
    visitor: Browser, small: Course
) -> None:
    assert visitor.get("/en/courses/small").location.endswith("/en/courses/small/")
    assert visitor.get("/courses/small/").location == "/en/courses/small/"


def test_the_page_costs_so_many_statements(
    visitor: Browser,
    sign_in: Callable[[User], Browser],
    amina: User,
    example: Course,
    count_queries: list[str],
) -> None:
    learner = sign_in(amina)
    for browser, statements in ((visitor, 1), (learner, 5)):
        browser.get("/en/courses/dns-essentials/")
        count_queries.clear()
        browser.get("/en/courses/dns-essentials/")
        assert len(count_queries) == statements, count_queries


def test_what_changed_is_told_in_plain_words(visitor: Browser) -> None:
    page = visitor.get("/ar/about/changes").text
    assert '<div class="prose after" lang="en" dir="ltr">' in page
    assert "<h2>0.1, " in page
    assert '<link rel="canonical" href="http://localhost/en/about/changes">' in page


def data_of(page: str) -> Any:
    """The JSON-LD of a page."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    return json.loads(found[1])
