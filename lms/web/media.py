"""Pictures and other files of courses, by content: each address shows the same bytes for ever."""

import gzip
from pathlib import PurePosixPath
from urllib.parse import quote

from flask import Blueprint, Response, request

from lms import files
from lms.content import pictures
from lms.domain import catalogue, partners, site
from lms.domain.errors import Missing, _
from lms.web import caching

bp = Blueprint("media", __name__)

POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Opened by itself, a picture can run nothing and load nothing."""


@bp.get("/media/<slug>/<digest>/<path:path>")
def picture(slug: str, digest: str, path: str) -> Response:
    """A picture, of the type that its own bytes tell; anything else is for downloading.

    Markdown holds the answers of quizzes: it is never sent as a file.
    """
    if path.casefold().endswith(".md"):
        raise Missing(_("There is no such file."))
    data = catalogue.file_of(catalogue.find_course(slug), path, digest)
    media_type = pictures.media_type(data)
    response = Response(data, mimetype=media_type)
    if not media_type.startswith("image/"):
        name = quote(PurePosixPath(path).name)
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    if media_type == "image/svg+xml":
        _squeeze(response)
    response.headers["Content-Security-Policy"] = POLICY
    caching.keep_for_ever(response)
    return response


@bp.get("/media/logo/<digest>")
def logo(digest: str) -> Response:
    """The site's logo, for as long as it is that."""
    found = site.logo()
    if found is None or found[0] != digest:
        raise Missing(_("There is no such file."))
    return _logo(digest, found[1])


@bp.get("/media/partners/<slug>/<digest>")
def partner(slug: str, digest: str) -> Response:
    """The logo of an organisation, for as long as it is that."""
    return _logo(digest, partners.picture(slug, digest))


def _logo(digest: str, media_type: str) -> Response:
    response = Response(files.get(digest), mimetype=media_type)
    if media_type == "image/svg+xml":
        _squeeze(response)
    response.headers["Content-Security-Policy"] = POLICY
    caching.keep_for_ever(response)
    return response


def _squeeze(response: Response) -> None:
    """Drawings are text: they shrink to a third."""
    response.headers["Vary"] = "Accept-Encoding"
    if request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
