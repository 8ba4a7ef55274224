"""Searching in a real browser: from the head of a page, without script, in Arabic, on a phone."""

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from lms.web.language import LANGUAGES
from tests.browser.conftest import check_accessibility, open_page, switch_scripts
from tests.conftest import SMALL, Publish

pytestmark = pytest.mark.browser

FILES = {
    **SMALL,
    "course.md": SMALL["course.md"].replace("language: en", "language: en\ntranslations: ar"),
    "course.ar.md": "---\ntitle: الأسماء باختصار\n---\n",
    "01-names/module.ar.md": "---\ntitle: الأسماء\n---\n",
    "01-names/01-what-is-a-name.ar.md": "---\ntitle: ما الاسم\n---\n\nيسجّل المُسجِّل أسماء النطاقات.\n",
    "glossary.md": "---\ntitle: Glossary\n---\n\nDNS (Domain Name System) {#dns}\n: Turns names into data.\n",
}
PAGES = [
    "search",
    "search?q=name",
    "search?q=nothing+at+all",
    "courses/small/glossary",
    "courses/small/names/quiz/report",
    "courses/small/names/quiz/report/thanks",
    "about/privacy",
    "about/accessibility",
    "nowhere/at/all",
]


@pytest.fixture
def address(app: Flask, publish: Publish) -> Iterator[str]:
    """Where a server shows the small course."""
    publish("small", FILES)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


def test_a_lesson_is_found_in_arabic_on_a_phone_without_script(
    address: str, chromium: Browser
) -> None:
    page = open_page(chromium, width=360, language="ar", javascript=False)
    page.goto(f"{address}/ar/")
    field = page.locator("header details input[type=search]")
    assert not field.is_visible()
    page.locator("header .look summary").click()
    field.fill("مسجل")
    field.press("Enter")

    hit = page.locator(".hits a").first
    assert hit.inner_text() == "ما الاسم"
    assert page.locator(".hits mark").first.inner_text() == "المُسجِّل"
    switch_scripts(page, on=True)  # axe is one
    check_accessibility(page)
    switch_scripts(page, on=False)
    hit.click()
    page.wait_for_url(f"{address}/ar/courses/small/names/what-is-a-name")


def test_the_field_in_the_head_stands_open_on_a_large_screen(
    address: str, chromium: Browser
) -> None:
    page = open_page(chromium, width=1280, language="en")
    page.goto(f"{address}/en/")
    field = page.get_by_role("searchbox", name="Search")
    assert field.count() == 1
    field.fill("nam")
    page.get_by_role("button", name="Search").click()

    page.get_by_role("link", name="Names in short").first.wait_for()
    assert page.get_by_role("searchbox").input_value() == "nam"


def test_a_term_found_is_shown_where_it_stands(address: str, chromium: Browser) -> None:
    page = open_page(chromium, width=360, language="en")
    page.goto(f"{address}/en/search?q=domain+name")
    page.get_by_role("link", name="DNS (Domain Name System)").click()

    page.wait_for_url(f"{address}/en/courses/small/glossary#dns")
    assert page.locator(":target dfn").inner_text() == "DNS"


def test_a_mistake_is_reported_without_an_account(address: str, chromium: Browser) -> None:
    page = open_page(chromium, width=360, language="en", javascript=False)
    page.goto(f"{address}/en/courses/small/names/what-is-a-name")
    page.get_by_role("link", name="Report a mistake").click()
    page.get_by_label("What is wrong?").fill("A name is no path.")
    page.get_by_role("button", name="Send").click()

    page.get_by_role("heading", name="Thank you").wait_for()


def test_the_head_has_two_rows_on_a_phone_in_every_language(
    address: str, chromium: Browser
) -> None:
    page = open_page(chromium, width=360, language="en")
    beside = {}
    for language in LANGUAGES:
        page.goto(f"{address}/{language}/")
        mark, menu = (
            page.locator(part).bounding_box() for part in ("header .mark", "header .tongue")
        )
        assert mark is not None
        assert menu is not None
        beside[language] = abs(mark["y"] - menu["y"]) < 12
    assert beside == dict.fromkeys(LANGUAGES, True)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_is_accessible_and_fits(
    address: str, chromium: Browser, width: int, dark: bool, language: str
) -> None:
    page = open_page(chromium, width=width, language=language, dark=dark)
    for path in PAGES:
        page.goto(f"{address}/{language}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        check_accessibility(page)
    if width == 360:
        page.locator("header .look summary").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        check_accessibility(page)
