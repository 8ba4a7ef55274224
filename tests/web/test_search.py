"""The search page, and the field that leads there."""

import re
from html import unescape

import pytest

from lms.database import db
from lms.models import Course, User
from tests.conftest import SMALL, Browser, Publish, SignIn

ARABIC = {
    **SMALL,
    "course.md": SMALL["course.md"].replace("language: en", "language: en\ntranslations: ar, sw"),
    "course.ar.md": "---\ntitle: الأسماء باختصار\n---\n",
    "01-names/module.ar.md": "---\ntitle: الأسماء\n---\n",
    "01-names/01-what-is-a-name.ar.md": "---\ntitle: ما الاسم\n---\n\nالاسم مسار في شجرة.\n",
    "01-names/01-what-is-a-name.sw.md": "---\ntitle: Jina ni nini\n---\n\nJina ni njia.\n",
    "01-names/02-only.md": "---\ntitle: Zones\n---\n\nA zone is a part of the tree.\n",
    "glossary.md": "---\ntitle: Glossary\n---\n\nDNS (Domain Name System) {#dns}\n: Turns names into data.\n",
}


def hits(page: str) -> list[tuple[str, str]]:
    """Address and title (marked words in brackets) of each hit."""
    found = re.findall(r'<h2[^>]*><a href="([^"]*)">(.*?)</a></h2>', page)
    return [
        (address, unescape(re.sub("<mark>(.*?)</mark>", r"[\1]", title)))
        for address, title in found
    ]


def test_a_hit_says_what_it_is_and_where_and_shows_its_sentence(
    visitor: Browser, publish: Publish
) -> None:
    publish("small", ARABIC)
    page = visitor.get("/en/search?q=zone").text

    assert hits(page) == [("/en/courses/small/names/only", "[Zones]")]
    assert "<p>A <mark>zone</mark> is a part of the tree.</p>" in page
    facts = re.findall("<li>(Lesson|Names in short|Names)</li>", page)
    assert facts == ["Lesson", "Names in short", "Names"]
    assert "1 place found" in page
    assert '<input id="ask" type="search" name="q" value="zone"' in page


def test_courses_and_terms_lead_to_their_pages(visitor: Browser, publish: Publish) -> None:
    publish("small", ARABIC)

    assert hits(visitor.get("/en/search?q=names").text)[:2] == [
        ("/en/courses/small/", "[Names] in short"),
        ("/en/courses/small/glossary#dns", "DNS (Domain Name System)"),
    ]


def test_a_quiz_is_called_a_quiz_and_shows_nothing_of_its_questions(
    visitor: Browser, small: Course
) -> None:
    page = visitor.get("/en/search?q=quiz").text
    assert "<li>Quiz</li>" in page
    for word in ("registrar", "top-level", "Registries"):
        assert word not in page
        assert hits(visitor.get(f"/en/search?q={word}").text) == []


def test_a_text_in_another_language_says_so_and_leads_to_where_it_is_read(
    visitor: Browser, publish: Publish
) -> None:
    publish("small", ARABIC)
    page = visitor.get("/ar/search?q=tree").text

    assert hits(page) == [
        ("/en/courses/small/names/what-is-a-name", "What is a name"),
        ("/ar/courses/small/names/only", "Zones"),
    ]
    assert '<h2 lang="en" dir="ltr">' in page
    assert '<p lang="en" dir="ltr">A zone is a part of the <mark>tree</mark>.</p>' in page
    assert '<li lang="en" dir="ltr">English</li>' in page
    assert "<li>الأسماء باختصار</li>" in page


def test_a_text_in_a_language_without_menus_is_read_under_the_readers(
    visitor: Browser, publish: Publish
) -> None:
    publish("small", ARABIC)
    page = visitor.get("/en/search?q=njia").text

    assert hits(page) == [("/en/courses/small/names/what-is-a-name", "Jina ni nini")]
    assert '<li lang="sw" dir="ltr">Kiswahili</li>' in page


def test_what_is_shown_cannot_run(visitor: Browser, publish: Publish) -> None:
    evil = "<script>alert(1)</script> zone"
    page = f"---\ntitle: {evil}\n---\n\n{evil}.\n"
    publish("small", {**SMALL, "01-names/02-evil.md": page})
    found = visitor.get("/en/search", query_string={"q": "zone <script>alert"}).text

    assert "<script>alert" not in found
    assert "&lt;<mark>script</mark>&gt;" in found


def test_nothing_asked_shows_the_field_and_where_else_to_look(
    visitor: Browser, publish: Publish
) -> None:
    publish("small", ARABIC)
    for address in ("/en/search", "/en/search?q=", "/en/search?q=+++", "/en/search?q=%00"):
        page = visitor.get(address)
        assert page.status_code == 200
        assert "The last word may be the beginning of one." in page.text
        assert '<a href="/en/courses/small/glossary">Glossary:' in page.text


def test_nothing_found_says_so_and_where_else_to_look(visitor: Browser, publish: Publish) -> None:
    publish("small", ARABIC)
    page = visitor.get("/en/search?q=nowhere").text

    assert "Nothing holds all of these words." in page
    assert '<a href="/en/">All courses</a>' in page
    assert '<a href="/en/courses/small/glossary">Glossary:' in page


@pytest.mark.parametrize(
    "question", ['"', "* NEAR : (", "a\0b", "\ufffe", "x" * 5000, "%ff", "<b>", "注" * 300]
)
def test_no_question_is_an_error(visitor: Browser, small: Course, question: str) -> None:
    page = visitor.get("/en/search", query_string={"q": question})
    assert page.status_code == 200
    assert "\0" not in page.text
    assert f'value="{"x" * 201}' not in page.text


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "9" * 5000, "1.5"])
def test_no_page_number_is_an_error(visitor: Browser, small: Course, page: str) -> None:
    answer = visitor.get("/en/search", query_string={"q": "name", "page": page})
    assert answer.status_code == 200
    assert hits(answer.text)


def test_many_hits_stand_on_several_pages(visitor: Browser, publish: Publish) -> None:
    pages = {
        f"01-names/{number:02}-p-{number}.md": f"---\ntitle: Owl {number}\n---\n\nText.\n"
        for number in range(3, 44)
    }
    publish("small", {**SMALL, **pages})
    first, second, last = (visitor.get(f"/en/search?q=owl&page={page}").text for page in (1, 2, 3))

    assert [len(hits(page)) for page in (first, second, last)] == [20, 20, 1]
    assert "41 places found · Page 1 of 3" in first
    assert 'rel="next" href="/en/search?q=owl&amp;page=2"' in first
    assert 'rel="prev"' not in first
    assert 'rel="prev" href="/en/search?q=owl&amp;page=1"' in second
    assert 'rel="next" href="/en/search?q=owl&amp;page=3"' in second
    assert 'rel="next"' not in last


@pytest.mark.parametrize("lessons", [1, 3])
def test_the_number_of_hits_does_not_change_the_number_of_statements(
    visitor: Browser,
    sign_in: SignIn,
    amina: User,
    publish: Publish,
    count_queries: list[str],
    lessons: int,
) -> None:
    for number in range(lessons):
        publish(f"course-{number}", ARABIC)
    learner = sign_in(amina)
    for browser, statements in ((visitor, 4), (learner, 4)):
        browser.get("/en/search?q=zone")  # reads the texts once
        count_queries.clear()
        page = browser.get("/en/search?q=zone")
        assert len(hits(page.text)) == lessons
        assert len(count_queries) == statements, count_queries


def test_search_engines_do_not_keep_results_but_browsers_may(
    visitor: Browser, small: Course
) -> None:
    page = visitor.get("/en/search?q=name")

    assert page.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page.text
    assert page.headers["Cache-Control"].startswith("public")
    again = visitor.get("/en/search?q=name", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304


def test_searching_too_often_is_refused_for_a_while(
    visitor: Browser, small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.web.allowance.SEARCHES", 2)
    visitor.get("/en/search")
    codes = [visitor.get(f"/en/search?q=name{number}").status_code for number in range(3)]

    assert codes == [200, 200, 429]
    assert visitor.get("/en/search").status_code == 200


def test_every_page_has_a_field_and_an_unknown_address_a_large_one(
    visitor: Browser, small: Course
) -> None:
    for address in ("/en/", "/en/courses/small/", "/en/courses/small/names/quiz", "/en/sign-in"):
        page = visitor.get(address).text
        assert '<form class="seek" role="search" action="/en/search">' in page, address
    assert 'class="seek"' not in visitor.get("/en/search").text
    assert '<input id="ask" type="search"' in visitor.get("/en/courses/nothing/").text
    assert '<input id="ask"' not in visitor.post("/en/").text


def test_the_same_question_in_another_language_is_one_press_away(
    visitor: Browser, small: Course
) -> None:
    assert 'href="/ar/search?q=name"' in visitor.get("/en/search?q=name").text


def test_a_retired_course_is_not_found(visitor: Browser, small: Course) -> None:
    small.retired_at = small.created_at
    db.session.commit()
    assert hits(visitor.get("/en/search?q=name").text) == []
