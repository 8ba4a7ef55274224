"""The page of a lesson: its text, its place, its languages, and the turn of the page."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from lms.content.archive import from_folder
from lms.content.tree import CourseTree
from lms.database import begin_writing, db
from lms.domain import catalogue, certification, journal
from lms.domain.learning import completion
from lms.models import Course, User
from lms.web.rendering import heading_levels
from tests.conftest import EXAMPLE, SMALL, Browser, Publish, SignIn

LESSON = "/en/courses/dns-essentials/how-names-work/names-and-zones"
SMALL_LESSON = "/en/courses/small/names/what-is-a-name"
PAGE = "01-names/01-what-is-a-name.md"


def test_a_lesson_says_where_it_stands_and_how_long_it_takes(
    visitor: Browser, example: Course
) -> None:
    page = visitor.get(LESSON).text
    assert "<h1>Names and zones</h1>" in page
    assert '<a href="/en/courses/dns-essentials/#module-1">1. How names work</a>' in page
    assert "Lesson 1 of 2" in page
    assert '<i class="is-here"></i><i></i>' in page
    assert "12 minutes" in page
    assert "Facts checked" not in page


def test_the_text_has_its_headings_pictures_and_boxes(visitor: Browser, example: Course) -> None:
    page = visitor.get(LESSON).text
    assert '<h2 id="tree">The tree</h2>' in page
    assert "<code>www.ngo.example.</code>" in page
    assert re.search(r'<figure><img src="/media/dns-essentials/[0-9a-f]{64}/01-how', page)
    assert "<figcaption>The root delegates example" in page
    assert re.search(r'<div class="box"><b><svg [^>]*>.*?</svg>Note</b>', page)


@pytest.mark.parametrize(
    ("course", "lesson", "month"),
    [
        ("", "", ""),
        ("checked: 2026-03-14", "", "March"),
        ("checked: 2026-03-14", "checked: 2026-05-02", "May"),
    ],
)
def test_the_date_of_the_facts_is_the_lessons_else_the_courses(
    visitor: Browser, publish: Publish, course: str, lesson: str, month: str
) -> None:
    publish(
        "small",
        {
            **SMALL,
            "course.md": SMALL["course.md"].replace("hours: 1", f"hours: 1\n{course}"),
            PAGE: SMALL[PAGE].replace("minutes: 5", f"minutes: 5\n{lesson}"),
        },
    )
    page = visitor.get(SMALL_LESSON).text
    assert ("Facts checked in" in page) == bool(month)
    assert f"Facts checked in {month}" in page or not month


TERMS = {
    **SMALL,
    "glossary.md": (
        "---\ntitle: Glossary\n---\n\nDNS (Domain Name System) {#dns}\n: Turns names into data.\n"
    ),
    PAGE: (
        "---\ntitle: Terms\n---\n\nThe [[DNS]]. It is old. The [[DNS|system]] is large.\n\n"
        "## More {#more}\n\nAgain [[DNS]].\n"
    ),
}


def test_a_term_is_explained_once_where_it_first_stands(visitor: Browser, publish: Publish) -> None:
    publish("small", TERMS)
    page = visitor.get(SMALL_LESSON).text
    assert page.count('popovertarget="g-dns"') == 1
    assert page.count('id="g-dns"') == 1
    assert re.search(r'The <span class="whole"><button [^>]*>DNS</button>\.</span> It', page)
    assert "<b>DNS (Domain Name System)</b>Turns names into data.</div>" in page


def test_a_term_is_explained_once_also_on_a_page_in_two_languages(
    visitor: Browser, publish: Publish
) -> None:
    publish(
        "small",
        {
            **TERMS,
            "course.md": SMALL["course.md"].replace(
                "language: en", "language: en\ntranslations: ar"
            ),
            "course.ar.md": "---\ntitle: الأسماء\n---\n",
            "01-names/01-what-is-a-name.ar.md": "---\ntitle: مصطلحات\n---\n\n[[DNS]] قديم.\n",
        },
    )
    page = visitor.get(SMALL_LESSON.replace("/en/", "/ar/")).text
    assert page.count('id="g-dns"') == 1
    assert '<section lang="en" dir="ltr">' in page


def test_links_lead_to_lessons_files_and_the_course(visitor: Browser, publish: Publish) -> None:
    text = (
        "---\ntitle: Links\n---\n\n[quiz](quiz.md) [paper](reading/paper.txt) "
        "[course](../course.md) [out](https://example.org/)\n"
    )
    tree = CourseTree.of(
        {path: data.encode() for path, data in {**SMALL, PAGE: text}.items()}
        | {"01-names/reading/paper.txt": b"Read me."}
    )
    publish("small", tree)
    page = visitor.get(SMALL_LESSON.replace("/en/", "/fr/")).text
    assert '<a href="/fr/courses/small/names/quiz">quiz</a>' in page
    assert re.search(r'<a href="/media/small/[0-9a-f]{64}/01-names/reading/paper.txt">paper', page)
    assert '<a href="/fr/courses/small/">course</a>' in page
    assert '<a href="https://example.org/" rel="noopener noreferrer">out</a>' in page


def test_a_table_has_headings_only_where_they_say_something(
    visitor: Browser, publish: Publish
) -> None:
    text = "---\ntitle: Table\n---\n\n| | Who |\n|---|--:|\n| org | a registry |\n"
    publish("small", {**SMALL, PAGE: text})
    page = visitor.get(SMALL_LESSON).text
    assert '<td></td><th scope="col" class="at-end">Who</th>' in page


def test_a_picture_that_knows_the_dark_is_told_apart(visitor: Browser, publish: Publish) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20">{}</svg>'
    style = "<style>@media (prefers-color-scheme: dark) {text{fill:#fff}}</style>"
    text = "---\ntitle: Pictures\n---\n\n![a](img/a.svg)\n\n![b](img/b.svg)\n\n![c](img/c.png)\n"
    files = {path: said.encode() for path, said in {**SMALL, PAGE: text}.items()}
    files["01-names/img/a.svg"] = svg.format("").encode()
    files["01-names/img/b.svg"] = svg.format(style).encode()
    files["01-names/img/c.png"] = b"\x89PNG\r\n\x1a\n"
    publish("small", CourseTree.of(files))
    page = visitor.get(SMALL_LESSON).text
    assert 'alt="a" width="30" height="20" loading="lazy"' in page
    assert 'alt="b" width="30" height="20" class="knows-dark" loading="lazy"' in page
    assert 'alt="c" loading="lazy"' in page


def test_hostile_text_stays_text(visitor: Browser, publish: Publish) -> None:
    evil = (
        "---\ntitle: <script>alert(1)</script>\n---\n\n<script>alert(2)</script>\n\n"
        "<img src=x onerror=alert(3)>\n\n[a](javascript:alert(4)) [b](data:text/html,x)\n\n"
        "## <svg onload=alert(5)> {#evil}\n\n## ? <script>alert(6)</script> {#q}\n\n"
        "- (x) <img src=y onerror=alert(7)>\n- ( ) [c](javascript:alert(8))\n\n"
        "> ? <iframe src=//evil>\n"
    )
    publish("small", {**SMALL, PAGE: evil})
    response = visitor.get(SMALL_LESSON)
    assert response.status_code == 200
    page = response.text
    scripts = re.findall(r"<script[^>]*>", page)
    assert all("ld+json" in script or 'src="/static/' in script for script in scripts)
    for tag in re.findall(r"<[^>]+>", page[page.index("<main") :]):
        assert not re.search(r"\son[a-z]+\s*=|javascript:|data:text", tag), tag
        assert not tag.startswith(("<iframe", "<img")), tag


def test_heading_levels_are_never_skipped() -> None:
    assert heading_levels([1, 2, 3, 1]) == [2, 3, 4, 2]
    assert heading_levels([3, 2, 4, 4, 6]) == [2, 2, 3, 3, 4]
    assert heading_levels([1, 2, 3, 4, 5, 6]) == [2, 3, 4, 5, 6, 6]
    assert heading_levels([]) == []


def test_a_visitor_turns_the_page_without_marking(visitor: Browser, example: Course) -> None:
    page = visitor.get(LESSON).text
    assert re.search(
        r'<a class="button" id="done" data-mark="dns-essentials/how-names-work/names-and-zones" '
        r'href="/en/courses/dns-essentials/how-names-work/quiz">'
        r"<span><span>Done, next</span><b>Check what you know</b></span>",
        page,
    )
    assert "Back to the course" in page
    assert (
        'method="post" action="/en/courses/dns-essentials/how-names-work/names-and-zones/completion"'
        not in page
    )


def test_the_last_page_leads_back_to_the_course(visitor: Browser, publish: Publish) -> None:
    publish("pages", {path: text for path, text in SMALL.items() if "quiz" not in path})
    page = visitor.get("/en/courses/pages/names/what-is-a-name").text
    assert "<span><span>Done</span><b>Back to the course</b></span>" in page


def test_a_later_page_leads_back_to_the_one_before(visitor: Browser, example: Course) -> None:
    page = visitor.get("/en/courses/dns-essentials/mail-identity/walk").text
    assert "Back: <bdi>Check what you know</bdi>" in page


def test_a_learner_marks_the_page_as_done(
    sign_in: Callable[[User], Browser], amina: User, small: Course
) -> None:
    page = sign_in(amina).get(SMALL_LESSON).text
    assert (
        f'<form method="post" action="{SMALL_LESSON}/completion"><button class="button">'
        "<span><span>Done, next</span><b>Quiz</b></span>" in page
    )
    assert "Whole course: 0 of 2 done" in page


def test_what_is_done_says_when_and_can_be_undone(
    sign_in: Callable[[User], Browser], amina: User, small: Course
) -> None:
    completion.complete_lesson(amina, small, "names/what-is-a-name")
    page = sign_in(amina).get(SMALL_LESSON).text
    assert re.search(r"Done on \d+ [A-Z][a-z]+ \d{4}</span>", page)
    assert f'action="{SMALL_LESSON}/completion/undo"' in page
    assert "Done, next" not in page
    assert "<span>Next</span>" in page


def test_a_closed_page_can_be_read_but_not_finished(
    sign_in: Callable[[User], Browser], amina: User, publish: Publish
) -> None:
    second = "---\ntitle: Second\nafter: names/what-is-a-name\n---\n\nMore.\n"
    publish("small", {**SMALL, "01-names/02-second.md": second})
    page = sign_in(amina).get("/en/courses/small/names/second").text
    assert "You can read this, but not finish it yet" in page
    assert "Opens when “What is a name” is done." in page
    assert "<p>More.</p>" in page
    assert "/completion" not in page


def test_labs_are_read_for_now(visitor: Browser, example: Course) -> None:
    page = visitor.get("/en/courses/dns-essentials/mail-identity/lab-publish-dmarc").text
    assert "This platform cannot check this exercise yet." in page
    assert "To think about · not graded" in page
    assert "<textarea" not in page


def test_a_lab_shows_the_zone_to_edit_but_not_its_solution(
    visitor: Browser, example: Course
) -> None:
    page = visitor.get("/en/courses/dns-essentials/mail-identity/lab-publish-dmarc").text
    assert "; your records below" in page
    assert "v=DMARC1" not in page
    assert "v=spf1" not in page


def test_an_assignment_that_asks_nothing_is_read_and_marked_as_done(
    sign_in: SignIn, amina: User, publish: Publish
) -> None:
    text = "---\ntitle: Talk\nkind: assignment\n---\n\nTalk to your board.\n"
    publish("small", {**SMALL, "01-names/assignment.md": text})
    page = sign_in(amina).get("/en/courses/small/names/assignment").text
    assert "This platform cannot check this exercise yet." in page
    assert "/completion" in page


def test_an_assignment_shows_what_earns_points_and_its_reading(
    visitor: Browser, example: Course
) -> None:
    page = visitor.get("/en/courses/dns-essentials/having-a-voice/assignment-public-comment").text
    assert "<li><b>Evidence</b> (0–4): facts, cases or data, with sources</li>" in page
    assert "staff-report.txt" in page
    assert "<textarea" not in page


def test_a_quiz_has_its_start_page_at_the_same_kind_of_address(
    visitor: Browser, example: Course
) -> None:
    page = visitor.get("/en/courses/dns-essentials/how-names-work/quiz").text
    assert "<h1>Check what you know</h1>" in page
    assert "SOA" not in page


def test_a_part_without_translation_says_so_once(visitor: Browser, example: Course) -> None:
    page = visitor.get(LESSON.replace("/en/", "/ar/")).text
    assert '<h1 lang="en" dir="ltr">Names and zones</h1>' in page
    assert page.count("لم يُترجم بعد: هذا الجزء معروض بـEnglish.") == 1
    assert page.count('<section lang="en" dir="ltr">') == 1
    assert f'<link rel="canonical" href="http://localhost{LESSON}">' in page


def test_a_page_names_its_versions_in_other_languages(visitor: Browser, publish: Publish) -> None:
    tree = from_folder(EXAMPLE).with_file(
        "01-how-names-work/01-names-and-zones.ar.md",
        "---\ntitle: الأسماء والمناطق\n---\n\n# الشجرة {#tree}\n\nكل اسم مسار.\n".encode(),
    )
    publish("dns-essentials", tree)
    arabic = LESSON.replace("/en/", "/ar/")
    page = visitor.get(arabic).text
    assert '<html lang="ar" dir="rtl">' in page
    assert '<h2 id="tree">الشجرة</h2>' in page
    assert f'<link rel="canonical" href="http://localhost{arabic}">' in page
    assert f'<link rel="alternate" hreflang="en" href="http://localhost{LESSON}">' in page
    assert f'<link rel="alternate" hreflang="x-default" href="http://localhost{LESSON}">' in page


def test_search_engines_read_what_the_lesson_is(visitor: Browser, example: Course) -> None:
    page = visitor.get(LESSON).text
    data = data_of(page)
    assert data.pop("dateModified")
    assert data == {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "url": f"http://localhost{LESSON}",
        "name": "Names and zones",
        "inLanguage": "en",
        "learningResourceType": "page",
        "timeRequired": "PT12M",
        "isAccessibleForFree": True,
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "isPartOf": {
            "@type": "Course",
            "name": "DNS essentials for not-for-profits",
            "url": "http://localhost/en/courses/dns-essentials/",
        },
    }
    assert '<meta name="description" content="Every name is a path in one tree.' in page


def test_a_long_text_is_described_by_its_beginning(visitor: Browser, publish: Publish) -> None:
    publish("small", {**SMALL, PAGE: f"---\ntitle: Long\n---\n\n{'word ' * 100}\n"})
    found = re.search(
        r'<meta name="description" content="([^"]*)">', visitor.get(SMALL_LESSON).text
    )
    assert found
    assert found[1].endswith("word …")
    assert len(found[1]) < 165


def test_an_earlier_name_leads_to_where_the_lesson_is_now(
    visitor: Browser, small: Course, publish: Publish
) -> None:
    files = {path: text for path, text in SMALL.items() if path != PAGE}
    moved = SMALL[PAGE].replace("minutes: 5", "minutes: 5\nwas: what-is-a-name")
    publish("small", {**files, "01-names/01-names-explained.md": moved})
    response = visitor.get(SMALL_LESSON)
    assert response.status_code == 301
    assert response.location == "/en/courses/small/names/names-explained"


def test_a_lesson_that_was_taken_out_says_so_kindly(
    visitor: Browser, small: Course, publish: Publish
) -> None:
    publish("small", {path: text for path, text in SMALL.items() if path != PAGE})
    response = visitor.get(SMALL_LESSON)
    assert response.status_code == 410
    assert "This lesson was taken out" in response.text
    assert 'href="/en/courses/small/"' in response.text


def test_there_is_no_page_for_what_is_no_lesson(visitor: Browser, small: Course) -> None:
    assert visitor.get("/en/courses/small/names/nothing").status_code == 404


def test_a_new_edition_is_shown_at_once(visitor: Browser, small: Course, publish: Publish) -> None:
    assert "A name is a" in visitor.get(SMALL_LESSON).text
    begin_writing()
    publish("small", {**SMALL, PAGE: SMALL[PAGE].replace("A name is a", "Every name is a")})
    assert "Every name is a" in visitor.get(SMALL_LESSON).text


def test_the_page_costs_so_many_statements(
    visitor: Browser,
    sign_in: Callable[[User], Browser],
    amina: User,
    example: Course,
    count_queries: list[str],
) -> None:
    learner = sign_in(amina)
    for browser, statements in ((visitor, 1), (learner, 2)):
        browser.get(LESSON)
        count_queries.clear()
        browser.get(LESSON)
        assert len(count_queries) == statements, count_queries


def test_for_who_earned_the_certificate_it_costs_one_statement_more(
    sign_in: Callable[[User], Browser], amina: User, small: Course, count_queries: list[str]
) -> None:
    completion.complete_lesson(amina, small, "names/what-is-a-name")
    edition = catalogue.current_edition(small)
    certification.issue(
        amina, small, edition, catalogue.text_of(edition), percent=None, earned_at=journal.now()
    )
    db.session.commit()
    learner = sign_in(amina)
    learner.get(SMALL_LESSON)
    count_queries.clear()
    assert "Done on" in learner.get(SMALL_LESSON).text
    assert len(count_queries) == 3, count_queries


def test_a_first_visit_is_light(visitor: Browser, example: Course) -> None:
    """Page, style, script, mark: compressed, without the pictures of the lesson."""
    packed = {"Accept-Encoding": "gzip"}
    page = visitor.get(LESSON).text
    addresses = [LESSON, *re.findall(r'"(/static/[^"]+)"', page)]
    assert len(addresses) == len(set(addresses)) == 4
    size = sum(len(visitor.get(address, headers=packed).data) for address in addresses)
    assert size < 30 * 1024, size


def data_of(page: str) -> Any:
    """The JSON-LD of a page."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    return json.loads(found[1])
