"""The README.txt of an export, in its reader's language."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lms.render import moments

ROOT = Path(__file__).parent.parent


def readme(language: str, made_at: datetime, zone: str, **facts: Any) -> str:
    """The text; facts: name, site_name, home, missing (files that were not found)."""
    babel = "en_GB" if language == "en" else language
    said: Mapping[str, Any] = {
        **facts,
        "moment": moments.said(made_at, zone=zone, language=babel),
    }
    text = _environment(language).get_template("readme.txt").render(said)
    return text.strip() + "\n"


@cache
def _environment(language: str) -> Environment:
    # Plain text: there is nothing to escape.
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates" / "export"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        autoescape=False,  # noqa: S701
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        Translations.load(ROOT / "translations", [language]), newstyle=True
    )
    return environment
