"""A course from nothing in the browser: written, put right, published, taken, translated; and two who write."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.answers import answer_all
from tests.browser.conftest import Site, open_page
from tests.browser.test_marking import command, see, signed_in
from tests.browser.test_partner import sign_up

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

SLUG = "from-nothing"
LESSON, QUIZ = "01-first-module/01-first-lesson.md", "01-first-module/quiz.md"
HEAD = "---\ntitle: What you know now\npass: 60\n---\n\n"
EVERY_TYPE = """\
## ? Who looks after a top-level domain? {#one}

- (x) A registry >> Right.
- ( ) A registrar

## ? Which of these are records? {#many}

- [x] MX
- [x] TXT
- [ ] DNS

## ? A name is a path. {#so}

- true

## ? Which record starts a zone? {#text}

- = SOA

## ? Which record is for which job? {#pairs}

- A => an address
- MX => where mail goes

## ? In which order? {#steps}

1. ask the resolver
2. ask the root
3. get the address

## ? Fill in. {#gaps}

Servers stand in [[NS]] records, the parent signs a [[(DS) | TXT]] record.
"""
BY_HAND = (
    "---\ntitle: Say why\nkind: assignment\n---\n\nRead first.\n\n"
    "## ? Why do names matter? {#why}\n\n- ____ 2-50 words\n\n"
    "## ? Hand it in. {#file}\n\n- ^^^ pdf up to 1 MB\n"
)
ARABIC = "---\ntitle: الدرس الأول\n---\n\nالاسم طريق في شجرة.\n"
NUMBER = "How many minutes has an hour?"


def png() -> bytes:
    """A picture."""
    file = BytesIO()
    Image.new("RGB", (800, 500), "teal").save(file, "PNG")
    return file.getvalue()


def write(page: Page, text: str) -> None:
    """Put it into the editor, and wait until it is saved by itself."""
    with page.expect_response(lambda answer: "/check/" in answer.url):
        page.locator("#text").fill(text)
    expect(page.locator("#saved")).to_contain_text("Saved in your draft")


def test_a_course_from_nothing(site: Site, chromium: Browser, tmp_path: Path) -> None:
    page = signed_in(
        site, open_page(chromium, width=1280, language="en"), "en", "tomas", "tomas teaches"
    )
    begin(site, page)
    put_right_by_the_messages(site, page, tmp_path)
    ask_in_a_form(page, tmp_path)
    add_a_picture(site, page)
    publish(site, page)
    learner = open_page(chromium, width=360, language="en")
    take(site, learner, tmp_path)
    translate(site, page)
    publish(site, page)
    learner.goto(f"{site.url}/ar/courses/{SLUG}/first-module/first-lesson")
    expect(learner.locator("main")).to_contain_text("الاسم طريق في شجرة.")
    two_trainers(site, chromium, page)


def begin(site: Site, page: Page) -> None:
    """A course of two modules; the second has an essay and a file to hand in."""
    page.goto(f"{site.url}/en/studio/new")
    page.locator("[name=title]").fill("Names from nothing")
    page.locator("[name=slug]").fill(SLUG)
    page.locator("main form button").click()
    page.wait_for_url(f"**/studio/{SLUG}*")
    page.locator("#module-title").fill("Saying it")
    page.get_by_role("button", name="Add the module").click()
    module = page.locator("section.plan").nth(1)
    module.locator("details", has_text="Add a lesson").locator("summary").click()
    module.locator("[name=title]").fill("Say why")
    module.locator("[name=kind]").select_option("assignment")
    module.get_by_role("button", name="Add the lesson").click()
    page.get_by_role("link", name="Say why", exact=True).click()
    write(page, BY_HAND)
    expect(page.locator("#check")).to_contain_text("an essay for a person to mark")


def put_right_by_the_messages(site: Site, page: Page, folder: Path) -> None:
    """Three mistakes; each message leads to its line."""
    page.goto(f"{site.url}/en/studio/{SLUG}/files/{QUIZ}")
    see(page)
    wrong = (HEAD + EVERY_TYPE).replace("title:", "titel:").replace("(x)", "( )")
    write(page, wrong.replace("2. ask", "- ask"))
    expect(page.locator("#says")).to_contain_text("error")
    see(page)
    for said, line, right in (
        ("unknown setting 'titel'", "titel: What you know now", "title: What you know now"),
        ("no option is marked right", "- ( ) A registry >> Right.", "- (x) A registry >> Right."),
        ("I cannot tell what", "- ask the root", "2. ask the root"),
    ):
        message = page.locator("#check li", has_text=said).first
        message.locator("[data-line]").click()
        chosen = page.evaluate(
            "(t => t.value.slice(t.selectionStart, t.selectionEnd))(document.activeElement)"
        )
        assert chosen == line
        write(page, page.locator("#text").input_value().replace(line, right))
        expect(message).to_have_count(0)
    expect(page.locator("#says")).to_contain_text("nothing wrong")
    see(page)


def ask_in_a_form(page: Page, folder: Path) -> None:
    """A question of one more type, without knowing its signs, by keyboard."""
    page.get_by_role("button", name="Question …").focus()
    page.keyboard.press("Enter")
    helper = page.locator("#helper")
    helper.get_by_role("link", name="A number").click()
    expect(helper.locator("[name=accepted]")).to_be_visible()
    helper.locator("[name=prompt]").fill(NUMBER)
    see(page)
    helper.locator("[name=accepted]").press("Enter")
    expect(helper.get_by_role("alert")).to_be_visible()
    helper.locator("[name=accepted]").fill("60")
    helper.locator("[name=accepted]").press("Enter")
    expect(helper).to_be_hidden()
    expect(page.locator("#check")).to_contain_text("a number")
    text = page.locator("#text").input_value()
    assert f"## ? {NUMBER} {{#how-many-minutes-has-an-hour}}\n\n- = 60\n" in text
    for path, content in ((QUIZ, text), ("course.md", "---\ntitle: C\nlanguage: en\n---\n")):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(content, "utf-8")


def add_a_picture(site: Site, page: Page) -> None:
    """With words for who cannot see it; it comes small, and stands in the preview."""
    page.goto(f"{site.url}/en/studio/{SLUG}/files/{LESSON}")
    page.get_by_role("button", name="Picture …").click()
    helper = page.locator("#helper")
    helper.locator("[name=picture]").set_input_files(
        {"name": "Tree.png", "mimeType": "image/png", "buffer": png()}
    )
    helper.locator("[name=alt]").fill("A tree of names")
    with page.expect_response(lambda answer: "/check/" in answer.url):
        helper.get_by_role("button", name="Put it into the text").click()
    expect(page.locator("#text")).to_have_value(
        re.compile(r"!\[A tree of names\]\(img/tree.webp\)")
    )
    picture = page.frame_locator("#preview").locator("figure img")
    expect(picture).to_have_js_property("naturalWidth", 800)
    page.keyboard.press("Control+s")
    expect(page.locator("#saved")).to_contain_text("Saved in your draft")


def publish(site: Site, page: Page) -> None:
    """With a note."""
    page.goto(f"{site.url}/en/studio/{SLUG}/publication")
    page.locator("[name=note]").fill("Begun.")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("main")).to_contain_text("It is published.")


def take(site: Site, page: Page, folder: Path) -> None:
    """Somebody learns it on a phone, and passes."""
    page.goto(f"{site.url}/en/sign-up")
    sign_up(site, page, "Zahra", "zahra.learns@ngo.example")
    page.goto(f"{site.url}/en/courses/{SLUG}/first-module/first-lesson")
    expect(page.get_by_alt_text("A tree of names")).to_be_visible()
    page.locator("form[action$='/completion'] button").first.click()
    page.goto(f"{site.url}/en/courses/{SLUG}/first-module/quiz")
    page.locator("form[action$='/attempts'] button").click()
    page.wait_for_url("**/attempts/*")
    answer_all(page, well=True, course=folder)
    page.locator("button[name=submit]").click()
    expect(page.locator(".score")).to_contain_text("100")


def translate(site: Site, page: Page) -> None:
    """A file for Arabic, which begins with the original; the preview is right to left."""
    page.goto(f"{site.url}/en/studio/{SLUG}/files/{LESSON}")
    page.get_by_text("Another language").click()
    page.locator(".files").get_by_role("link", name="العربية").click()
    expect(page.locator("#text")).to_have_value(re.compile("title: The first lesson"))
    write(page, ARABIC)
    frame = page.frame_locator("#preview")
    expect(frame.locator("html")).to_have_attribute("dir", "rtl")
    expect(frame.locator("main")).to_contain_text("الاسم طريق في شجرة.")


def two_trainers(site: Site, chromium: Browser, page: Page) -> None:
    """Each has a draft, and is told of the other's; two tabs of one are shown both texts."""
    address = f"{site.url}/en/studio/{SLUG}/files/{LESSON}"
    command(site, "people", "grant", "ada@learn.example", SLUG, "trainer")
    other = signed_in(
        site, open_page(chromium, width=360, language="en"), "en", "ada", "ada administers"
    )
    page.goto(address)
    other.goto(address)
    tab = page.context.new_page()
    tab.goto(address)
    text = page.locator("#text").input_value()
    write(page, f"{text}\nFrom one tab.\n")
    write(other, f"{text}\nFrom Ada.\n")
    expect(other.locator("#check")).to_contain_text("Somebody else is changing this file, too")
    see(other)
    tab.locator("#text").fill(f"{text}\nFrom the other tab.\n")
    expect(tab.locator("#clash")).to_be_visible()
    see(tab)
    expect(tab.locator("#theirs")).to_have_value(re.compile("From one tab"))
    expect(tab.locator("#text")).to_have_value(re.compile("From the other tab"))
    tab.get_by_role("button", name="Save mine").click()
    expect(tab.locator("#saved")).to_contain_text("Saved in your draft")
    no_line(tab)


def no_line(page: Page) -> None:
    """What is typed without a line is kept in this browser, and sent when it is back."""
    page.context.set_offline(True)
    page.locator("#text").press("End")
    page.keyboard.type("!")
    expect(page.locator("#saved")).to_contain_text("kept in this browser")
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_contain_text("Saved in your draft")
