"""Before the server forks: what every process will need is made once, and is then in memory once.

Python's own objects stay shared between a process and its forks until one of them is used; what a fork
makes for itself is there as often as there are forks.
"""

import gc
import re
from collections.abc import Iterator

from flask import Flask
from flask.testing import FlaskClient

from lms.database import db
from lms.web import zones
from lms.web.language import LANGUAGES

SOME = 8
"""Pages that are made beside the catalogues; no more, because the server waits for them."""


def warm(app: Flask) -> None:
    """Make templates, words of all languages, and the texts of courses.

    No page is kept from failing: without a database, say, the first visitor is told as ever.
    """
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    for language in LANGUAGES:
        with app.test_request_context(f"/{language}/"):
            zones.by_region(language)
    browser = app.test_client(use_cookies=False)
    for address in addresses(browser):
        browser.get(address, base_url=app.config["PUBLIC_URL"]).close()


def addresses(browser: FlaskClient) -> Iterator[str]:
    """All catalogues, and some of the pages that the site shows to visitors."""
    yield from (f"/{language}/" for language in LANGUAGES)
    with browser.get("/sitemap.xml", base_url=browser.application.config["PUBLIC_URL"]) as answer:
        found = re.findall("<loc>(.*?)</loc>", answer.get_data(as_text=True))
    yield from found[:: len(found) // SOME + 1]


def freeze() -> None:
    """Let go of what the forks must not share, and keep the rest from being copied by collections."""
    db.engine.dispose()
    gc.collect()
    gc.freeze()
