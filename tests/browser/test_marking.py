"""A learner writes an essay and hands in a file; a trainer marks both; the learner reads the marks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.conftest import ROOT, Site, check_accessibility, open_page, switch_scripts
from tests.content.test_counting import TABLE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

COURSE = {
    "course.md": "---\ntitle: Writing a comment\nlanguage: en\n---\n",
    "01-up/module.md": "---\ntitle: Speaking up\n---\n",
    "01-up/assignment.md": (
        "---\ntitle: Draft a comment\nkind: assignment\npass: 60\n---\n\nRead first.\n\n"
        "## ? Write your comment. {#comment points=10}\n\nSay who you are.\n\n- ____ 5-40 words\n\n"
        "### Rubric\n\n- Position (0-2): it is clear\n- Evidence (0-4): with sources\n\n"
        "## ? Hand in the letter. {#letter}\n\n- ^^^ pdf, odt up to 1 MB\n"
    ),
}
TEXT = "We ask for a lower fee for small organisations."
LETTER: FilePayload = {
    "name": "letter.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.7 the letter",
}


@pytest.fixture(scope="module")
def course(site: Site, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the course is, published beside the shipped one; Tomás is its trainer."""
    folder = tmp_path_factory.mktemp("courses") / "writing-a-comment"
    for name, text in COURSE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    command(site, "courses", "import", str(folder))
    command(site, "people", "grant", "tomas@learn.example", folder.name, "trainer")
    return f"courses/{folder.name}"


def command(site: Site, *words: str) -> None:
    environment = {**os.environ, "INSTANCE_FOLDER": str(site.folder), "PUBLIC_URL": site.url}
    subprocess.run([sys.executable, "-m", "lms.cli", *words], cwd=ROOT, env=environment, check=True)


def signed_in(site: Site, page: Page, language: str, who: str, password: str) -> Page:
    page.goto(f"{site.url}/{language}/sign-in")
    page.locator("[name=email]").fill(f"{who}@learn.example")
    page.locator("[name=password]").fill(password)
    page.locator("main form button").first.click()
    expect(page.locator(".head nav")).not_to_contain_text("Sign in")
    return page


def see(page: Page, *, javascript: bool = True) -> None:
    """It can be used by everybody, and fits the screen."""
    switch_scripts(page, on=True)
    check_accessibility(page)
    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0, f"{page.url} is {overflow} px too wide"
    switch_scripts(page, on=javascript)


@pytest.mark.parametrize(
    ("language", "width", "javascript", "who", "password"),
    [
        ("en", 1280, True, "amina", "amina learns"),
        ("ar", 360, False, "lin", "lin manages"),
    ],
)
def test_an_essay_and_a_file_are_marked(
    site: Site,
    chromium: Browser,
    course: str,
    language: str,
    width: int,
    javascript: bool,
    who: str,
    password: str,
) -> None:
    learner = open_page(chromium, width=width, language=language, javascript=javascript)
    signed_in(site, learner, language, who, password)
    learner.goto(f"{site.url}/{language}/{course}/up/assignment")
    see(learner, javascript=javascript)
    learner.locator("form[action$='/attempts'] button").click()
    learner.wait_for_load_state()
    address = learner.url

    write_and_hand_in(learner, javascript=javascript)
    trainer = open_page(chromium, width=width, language=language, javascript=javascript)
    signed_in(site, trainer, language, "tomas", "tomas teaches")
    mark(trainer, f"{site.url}/{language}/{course}/", javascript=javascript)

    learner.goto(f"{address}/result")
    see(learner, javascript=javascript)
    expect(learner.locator(".state.good").first).to_be_visible()
    expect(learner.locator(".criteria")).to_contain_text("Evidence")
    expect(learner.locator("main")).to_contain_text("Two more figures, please.")


def write_and_hand_in(page: Page, *, javascript: bool) -> None:
    """Too short first; then enough, and the file."""
    page.locator("textarea").fill("Too short")
    if javascript:
        expect(page.locator("#q0-count")).to_have_text("2")
        expect(page.locator("#saved")).to_contain_text("Everything saved")
    page.locator("input[type=file]").set_input_files(LETTER)
    page.locator("button.plain[name=save][value=q1]").click()
    expect(page.locator("a[download]")).to_have_text("letter.pdf")
    see(page, javascript=javascript)
    page.locator("button[name=submit]").click()
    expect(page.locator(".wrong a")).to_have_attribute("href", "#q0-0")
    see(page, javascript=javascript)
    page.locator("textarea").fill(TEXT)
    page.locator("button[name=submit]").click()
    page.wait_for_url("**/result")
    see(page, javascript=javascript)
    expect(page.locator(".written")).to_have_text(TEXT)


def mark(page: Page, course: str, *, javascript: bool) -> None:
    """From the course page through everything that waits."""
    page.goto(course)
    see(page, javascript=javascript)
    page.locator("a[href$='/marking']").click()
    page.wait_for_load_state()
    see(page, javascript=javascript)
    page.locator(".entry h3 a").first.click()
    page.wait_for_load_state()
    see(page, javascript=javascript)
    page.locator("[name=points_0]").fill("9")
    page.locator("[name=points_1]").fill("3")
    page.locator("[name=comment_1]").fill("Two more figures, please.")
    page.locator("button[name=next]").click()
    expect(page.locator(".wrong a")).to_have_attribute("href", "#points_0")
    see(page, javascript=javascript)
    page.locator("[name=points_0]").fill("2")
    page.locator("button[name=next]").click()
    expect(page.locator("a[download]")).to_have_text("letter.pdf")
    see(page, javascript=javascript)
    page.locator("label[for=points_0-1]").click()
    page.locator("button[name=next]").click()
    expect(page.locator(".state.good")).to_be_visible()
    see(page, javascript=javascript)


def test_the_browser_counts_words_as_the_server_does(
    site: Site, chromium: Browser, course: str
) -> None:
    page = signed_in(
        site, open_page(chromium, width=1280, language="en"), "en", "ada", "ada administers"
    )
    page.goto(f"{site.url}/en/{course}/up/assignment")
    page.locator("form[action$='/attempts'] button").click()
    for text, words in TABLE:
        page.locator("textarea").fill(text)
        expect(page.locator("#q0-count")).to_have_text(str(words))


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(
    site: Site, chromium: Browser, course: str, tmp_path: Path
) -> None:
    page = signed_in(
        site, open_page(chromium, width=360, language="en"), "en", "ada", "ada administers"
    )
    page.goto(f"{site.url}/en/{course}/up/assignment")
    page.locator("form[action$='/attempts'] button").click()
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-" + b"x" * 1024 * 1024)
    page.locator("input[type=file]").set_input_files(large)
    expect(page.locator(".field .error")).to_contain_text("larger than 1 MB")
    see(page)
    small = tmp_path / "small.pdf"
    small.write_bytes(b"%PDF-")
    page.locator("input[type=file]").set_input_files(small)
    expect(page.locator(".field .error")).to_have_text("")


def test_a_file_far_too_large_is_refused_in_a_sentence_without_scripts(
    site: Site, chromium: Browser, course: str, tmp_path: Path
) -> None:
    page = open_page(chromium, width=360, language="en", javascript=False)
    signed_in(site, page, "en", "ada", "ada administers")
    page.goto(f"{site.url}/en/{course}/up/assignment")
    page.locator("form[action$='/attempts'] button").click()
    large = tmp_path / "huge.pdf"
    large.write_bytes(b"%PDF-" + b"x" * 30 * 1024 * 1024)
    page.locator("input[type=file]").set_input_files(large)
    page.locator("button.plain[name=save][value=q1]").click()
    expect(page.locator(".field .error")).to_contain_text("larger than 1 MB")
