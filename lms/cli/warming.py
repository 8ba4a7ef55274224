"""Before the server forks: what every process will need is made once, and is then in memory once.

Python's own objects stay shared between a process and its forks until one of them is used; what a fork
makes for itself is there as often as there are forks.
"""

import gc

from flask import Flask

from lms.database import db
from lms.web import zones
from lms.web.language import LANGUAGES

PARTS = ("_layout.html", "_foot.html", "_macros.html", "learn/lesson.html", "learn/course.html")
"""Of the templates, those of the pages that people read; all would take longer than anybody waits."""


def warm(app: Flask) -> None:
    """Make templates and the words of all languages.

    Nothing may look into the file store: its threads would be missing in the forks, and their first
    look at a file would never end.
    """
    for name in PARTS:
        app.jinja_env.get_template(name)
    for language in LANGUAGES:
        with app.test_request_context(f"/{language}/"):
            zones.by_region(language)


def freeze() -> None:
    """Let go of what the forks must not share, and keep the rest from being copied by collections."""
    db.session.remove()
    db.engine.dispose()
    gc.collect()
    gc.freeze()
