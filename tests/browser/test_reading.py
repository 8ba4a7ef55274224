"""Reading in a real browser: terms by keyboard, practice with and without script, no violation of any rule."""

from collections.abc import Iterator
from hashlib import sha256
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from lms.content.tree import CourseTree
from lms.database import begin_writing
from tests.browser.conftest import check_accessibility, open_page
from tests.conftest import SMALL, Publish

pytestmark = pytest.mark.browser

NAME = """(element =>
  (element.getAttribute("aria-label") || element.innerText || element.name || "").trim().split("\\n")[0]
)(document.activeElement)"""
"""How a browser calls what has the focus."""
LESSON = "courses/small/names/what-is-a-name"
FILES = {
    **SMALL,
    "course.md": SMALL["course.md"].replace("language: en", "language: en\ntranslations: ar"),
    "course.ar.md": "---\ntitle: الأسماء باختصار\n---\n",
    "glossary.md": "---\ntitle: Glossary\n---\n\nDNS (Domain Name System) {#dns}\n: Turns names into data.\n",
    "01-names/01-what-is-a-name.md": (
        "---\ntitle: What is a name\nminutes: 5\n---\n\nThe [[DNS]] turns names into data.\n\n"
        "# The tree {#tree}\n\n| Part | Who |\n|---|--:|\n| org | a registry |\n\n"
        "```zone\n$ORIGIN ngo.example.\n```\n\n> [!WARNING]\n> Names are rented.\n\n"
        "## ? Which is a top-level domain? {#tld}\n\n- (x) org >> ORG-SAID\n- ( ) www >> WWW-SAID\n\n"
        "> ? Look at the end.\n\n> WHY\n\n"
        "## ? Say it in your words. {#words}\n\n- ____ 1-20 words\n\n> In NS records.\n"
    ),
}


@pytest.fixture
def address(app: Flask, publish: Publish) -> Iterator[str]:
    """Where a server shows the small course."""
    publish("small", FILES)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


def complaints_of(page: Page) -> list[str]:
    """Everything that the browser will complain about: broken rules of ours, and errors."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_is_accessible_and_fits(
    address: str, chromium: Browser, width: int, dark: bool, language: str
) -> None:
    page = open_page(chromium, width=width, language=language, dark=dark)
    said = complaints_of(page)
    for path in ("", "courses/small/", LESSON, "about/changes"):
        page.goto(f"{address}/{language}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        check_accessibility(page)
    assert said == []


def test_a_term_is_explained_by_keyboard_without_script(address: str, chromium: Browser) -> None:
    page = open_page(chromium, width=360, language="en", javascript=False)
    page.goto(f"{address}/en/{LESSON}")
    meaning, term = page.locator("#g-dns"), page.get_by_role("button", name="DNS")
    assert not meaning.is_visible()
    term.focus()
    page.keyboard.press("Enter")
    assert meaning.is_visible()
    assert "Turns names into data." in (meaning.text_content() or "")
    page.keyboard.press("Escape")
    assert not meaning.is_visible()


def test_practice_is_checked_in_place(address: str, chromium: Browser) -> None:
    page = open_page(chromium, width=1280, language="en")
    said = complaints_of(page)
    page.goto(f"{address}/en/{LESSON}")
    form = page.locator("form.practice").first
    form.get_by_label("www").check()
    form.get_by_role("button", name="Check").click()
    form.get_by_text("WWW-SAID").wait_for()
    assert form.get_by_role("status").inner_text().startswith("Not quite")
    assert form.get_by_role("button").inner_text() == "Check again"
    assert form.get_by_label("www").is_checked()
    form.get_by_label("org").check()
    form.get_by_role("button", name="Check again").click()
    form.get_by_text("ORG-SAID").wait_for()
    assert form.get_by_role("status").inner_text().startswith("Right")
    assert page.url.endswith(LESSON)
    assert said == []


def test_the_answer_is_shown_in_place_and_its_button_goes(address: str, chromium: Browser) -> None:
    page = open_page(chromium, width=1280, language="en")
    page.goto(f"{address}/en/{LESSON}")
    form = page.locator("form.practice").nth(1)
    form.get_by_role("button", name="Show the answer").click()
    form.get_by_text("In NS records.").wait_for()
    assert form.get_by_role("button").count() == 0


def test_practice_works_without_script(address: str, chromium: Browser) -> None:
    page = open_page(chromium, width=360, language="en", javascript=False)
    page.goto(f"{address}/en/{LESSON}")
    form = page.locator("form.practice").first
    form.locator("label", has_text="org").click()
    form.get_by_role("button", name="Check").click()
    assert page.locator("form.practice").first.get_by_role("status").inner_text() == (
        "Right\n\nORG-SAID\n\nWHY"
    )
    assert page.url.endswith(f"{LESSON}/practice/tld#q1")


def test_the_whole_page_is_reached_by_keyboard_in_reading_order(
    address: str, chromium: Browser
) -> None:
    page = open_page(chromium, width=1280, language="en")
    page.goto(f"{address}/en/{LESSON}")
    reached = []
    for _number in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(NAME))
        if reached[-1] == "What changed":
            break
    wanted = [
        *("Skip to the text", "Courses", "Names in short", "DNS", "Table", "$ORIGIN", "q1"),
        *("Hint", "Check", "Show the answer", "Done", "Back to the course", "Quiz", "What changed"),
    ]
    places = [[at for at, name in enumerate(reached) if name.startswith(one)] for one in wanted]
    assert all(places), dict(zip(wanted, places, strict=True)) | {"reached": reached}
    assert [at[0] for at in places] == sorted(at[0] for at in places)


@pytest.mark.usefixtures("app")
def test_a_drawing_opened_by_itself_runs_no_script(
    chromium: Browser, address: str, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the check had missed it."""
    data = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="document.title=1">'
        b"<script>document.title='ran'</script><circle r='4'/></svg>"
    )
    monkeypatch.setattr("lms.content.references.svg_problem", lambda _data: "")
    files = {path: text.encode() for path, text in SMALL.items()}
    begin_writing()
    publish("evil", CourseTree.of({**files, "01-names/img/evil.svg": data}))
    page = chromium.new_context().new_page()
    said = complaints_of(page)
    page.goto(f"{address}/media/evil/{sha256(data).hexdigest()}/01-names/img/evil.svg")
    assert page.evaluate("document.documentElement.tagName") == "svg"
    assert page.title() == ""
    assert any("sandbox" in line or "Content Security Policy" in line for line in said)
