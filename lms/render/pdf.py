"""Certificates on paper: frozen facts become a tagged A4 page, and the same facts the same bytes.

WeasyPrint is loaded with the first page: it takes half a second and 45 MB, and only the process
that makes pages needs it (process.py). It can read nothing but the fonts it is handed here.
"""

import atexit
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import segno
from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_percent
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lms.content import pictures
from lms.render import fitting
from lms.render.drawing import Code, Picture
from lms.render.fitting import FONTS, Size

ROOT = Path(__file__).parent.parent
PAPER = ROOT / "templates" / "pdf"
CATALOGUES = ROOT / "translations"
SCHEME = "certificate:"
"""Begins the addresses of all that WeasyPrint may read; no other scheme reaches anything."""
LOGO = "logo"
"""The name of the site's own logo below it."""
CODE = f"{SCHEME}code"
"""The square code of the page that is made."""
LARGE = "@font-face { font-family: Noto SC Large; src: url(certificate:noto-serif-sc-400-normal.woff2) }"
NAME = (
    Size("", 13.9, 1),
    Size("at-30", 16.7, 1),
    Size("at-25", 20.0, 1),
    Size("at-21", 23.8, 1),
    Size("at-18", 27.8, 1),
    Size("two-lines", 27.8, 2),
    Size("two-at-15", 33.4, 2),
    Size("two-at-13", 38.6, 2),
    Size("three-lines", 41.8, 3),
    Size("four-lines", 55.7, 4),
)
"""177 mm at 36 points and less; two lines first at 18, three at 12, four at 9."""
COURSE = (Size("", 23.8, 2), Size("at-16", 31.3, 3), Size("at-12", 41.8, 4), Size("at-8", 62.7, 6))
"""177 mm at 21 points and less."""
STATEMENT = (Size("", 40.1, 2), Size("at-9", 55.7, 4), Size("at-6", 78.4, 12))
"""177 mm at 12.5 points and less."""


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """What a certificate says; ``number`` as printed, ``address`` is where it can be checked."""

    number: str
    address: str
    site_name: str
    logo: bytes = b""
    holder_name: str
    course_title: str
    language: str
    hours: str
    percent: int | None
    title: str
    statement: str
    signatories: tuple[tuple[str, str], ...]
    partners: tuple[str, ...]
    issuer: str
    issued_at: datetime
    valid_until: datetime | None


def certificate_pdf(facts: CertificateFacts) -> bytes:
    """The page as PDF/UA-1."""
    from weasyprint import HTML

    text = certificate_html(facts)
    fonts, sheet, fetcher = _style(rare=any(map(fitting.is_rare, set(text))))
    fetcher.logo = facts.logo
    page = HTML(string=text, url_fetcher=fetcher)
    pdf: bytes = page.write_pdf(
        stylesheets=[sheet],
        font_config=fonts,
        cache={**_pictures(), CODE: _code(facts.address)},
        pdf_variant="pdf/ua-1",
        pdf_identifier=sha256(facts.number.encode()).digest()[:16],
    )
    return pdf


def certificate_html(facts: CertificateFacts) -> str:
    """The page as WeasyPrint reads it; every fact is escaped."""
    language = spoken(facts.language)
    locale = Locale.parse("en_GB" if language == "en" else language)
    words = _translations(language)
    before, after = _around(facts, words)
    return (
        _templates(language)
        .get_template("certificate.html")
        .render(
            facts=facts,
            locale=locale,
            title=words.gettext(facts.title),  # in the template, _() would take it for markup
            issuer=words.gettext(facts.issuer),
            before=before,
            after=after,
            name_size=fitting.choose(facts.holder_name, NAME),
            course_size=fitting.choose(facts.course_title, COURSE, bold=True),
            statement_size=fitting.choose(f"{before} {after}", STATEMENT),
            language_name=_language_name(facts.language, language),
            said=_said(facts, after),
            hours=int(facts.hours) if facts.hours.isdecimal() else None,
            percent=None
            if facts.percent is None
            else format_percent(facts.percent / 100, locale=locale),
            day=lambda moment: _day(moment, locale),
            direct=_direction(facts.language),
            code=CODE,
            short_address=_short(facts.address),
        )
    )


def spoken(language: str) -> str:
    """The certificate's language, if the labels exist in it; English otherwise."""
    label = "Check this certificate"
    translated = language == "en" or _translations(language).gettext(label) != label
    return language if translated else "en"


def _around(facts: CertificateFacts, words: NullTranslations) -> tuple[str, str]:
    """The statement before and after the course's title; the name stands above it already."""
    before, _title, after = words.gettext(facts.statement).partition(facts.course_title)
    return before.strip().removeprefix(facts.holder_name).strip(), after.strip()


def _said(facts: CertificateFacts, after: str) -> frozenset[str]:
    """Which of the facts the statement has told, so that they are not told twice."""
    told = "".join(sign if sign.isdigit() else " " for sign in after).split()
    values = {"hours": facts.hours, "percent": str(facts.percent)}
    return frozenset(name for name, value in values.items() if value in told)


def _direction(language: str) -> str:
    known = _locale(language)
    return known.text_direction if known else "ltr"


def _language_name(language: str, reader: str) -> str:
    known = _locale(language)
    return (known.get_display_name(reader) if known else None) or language


def _locale(language: str) -> Locale | None:
    """None for a language that Babel does not know: courses may be in any."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def _day(moment: date, locale: Locale) -> str:
    return format_date(moment, "long", locale=locale)


def _short(address: str) -> str:
    """What one types by hand: ``learn.npoc.example/c``."""
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path.rpartition('/')[0]}"


def _code(address: str) -> Code:
    """The square code; a run of dark cells is one rectangle."""
    # Any mask can be read; to try all eight takes longer than all else here.
    matrix = segno.make(address, error="m", micro=False, mask=3).matrix
    runs = []
    for row, cells in enumerate(matrix):
        column = 0
        for dark in bytes(cells).split(b"\0"):
            if dark:
                runs.append((column, row, len(dark)))
            column += len(dark) + 1
    return Code(len(matrix), runs)


@cache
def _pictures() -> Mapping[str, Picture]:
    return {f"{SCHEME}{path.name}": Picture(path) for path in PAPER.glob("*.svg")}


@cache
def _style(*, rare: bool) -> tuple[Any, Any, Any]:
    """Fonts, style sheet and fetcher, once a process: opening the Chinese fonts takes a while.

    rare: with the large Chinese font, which takes longest, and which few names need.
    """
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OnlyOurs(URLFetcher):  # type: ignore[misc]
        """Hands out the fonts and pictures of the certificate; everything else stops the page."""

        logo = b""

        def fetch(self, url: str, headers: object = None) -> Any:
            """One of our files, by name; or the site's logo."""
            name = url.removeprefix(SCHEME)
            if name == LOGO and url != name and self.logo:
                kind = pictures.media_type(self.logo)
                return URLFetcherResponse(url, self.logo, {"Content-Type": kind})
            if url == name or name not in _ours():
                raise ValueError(f"refused: {url}")
            return URLFetcherResponse(url, _ours()[name], {"Content-Type": _media_type(name)})

    atexit.register(
        _style.cache_clear
    )  # while Python is whole, so that the fonts' folder goes, too
    fonts, fetcher = FontConfiguration(), OnlyOurs(allowed_protocols=(), fail_on_errors=True)
    css = (PAPER / "certificate.css").read_text("utf-8") + (LARGE if rare else "")
    return fonts, CSS(string=css, font_config=fonts, url_fetcher=fetcher), fetcher


@cache
def _ours() -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in FONTS.glob("*.woff2")}


def _media_type(name: str) -> str:
    return "image/svg+xml" if name.endswith(".svg") else "font/woff2"


@cache
def _templates(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PAPER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        _translations(language), newstyle=True
    )
    return environment


@cache
def _translations(language: str) -> NullTranslations:
    return Translations.load(CATALOGUES, [language.replace("-", "_")])
