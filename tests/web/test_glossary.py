"""The glossary of a course on one page."""

import re

import pytest

from lms.database import db
from lms.domain import catalogue
from lms.models import User
from tests.conftest import SMALL, Browser, Publish, SignIn

TERMS = {
    **SMALL,
    "course.md": SMALL["course.md"].replace("language: en", "language: en\ntranslations: ar"),
    "course.ar.md": "---\ntitle: الأسماء باختصار\n---\n",
    "glossary.md": (
        "---\ntitle: Glossary\n---\n\nzone {#zone}\n: A *part* of the tree.\n\n"
        "Écart {#gap}\n: See [the page](01-names/01-what-is-a-name.md).\n\n"
        "DNS (Domain Name System) {#dns}\n: Turns names into data.\n"
    ),
    "glossary.ar.md": "---\ntitle: المسرد\n---\n\nمنطقة {#zone}\n: جزء من الشجرة.\n",
}


def test_every_term_stands_there_in_order_with_an_address_of_its_own(
    visitor: Browser, publish: Publish
) -> None:
    publish("small", TERMS)
    page = visitor.get("/en/courses/small/glossary").text

    assert re.findall(r'<div id="(\w+)">', page) == ["dns", "gap", "zone"]
    assert "<dt><dfn>DNS</dfn> <span>(Domain Name System)</span></dt>" in page
    assert "<p>A <em>part</em> of the tree.</p>" in page
    assert '<a href="/en/courses/small/names/what-is-a-name">the page</a>' in page
    assert "<title>Glossary: Names in short – " in page


def test_what_is_not_translated_is_shown_in_its_own_language(
    visitor: Browser, publish: Publish
) -> None:
    publish("small", TERMS)
    page = visitor.get("/ar/courses/small/glossary").text

    assert re.findall(r'<div id="(\w+)"( lang="en" dir="ltr")?>', page) == [
        ("dns", ' lang="en" dir="ltr"'),
        ("gap", ' lang="en" dir="ltr"'),
        ("zone", ""),
    ]
    assert '<link rel="canonical" href="http://localhost/ar/courses/small/glossary">' in page
    french = visitor.get("/fr/courses/small/glossary").text
    assert '<link rel="canonical" href="http://localhost/en/courses/small/glossary">' in french


def test_the_course_leads_there_if_it_has_a_glossary(visitor: Browser, publish: Publish) -> None:
    publish("small", TERMS)
    publish("bare", SMALL)

    link = '<a href="/en/courses/small/glossary">Glossary: 3 terms</a>'
    assert link in visitor.get("/en/courses/small/").text
    assert "glossary" not in visitor.get("/en/courses/bare/").text
    assert visitor.get("/en/courses/bare/glossary").status_code == 404
    assert visitor.get("/en/courses/nothing/glossary").status_code == 404


def test_the_glossary_of_a_retired_course_is_kept_but_not_to_be_found(
    visitor: Browser, publish: Publish
) -> None:
    publish("small", TERMS)
    noindex = '<meta name="robots" content="noindex">'
    assert noindex not in visitor.get("/en/courses/small/glossary").text
    course = catalogue.find_course("small")
    course.retired_at = course.created_at
    db.session.commit()

    assert noindex in visitor.get("/en/courses/small/glossary").text


@pytest.mark.parametrize("terms", [1, 3])
def test_the_number_of_terms_does_not_change_the_number_of_statements(
    visitor: Browser,
    sign_in: SignIn,
    amina: User,
    publish: Publish,
    count_queries: list[str],
    terms: int,
) -> None:
    entries = "".join(f"Term {number} {{#t{number}}}\n: One.\n\n" for number in range(terms))
    publish("small", {**SMALL, "glossary.md": f"---\ntitle: Glossary\n---\n\n{entries}"})
    learner = sign_in(amina)
    for browser, statements in ((visitor, 1), (learner, 3)):
        browser.get("/en/courses/small/glossary")
        count_queries.clear()
        browser.get("/en/courses/small/glossary")
        assert len(count_queries) == statements, count_queries


def test_a_visitors_page_may_be_kept(visitor: Browser, publish: Publish) -> None:
    publish("small", TERMS)
    page = visitor.get("/en/courses/small/glossary")

    assert page.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in page.headers


def test_the_site_map_knows_it(visitor: Browser, publish: Publish) -> None:
    publish("small", TERMS)
    found = visitor.get("/sitemap.xml").text

    assert "<loc>http://localhost/en/courses/small/glossary</loc>" in found
    assert "<loc>http://localhost/ar/courses/small/glossary</loc>" in found
