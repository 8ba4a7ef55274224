"""How the site presents itself on this page: its name, its logo, what is announced.

Each process keeps one version of it. Which version counts is known from a statement that is made
anyway: the one that finds who is signed in, or the one that tells whether a page on the shelf is
fresh. Only pages that ask neither (a visitor's sign-in page or search) ask for it alone.
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from flask import Flask, current_app, g, url_for
from sqlalchemy.exc import SQLAlchemyError

from lms.domain import journal, site
from lms.domain.catalogue import State
from lms.domain.site import Facts
from lms.models import Level
from lms.web import access, language


class Notice(NamedTuple):
    """A sentence that is announced, and the language it is in."""

    level: Level
    text: str
    language: str


def init_app(app: Flask) -> None:
    """Templates ask by functions: what is not shown is not looked up."""
    app.extensions["site_facts"] = Facts()
    app.jinja_env.globals.update(site_name=name, site_logo=logo, announcements=announcements)


def facts() -> Facts:
    """The facts of this moment, looked at once a request."""
    found: Facts | None = g.get("site_facts")
    if found is None:
        found = g.site_facts = _fresh()
    return found


def name() -> str:
    """As somebody wrote it in the browser, else as the setting says."""
    return facts().name or str(current_app.config["SITE_NAME"])


def logo() -> str:
    """The address of the logo; "" for our own mark."""
    digest = facts().logo
    return url_for("media.logo", digest=digest) if digest else ""


def announcements() -> Sequence[Notice]:
    """What is announced now, the newest first: in the language of the page, else in English, else in any."""
    now, spoken = journal.now(), language.current()
    return [
        Notice(one.level, one.words[code], code)
        for one in facts().announcements
        if one.is_on(now)
        for code in [next(c for c in (spoken, "en", *one.words) if c in one.words)]
    ]


def face() -> Hashable:
    """Differs when the frame of a page looks different."""
    now = journal.now()
    return facts().version, tuple(one.id for one in facts().announcements if one.is_on(now))


def _fresh() -> Facts:
    """What this process keeps, if it is of the version that counts. Without a database, what it keeps."""
    kept: Facts = current_app.extensions["site_facts"]
    try:
        version = _version()
        if version != kept.version:
            kept = current_app.extensions["site_facts"] = site.facts(version)
    except SQLAlchemyError:  # an error page is shown all the same
        return kept
    return kept


def _version() -> int:
    if g.get("state") is None and "me" not in g and access.token() is not None:
        access.me()  # the page will ask that anyway
    state: State | None = g.get("state")
    return site.version() if state is None else state[-1]
