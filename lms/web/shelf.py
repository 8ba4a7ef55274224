"""Whole pages for visitors: made once, and sent as they are until a course changes.

A page stands on the shelf when everybody may keep it (see caching.py): no reader was known when it was
made, and it sets no cookie. One statement tells whether any course, or the site's own facts, changed
since, whoever changed them; a page in which a date matters (opens, closes, due, an announcement that
begins or ends) is taken down at that moment. Addresses with a query
are not kept: there is no end to them. Pages that show more than courses, such as the operator's own
texts, are made each time.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, Response, current_app, g, request

from lms.domain import catalogue, journal
from lms.domain.catalogue import State
from lms.web import access, caching, identity
from lms.web.caching import Ready
from lms.web.store import Store

MOST = 4 * 1024 * 1024
"""Bytes of pages that one process keeps."""
OWN = {"Content-Length", "Date"}
"""Headers that each answer has of its own."""


@dataclass(frozen=True, slots=True)
class Page:
    """An answer as it was sent, for as long as the courses are the same."""

    courses: State
    until: datetime | None
    headers: Sequence[tuple[str, str]]
    etag: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Moments:
    """When dates in the rules of these courses begin to mean something else."""

    courses: State
    all: Sequence[datetime]


def init_app(app: Flask) -> None:
    """To be called first: what is done to an answer first, Flask does last."""
    app.extensions["shelf"] = Store(MOST)
    app.after_request(put)


def take() -> Response | None:
    """Before a view: the page as it stands, if nothing changed. Blueprints say whether they use it."""
    if request.method != "GET" or request.query_string or access.token() is not None:
        return None
    courses, now = catalogue.state(), journal.now()
    g.state = courses
    page: Page | None = _shelf().get(_key())
    if page is None or page.courses != courses or (page.until is not None and page.until <= now):
        g.shelving = courses, now
        return None
    if request.if_none_match.contains_weak(page.etag):
        return Ready(status=304, headers=page.headers)
    return Ready(page.data, headers=page.headers)


def put(response: Response) -> Response:
    """After all else is done to an answer: keep it for the next visitor, if it is for everybody."""
    shelving = g.pop("shelving", None)
    if shelving and response.status_code == 200 and _is_public(response):
        courses, now = shelving
        headers = [pair for pair in response.headers if pair[0] not in OWN]
        data = response.get_data()
        page = Page(courses, _until(courses, now), headers, response.get_etag()[0] or "", data)
        _shelf().put(_key(), page, len(data) + 1000)
    return response


def _is_public(response: Response) -> bool:
    return response.headers["Cache-Control"].startswith("public") and bool(response.get_etag()[0])


def _key() -> Hashable:
    return request.path, caching.coding()


def _until(courses: State, now: datetime) -> datetime | None:
    """The next moment at which a date in any course matters; None when there is none."""
    moments: Moments | None = _shelf().get(Moments)
    if moments is None or moments.courses != courses:
        moments = Moments(courses, sorted(catalogue.moments() | identity.facts().moments))
        _shelf().put(Moments, moments, 1000)
    return next((moment for moment in moments.all if moment > now), None)


def _shelf() -> Store:
    shelf: Store = current_app.extensions["shelf"]
    return shelf
