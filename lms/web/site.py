"""What browsers and search engines ask of the site as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from lms.domain import catalogue, paths
from lms.web import language, standing_texts
from lms.web.theme import public_url_for
from lms.web.versions import (
    Versions,
    languages_of,
    languages_of_all,
    languages_of_terms,
    versions,
)

bp = Blueprint("site", __name__)

PRIVATE = (
    "/dev/",
    "/*/my-learning",
    "/*/account",
    "/*/admin/",
    "/*/attempts/",
    "/*/links/",
    "/*/address/",
    "/*/mails/",
)
"""What search engines need not ask for; pages that must not be found say ``noindex`` themselves."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the site map, in its languages."""

    versions: Versions
    changed: date | None = None


@bp.get("/")
def home() -> AnyResponse:
    """To the catalogue in the reader's language."""
    response = redirect(url_for("learn.catalogue", lang=language.preferred()), 302)
    response.headers["Vary"] = "Accept-Language, Cookie"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@bp.get("/robots.txt")
def robots() -> Response:
    """Everything public may be found."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), ""]
    lines.append(f"Sitemap: {public_url_for('site.map_of_pages')}")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/sitemap.xml")
def map_of_pages() -> Response:
    """All public pages, each with its versions in other languages."""
    entries = list(_entries())
    return Response(
        render_template("site/sitemap.xml", entries=entries), mimetype="application/xml"
    )


def _entries() -> Iterator[Entry]:
    rows = catalogue.current_editions()
    texts = [catalogue.text_of(edition) for _course, edition in rows]
    yield Entry(versions("learn.catalogue", languages_of_all(texts)))
    for (course, edition), text in zip(rows, texts, strict=True):
        changed = edition.published_at.date()
        yield Entry(versions("learn.course", text.languages, slug=course.slug), changed)
        for lesson in text.lessons:
            module, name = lesson.slug.split("/")
            where = {"slug": course.slug, "module": module, "name": name}
            yield Entry(versions("learn.lesson", languages_of(lesson), **where), changed)
        if text.glossary:
            where = {"slug": course.slug}
            yield Entry(versions("glossary.terms", languages_of_terms(text), **where), changed)
    for path, said in paths.every():
        yield Entry(versions("paths.path", said.languages, slug=path.slug))
    yield Entry(versions("learn.changes", ["en"]))
    for name in standing_texts.TITLES:
        yield Entry(versions("about.page", standing_texts.languages_of(name), name=name))
