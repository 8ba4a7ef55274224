"""Somebody changes their account, and switches off a kind of mail, from the mails themselves."""

import pytest
from playwright.sync_api import Browser, expect

from lms import create_app
from lms.database import begin_writing, db
from lms.domain import accounts, notices
from lms.models import MailKind
from tests.browser.conftest import Site
from tests.browser.test_newcomer import WALKS, Walk, sign_up_and_confirm
from tests.conftest import dispose, settings

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PASSWORD = "a lake with seven boats"
FORM = "form[action$='/account/{}'] button"


@pytest.mark.parametrize("language", WALKS)
def test_a_person_changes_the_account(site: Site, chromium: Browser, language: str) -> None:
    walk = Walk(site, chromium, language)
    walk.email = f"changing.{language}@ngo.example"
    sign_up_and_confirm(walk)
    choose_a_time_zone(walk)
    change_the_address(walk)
    switch_a_notice_off(walk)
    take_the_account_back(walk)


def choose_a_time_zone(walk: Walk) -> None:
    """From the list, without a script."""
    walk.go("account")
    walk.page.locator("#time_zone").select_option("Africa/Nairobi")
    walk.press(FORM.format("time-zone"))
    expect(walk.page.locator("[role=status]")).to_be_visible()
    expect(walk.page.locator("#time_zone-hint")).to_contain_text(" UTC)")


def change_the_address(walk: Walk) -> None:
    """A mistake first; then the link is read from a real mail server."""
    walk.page.locator("#email").fill("nobody")
    walk.page.locator("#present_password").fill(PASSWORD)
    walk.press(FORM.format("address"))
    expect(walk.page.locator("#email-error")).to_be_visible()
    walk.page.locator("#email").fill(f"changed.{walk.language}@ngo.example")
    walk.page.locator("#present_password").fill(PASSWORD)
    walk.press(FORM.format("address"))
    expect(walk.page.locator(".intro")).to_contain_text(walk.email)
    walk.page.goto(walk.site.mailbox.link(f"changed.{walk.language}@ngo.example", "address"))
    walk.see()
    walk.press("main form button")
    expect(walk.page.locator(".intro")).to_contain_text(f"changed.{walk.language}@ngo.example")


def switch_a_notice_off(walk: Walk) -> None:
    """By the link of a mail that the worker sent."""
    address = f"changed.{walk.language}@ngo.example"
    app = create_app(settings(walk.site.folder, f"sqlite:///{walk.site.folder}/learn.sqlite"))
    with app.app_context():
        begin_writing()
        person = accounts.owner_of(address)
        assert person is not None
        assert person.time_zone == "Africa/Nairobi"
        notices.tell(person, MailKind.MARKED, course="Names", lesson="An essay", path="courses/")
        db.session.commit()
        dispose()
    link = walk.site.mailbox.link(address, "mails")
    [mail] = [mail for mail in walk.site.mailbox.mails if f"<{link}>" == mail["List-Unsubscribe"]]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    walk.page.goto(link)
    walk.see()
    walk.press("main form button")
    walk.go("account")
    expect(walk.page.locator("#mail-marked")).not_to_be_checked()
    expect(walk.page.locator("#mail-earned")).to_be_checked()


def take_the_account_back(walk: Walk) -> None:
    """The old address was told, and can undo it."""
    walk.page.goto(walk.site.mailbox.link(walk.email, "address"))
    walk.see()
    walk.press("main form button")
    walk.page.locator("[name=password]").fill("another lake with boats")
    walk.press("main form button")
    walk.go("account")
    expect(walk.page.locator(".intro")).to_contain_text(walk.email)
