"""Texts that are no markup, from templates: mails, and what lies beside exported data."""

from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).parent.parent


def environment(folder: str, language: str) -> Environment:
    """The templates of this folder, which speak this language."""
    # There is nothing to escape, and an escaped apostrophe would be seen.
    made = Environment(
        loader=FileSystemLoader(ROOT / "templates" / folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        autoescape=False,  # noqa: S701
    )
    made.install_gettext_translations(  # type: ignore[attr-defined]
        translations(language), newstyle=True
    )
    return made


@cache
def translations(language: str) -> NullTranslations:
    """The words of a language; none for one that has no catalogue."""
    return Translations.load(ROOT / "translations", [language])
