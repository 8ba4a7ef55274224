"""The whole life of a partner: from its first manager to a consent that is taken back."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.answers import answer_all
from tests.browser.conftest import PATIENCE, Site, open_page
from tests.browser.test_marking import command, see, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

COURSE = {
    "course.md": (
        "---\ntitle: Names in short\nlanguage: en\nhours: 1\ncertificate: yes\n"
        "complete: all lessons\n---\n\nFor everybody.\n"
    ),
    "course.ar.md": "---\ntitle: الأسماء باختصار\n---\n\nللجميع.\n",
    "01-names/module.md": "---\ntitle: Names\n---\n",
    "01-names/module.ar.md": "---\ntitle: الأسماء\n---\n",
    "01-names/01-page.md": "---\ntitle: What a name is\n---\n\nA name is a path in a tree.\n",
    "01-names/01-page.ar.md": "---\ntitle: ما الاسم\n---\n\nالاسم مسار في شجرة.\n",
    "01-names/quiz.md": "---\ntitle: Quiz\npass: 50\n---\n\n## ? Is a name a path? {#path}\n\n- true\n",
    "01-names/quiz.ar.md": "---\ntitle: اختبار\n---\n\n## ? هل الاسم مسار؟ {#path}\n\n- true\n",
    "02-meeting/module.md": "---\ntitle: Meeting\n---\n",
    "02-meeting/webinar.md": "---\ntitle: Webinar\nkind: attendance\n---\n\nOn Friday.\n",
}
MANAGER, MANAL = "Manal Haddad", "manal@partner.example"
ZAHRA, LEARNER = "فاطمة الزهراء بنت عبد الرحمن", "zahra@partner.example"
AMINA = "amina@learn.example"
BAD = {7: "nobody at partner.example", 23: "Zahra@Partner.example", 42: "two@@partner.example"}
"""Lines of the list that cannot be used: no address, one that stands there already, a wrong one."""


def lines() -> Iterator[str]:
    """Fifty lines, as somebody has them."""
    yield f"{ZAHRA} <{LEARNER}>"
    yield AMINA
    for number in range(3, 51):
        yield BAD.get(number, f"person.{number}@partner.example")


@pytest.fixture(scope="module")
def course(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page and a quiz in two languages, published beside the shipped course."""
    folder = tmp_path_factory.mktemp("courses") / "names-in-short"
    for name, text in COURSE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    command(site, "courses", "import", str(folder))
    return folder


def look(page: Page, name: str) -> None:
    """Everybody can use it, and it fits; a picture of it where SHOTS says to keep them."""
    page.wait_for_load_state()
    see(page)
    if shots := os.environ.get("SHOTS"):
        keep(page, Path(shots), name)


def keep(page: Page, folder: Path, name: str) -> None:
    """At both widths and in both languages, as far as the page can be opened again."""
    tab = page.context.new_page()
    for language in ("en", "ar"):
        for width in (360, 1280):
            tab.set_viewport_size({"width": width, "height": 900})
            tab.goto(page.url.replace("/en/", f"/{language}/").replace("/ar/", f"/{language}/"))
            tab.screenshot(path=folder / f"{name}-{language}-{width}.png", full_page=True)
    tab.close()


def press(page: Page, name: str, shot: str) -> None:
    """A button or a link by what it says; then look at what comes."""
    page.locator("main :is(button, a)").filter(has_text=name).first.click()
    look(page, shot)


def test_the_whole_life_of_a_partner(
    site: Site, chromium: Browser, course: Path, tmp_path: Path
) -> None:
    invite_the_manager(site, open_page(chromium, width=1280, language="en"))
    manager = open_page(chromium, width=1280, language="en")
    accept(site, manager)
    cohort = make_a_cohort(manager, course)
    import_fifty(manager)
    phone = open_page(chromium, width=360, language="ar")
    join_from_the_mail(site, phone)
    learn_and_finish(site, phone, "ar", course)
    code = show_the_code(site, manager, course)
    be_there(site, phone, "ar", code)
    other = open_page(chromium, width=360, language="en")
    join_and_finish_as_amina(site, other, course)
    be_there(site, other, "en", code)
    try_a_list(site, manager, course)
    see_them_on_the_desk(manager, cohort)
    for learner in (phone, other):
        wait_for_the_certificate(site, learner)
    archive = download(manager)
    assert {name.rpartition(" ")[0] for name in archive} == {ZAHRA, "Amina Diallo"}
    stranger = open_page(chromium, width=360, language="ar")
    for name, data in archive.items():
        verify(site, stranger, tmp_path, name, data)
    look(stranger, "verified")
    take_the_consent_back(site, phone)
    see_them_gone(manager, cohort)


def invite_the_manager(site: Site, page: Page) -> None:
    """An administrator makes an organisation, makes it a partner, and invites."""
    signed_in(site, page, "en", "ada", "ada administers")
    page.goto(f"{site.url}/en/admin/organisations")
    page.locator("[name=name]").fill("Names for All")
    page.locator("[name=slug]").fill("names-for-all")
    press(page, "Make the organisation", "admin-made")
    page.locator("[name=name-ar]").fill("أسماء للجميع")
    page.locator("label[for=partner]").click()
    press(page, "Save", "admin-partner")
    press(page, "Invite somebody by mail", "admin-members")
    page.locator("[name=email]").fill(MANAL)
    press(page, "Send the invitation", "admin-invited")
    expect(page.get_by_role("status")).to_contain_text("on its way")


def accept(site: Site, page: Page) -> None:
    """From the mail, with an account that is made on the way."""
    offer = site.mailbox.link(MANAL, "partners")
    page.goto(offer)
    page.locator("main a[href*='/sign-up']").first.click()
    sign_up(site, page, MANAGER, MANAL)
    look(page, "offer")
    press(page, "Take it up", "mine")


def sign_up(site: Site, page: Page, name: str, email: str) -> None:
    """The form, and the mail that confirms the address: it leads on to the invitation."""
    page.locator("[name=name]").fill(name)
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill("a lake with seven boats")
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    look(page, "signed-up-" + name[:1])
    page.goto(site.mailbox.link(email))
    page.locator("main form button").first.click()
    page.wait_for_load_state()


def make_a_cohort(page: Page, course: Path) -> str:
    """With the small course; its address."""
    press(page, "Names for All", "cohorts-empty")
    press(page, "Make a cohort", "cohort-new")
    page.locator("[name=name]").fill("Autumn 2027")
    page.locator("[name=language]").select_option("ar")
    press(page, "Make the cohort", "cohort-courses")
    page.locator(f"label[for=course-{course.name}]").click()
    press(page, "Save", "cohort")
    return page.url.partition("?")[0]


def import_fifty(page: Page) -> None:
    """The dry run names each of three bad lines; then the others are invited."""
    press(page, "Invite people", "invitations")
    page.locator("[name=file]").set_input_files(
        {
            "name": "people.csv",
            "mimeType": "text/csv",
            "buffer": "\r\n".join(lines()).encode("utf-8-sig"),
        }
    )
    press(page, "Try the list", "list-tried")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(len(BAD))
    for row, (number, text) in zip(rows.all(), BAD.items(), strict=True):
        expect(row.locator("th")).to_have_text(str(number))
        expect(row).to_contain_text(text)
    expect(rows.nth(1)).to_contain_text("stands in line 1 already")
    page.get_by_role("button", name="Invite 47 people").click()
    expect(page.locator("h1")).to_have_text(
        "Everybody on the list is invited", timeout=PATIENCE * 1000
    )
    look(page, "list-done")
    press(page, "See who was invited", "invited")
    expect(page.locator("tbody tr")).to_have_count(47)


def join_from_the_mail(site: Site, page: Page) -> None:
    """In Arabic on a phone: the mail is in the language of the cohort."""
    invitation = site.mailbox.link(LEARNER, "join")
    page.goto(invitation)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("main")).to_contain_text("أسماء للجميع")
    look(page, "join-stranger")
    page.locator("main a[href*='/sign-up']").first.click()
    sign_up(site, page, ZAHRA, LEARNER)
    look(page, "join-ask")
    page.locator("main form button").click()
    expect(page.locator(".box.good")).to_be_visible()
    look(page, "join-in")
    page.goto(f"{page.url}/poster")
    look(page, "poster")
    print_on_one_sheet(page)


def print_on_one_sheet(page: Page) -> None:
    """With a long name, and as many courses as a cohort can take."""
    page.evaluate(
        """
        document.querySelector(".poster h1").textContent = "Names for everybody, in short ".repeat(3)
        const courses = document.createElement("ul")
        courses.className = "facts running"
        courses.innerHTML = "<li>Registering and keeping a domain name</li>".repeat(20)
        document.querySelector(".poster > .square").before(courses)
        """
    )
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1


def learn_and_finish(site: Site, page: Page, language: str, course: Path) -> None:
    """The page, then the quiz."""
    page.goto(f"{site.url}/{language}/courses/{course.name}/names/page")
    page.locator("form[action$='/completion'] button").first.click()
    page.wait_for_load_state()
    page.goto(f"{site.url}/{language}/courses/{course.name}/names/quiz")
    page.locator("form[action$='/attempts'] button").click()
    page.wait_for_load_state()
    answer_all(page, well=True, course=course)
    page.locator("button[name=submit]").click()
    expect(page.locator(".state.good").first).to_be_visible()


def show_the_code(site: Site, page: Page, course: Path) -> str:
    """In a room: whoever runs a cohort may do that."""
    page.goto(f"{site.url}/en/courses/{course.name}/attendance")
    look(page, "meetings")
    press(page, "Webinar", "meeting")
    press(page, "Show a code", "code")
    return page.locator(".code-shown").inner_text()


def be_there(site: Site, page: Page, language: str, code: str) -> None:
    """From the field for the code to the lesson that is done."""
    page.goto(f"{site.url}/{language}/attend")
    look(page, "attend")
    page.locator("[name=code]").fill(code)
    page.locator("main form button").click()
    look(page, "attend-confirm")
    page.locator("main form button").click()
    page.wait_for_url("**/meeting/webinar")
    look(page, "attended")


def try_a_list(site: Site, page: Page, course: Path) -> None:
    """Who was counted before, and a line that counts nobody."""
    page.goto(f"{site.url}/en/courses/{course.name}/meeting/webinar/attendance")
    page.locator("[name=addresses]").fill(f"{LEARNER}\n{AMINA}\nnobody@")
    page.get_by_role("button", name="Try the list").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    see(page)


def join_and_finish_as_amina(site: Site, page: Page, course: Path) -> None:
    """She has an account."""
    signed_in(site, page, "en", "amina", "amina learns")
    page.goto(site.mailbox.link(AMINA, "join"))
    page.locator("main form button").click()
    expect(page.locator(".box.good")).to_be_visible()
    learn_and_finish(site, page, "en", course)


def see_them_on_the_desk(page: Page, cohort: str) -> None:
    """It says that both finished."""
    page.goto(f"{cohort}/desk")
    for name in (ZAHRA, "Amina Diallo"):
        row = page.locator("tbody tr").filter(has_text=name)
        expect(row.locator(".state.good")).to_contain_text("Finished")
    look(page, "desk")


def wait_for_the_certificate(site: Site, page: Page) -> None:
    """Until the worker has printed it."""
    page.goto(f"{site.url}/en/my-learning")
    address = page.locator("a[href$='.pdf']").first.get_attribute("href")
    end = time.monotonic() + PATIENCE
    while "pdf" not in page.request.get(f"{site.url}{address}").headers["content-type"]:
        assert time.monotonic() < end, address
        page.wait_for_timeout(300)


def download(page: Page) -> dict[str, bytes]:
    """What is in the ZIP file, by names."""
    press(page, "Certificates and a report", "downloads")
    page.locator("form[action$='/certificates'] button").click()
    link = page.locator("a[href$='.zip']")
    expect(link).to_be_visible(timeout=PATIENCE * 1000)
    with page.expect_download() as taken:
        link.click()
    look(page, "downloads-ready")
    with ZipFile(taken.value.path()) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def verify(site: Site, stranger: Page, folder: Path, name: str, data: bytes) -> None:
    """A stranger types the number that is printed on it."""
    number = name.removesuffix(".pdf").rpartition(" ")[2]
    file = folder / f"{number}.pdf"
    file.write_bytes(data)
    text = subprocess.run(
        ["pdftotext", file, "-"], check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout
    assert number in re.sub("[^0-9A-Z]", "", text)  # groups of four, and marks of direction
    stranger.goto(f"{site.url}/c/{number}")
    expect(stranger.locator(".statement.good")).to_be_visible()
    expect(stranger.locator("main")).to_contain_text(name.rpartition(" ")[0])


def take_the_consent_back(site: Site, page: Page) -> None:
    """On the same phone; the log says who looked."""
    page.goto(f"{site.url}/ar/my-learning/cohorts")
    look(page, "consent")
    page.locator("form[action$='/consent'] button").click()
    expect(page.get_by_role("status")).to_be_visible()
    look(page, "withdrawn")
    page.goto(f"{site.url}/ar/my-learning/looks")
    expect(page.locator("tbody")).to_contain_text(MANAGER)
    look(page, "looks")


def see_them_gone(page: Page, cohort: str) -> None:
    """From the desk, and from the files."""
    page.goto(f"{cohort}/desk")
    expect(page.locator("tbody tr").filter(has_text="Amina Diallo")).to_have_count(1)
    assert ZAHRA not in page.content()
    assert LEARNER not in page.content()
    page.goto(f"{cohort}/downloads")
    expect(page.locator("main")).to_contain_text("1 certificate of somebody")
    expect(page.locator("a[href$='.zip']")).to_have_count(0)
    look(page, "downloads-gone")
