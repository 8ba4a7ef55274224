"""Parts that are the same on every page, such as head and foot: rendered once a process.

A part is a template of its own that is given nothing but ``facts``: it knows neither the page around it
nor the request, and to ask who reads it is an error. So it can hold nothing of a person.
"""

from collections.abc import Hashable

from flask import Flask, current_app, g
from markupsafe import Markup

from lms.web import access, identity, language
from lms.web.outlines import NOBODYS
from lms.web.store import Store

MOST = 256 * 1024
"""Bytes of parts that one process keeps."""


def init_app(app: Flask) -> None:
    """Templates write ``shared("_foot.html")``."""
    app.jinja_env.globals["shared"] = shared
    app.extensions["parts"] = Store(MOST)


def shared(template: str, **facts: Hashable) -> Markup:
    """This part in the page's language."""
    store: Store = current_app.extensions["parts"]
    g.language = language.current()  # an address without one leaves it to the reader
    key = template, g.language, identity.facts().version, *sorted(facts.items())
    part: Markup | None = store.get(key)
    if part is None:
        with access.nobody_reads():
            html = current_app.jinja_env.get_template(template).render(**NOBODYS, **facts)
        part = Markup(html)  # noqa: S704 (a template escapes)
        store.put(key, part, len(part))
    return part
