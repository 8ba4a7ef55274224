"""Every type of question in a real browser: by keyboard alone, without scripts, on a phone, with a lost line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from lms.content.questions import QuestionKind, QuestionText
from tests.browser.answers import (
    answer,
    answer_all,
    bare,
    known,
    prompt_of,
    right_options,
    said,
    typed,
)
from tests.browser.conftest import ROOT, Site, check_accessibility, open_page, switch_scripts

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

COURSE = Path(__file__).parent.parent / "data" / "courses" / "question-types"
LESSONS = "courses/question-types/every-type"
DISTANCE = 120
"""Presses of Tab from one end of the page to the other, at most."""


@pytest.fixture(scope="module")
def types(site: Site) -> Site:
    """The site with a course that holds one question of each type."""
    subprocess.run(
        [sys.executable, "-m", "lms.cli", "courses", "import", COURSE],
        cwd=ROOT,
        env={**os.environ, "INSTANCE_FOLDER": str(site.folder)},
        check=True,
        capture_output=True,
    )
    return site


def begin(page: Page, site: Site, language: str) -> None:
    """Sign up and start the quiz."""
    page.goto(f"{site.url}/{language}/sign-up")
    page.locator("[name=name]").fill("Amina")
    page.locator("[name=email]").fill(f"types.{id(page)}@ngo.example")
    page.locator("[name=password]").fill("a lake with seven boats")
    page.locator("main form button").click()
    page.wait_for_load_state()
    page.goto(f"{site.url}/{language}/{LESSONS}/quiz")
    page.locator("form[action$='/attempts'] button").click()
    page.wait_for_url("**/attempts/*")


def questions(page: Page) -> list[tuple[Locator, QuestionText]]:
    """The questions of this page with what the course says about them."""
    fields = page.locator("fieldset.question").all()
    return [(field, known(COURSE)[bare(prompt_of(field))]) for field in fields]


def fits(page: Page) -> None:
    """axe finds nothing, and nothing is wider than the screen."""
    check_accessibility(page)
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def reach(target: Locator) -> None:
    """Press Tab, or Tab backwards, until this has the focus."""
    for _press in range(DISTANCE):
        way = target.evaluate(
            """target => { const here = document.activeElement;
            if (here === target || (target.name && here.name === target.name && target.type === "radio")) return 0;
            return here.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_PRECEDING ? -1 : 1; }"""
        )
        if way == 0:
            return
        target.page.keyboard.press("Tab" if way > 0 else "Shift+Tab")
    raise AssertionError(f"cannot be reached by keyboard: {target}")


def choose_by_keys(field: Locator, question: QuestionText) -> None:
    """Radio buttons are one stop with arrows inside; each tick is a stop."""
    right = {bare(text) for text in right_options(question)}
    keyboard = field.page.keyboard
    labels = field.locator(".option label").all_inner_texts()
    if question.kind is QuestionKind.MANY:
        for n, label in enumerate(labels):
            if bare(label) in right:
                reach(field.locator("input").nth(n))
                keyboard.press("Space")
        return
    reach(field.locator("input").first)
    keyboard.press("Space")
    for _step in range(next(n for n, label in enumerate(labels) if bare(label) in right)):
        keyboard.press("ArrowDown")


def select_by_keys(select: Locator, names: set[str]) -> None:
    """The arrow goes down the list from “Choose …”."""
    reach(select)
    texts = [bare(text) for text in select.locator("option").all_inner_texts()]
    for _step in range(next(n for n, text in enumerate(texts) if text in names)):
        select.page.keyboard.press("ArrowDown")


def order_by_keys(field: Locator, question: QuestionText) -> None:
    """Each step goes up with its button, which keeps the focus; each move is announced."""
    steps = len(question.words[question.language].options)
    for place in range(steps):
        names = said(question, place)
        rows = field.locator("li:has(select)")
        at = next(
            n for n in range(steps) if bare(rows.nth(n).locator("label").inner_text()) in names
        )
        up = rows.nth(at).get_by_role("button").first
        name = up.get_attribute("aria-label")
        moves = [*range(at - 1, place - 1, -1)] or ([0] if place == 0 else [])
        if moves:
            reach(up)
        for (
            to
        ) in moves:  # the first one of all is pressed even if it is first: then the order counts
            field.page.keyboard.press("Enter")
            expect(field.locator(".moved")).to_contain_text(f"Place {to + 1} of {steps}:")
            assert field.page.evaluate("document.activeElement.getAttribute('aria-label')") == name
    assert [row.input_value() for row in field.locator("select").all()] == [
        str(n) for n in range(steps)
    ]


def answer_by_keys(field: Locator, question: QuestionText) -> None:
    """Right, with nothing but the keyboard."""
    keyboard = field.page.keyboard
    if question.kind in {QuestionKind.TEXT, QuestionKind.NUMBER}:
        reach(field.locator("input"))
        keyboard.type(typed(question))
    elif question.kind is QuestionKind.MATCH:
        for item, select in enumerate(field.locator("select").all()):
            select_by_keys(select, said(question, item))
    elif question.kind is QuestionKind.ORDER:
        order_by_keys(field, question)
    elif question.kind is QuestionKind.CLOZE:
        for n, blank in enumerate(question.blanks):
            place = field.get_by_label(f"Blank {n + 1}", exact=True)
            if blank.right is None:
                reach(place)
                keyboard.type(blank.accepted[0])
            else:
                select_by_keys(
                    place, {bare(w.blanks[n][blank.right]) for w in question.words.values()}
                )
    else:
        choose_by_keys(field, question)


def values(page: Page) -> list[list[str]]:
    """All that the form says now."""
    found: list[list[str]] = page.evaluate(
        "[...new FormData(document.getElementById('attempt'))].filter(([name]) => name[0] === 'q').sort()"
    )
    return found


def test_everything_is_answered_by_keyboard_on_a_phone(types: Site, chromium: Browser) -> None:
    page = open_page(chromium, width=360, language="en")
    begin(page, types, "en")
    fits(page)

    for field, question in questions(page):
        answer_by_keys(field, question)
    expect(page.locator("#answered")).to_have_text("9 of 9 answered")
    expect(page.locator("#saved")).to_contain_text("Everything saved")
    given = values(page)
    fits(page)
    page.reload()
    assert values(page) == given

    reach(page.locator("button[name=submit]"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/result")
    expect(page.locator(".score")).to_have_text("100%")
    fits(page)


@pytest.mark.parametrize(("language", "width"), [("ar", 360), ("en", 1280)])
def test_everything_is_answered_without_scripts(
    types: Site, chromium: Browser, language: str, width: int
) -> None:
    page = open_page(chromium, width=width, language=language, javascript=False, dark=True)
    begin(page, types, language)
    assert page.locator(".order button").count() == 0
    answer_all(page, well=False, course=COURSE)
    switch_scripts(page, on=True)
    fits(page)
    given = values(page)
    switch_scripts(page, on=False)

    page.locator("button.plain[name=save]").click()
    page.wait_for_url("**saved=1")
    switch_scripts(page, on=True)
    assert values(page) == given
    switch_scripts(page, on=False)
    answer_all(page, well=True, course=COURSE)
    many = page.locator("input[type=checkbox]")
    for n in range(many.count()):  # what was ticked badly before
        label = bare(page.locator(f"label[for='{many.nth(n).get_attribute('id')}']").inner_text())
        many.nth(n).set_checked(
            label not in {bare("The DS record of the zone itself"), bare("سجل DS للمنطقة نفسها")}
        )
    page.locator("button[name=submit]").click()
    page.wait_for_url("**/result")

    expect(page.locator(".score")).to_contain_text("100")
    assert page.locator(".of-row.good").count() == 4 + 4 + 5
    switch_scripts(page, on=True)
    fits(page)


def test_what_a_lost_line_left_behind_comes_back(types: Site, chromium: Browser) -> None:
    page = open_page(chromium, width=360, language="en")
    begin(page, types, "en")
    page.route("**/attempts/*", lose)
    answer_all(page, well=True, course=COURSE)
    expect(page.locator("#saved")).to_contain_text("Kept on this device")
    given = values(page)

    page.reload()

    assert values(page) == given
    places = page.locator(".order select")
    assert [places.nth(n).input_value() for n in range(4)] == ["0", "1", "2", "3"]
    page.unroute("**/attempts/*")
    expect(page.locator("#saved")).to_contain_text("Everything saved", timeout=30_000)
    page.evaluate("localStorage.clear()")
    page.reload()
    assert values(page) == given


def test_what_is_typed_while_a_save_is_on_its_way_is_not_lost(
    types: Site, chromium: Browser
) -> None:
    page = open_page(chromium, width=360, language="en")
    begin(page, types, "en")
    field = page.locator("fieldset .short").first

    def type_on(route: Route) -> None:
        answer = route.fetch()  # the server has the first letters …
        field.press_sequentially("ns")  # … and the line breaks after the last ones
        route.fulfill(response=answer)

    page.route("**/attempts/*", lose)
    page.route("**/attempts/*", type_on, times=1)
    field.press_sequentially("d")
    expect(page.locator("#saved")).to_contain_text("Kept on this device")

    page.reload()

    expect(field).to_have_value("dns")


def test_what_a_busy_server_refused_is_sent_again_from_whatever_language(
    types: Site, chromium: Browser
) -> None:
    page = open_page(chromium, width=360, language="en")
    begin(page, types, "en")
    page.route("**/attempts/*", refuse)
    field = page.locator("fieldset .short").first
    field.press_sequentially("dns")
    expect(page.locator("#saved")).to_contain_text("Kept on this device")

    page.goto(page.url.replace("/en/", "/ar/"))
    expect(field).to_have_value("dns")
    expect(page.locator("#saved")).to_have_class("saved is-kept")
    page.unroute("**/attempts/*")
    expect(page.locator("#saved")).to_contain_text("حُفظ كل شيء", timeout=30_000)

    assert page.evaluate("Object.keys(localStorage)") == []
    page.reload()
    expect(field).to_have_value("dns")


def refuse(route: Route) -> None:
    """Questions come, answers are not taken at the moment."""
    if route.request.method == "POST":
        route.fulfill(status=503, headers={"Retry-After": "1"}, body="Busy")
    else:
        route.continue_()


def lose(route: Route) -> None:
    """Questions come, answers do not go."""
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def test_practice_with_rows_answers_at_once(types: Site, chromium: Browser) -> None:
    page = open_page(chromium, width=360, language="en")
    page.goto(f"{types.url}/en/{LESSONS}/practice")
    for field, question in questions(page):
        answer(field, question, well=False)
        field.locator(".row button").click()
        expect(field.locator(".said .box b").first).to_have_text("Not quite")
        expect(field.locator(".said .rows li")).to_have_count(
            {"match": 2, "order": 3, "cloze": 2}[question.kind]
        )
        answer(field, question, well=True)
        field.locator(".row button").click()
        expect(field.locator(".said .box b").first).to_have_text("Right")
    assert page.url.endswith("/practice")
    fits(page)
