"""Texts about the site itself: privacy, terms, contact, accessibility.

What was written in the browser counts first, then the files that whoever runs the site put into
``INSTANCE_FOLDER/pages/``, then those that ship in ``lms/pages/NAME.LANGUAGE.md``. Files are read at
every request: a change needs no restart.
"""

import re
from collections.abc import Mapping, Sequence
from email.utils import parseaddr
from pathlib import Path
from typing import NamedTuple

from flask import current_app
from markupsafe import Markup

from lms.domain import site_texts
from lms.web import identity, language, rendering

SHIPPED = Path(__file__).parent.parent / "pages"
DAYS = (
    "UNCONFIRMED_DAYS",
    "EXPORT_DAYS",
    "MAIL_DAYS",
    "SIGN_IN_DAYS",
    "REPORT_DAYS",
    "JOURNAL_DAYS",
    "INVITATION_DAYS",
)
"""Settings that the page about privacy names, as ``{mail_days}``: what it says is what happens."""
TITLES = site_texts.TITLES
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

    A text that somebody wrote for this site in any language replaces the others in all: two texts
    about the same matter would contradict each other.
    """
    sources = _sources(name)
    spoken = next(code for code in (language.current(), "en", *sources) if code in sources)
    return shown(_text(sources[spoken]), spoken, [*sources])


def shown(text: str, spoken: str, languages: Sequence[str]) -> StandingText:
    """This text as a page."""
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
    return [*_sources(name)]


def source(name: str, code: str) -> str:
    """The Markdown that counts in this language now; "" where there is none."""
    found = _sources(name).get(code)
    return _text(found) if found is not None else ""


def _section(text: str) -> tuple[str, Markup]:
    heading, _line, body = text.partition("\n")
    return heading.strip(), rendering.plain(body)


def _sources(name: str) -> Mapping[str, str | Path]:
    """Language → the text itself, or the file it stands in."""
    written = identity.facts().texts.get(name)
    if written:
        return {code: written[code] for code in language.LANGUAGES if code in written}
    own = Path(current_app.config["INSTANCE_FOLDER"]) / "pages"
    return _files(own, name) or _files(SHIPPED, name)


def _files(folder: Path, name: str) -> Mapping[str, Path]:
    files = {code: folder / f"{name}.{code}.md" for code in language.LANGUAGES}
    return {code: file for code, file in files.items() if file.is_file()}


def _text(found: str | Path) -> str:
    return found.read_text("utf-8-sig", errors="replace") if isinstance(found, Path) else found


def _values() -> dict[str, str]:
    """What ``{site_name}``, ``{mail}`` and ``{home}`` in a text stand for."""
    address = parseaddr(str(current_app.config["MAIL_FROM"]))[1]
    return {
        "site_name": MEANT.sub(r"\\\1", identity.name()),
        "mail": MEANT.sub(r"\\\1", address),
        "home": f"{current_app.config['PUBLIC_URL']}/{language.current()}",
        **{name.lower(): str(current_app.config[name]) for name in DAYS},
    }
