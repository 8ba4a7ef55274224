"""Somebody takes a copy of everything, keeps a certificate, and deletes the account."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Request, expect

from lms import create_app
from lms.database import begin_writing, db
from lms.domain import accounts, catalogue, certification, journal
from tests.browser.conftest import Site, check_accessibility, open_page
from tests.browser.test_newcomer import WALKS, Walk, sign_up_and_confirm
from tests.conftest import dispose, settings

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PASSWORD = "a lake with seven boats"


@pytest.mark.parametrize("language", WALKS)
def test_a_person_takes_a_copy_and_leaves(
    site: Site, chromium: Browser, tmp_path: Path, language: str
) -> None:
    walk = Walk(site, chromium, language)
    walk.email = f"leaving.{language}@ngo.example"
    asked: list[str] = []
    walk.page.on("request", lambda request: asked.append(_host(request)))
    sign_up_and_confirm(walk)
    number = with_certificate(walk)
    read_what_is_kept(walk)
    take_a_copy(walk, tmp_path, number)
    make_mistakes(walk, number)
    leave(walk, number)
    find_nothing_left(walk, number)
    assert set(asked) == {site.url.removeprefix("http://")}


def _host(request: Request) -> str:
    return request.url.split("/")[2]


def with_certificate(walk: Walk) -> str:
    """As if everything had been learnt; the number."""
    app = create_app(settings(walk.site.folder, f"sqlite:///{walk.site.folder}/learn.sqlite"))
    with app.app_context():
        begin_writing()
        person = accounts.owner_of(walk.email)
        assert person is not None
        course = catalogue.find_course("keeping-your-domain-name")
        edition = catalogue.current_edition(course)
        text = catalogue.text_of(edition)
        made = certification.issue(
            person, course, edition, text, percent=90, earned_at=journal.now()
        )
        assert made is not None
        number = made.number
        db.session.commit()
        dispose()
    return number


def read_what_is_kept(walk: Walk) -> None:
    """The page says for how long, and leads on."""
    walk.go("about/privacy")
    expect(walk.page.locator("main")).to_contain_text("1095")
    expect(walk.page.locator("main a[href$='/account/deletion']")).to_be_visible()


def take_a_copy(walk: Walk, folder: Path, number: str) -> None:
    """The page looks again by itself, without a script."""
    walk.go("account")
    walk.press("main a[href$='/account/export']")
    walk.press("form[action$='/account/export'] button")
    link = walk.page.locator("a[href$='.zip']")
    link.wait_for(timeout=60_000)
    walk.see()
    with walk.page.expect_download() as started:
        link.click()
    file = folder / "copy.zip"
    started.value.save_as(file)
    with ZipFile(BytesIO(file.read_bytes())) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert walk.name in archive.read("account.json").decode()
        assert walk.name in archive.read("README.txt").decode("utf-8-sig")
        assert number in archive.read("certificates.json").decode()
    assert "journal.json" in names


def make_mistakes(walk: Walk, number: str) -> None:
    """Nothing decided, a wrong password: everything is said at once, and nothing is deleted."""
    walk.go("account/deletion")
    walk.page.locator("#present_password").fill("not this one")
    walk.press("main form .grave")
    expect(walk.page.locator(".wrong li")).to_have_count(3)
    walk.page.locator(f".wrong a[href='#certificate-{number}-keep']").click()
    walk.page.locator(f"label[for='certificate-{number}-keep']").click()


def leave(walk: Walk, number: str) -> None:
    """Keep the certificate; then it is done."""
    expect(walk.page.locator(f"#certificate-{number}-keep")).to_be_checked()
    walk.page.locator("#present_password").fill(PASSWORD)
    walk.page.locator("label[for='sure']").click()
    walk.press("main form .grave")
    assert walk.page.url.partition("#")[0].endswith("/left")
    expect(walk.page.locator(".head nav")).not_to_contain_text(walk.name)
    kept = walk.site.mailbox.link(walk.email, "c")
    assert kept.endswith(f"/c/{number}")


def find_nothing_left(walk: Walk, number: str) -> None:
    """Nobody can sign in any more; the certificate is as good as ever."""
    walk.go("sign-in")
    walk.page.locator("[name=email]").fill(walk.email)
    walk.page.locator("[name=password]").fill(PASSWORD)
    walk.press("main form button")
    expect(walk.page.locator(".wrong")).to_be_visible()
    stranger = open_page(walk.chromium, width=360, language=walk.language)
    stranger.goto(f"{walk.site.url}/c/{number}")
    expect(stranger.locator(".statement.good")).to_be_visible()
    expect(stranger.locator("main")).to_contain_text(walk.name)
    check_accessibility(stranger)
