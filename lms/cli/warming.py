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

ROUNDS = 12
"""How often some pages are made: after a few times Python no longer changes its code to run faster."""
SOME = 8
"""Pages that are made in each round."""


def warm(app: Flask) -> None:
    """Make templates, words of all languages, the texts of courses; run what most pages run.

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
    """All catalogues, then some of the site's pages again and again: with a query they are not kept."""
    yield from (f"/{language}/" for language in LANGUAGES)
    with browser.get("/sitemap.xml", base_url=browser.application.config["PUBLIC_URL"]) as answer:
        found = re.findall("<loc>(.*?)</loc>", answer.text)
    some = found[:: len(found) // SOME + 1]
    yield from (f"{address}?{number}" for number in range(ROUNDS) for address in some)


def freeze() -> None:
    """Let go of what the forks must not share, and keep the rest from being copied by collections."""
    db.session.remove()
    db.engine.dispose()
    gc.collect()
    gc.freeze()
