"""Texts about the site itself: privacy, terms, contact, accessibility.

They ship in ``lms/pages/NAME.LANGUAGE.md``; whoever runs the site puts files of the same names into
``INSTANCE_FOLDER/pages/``. Read at every request: a change needs no restart.
"""

import re
from collections.abc import Sequence
from email.utils import parseaddr
from pathlib import Path
from typing import NamedTuple

from flask import current_app
from markupsafe import Markup

from lms.domain.errors import _
from lms.web import language, rendering

SHIPPED = Path(__file__).parent.parent / "pages"
TITLES = {
    "privacy": _("Privacy"),
    "terms": _("Terms of use"),
    "contact": _("Contact"),
    "accessibility": _("Accessibility"),
}
"""Name in the address → what the foot of a page calls it."""
DAYS = (
    "UNCONFIRMED_DAYS",
    "EXPORT_DAYS",
    "MAIL_DAYS",
    "SIGN_IN_DAYS",
    "REPORT_DAYS",
    "JOURNAL_DAYS",
)
"""Settings that the page about privacy names, as ``{mail_days}``: what it says is what happens."""
MEANT = re.compile(r"([\\`*_\[\]<>#|!&~])")
"""Signs that would mean something in Markdown."""


class StandingText(NamedTuple):
    """A text in one language. sections: heading and text. languages: all that it exists in."""

    title: str
    intro: Markup
    sections: Sequence[tuple[str, Markup]]
    language: str
    languages: Sequence[str]


def read(name: str) -> StandingText:
    """In the reader's language, else in English, else in whichever there is.

    A text that the operator wrote in any language replaces the shipped one in all: two texts about
    the same matter would contradict each other.
    """
    folder, languages = _where(name)
    spoken = next(code for code in (language.current(), "en", *languages) if code in languages)
    text = (folder / f"{name}.{spoken}.md").read_text("utf-8-sig", errors="replace")
    for place, value in _values().items():
        text = text.replace(f"{{{place}}}", value)
    head, *sections = re.split(r"^## ", text.lstrip(), flags=re.MULTILINE)
    title, _line, intro = head.partition("\n")
    return StandingText(
        title.lstrip("# ").strip(),
        rendering.plain(intro),
        [_section(one) for one in sections],
        spoken,
        languages,
    )


def languages_of(name: str) -> list[str]:
    """The languages it exists in, in the order of the menu."""
    return _where(name)[1]


def _section(text: str) -> tuple[str, Markup]:
    heading, _line, body = text.partition("\n")
    return heading.strip(), rendering.plain(body)


def _where(name: str) -> tuple[Path, list[str]]:
    own = Path(current_app.config["INSTANCE_FOLDER"]) / "pages"
    folder = own if _languages_in(own, name) else SHIPPED
    return folder, _languages_in(folder, name)


def _languages_in(folder: Path, name: str) -> list[str]:
    return [code for code in language.LANGUAGES if (folder / f"{name}.{code}.md").is_file()]


def _values() -> dict[str, str]:
    """What ``{site_name}``, ``{mail}`` and ``{home}`` in a text stand for."""
    address = parseaddr(str(current_app.config["MAIL_FROM"]))[1]
    return {
        "site_name": MEANT.sub(r"\\\1", str(current_app.config["SITE_NAME"])),
        "mail": MEANT.sub(r"\\\1", address),
        "home": f"{current_app.config['PUBLIC_URL']}/{language.current()}",
        **{name.lower(): str(current_app.config[name]) for name in DAYS},
    }
