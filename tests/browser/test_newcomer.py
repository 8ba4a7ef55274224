"""A newcomer walks the whole way: from the catalogue to a certificate that a stranger checks."""

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.answers import answer_all
from tests.browser.conftest import Site, check_accessibility, open_page, switch_scripts

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

WALKS = {
    "en": {"width": 1280, "javascript": True, "name": "Zoé Ångström-N’Diaye"},
    "ar": {"width": 360, "javascript": False, "name": "فاطمة الزهراء بنت عبد الرحمن"},
}


class Walk:
    """One person with one browser, going through the site."""

    def __init__(self, site: Site, chromium: Browser, language: str) -> None:
        plan = WALKS[language]
        self.site, self.chromium, self.language = site, chromium, language
        self.name = str(plan["name"])
        self.javascript = bool(plan["javascript"])
        self.email = f"newcomer.{language}@ngo.example"
        self.page: Page = open_page(
            chromium,
            width=int(str(plan["width"])),
            language=language,
            javascript=self.javascript,
        )

    def see(self) -> None:
        """The page as it stands can be used by everybody, and fits the screen."""
        if not self.javascript:
            switch_scripts(self.page, on=True)
        check_accessibility(self.page)
        assert self.page.locator("html").get_attribute("dir") == (
            "rtl" if self.language == "ar" else "ltr"
        )
        overflow = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{self.page.url} is {overflow} px too wide"
        if not self.javascript:
            switch_scripts(self.page, on=False)

    def go(self, path: str) -> None:
        """Open an address of the site."""
        self.page.goto(f"{self.site.url}/{self.language}/{path}")
        self.see()

    def press(self, selector: str) -> None:
        """Press and look at what comes."""
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()
        self.see()


@pytest.mark.parametrize("language", WALKS)
def test_from_the_catalogue_to_a_verified_certificate(
    site: Site, chromium: Browser, tmp_path: Path, language: str
) -> None:
    walk = Walk(site, chromium, language)
    find_the_course_and_read(walk)
    sign_up_and_confirm(walk)
    read_everything(walk)
    fail_and_pass_the_quizzes(walk)
    pdf = take_the_exam_and_download(walk, tmp_path)
    number = read_the_certificate(walk, pdf)
    verify_as_a_stranger(site, chromium, walk, number, pdf)


def find_the_course_and_read(walk: Walk) -> None:
    """Catalogue → course → first lesson, without an account."""
    walk.go("")
    walk.press(".entry h2 a, .entry h3 a")
    walk.press(".module .tree a")
    expect(walk.page.locator("h1")).to_be_visible()


def sign_up_and_confirm(walk: Walk) -> None:
    """The mail is read from a real SMTP server."""
    walk.go("sign-up")
    walk.page.locator("[name=name]").fill(walk.name)
    walk.page.locator("[name=email]").fill(walk.email)
    walk.page.locator("[name=password]").fill("a lake with seven boats")
    walk.press("main form button")
    expect(walk.page.locator(".head nav")).to_contain_text(walk.name)
    walk.page.goto(walk.site.mailbox.link(walk.email))
    walk.see()
    walk.press("main form button")


def lessons(walk: Walk) -> dict[str, str]:
    """Kind → … the addresses of the course's lessons in order, from the course page."""
    walk.go("courses/keeping-your-domain-name/")
    links = walk.page.locator(".module .tree li a").all()
    return {str(link.get_attribute("href")): link.inner_text() for link in links}


def read_everything(walk: Walk) -> None:
    """Every page: Done, next. Who reads on a phone looks at each, others at the first of each module."""
    seen = set()
    for address in lessons(walk):
        walk.page.goto(walk.site.url + address)
        done = walk.page.locator("form[action$='/completion'] button")
        if done.count():
            module = address.rsplit("/", 1)[0]
            if not walk.javascript or module not in seen:
                walk.see()
            seen.add(module)
            done.first.click()
            walk.page.wait_for_load_state()


def quizzes(walk: Walk) -> list[str]:
    """The addresses of what has a start button."""
    return [address for address in lessons(walk) if "quiz" in address]


def fail_and_pass_the_quizzes(walk: Walk) -> None:
    """The first quiz is failed before it is passed."""
    first, *others = quizzes(walk)
    take(walk, first, well=False)
    expect(walk.page.locator(".state.bad").first).to_be_visible()
    for address in (first, *others):
        take(walk, address, well=True)
        expect(walk.page.locator(".state.good").first).to_be_visible()


def take(walk: Walk, address: str, *, well: bool) -> None:
    """Start, answer, hand in."""
    walk.page.goto(walk.site.url + address)
    walk.see()
    walk.press("form[action$='/attempts'] button")
    answer_all(walk.page, well=well)
    walk.see()
    walk.press("button[name=submit]")


def take_the_exam_and_download(walk: Walk, folder: Path) -> Path:
    """The exam, the survey if there is one, and the PDF."""
    for address in lessons(walk):
        if "exam" in address.rsplit("/", 1)[-1]:
            take(walk, address, well=True)
    walk.go("my-learning")
    expect(walk.page.locator("#name")).to_contain_text(walk.name)
    link = walk.page.locator("a[href$='.pdf']").first
    address = walk.site.url + str(link.get_attribute("href"))
    for _second in range(60):
        answer = walk.page.request.get(address)
        if answer.headers["content-type"] == "application/pdf":
            break
        walk.page.wait_for_timeout(1000)
    file = folder / "certificate.pdf"
    file.write_bytes(answer.body())
    return file


def read_the_certificate(walk: Walk, pdf: Path) -> str:
    """Text and square code, read as anybody's programs read them; the number in the code."""
    text = subprocess.run(
        ["pdftotext", pdf, "-"], check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout
    assert "".join(walk.name.split()) in "".join(text.split())
    picture = pdf.with_suffix("")
    subprocess.run(["pdftoppm", "-r", "200", "-png", "-singlefile", pdf, picture], check=True)
    code = subprocess.run(
        ["zbarimg", "-q", "--raw", f"{picture}.png"], check=True, capture_output=True, text=True
    ).stdout.strip()
    assert code.startswith(f"{walk.site.url}/c/")
    return code.rsplit("/", 1)[-1]


def verify_as_a_stranger(site: Site, chromium: Browser, walk: Walk, number: str, pdf: Path) -> None:
    """A fresh browser opens what the square code says, and compares the file without sending it."""
    stranger = open_page(chromium, width=360, language=walk.language)
    stranger.goto(f"{site.url}/c/{number}")
    expect(stranger.locator(".statement.good")).to_be_visible()
    expect(stranger.locator("main")).to_contain_text(walk.name)
    assert walk.email not in stranger.content()
    check_accessibility(stranger)
    sent: list[str] = []
    stranger.on("request", lambda request: sent.append(request.url))
    changed = pdf.with_suffix(".changed.pdf")
    changed.write_bytes(pdf.read_bytes().replace(b"%%EOF", b"%%EOf"))
    for file, answer in ((pdf, "same"), (changed, "other")):
        stranger.set_input_files("#file", file)
        expect(stranger.locator("[data-answer]:visible")).to_have_attribute("data-answer", answer)
    assert sent == []
    check_accessibility(stranger)
