"""The outline of a course: a lesson is dragged, the arrows do the same, and axe finds nothing to say."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, open_page
from tests.browser.test_marking import see, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

OUTLINE = "/en/studio/dragged"


def order(page: Page) -> list[str]:
    """The titles as they stand."""
    return page.locator(".plan-title").all_inner_texts()


def test_lessons_change_places_by_dragging_and_by_arrows(site: Site, chromium: Browser) -> None:
    page = open_page(chromium, width=1280, language="en")
    signed_in(site, page, "en", "tomas", "tomas teaches")
    page.goto(f"{site.url}/en/studio/new")
    page.get_by_label("Title").fill("Dragged")
    page.get_by_role("button", name="Begin the course").click()
    expect(page).to_have_url(f"{site.url}{OUTLINE}?done=begun")
    see(page)
    assert order(page) == ["The first lesson", "Check what you know"]
    lesson, quiz = page.locator("[data-path]").all()
    page.locator("#add-module").scroll_into_view_if_needed()  # both rows are in sight
    box = quiz.bounding_box()
    assert box is not None
    lesson.drag_to(quiz, target_position={"x": 60.0, "y": box["height"] - 8})
    expect(page).to_have_url(f"{site.url}{OUTLINE}?done=moved#01-first-module")
    assert order(page) == ["Check what you know", "The first lesson"]
    page.get_by_role("button", name="Move up: The first lesson").click()
    expect(page.locator(".plan-title").first).to_have_text("The first lesson")
    for place in (
        "changes",
        "changes/01-first-module/02-first-lesson.md",
        "publication",
        "history",
    ):
        page.goto(f"{site.url}{OUTLINE}/{place}")
        see(page)
