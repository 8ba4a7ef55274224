"""The root, robots.txt, the site map."""

from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from lms.database import db
from lms.models import Course, User
from tests.conftest import SMALL, Browser, Publish

ABOUT = [
    "http://localhost/en/about/changes",
    *(
        f"http://localhost/{language}/about/{name}"
        for name in ("privacy", "terms", "contact", "accessibility")
        for language in ("en", "fr", "ar")
    ),
]
"""The pages about the site itself."""
NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.mark.parametrize(
    ("accepted", "leads_to"),
    [("ar,en;q=0.5", "/ar/"), ("pt-BR,pt;q=0.9", "/pt/"), ("sw", "/en/"), ("", "/en/")],
)
def test_the_root_leads_to_the_catalogue_in_the_readers_language(
    visitor: Browser, accepted: str, leads_to: str
) -> None:
    response = visitor.get("/", headers={"Accept-Language": accepted})
    assert response.status_code == 302
    assert response.location == leads_to
    assert response.headers["Vary"] == "Accept-Language, Cookie"
    assert response.headers["Cache-Control"] == "private, no-cache"


def test_the_root_follows_the_language_of_the_account(
    amina: User, sign_in: Callable[[User], Browser]
) -> None:
    amina.language = "ar"
    browser = sign_in(amina)
    assert browser.get("/", headers={"Accept-Language": "fr"}).location == "/ar/"


def test_robots_are_sent_to_the_site_map_and_away_from_private_pages(visitor: Browser) -> None:
    response = visitor.get("/robots.txt")
    assert response.mimetype == "text/plain"
    assert response.text == (
        "User-agent: *\n"
        "Disallow: /dev/\n"
        "Disallow: /*/my-learning\n"
        "Disallow: /*/account\n"
        "Disallow: /*/admin/\n"
        "Disallow: /*/attempts/\n"
        "Disallow: /*/links/\n"
        "Disallow: /*/address/\n"
        "Disallow: /*/mails/\n"
        "\n"
        "Sitemap: http://localhost/sitemap.xml\n"
    )


def test_the_site_map_of_an_empty_site_has_the_catalogue_and_what_changed(visitor: Browser) -> None:
    assert locations(visitor) == ["http://localhost/en/", *ABOUT]


def test_the_site_map_lists_every_page_in_every_language_it_exists_in(
    visitor: Browser, publish: Publish
) -> None:
    publish(
        "small",
        {
            **SMALL,
            "course.md": SMALL["course.md"].replace(
                "language: en", "language: en\ntranslations: ar"
            ),
            "course.ar.md": "---\ntitle: الأسماء\n---\n",
            "01-names/01-what-is-a-name.ar.md": "---\ntitle: ما الاسم\n---\n\nالاسم مسار.\n",
        },
    )
    assert locations(visitor) == [
        "http://localhost/en/",
        "http://localhost/ar/",
        "http://localhost/en/courses/small/",
        "http://localhost/ar/courses/small/",
        "http://localhost/en/courses/small/names/what-is-a-name",
        "http://localhost/ar/courses/small/names/what-is-a-name",
        "http://localhost/en/courses/small/names/quiz",
        *ABOUT,
    ]
    tree = ElementTree.fromstring(visitor.get("/sitemap.xml").data)  # noqa: S314 (our own)
    lesson, quiz = (tree.findall("s:url", NS)[at] for at in (5, 6))
    assert {
        link.attrib["hreflang"]: link.attrib["href"] for link in lesson.findall("x:link", NS)
    } == {
        "en": "http://localhost/en/courses/small/names/what-is-a-name",
        "ar": "http://localhost/ar/courses/small/names/what-is-a-name",
    }
    assert quiz.findall("x:link", NS) == []
    assert quiz.find("s:lastmod", NS) is not None


def test_a_retired_course_is_not_in_the_site_map(visitor: Browser, small: Course) -> None:
    small.retired_at = small.created_at
    db.session.commit()
    assert not any("small" in location for location in locations(visitor))


def locations(browser: Browser) -> list[str]:
    """Every address of the site map."""
    response = browser.get("/sitemap.xml")
    assert response.mimetype == "application/xml"
    tree = ElementTree.fromstring(response.data)  # noqa: S314 (our own)
    return [found.text or "" for found in tree.findall("s:url/s:loc", NS)]
