"""A passkey, an app with codes and a recovery code, in a real browser, by keyboard alone."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from lms import create_app
from lms.database import begin_writing, db
from lms.domain import accounts
from lms.domain.permissions import System
from tests.browser.conftest import Mailbox, Site, check_accessibility, open_page
from tests.conftest import dispose, settings

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PASSWORD = "seven green boats"
WIDTHS = {"en": 1280, "ar": 360}
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Walk:
    """One person at one keyboard."""

    def __init__(self, site: Site, chromium: Browser, language: str) -> None:
        self.url = f"{site.url}/{language}"
        self.language, self.email = language, f"second.{language}@ngo.example"
        self.page: Page = open_page(chromium, width=WIDTHS[language], language=language)
        self.number = 0
        session = self.page.context.new_cdp_session(self.page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    def see(self) -> None:
        """Everybody can use the page as it stands, and it fits the screen."""
        self.page.wait_for_load_state()
        if shots := os.environ.get("SHOTS"):
            self.number += 1
            self.page.screenshot(
                path=f"{shots}/{self.language}-{self.number:02}.png", full_page=True
            )
        check_accessibility(self.page)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(wide) <= 0, self.page.url

    def go(self, path: str) -> None:
        self.page.goto(f"{self.url}/{path}")
        self.see()

    def reach(self, selector: str) -> None:
        """With the tabulator only."""
        goal = self.page.locator(selector).first
        expect(goal).to_be_visible()
        self.page.evaluate("document.activeElement?.blur()")
        for _step in range(80):
            self.page.keyboard.press("Tab")
            if goal.evaluate("node => node === document.activeElement"):
                return
        raise AssertionError(f"{selector} on {self.page.url} cannot be reached by keyboard")

    def write(self, selector: str, text: str) -> None:
        self.reach(selector)
        self.page.keyboard.type(text)

    def press(self, selector: str, leads_to: str) -> None:
        self.reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()
        assert re.search(leads_to, self.page.url), self.page.url
        self.see()

    def sign_out(self) -> None:
        self.page.context.clear_cookies()
        self.go("sign-in")

    def password(self, leads_to: str) -> None:
        self.write("[name=email]", self.email)
        self.write("[name=password]", PASSWORD)
        self.press("form[action$='/sign-in'] button", leads_to)


@pytest.fixture
def walk(
    site: Site, chromium: Browser, language: str, request: pytest.FixtureRequest
) -> Iterator[Walk]:
    """A person with a password and a confirmed address."""
    walk = Walk(site, chromium, language)
    app = create_app(settings(site.folder, f"sqlite:///{site.folder}/learn.sqlite"))
    with app.app_context():
        begin_writing()
        accounts.add_person(
            System(), name="Zahra", email=walk.email, password=PASSWORD, language=language
        )
        db.session.commit()
        dispose()
    yield walk
    walk.page.context.close()


@pytest.mark.parametrize("language", WIDTHS)
def test_every_way_of_the_second_step(walk: Walk, site: Site) -> None:
    walk.go("sign-in")
    walk.password("/my-learning")
    secret, codes = set_up_an_app(walk)
    add_a_passkey(walk)
    walk.sign_out()
    sign_in_with_the_passkey(walk)
    walk.sign_out()
    walk.password("/sign-in/second-step")
    walk.press("form[data-passkey] button", "/my-learning")
    walk.sign_out()
    walk.password("/sign-in/second-step")
    walk.write("[name=code]", pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30)))
    walk.press("form:has([name=code]) button", "/my-learning")
    walk.sign_out()
    walk.password("/sign-in/second-step")
    walk.reach("main summary")
    walk.page.keyboard.press("Enter")
    walk.write("[name=recovery]", codes[0].lower())
    walk.press("form:has([name=recovery]) button", "/my-learning")
    remove_the_app(walk)
    told(site.mailbox, walk.email)


def set_up_an_app(walk: Walk) -> "tuple[str, list[str]]":
    """The square, the first code, the recovery codes as a page and as a file."""
    walk.go("account/second-step")
    walk.press("a[href$='/second-step/app']", "/second-step/app")
    secret = walk.page.locator("main code").inner_text().replace(" ", "")
    walk.write("[name=code]", "1")
    walk.press("form:has([name=code]) button", "/second-step/app")
    expect(walk.page.locator("#code-error")).to_be_visible()
    walk.page.locator("[name=code]").fill("")
    walk.write("[name=code]", pyotp.TOTP(secret).now())
    walk.press("form:has([name=code]) button", "/second-step/codes")
    codes = walk.page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    with walk.page.expect_download() as download:
        walk.reach("a[href$='/codes/file']")
        walk.page.keyboard.press("Enter")
    assert codes[9] in Path(download.value.path()).read_text("utf-8")
    walk.press("form[action$='/kept'] button", "/second-step\\?done=codes")
    return secret, codes


def add_a_passkey(walk: Walk) -> None:
    walk.write("#name", "Blue phone")
    walk.press("form[data-passkey=create] button", "done=passkey")
    expect(walk.page.locator(".entries")).to_contain_text("Blue phone")


def sign_in_with_the_passkey(walk: Walk) -> None:
    walk.press("form[data-passkey=get] button", "/my-learning")
    expect(walk.page.locator(".head nav")).to_contain_text("Zahra")


def remove_the_app(walk: Walk) -> None:
    """Asked first whether it is still the person."""
    walk.go("account/second-step")
    walk.press("form[action$='/app/removal'] button", "/account/proof")
    walk.write("[name=present]", PASSWORD)
    walk.press("form:has([name=present]) button", "/account/second-step")
    walk.press("form[action$='/app/removal'] button", "done=removed")
    expect(walk.page.locator("form[action$='/app/removal']")).to_have_count(0)


def told(mailbox: Mailbox, address: str) -> None:
    """App, passkey, recovery code, removal: four mails by the worker."""
    mailbox.link(address, "account")
    mails = [mail for mail in mailbox.mails if address in str(mail["To"])]
    assert mails
