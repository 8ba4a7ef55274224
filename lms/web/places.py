"""Where the address of a lesson leads: kept by each process until any course changes."""

from flask import Flask, current_app

from lms.domain import catalogue
from lms.domain.catalogue import Place
from lms.web import access
from lms.web.store import Store

MOST = 256 * 1024
"""Bytes of places that one process keeps."""
SIZE = 500
"""Of one of them, more or less."""


def init_app(app: Flask) -> None:
    """Each process keeps its own."""
    app.extensions["places"] = Store(MOST)


def find(slug: str, lesson_slug: str) -> Place | None:
    """As catalogue.find_place. Only what is there is kept: there is no end to what is not."""
    store: Store = current_app.extensions["places"]
    key = access.state(), slug, lesson_slug
    place: Place | None = store.get(key)
    if place is None:
        place = catalogue.find_place(slug, lesson_slug)
        if place is not None:
            store.put(key, place, SIZE)
    return place
