"""What everything on paper shares: fonts, languages, and that nothing else can be read.

WeasyPrint is loaded with the first page: it takes half a second and 45 MB, and only the process
that makes pages needs it (process.py). It can read nothing but what it is handed here.
"""

import atexit
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lms.content import pictures
from lms.render import fitting
from lms.render.drawing import Picture
from lms.render.fitting import FONTS

ROOT = Path(__file__).parent.parent
PAPER = ROOT / "templates" / "pdf"
CATALOGUES = ROOT / "translations"
SCHEME = "certificate:"
"""Begins the addresses of all that WeasyPrint may read; no other scheme reaches anything."""
LOGO = "logo"
"""The name of the site's own logo."""
LARGE = "@font-face { font-family: Noto SC Large; src: url(certificate:noto-serif-sc-400-normal.woff2) }"


def sheets(text: str, pictures: Mapping[str, bytes]) -> bytes:
    """HTML as upright A4 pages, PDF/UA-1; pictures by the names that the page calls them."""
    from weasyprint import HTML

    fonts, sheet, fetcher = style("paper.css", rare=is_rare(text))
    fetcher.pictures = pictures
    pdf: bytes = HTML(string=text, url_fetcher=fetcher).write_pdf(
        stylesheets=[sheet], font_config=fonts, cache={**drawn()}, pdf_variant="pdf/ua-1"
    )
    return pdf


def upright(template: str, facts: Any) -> str:
    """The HTML of such pages in the language of their facts (facts.language); each fact is escaped."""
    language = spoken(facts.language)
    locale = locale_of(language)
    return (
        templates(language)
        .get_template(template)
        .render(
            facts=facts,
            locale=locale,
            day=lambda moment: day(moment, locale),
            number=lambda value: format_decimal(value, locale=locale),
            percent=lambda value: format_percent(value / 100, locale=locale),
            direct=direction,
        )
    )


@cache
def drawn() -> Mapping[str, Picture]:
    """Our own pictures, each drawn once."""
    return {f"{SCHEME}{path.name}": Picture(path) for path in PAPER.glob("*.svg")}


def is_rare(text: str) -> bool:
    """Whether it needs the large Chinese font, which takes longest to open."""
    return any(map(fitting.is_rare, set(text)))


def spoken(language: str) -> str:
    """This language, if what stands on paper exists in it; English otherwise."""
    label = "Check this certificate"
    translated = language == "en" or translations(language).gettext(label) != label
    return language if translated else "en"


def locale_of(language: str) -> Locale:
    """Of a language that is ``spoken``."""
    return Locale.parse("en_GB" if language == "en" else language)


def direction(language: str) -> str:
    """``ltr`` or ``rtl``."""
    known = known_locale(language)
    return known.text_direction if known else "ltr"


def language_name(language: str, reader: str) -> str:
    """``Arabic`` for who reads English."""
    known = known_locale(language)
    return (known.get_display_name(reader) if known else None) or language


def known_locale(language: str) -> Locale | None:
    """None for a language that Babel does not know: courses may be in any."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def day(moment: date, locale: Locale) -> str:
    """``23 May 2026``"""
    return format_date(moment, "long", locale=locale)


@cache
def style(name: str, *, rare: bool) -> tuple[Any, Any, Any]:
    """Fonts, style sheet and fetcher, once a process: opening the Chinese fonts takes a while.

    name: the style sheet. rare: with the large Chinese font, which few names need. Pictures that
    belong to one page are put into ``fetcher.pictures`` by name.
    """
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OnlyOurs(URLFetcher):  # type: ignore[misc]
        """Hands out our fonts, and the pictures of this page; everything else stops the page."""

        pictures: Mapping[str, bytes] = {}

        def fetch(self, url: str, headers: object = None) -> Any:
            """One of our files, by name; or a picture of this page."""
            name = url.removeprefix(SCHEME)
            if url != name and self.pictures.get(name):
                data = self.pictures[name]
                kind = pictures.media_type(data)
                return URLFetcherResponse(url, data, {"Content-Type": kind})
            if url == name or name not in _ours():
                raise ValueError(f"refused: {url}")
            return URLFetcherResponse(url, _ours()[name], {"Content-Type": "font/woff2"})

    atexit.register(style.cache_clear)  # while Python is whole, so that the fonts' folder goes, too
    fonts, fetcher = FontConfiguration(), OnlyOurs(allowed_protocols=(), fail_on_errors=True)
    css = "".join((PAPER / file).read_text("utf-8") for file in ("fonts.css", name))
    css += LARGE if rare else ""
    return fonts, CSS(string=css, font_config=fonts, url_fetcher=fetcher), fetcher


@cache
def _ours() -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in FONTS.glob("*.woff2")}


@cache
def templates(language: str) -> Environment:
    """The templates of what stands on paper, in this language."""
    environment = Environment(
        loader=FileSystemLoader(PAPER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        translations(language), newstyle=True
    )
    return environment


@cache
def translations(language: str) -> NullTranslations:
    """The words of a language."""
    return Translations.load(CATALOGUES, [language.replace("-", "_")])
