"""The address carries the language: ``/ar/courses/…``; an address without one is sent on."""

from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from babel import Locale, UnknownLocaleError
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, redirect, request
from flask_babel import Babel
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, RequestRedirect
from werkzeug.wrappers import Response

from lms.web import access

RIGHT_TO_LEFT = {"ar"}
LANGUAGES: dict[str, str] = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "ar": "العربية",
    "zh": "中文",
    "ru": "Русский",
    "pt": "Português",
}
"""Code → the language's own name, in the order of the menu."""

TRANSLATIONS = Path(__file__).parent.parent / "translations"

babel = Babel()


class LanguageConverter(BaseConverter):
    """``<lang:lang>`` matches one of the seven codes and nothing else."""

    regex = "|".join(LANGUAGES)
    part_isolating = True


def init_app(app: Flask) -> None:
    """Read the language from the address, and put it into every address that is made."""
    app.url_map.converters["lang"] = LanguageConverter
    babel.init_app(app, default_translation_directories="translations", locale_selector=current)
    app.url_value_preprocessor(_take)
    app.url_defaults(_give)
    app.jinja_env.globals.update(
        _=_said,
        gettext=_said,
        ngettext=_counted,
        languages=LANGUAGES,
        locale=locale,
        direction=direction,
        twins=twins,
    )


def current() -> str:
    """The language of this page; outside a request the source language."""
    if not has_request_context():
        return "en"
    language: str | None = g.get("language")
    return language or in_address() or preferred()


def in_address() -> str:
    """The language that the address begins with, though no page may be there; "" without one."""
    first = request.path.split("/")[1]
    return first if first in LANGUAGES else ""


def locale() -> Locale:
    """The language of this page with all that is known about it."""
    return _locale(current())


def preferred() -> str:
    """What this reader would choose: the account's language, else the browser's."""
    reader = access.me()
    if reader is not None and reader.language in LANGUAGES:
        return reader.language
    return request.accept_languages.best_match(LANGUAGES, "en") or "en"


def direction(language: str | None = None) -> str:
    """``ltr`` or ``rtl``; of this page, or of a piece in another language."""
    return _direction(language or current())


def twins() -> dict[str, str]:
    """The addresses of this very page in all languages."""
    if request.endpoint and "lang" not in (request.url_rule.arguments if request.url_rule else ()):
        return {language: f"/{language}/" for language in LANGUAGES}  # it has no twin
    rest = quote(request.path.removeprefix(f"/{current()}/").lstrip("/"))
    query = request.query_string.decode("ascii", "ignore")
    end = f"{rest}?{query}" if query else rest
    return {language: f"/{language}/{end}" for language in LANGUAGES}


def send_on() -> Response | None:
    """Where an address without a language leads, if there is such a page (else None)."""
    if request.method not in {"GET", "HEAD"} or in_address():
        return None
    path = f"/{preferred()}{request.path}"
    try:
        current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except RequestRedirect:
        pass
    except HTTPException:
        return None
    query = request.query_string.decode("ascii", "ignore")
    response = redirect(f"{path}?{query}" if query else path, 302)
    response.headers["Vary"] = "Accept-Language, Cookie"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _take(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Views need no ``lang`` argument: the page's language is ``current()``."""
    if values and "lang" in values:
        g.language = values.pop("lang")


def _give(endpoint: str, values: dict[str, Any]) -> None:
    """Addresses made for a page lead to pages in the same language."""
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = current()


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@lru_cache(maxsize=256)
def _direction(language: str) -> str:
    if language in LANGUAGES:  # all that Babel knows of a language takes a megabyte
        return "rtl" if language in RIGHT_TO_LEFT else "ltr"
    try:
        return Locale.parse(language.replace("-", "_")).text_direction
    except (UnknownLocaleError, ValueError):  # a language of a course that Babel does not know
        return "ltr"


def _said(text: str, **values: Any) -> Markup:
    """A text of a template in the page's language; ``values`` are escaped."""
    found = _translated(current(), text)
    return found % values if values else found


def _counted(one: str, more: str, number: int, **values: Any) -> Markup:
    """The same of a text in which something is counted; ``num`` is how many."""
    found = _catalogue(current()).ungettext(one, more, number)
    return Markup(found) % {"num": number, **values}  # noqa: S704 (a text of ours)


@lru_cache(maxsize=4096)
def _translated(language: str, text: str) -> Markup:
    return Markup(_catalogue(language).ugettext(text))  # noqa: S704 (a text of ours)


@cache
def _catalogue(language: str) -> NullTranslations:
    """What Flask-Babel finds too, at a tenth of the cost: a page has a hundred texts."""
    return Translations.load(TRANSLATIONS, [language])
