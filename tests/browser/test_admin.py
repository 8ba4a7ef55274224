"""An administrator looks after the site: everybody can use these pages, on every screen."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, open_page
from tests.browser.test_marking import see, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

PAGES = (
    "",
    "people",
    "organisations",
    "organisations/open-harbour",
    "courses",
    "courses/keeping-your-domain-name",
    "courses/keeping-your-domain-name/retirement",
    "audit",
    "site",
    "texts",
    "texts/terms/ar",
    "announcements",
    "announcements/new",
    "jobs",
    "jobs?state=waiting",
    "mails",
)


def ada(site: Site, page: Page, language: str) -> str:
    """Signed in; where the administration begins."""
    signed_in(site, page, language, "ada", "ada administers")
    return f"{site.url}/{language}/admin/"


@pytest.mark.parametrize(
    ("language", "width", "dark"), [("en", 1280, True), ("ar", 360, False), ("fr", 360, False)]
)
def test_everybody_can_use_every_page(
    site: Site, chromium: Browser, language: str, width: int, dark: bool
) -> None:
    page = open_page(chromium, width=width, language=language, dark=dark)
    start = ada(site, page, language)
    for address in PAGES:
        page.goto(f"{start}{address}")
        expect(page.locator("h1")).to_have_count(1)
        see(page)


def test_somebody_is_found_suspended_and_let_in_again(site: Site, chromium: Browser) -> None:
    """By keyboard alone, without scripts, while Lin's own browser is open."""
    lin = signed_in(site, open_page(chromium, width=360, language="en"), "en", "lin", "lin manages")
    page = open_page(chromium, width=1280, language="en", javascript=False)
    page.goto(f"{ada(site, page, 'en')}people")
    page.locator("main [name=q]").fill("lin mei")
    page.keyboard.press("Enter")
    page.locator(".entry a").first.press("Enter")
    page.get_by_role("link", name="Suspend the account").press("Enter")
    see(page, javascript=False)
    page.locator("[name=reason]").fill(" ")  # the browser itself asks for something
    page.get_by_role("button", name="Suspend the account").press("Enter")
    expect(page.locator(".error:not([hidden])")).to_contain_text("Say in a few words why.")
    see(page, javascript=False)
    page.locator("[name=reason]").fill("Sold links.")
    page.get_by_role("button", name="Suspend the account").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("suspended, and signed out everywhere")
    see(page, javascript=False)

    lin.goto(f"{site.url}/en/account")
    expect(lin).to_have_url(f"{site.url}/en/sign-in?next=/en/account")
    lin.locator("[name=email]").fill("lin@learn.example")
    lin.locator("[name=password]").fill("lin manages")
    lin.locator("main form button").first.click()
    expect(lin.locator(".error:not([hidden])")).to_contain_text("This account is closed.")

    page.get_by_role("link", name="Open the account again").press("Enter")
    page.get_by_role("button", name="Open it again").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The account is open again.")
    signed_in(site, lin, "en", "lin", "lin manages")


def test_an_announcement_is_seen_by_visitors_at_once(site: Site, chromium: Browser) -> None:
    visitor = open_page(chromium, width=360, language="ar")
    visitor.goto(f"{site.url}/ar/")
    expect(visitor.locator(".announced")).to_have_count(0)
    page = open_page(chromium, width=1280, language="en")
    page.goto(f"{ada(site, page, 'en')}announcements/new")
    page.locator("[name=en]").fill("On Sunday the site is away.")
    page.locator("[name=ar]").fill("الموقع غير متاح يوم الأحد.")
    page.locator("[name=level]").select_option("warning")
    page.get_by_role("button", name="Announce it").click()
    expect(page.locator(".announced")).to_contain_text("On Sunday the site is away.")
    see(page)
    visitor.reload()
    expect(visitor.locator(".announced")).to_contain_text("الموقع غير متاح يوم الأحد.")
    see(visitor)
    page.get_by_role("button", name="End it now").click()
    visitor.reload()
    expect(visitor.locator(".announced")).to_have_count(0)
