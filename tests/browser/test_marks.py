"""A visitor's Done marks in a real browser: kept, shown, taken back, and adopted at sign-up."""

import time
from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error, Page
from werkzeug.serving import make_server

from lms.database import begin_writing
from tests.browser.conftest import check_accessibility, open_page
from tests.conftest import SMALL, Publish

pytestmark = pytest.mark.browser

FILES = {
    **SMALL,
    "01-names/02-trees.md": "---\ntitle: Trees\n---\n\nOf names.\n",
    "01-names/03-roots.md": "---\ntitle: Roots\nafter: names/trees\n---\n\nOf trees.\n",
    "01-names/quiz.md": SMALL["01-names/quiz.md"].replace(
        "pass: 50", "pass: 50\nafter: names/roots"
    ),
}
KEPT = "JSON.parse(localStorage.getItem('done'))"


@pytest.fixture
def address(app: Flask, publish: Publish) -> Iterator[str]:
    """Where a server shows the small course with two more pages."""
    publish("small", FILES)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()
    begin_writing()


def press_done(page: Page) -> None:
    page.locator("#done").click()
    page.wait_for_load_state()


def wait_until_adopted(page: Page) -> None:
    """Looked at from outside: the page's own rules let nobody evaluate a text inside it."""
    end = time.monotonic() + 20
    while still_kept(page):
        assert time.monotonic() < end
        page.wait_for_timeout(100)


def still_kept(page: Page) -> bool:
    """Asked again when the page was just being shown anew."""
    try:
        return page.evaluate(KEPT) is not None
    except Error:
        return True


@pytest.mark.parametrize("width", [360, 1280])
def test_what_a_visitor_did_is_shown_and_goes_to_the_account(
    address: str, chromium: Browser, width: int
) -> None:
    page = open_page(chromium, width=width, language="en")
    page.goto(f"{address}/en/courses/small/names/what-is-a-name")
    assert not page.get_by_role("button", name="Not done after all").is_visible()
    for _lesson in range(3):
        press_done(page)
    assert page.url.endswith("/names/quiz")
    assert page.evaluate(KEPT) == [f"small/names/{n}" for n in ("what-is-a-name", "trees", "roots")]

    page.goto(f"{address}/en/courses/small/")
    assert page.locator(".tree .is-done").count() == 3
    assert page.locator(".tree li small").all_inner_texts()[:3] == ["Done"] * 3
    check_accessibility(page)
    page.goto(f"{address}/en/courses/small/names/trees")
    assert page.get_by_text("Done; kept in this browser until you have an account").is_visible()
    assert page.locator(".tree .is-here small").inner_text() == "You are here · Done"
    check_accessibility(page)
    page.get_by_role("button", name="Not done after all").click()
    page.wait_for_load_state()
    assert page.evaluate(KEPT) == [f"small/names/{n}" for n in ("what-is-a-name", "roots")]
    press_done(page)

    page.goto(f"{address}/en/courses/small/names/quiz")
    page.get_by_role("main").get_by_role("link", name="Make an account").click()
    page.get_by_label("Name").fill("Zoé")
    page.get_by_label("E-mail").fill("zoe@ngo.example")
    page.get_by_label("Password").fill("three trees in a row")
    page.get_by_role("button", name="Make an account").click()
    page.get_by_role("button", name="Start").wait_for()
    assert page.url.endswith("/names/quiz")
    wait_until_adopted(page)
    page.goto(f"{address}/en/courses/small/")
    assert page.locator(".tree .is-done").count() == 3
    assert page.get_by_text("3 of 4 done").first.is_visible()


def test_without_script_nothing_is_kept_and_the_page_says_so(
    address: str, chromium: Browser
) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{address}/en/courses/small/names/what-is-a-name")
    assert page.locator("noscript p").is_visible()
    assert "this browser cannot remember" in (page.locator("noscript p").text_content() or "")
    page.locator("#done").click()
    page.wait_for_url("**/names/trees")


def test_what_is_not_ours_in_the_storage_does_no_harm(address: str, chromium: Browser) -> None:
    page = open_page(chromium, width=360, language="en")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/en/courses/small/names/trees")
    page.evaluate("localStorage.setItem('done', '{nonsense')")
    page.goto(f"{address}/en/courses/small/names/trees")
    press_done(page)
    assert page.evaluate(KEPT) == ["small/names/trees"]
    assert errors == []
