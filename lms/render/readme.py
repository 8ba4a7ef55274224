"""The README.txt of an export, in its reader's language."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment

from lms.render import moments, plain


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
    return plain.environment("export", language)
