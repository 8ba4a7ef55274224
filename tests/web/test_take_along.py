"""What a partner takes along: certificates in one file or as a table, a report without names."""

import subprocess
import tracemalloc
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from lms import files, jobs, packing
from lms.database import begin_writing, db
from lms.domain import ending, journal
from lms.domain.cohorts import joining, running
from lms.models import (
    AuditEntry,
    Certificate,
    Cohort,
    Course,
    Download,
    Look,
    LookKind,
    Organisation,
    User,
    Verb,
)
from lms.printing import facts_of
from lms.render.pdf import certificate_pdf
from lms.render.report import CourseLine, ReportFacts, report_pdf
from tests import desks
from tests.cohorts import partner_of
from tests.conftest import Browser, SignIn, person
from tests.content.test_pictures import SVG
from tests.domain.test_certification import issue
from tests.render.test_pdf import html_of

PAGE = "/en/partners/water/cohorts/1/downloads"
NAMES = ("Zoë/../Ł", "=cmd()", "أمينة")


@pytest.fixture
def water(lin: User) -> Organisation:
    """Lin's, with a logo and a signatory."""
    made = partner_of(lin)
    made.logo, made.logo_type = files.put(SVG % b""), "image/svg+xml"
    made.signature, made.signature_type = files.put(SVG % b"<g/>"), "image/svg+xml"
    made.signatory_name, made.signatory_role = "Wei Lin", "Director"
    db.session.commit()
    return made


@pytest.fixture
def river(water: Organisation, small: Course) -> Cohort:
    """Its cohort, which takes the small course."""
    return desks.cohort(water, small)


@pytest.fixture
def browser(river: Cohort, sign_in: SignIn, lin: User) -> Browser:
    """Lin's."""
    return sign_in(lin)


@pytest.fixture
def three(river: Cohort, small: Course) -> list[User]:
    """People who hold the certificate; its file is made of two of them."""
    people = []
    for number, name in enumerate(NAMES):
        one = person(f"P{number}")
        one.name = name
        people.append(one)
        desks.member(river, one)
        made = issue(one, small)
        made.pdf_digest = files.put(f"PDF of {name}".encode()) if number < 2 else None
    db.session.commit()
    return people


def work() -> None:
    """As the worker does it."""
    with jobs.made_files() as deed:
        deed()
    begin_writing()


def packed(browser: Browser) -> str:
    """The address of the packed certificates."""
    answer = browser.post(f"{PAGE}/certificates")
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert browser.get(PAGE).headers["Refresh"] == "3"
    work()
    page = browser.get(PAGE)
    assert "Refresh" not in page.headers
    return page.text.partition(f'href="{PAGE}/certificates/')[2].partition('"')[0]


def looks() -> list[tuple[str, LookKind, int]]:
    """Who reads in their log that what was taken."""
    rows = db.session.execute(select(User.name, Look.kind, Look.times).join(User))
    return sorted((name, kind, times) for name, kind, times in rows)


# --- as one file --------------------------------------------------------------------------------


def test_certificates_are_packed_and_each_holder_reads_it(
    browser: Browser, three: list[User], lin: User, river: Cohort
) -> None:
    address = f"{PAGE}/certificates/{packed(browser)}"
    answer = browser.get(address)

    archive = ZipFile(BytesIO(answer.data))
    rows = {row.holder_name: row.number for row in db.session.scalars(select(Certificate))}
    names = [f"Zoë .. Ł {rows[NAMES[0]]}.pdf", f"=cmd() {rows[NAMES[1]]}.pdf", "MISSING.txt"]
    assert archive.namelist() == names
    assert archive.read(names[0]) == b"PDF of " + NAMES[0].encode()
    assert archive.read("MISSING.txt").decode() == f"{rows[NAMES[2]]}\r\n"
    assert "River" in answer.headers["Content-Disposition"]
    assert looks() == [(name, LookKind.CERTIFICATES, 1) for name in sorted(NAMES)]
    rest = browser.get(address, headers={"Range": "bytes=10-"})
    assert (rest.status_code, rest.data) == (206, answer.data[10:])
    assert looks()[0][2] == 1  # it is the same download
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == Verb.TOOK_ALONG)).one()
    assert (entry.actor, entry.thing) == (lin.public_id, f"cohort:{river.id}")
    assert entry.changes == {"count": [None, 3]}


def test_who_takes_their_consent_back_takes_the_file_away(
    browser: Browser, three: list[User], river: Cohort
) -> None:
    address = f"{PAGE}/certificates/{packed(browser)}"
    begin_writing()
    joining.withdraw(three[0], joining.find_place(three[0], river.id))
    db.session.commit()
    assert browser.get(address).status_code == 404
    archive = ZipFile(BytesIO(browser.get(f"{PAGE}/certificates/{packed(browser)}").data))
    assert len(archive.namelist()) == 2
    begin_writing()
    for one in three[1:]:
        joining.leave(one, joining.find_place(one, river.id))
    db.session.commit()
    assert "Nobody who agrees to be seen has a certificate" in browser.get(PAGE).text


def test_a_withdrawn_certificate_and_a_lost_file_are_left_out(
    browser: Browser, three: list[User]
) -> None:
    rows = db.session.scalars(select(Certificate).order_by(Certificate.id)).all()
    ending.withdraw(three[0], rows[0])
    files.remove(rows[1].pdf_digest or "")
    db.session.commit()
    answer = browser.get(f"{PAGE}/certificates/{packed(browser)}")
    assert ZipFile(BytesIO(answer.data)).namelist() == ["MISSING.txt"]


def test_two_hundred_take_no_more_memory_than_ten(
    river: Cohort, small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "AT_ONCE", 10)
    pdf = files.put(bytes(50_000))
    peaks: list[int] = []
    told: list[tuple[int, int]] = []
    for until in (10, 200):
        for number in range(db.session.query(User).count(), until):
            one = person(f"N{number}")
            desks.member(river, one)
            issue(one, small).pdf_digest = pdf
        db.session.commit()
        tracemalloc.start()
        packing.pack(river.id, until, Nowhere(), lambda *how: told.append(how))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        begin_writing()
        assert told[-1] == (until - 1, until)  # the first person is the manager
    assert peaks[1] < peaks[0] + 1_000_000  # ten megabytes were packed


class Nowhere(BytesIO):
    """A file that keeps nothing."""

    at = 0

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Only counts."""
        self.at += len(data)
        return len(data)

    def tell(self) -> int:
        """How much was written."""
        return self.at

    def seekable(self) -> bool:
        """It goes on only."""
        return False


# --- as a table ---------------------------------------------------------------------------------


def test_as_a_table_no_name_is_a_formula(browser: Browser, three: list[User]) -> None:
    answer = browser.get(f"{PAGE}/certificates.csv")
    lines = answer.text.split("\r\n")

    assert answer.text.startswith("\ufeffName,Course,")
    assert lines[1].startswith("'=cmd(),Names in short,80,")
    assert lines[2].startswith("Zoë/../Ł,")
    number = db.session.scalars(
        select(Certificate.number).where(Certificate.holder_name == NAMES[2])
    ).one()
    assert lines[3].endswith(f",{number},http://localhost/en/c/{number}")
    assert looks() == [(name, LookKind.TABLE, 1) for name in sorted(NAMES)]


# --- the report ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "word"), [("en", "Finished"), ("ar", "مكتملة")])
def test_the_report_is_one_tagged_page_that_names_nobody(
    sign_in: SignIn, lin: User, three: list[User], tmp_path: Path, language: str, word: str
) -> None:
    browser, page = sign_in(lin), PAGE.replace("/en/", f"/{language}/")
    browser.post(f"{page}/report")
    work()
    number = db.session.scalars(select(Download.id)).one()
    answer = browser.get(f"{page}/report/{number}.pdf")

    reader = PdfReader(BytesIO(answer.data))
    assert len(reader.pages) == 1
    assert reader.trailer["/Root"]["/Lang"] == language  # type: ignore[index]
    (tmp_path / "r.pdf").write_bytes(answer.data)
    text = subprocess.run(
        ["pdftotext", tmp_path / "r.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    for said in ("River", "Clean Water", "Names in short", word):
        assert said in text
    assert not [name for name in NAMES if name in text]
    assert looks() == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_report_of_as_many_courses_as_can_be_is_one_page_too(language: str) -> None:
    titles = {"en": "Registering and keeping a domain name", "ar": "تسجيل اسم النطاق والحفاظ عليه"}
    courses = [
        CourseLine(
            title=title,
            language=code,
            members=10_000,
            new=1,
            under_way=9_000,
            stuck=9,
            finished=990,
        )
        for code, title in titles.items()
    ]
    facts = ReportFacts(
        language=language,
        site_name="NPOC Learn",
        partner="Clean Water for Everybody",
        cohort="A name of a project that is rather long, " * 2,
        made_at=journal.now(),
        courses=tuple(courses * (running.MOST_COURSES // 2)),
        weeks=((date(2027, 3, 1), 0), (date(2027, 3, 8), 990)),
    )
    assert len(PdfReader(BytesIO(report_pdf(facts))).pages) == 1


def test_a_report_of_a_cohort_without_courses_says_so(
    sign_in: SignIn, lin: User, water: Organisation, tmp_path: Path
) -> None:
    water.logo = None
    other = desks.cohort_without_courses(water)
    browser = sign_in(lin)
    page = PAGE.replace("/1/", f"/{other.id}/")
    browser.post(f"{page}/report")
    work()
    assert browser.get(f"{page}/report/1.pdf").status_code == 200


def test_strangers_and_other_partners_get_nothing(
    browser: Browser, sign_in: SignIn, three: list[User], eve: User, tomas: User
) -> None:
    number = packed(browser)
    partner_of(tomas, "fire")
    for somebody, status in ((eve, 403), (three[0], 403), (tomas, 403)):
        other = sign_in(somebody)
        for end in ("", f"/certificates/{number}", "/certificates.csv", "/report/1.pdf"):
            assert other.get(PAGE + end).status_code == status
        for end in ("/certificates", "/report"):
            assert other.post(PAGE + end).status_code == status
    assert sign_in(tomas).get(PAGE.replace("water", "fire")).status_code == 404
    assert looks() == []


# --- on certificates ----------------------------------------------------------------------------


def test_the_partner_stands_beside_us_on_certificates_of_its_cohorts(
    three: list[User], water: Organisation, amina: User, small: Course
) -> None:
    certificate = db.session.scalars(select(Certificate).order_by(Certificate.id)).first()
    assert certificate is not None
    assert certificate.partners == ["Clean Water"]
    assert certificate.signatories[-1] == {"name": "Wei Lin", "role": "Director"}
    water.logo = water.signature = None
    water.name = "Another name"  # what was issued stays as it was
    db.session.flush()
    facts = facts_of(certificate)
    assert (facts.partner_logo, facts.partner_signature) == (SVG % b"", SVG % b"<g/>")
    html = html_of(facts)
    assert html.count("certificate:partner") == html.count("certificate:signature") == 1
    assert "with Clean Water" in html
    assert len(PdfReader(BytesIO(certificate_pdf(facts))).pages) == 1

    own = issue(amina, small)  # she is in no cohort
    assert (own.partners, own.partner_logo, own.partner_signature) == ([], None, None)
    ending.withdraw(three[0], certificate)
    ending.let_go(three[0], certificate, ends=True, at=journal.now())
    assert certificate.partner_logo is None


def test_a_partner_without_a_signatory_only_lends_its_name(
    river: Cohort, water: Organisation, amina: User, small: Course
) -> None:
    water.signatory_name, water.logo = "", None
    desks.member(river, amina)
    certificate = issue(amina, small)
    assert certificate.partners == ["Clean Water"]
    assert certificate.signatories == []
    assert (certificate.partner_logo, certificate.partner_signature) == (None, None)
