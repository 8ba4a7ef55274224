"""Certificates on paper: what they say, in every script, and what they cannot read."""

import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given
from hypothesis import strategies as st
from page import ValidationProfile, validate_pdf_bytes
from pypdf import PdfReader
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from lms.render import covered, fitting, forms, paper
from lms.render.fitting import Size
from lms.render.pdf import CertificateFacts, certificate_html, certificate_pdf
from tests import orders
from tools import fonts

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent.parent

FACTS = CertificateFacts(
    number="7K3M-9QXF-2WTD",
    address="https://learn.npoc.example/c/7K3M9QXF2WTD",
    site_name="NPOC Learn",
    holder_name="Fatoumata Bâ-N’Diaye",
    course_title="DNS essentials for not-for-profits",
    language="en",
    hours="6",
    percent=80,
    title="Certificate of completion",
    statement="has completed the course",
    signatories=(("Amina Diallo", "Programme lead"), ("Carlos Rivera", "")),
    partners=("Open Harbour", "Réseau Sud"),
    issuer="Not-for-Profit Operational Concerns Constituency",
    issued_at=datetime(2026, 5, 23, 9, tzinfo=UTC),
    valid_until=datetime(2029, 5, 23, 9, tzinfo=UTC),
)
NAMES = {
    "Latin": "Zoë Łukasiewicz-Ñúñez Œuvrard",
    "Arabic": "عائشة بنت محمد الأمين",
    "Arabic, more than 40 letters": "عبد الرحمن بن محمد بن عبد العزيز بن عبد الله الحضرمي",
    "Persian": "پگاه گل‌محمدی",
    "Cyrillic": "Константин Воскресенский",
    "Ukrainian and Kazakh": "Ґалаґан Їжакевич Әлия Құнанбаева",
    "Chinese": "李小龍",
    "rare Chinese": "龚䶮 㛃骉",
    "Vietnamese": "Nguyễn Thị Ánh Nguyệt",
    "Greek": "Ελένη Παπαδοπούλου",
    "two scripts": "Amina أمينة 阿米娜",
    "136 letters without a space": "Wolfeschlegelsteinhausenbergerdorff" * 3 + "w" * 31,
    "200 wide letters": "W" * 200,
    "Arabic ligatures": "لالا الإسلام لآلئ",
    "Urdu": "ٹیپو سلطان ڈاکٹر",
    "Uyghur": "ئابدۇرېھىم",
    "Hausa, Gikuyu, Yoruba": "Ɗan Ƙasa Ŋgũgĩ wa Thiong’o Ẹ̀kọ́ Ọláoyè",
    "Turkish": "Şükrü Iğdır İpek",
    "Icelandic": "Þórður Æsir Ðuríður",
    "Hawaiian": "Nuʻu “Kaʻiulani” O'Brien",
    "hyphens that do not break": "Anne‑Marie d’Août‐Lévy",
    "one letter": "O",
    "Japanese": "山田 たろう",
    "two Chinese words": "李 小龍",
    "ordinals": "Dr.ª Mª José",
    "Serbian": "Љубица Њего Џорџ Ђорђе",
    "Mongolian": "Өлзий Үүрийн",
    "Kazakh": "Қуаныш Ғабит Өмір",
    "accents upon accents": "Z\u0308o\u0301e A\u030a Ṩ",
    "200 Chinese characters": "欧阳诸葛" * 50,
}


SAID = {
    "en": ("Zoë Łukasiewicz", "Keeping a name", "has completed the course"),
    "fr": ("Élodie Œuvrard", "Garder son nom « à vie »", "a suivi le cours entièrement"),
    "es": ("Íñigo Peña", "¿Qué es un dominio?", "ha completado el curso"),
    "pt": ("João Conceição", "Como não perder o domínio", "concluiu o curso"),
    "ru": ("Алёна Ёлкина", "Как сохранить имя", "прошла весь курс"),
    "ar": ("أمينة ديالو", "الحفاظ على اسم نطاقك", "أتمّت الدورة كاملة"),
    "zh": ("李小龍", "保住你的域名", "已完成本课程"),
}
"""Name, course and statement in each language."""
LOGO = (ROOT / "lms" / "templates" / "pdf" / "mark.svg").read_bytes()


def made(folder: Path, facts: CertificateFacts) -> Path:
    """The file, with badge and signature."""
    path = folder / "certificate.pdf"
    path.write_bytes(orders.made(facts).page)
    return path


def faults_in(pdf: bytes) -> list[str]:
    """What an independent validator finds against PDF/A-3a and PDF/UA-1."""
    return [
        f"{one.rule_id}: {one.message}"
        for profile in (ValidationProfile.PDF_A_3A, ValidationProfile.PDF_UA_1)
        for one in validate_pdf_bytes(pdf, profile=profile).failures
    ]


def is_sound(path: Path) -> bool:
    """Whether the signature holds (pdfsig) and the file is whole (qpdf)."""
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False)
    whole = subprocess.run(["qpdf", "--check", path], capture_output=True, check=False)
    return (
        "Signature is Valid." in said.stdout
        and "Total document signed" in said.stdout
        and whole.returncode == 0
    )


def html_of(facts: CertificateFacts) -> str:
    """Both parts."""
    return certificate_html(facts, own=False) + certificate_html(facts, own=True)


def text_of(path: Path) -> str:
    """What pdftotext finds, as one line."""
    done = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
    return " ".join(unmarked(done.stdout).split())


def unmarked(text: str) -> str:
    """Without the marks of direction that pdftotext writes around foreign words."""
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def squeezed(text: str) -> str:
    """Without spaces: where a line breaks is not what is asked."""
    return "".join(unmarked(text).split())


# --- what it says -------------------------------------------------------------------------------


def test_it_says_all_that_was_frozen(tmp_path: Path) -> None:
    text = text_of(made(tmp_path, FACTS))

    for said in (
        "NPOC Learn",
        "Not-for-Profit Operational Concerns Constituency",
        "with Open Harbour, Réseau Sud",
        "Certificate of completion",
        "Fatoumata Bâ-N’Diaye",
        "has completed the course",
        "DNS essentials for not-for-profits",
        "6 hours · in English · score 80%",
        "Amina Diallo Programme lead",
        "Carlos Rivera",
        "Issued on 23 May 2026 · valid until 23 May 2029",
        "7K3M-9QXF-2WTD",
        "Check this certificate",
        "learn.npoc.example/c",
    ):
        assert said in text


@pytest.mark.parametrize("language", SAID)
def test_it_is_for_archives_and_for_all_readers_in_each_language(
    tmp_path: Path, language: str
) -> None:
    name, course, statement = SAID[language]
    facts = replace(
        FACTS,
        language=language,
        holder_name=name,
        course_title=course,
        statement=statement,
        logo=LOGO,
        partner_logo=LOGO,
        partner_signature=LOGO,
        log_head="5e" * 32,
    )
    path = made(tmp_path, facts)

    assert faults_in(path.read_bytes()) == []
    assert faults_in(certificate_pdf(facts)) == []  # before it is signed
    assert is_sound(path)
    text = squeezed(text_of(path))
    assert all(squeezed(one) in text for one in (name, course, statement, "5e" * 32))


def test_what_there_is_not_is_not_said(tmp_path: Path) -> None:
    bare = replace(FACTS, percent=None, valid_until=None, signatories=(), partners=(), hours="6-8")

    text = text_of(made(tmp_path, bare))

    assert "6-8 hours · in English" in text
    for unsaid in ("score", "valid until", "None", " with "):
        assert unsaid not in text
    assert "hours" not in text_of(made(tmp_path, replace(bare, hours="")))  # some diplomas


def test_the_authors_words_stand_around_the_title_and_nothing_is_said_twice(tmp_path: Path) -> None:
    words = f"{FACTS.holder_name} has completed the course {FACTS.course_title} (6 hours), 80 %."

    text = text_of(made(tmp_path, replace(FACTS, statement=words)))

    assert text.count(FACTS.holder_name) == 1
    assert f"has completed the course {FACTS.course_title} (6 hours), 80 %. in English" in text
    assert "score" not in text


def test_the_square_code_leads_to_the_check(tmp_path: Path) -> None:
    path = made(tmp_path, FACTS)
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", path, path], check=True)

    found = subprocess.run(
        ["zbarimg", "--quiet", "--raw", f"{path}.png"], capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == FACTS.address


def test_right_to_left_turns_neither_number_nor_address_round(tmp_path: Path) -> None:
    facts = replace(
        FACTS, language="ar", number="2412-ABCD-2345", address="http://127.0.0.1:8000/c/2"
    )
    path = made(tmp_path, facts)
    layout = subprocess.run(
        ["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    words = re.findall(r">([^<\s]+)</word>", layout)

    assert "2412-ABCD-2345" in words
    assert "127.0.0.1:8000/c" in words


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_every_name_fits_and_can_be_copied_out(tmp_path: Path, name: str) -> None:
    path = made(tmp_path, replace(FACTS, holder_name=name))

    assert faults_in(path.read_bytes()) == []
    assert is_sound(path)
    assert squeezed(name) in squeezed(text_of(path))
    assert len(PdfReader(path).pages) == 1
    for box in name_lines(path):
        assert box[0] >= 96 - 0.5
        assert box[2] <= 297 - 24 + 0.5
        assert 70 <= box[1] <= box[3] <= 98


def name_lines(path: Path) -> Iterator[tuple[float, ...]]:
    """The boxes of the lines between kind and statement, in mm."""
    done = subprocess.run(
        ["pdftotext", "-bbox-layout", path, "-"], capture_output=True, text=True, check=True
    )
    page = HTML(string=done.stdout).etree_element
    for line in page.iter("{*}line"):
        box = tuple(float(line.get(side)) * 25.4 / 72 for side in ("xmin", "ymin", "xmax", "ymax"))
        if 72 <= (box[1] + box[3]) / 2 <= 95:
            yield box


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of translations of the test's own."""
    monkeypatch.setattr(paper, "CATALOGUES", tmp_path)
    for cached in (paper.translations, paper.templates):
        cached.cache_clear()
    yield tmp_path
    for cached in (paper.translations, paper.templates):
        cached.cache_clear()


def test_labels_and_dates_are_in_the_certificates_language(catalogues: Path) -> None:
    arabic = Catalog(locale="ar")
    arabic.add("Check this certificate", "تحقّق من هذه الشهادة")
    arabic.add("Issued on %(day)s", "صدرت في %(day)s")
    arabic.add("Certificate of completion", "شهادة إتمام")
    folder = catalogues / "ar" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, arabic)

    html = html_of(replace(FACTS, language="ar"))

    assert '<html lang="ar" dir="rtl">' in html
    assert '<h1 lang="ar" dir="rtl">شهادة إتمام</h1>' in html
    assert "صدرت في 23 مايو 2026" in html
    assert "العربية" in html


@pytest.mark.parametrize(
    ("language", "direction"), [("ar", "rtl"), ("pt-BR", "ltr"), ("qaa-x", "ltr")]
)
def test_where_nobody_translated_the_labels_are_english(
    catalogues: Path, language: str, direction: str
) -> None:
    html = html_of(replace(FACTS, language=language))

    assert '<html lang="en" dir="ltr">' in html
    assert f'<h1 lang="{language}" dir="{direction}">Certificate of completion</h1>' in html
    assert "Issued on 23 May 2026" in html


# --- how it is made -----------------------------------------------------------------------------


def test_it_is_tagged_with_title_and_language(tmp_path: Path) -> None:
    reader = PdfReader(made(tmp_path, FACTS))
    catalog: Any = reader.trailer["/Root"]

    assert catalog["/Lang"] == "en"
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Certificate of completion: Fatoumata Bâ-N’Diaye"
    assert reader.metadata.author == "NPOC Learn"
    kinds = [element["/S"] for element in elements(catalog["/StructTreeRoot"])]
    assert kinds.count("/H1") == kinds.count("/H2") == kinds.count("/Figure") == 1
    figure = next(e for e in elements(catalog["/StructTreeRoot"]) if e["/S"] == "/Figure")
    assert figure["/Alt"] == f"Square code with the address {FACTS.address}"


def elements(node: Any) -> Iterator[Any]:
    """All below a node of the structure."""
    for child in node.get("/K", ()) if not isinstance(node.get("/K", ()), int) else ():
        below = child.get_object() if hasattr(child, "get_object") else child
        if isinstance(below, dict) and "/S" in below:
            yield below
            yield from elements(below)


def test_it_is_one_landscape_page(tmp_path: Path) -> None:
    (page,) = PdfReader(made(tmp_path, FACTS)).pages

    assert round(float(page.mediabox.width) * 25.4 / 72) == 297
    assert round(float(page.mediabox.height) * 25.4 / 72) == 210


def test_the_same_facts_are_the_same_bytes_in_every_process() -> None:
    code = (
        "import sys\nfrom tests.render.test_pdf import FACTS\n"
        "from lms.render.pdf import certificate_pdf\n"
        "sys.stdout.buffer.write(certificate_pdf(FACTS))"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT
    ).stdout

    assert certificate_pdf(FACTS) == elsewhere
    assert certificate_pdf(replace(FACTS, percent=81)) != elsewhere


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_form_that_others_used_before_makes_no_difference(language: str) -> None:
    """The first certificate of its kind, one after many, and one of a process of its own are the same."""
    names = ("Amina", "Zoë Ñúñez", "أمينة", "Амина", "two  spaces", "李美", "w" * 40, "O")
    kinds = [
        replace(FACTS, holder_name=name, number=f"ABCD-{number:04}-1M1W", language=language)
        for number, name in enumerate(names)
    ]
    kinds.append(replace(kinds[0], logo=LOGO))
    forms.form.cache_clear()
    several = [certificate_pdf(one) for one in kinds]
    for facts, made_before in zip(kinds, several, strict=True):
        forms.form.cache_clear()
        assert certificate_pdf(facts) == made_before, facts.holder_name


# --- what it cannot read ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=file:///etc/passwd>",
        "<img src=http://127.0.0.1:9/x>",
        '"><script>alert(1)</script>',
        "<link rel=attachment href=file:///etc/hostname>",
        "<style>@import url(file:///etc/passwd)</style>",
        "{{ facts }} {% raw %} 100% %s %(x)s",
    ],
)
def test_a_hostile_name_or_title_is_only_text(tmp_path: Path, hostile: str) -> None:
    facts = replace(
        FACTS,
        holder_name=hostile,
        course_title=hostile,
        title=hostile,
        issuer=hostile,
        statement=f"{hostile} {hostile}",
        signatories=((hostile, hostile),),
        partners=(hostile,),
    )
    path = made(tmp_path, facts)

    assert squeezed(text_of(path)).count(squeezed(hostile)) >= 6
    assert list(PdfReader(path).attachments) == ["credential.json"]
    assert faults_in(path.read_bytes()) == []


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/",
        "https://example.org/",
        "ftp://example.org/",
        "data:text/plain,x",
        "certificate:../pdf.py",
        "certificate:nothing.woff2",
        "fan.svg",
    ],
)
def test_weasyprint_reads_nothing_that_it_was_not_handed(address: str) -> None:
    _fonts, _sheet, fetcher = paper.style("certificate.css", rare=False)

    with pytest.raises(ValueError, match="refused"):
        fetcher.fetch(address)


def test_a_page_that_asks_for_something_else_is_not_made(tmp_path: Path) -> None:
    fonts, sheet, fetcher = paper.style("certificate.css", rare=False)
    page = HTML(string=f"<img src={tmp_path.as_uri()}/secret.png>", url_fetcher=fetcher)

    with pytest.raises(FatalURLFetchingError):
        page.write_pdf(stylesheets=[sheet], font_config=fonts)


# --- what fits ----------------------------------------------------------------------------------


@given(st.text(min_size=1, max_size=200), st.floats(5, 60))
def test_a_wider_line_never_needs_more_lines(text: str, ems: float) -> None:
    assert 1 <= fitting.lines(text, ems * 2) <= fitting.lines(text, ems)


@pytest.mark.parametrize(
    ("name", "signs"),
    [
        ("Amina", ""),
        ("Zoé Ångström", ""),
        ("Nguyễn Thị Ánh", ""),
        ("Қайрат Ώμέγα", ""),
        ("می\u200cخواهم\u00a0أمينة", ""),
        ("王小明 さくら 龘", ""),
        ("Ɓala Ɔɖɔ", "Ɓ Ɔ ɖ ɔ"),
        ("דוד", "ד ו"),
        ("สมชาย", "ส ม ช า ย"),
        ("अमिना", "अ म ि न ा"),
        ("አሚና", "አ ሚ ና"),
        ("김민", "김 민"),
    ],
)
def test_it_is_known_which_signs_no_font_has(name: str, signs: str) -> None:
    assert covered.lacking(name) == signs


def test_the_list_of_signs_is_that_of_the_fonts() -> None:
    assert covered.BITS.read_bytes() == fonts.covered()


def test_the_largest_size_that_fits_is_chosen() -> None:
    sizes = (Size("large", 10, 1), Size("middle", 20, 1), Size("small", 30, 2))

    assert fitting.choose("Amina", sizes) == "large"
    assert fitting.choose("Amina " * 5, sizes) == "middle"
    assert fitting.choose("Amina " * 500, sizes) == "small"
    assert fitting.choose("阿" * 9, sizes) == "large"
    assert fitting.choose("阿" * 11, sizes) == "middle"


def test_bold_takes_more_room() -> None:
    text = "n" * 100
    plain, bold = (fitting.lines(text, 17.2, bold=bold) for bold in (False, True))
    assert plain < bold


def test_marks_and_unknown_signs_are_counted() -> None:
    assert fitting.lines("\u0e01" * 12, 10) == 2  # Thai is in none of our fonts: one em each
    assert fitting.lines("\u0e31" * 500, 10) == 1  # but what stands above another takes no room


# --- which fonts are opened ---------------------------------------------------------------------


def fonts_of(path: Path) -> set[str]:
    """The names of the fonts in the file, without the letters that mark a subset."""
    fonts = PdfReader(path).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    return {str(font.get_object()["/BaseFont"]).rpartition("+")[2] for font in fonts.values()}


def test_a_common_sign_needs_no_large_font_and_a_rare_one_does() -> None:
    assert not any(map(fitting.is_rare, "李美 Łódź أمينة Ελένη\n·“”"))
    assert all(map(fitting.is_rare, "龍䶮㛃骉"))


@pytest.mark.parametrize(("name", "large"), [("李小美", False), ("李小龍", True)])
def test_the_large_font_is_there_for_the_signs_that_need_it(
    tmp_path: Path, name: str, *, large: bool
) -> None:
    path = made(tmp_path, replace(FACTS, holder_name=name, language="zh"))

    assert name in squeezed(text_of(path))
    assert "Noto-SC" in fonts_of(path)
    assert ("Noto-SC-Large" in fonts_of(path)) == large


# --- the pictures -------------------------------------------------------------------------------


def test_the_pictures_that_all_pages_share_ask_nothing_of_a_page() -> None:
    for picture in paper.drawn().values():
        assert not [line for line in picture._said if b" gs" in line]
        assert any(line.endswith((b"f", b"S", b"B")) for line in picture._said)
