"""Pictures and other files as they are: of the type that their own bytes tell, able to run nothing."""

import gzip
from pathlib import PurePosixPath
from urllib.parse import quote

from flask import Response, request

from lms.content import pictures
from lms.web import caching

POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Opened by itself, a picture can run nothing and load nothing."""
SVG = "image/svg+xml"


def sent(data: bytes, path: str) -> Response:
    """A picture to be shown; anything else to be kept."""
    media_type = pictures.media_type(data)
    response = shown(data, media_type)
    if not media_type.startswith("image/"):
        name = quote(PurePosixPath(path).name)
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def shown(data: bytes, media_type: str) -> Response:
    """Bytes of a type that is known; under this address they never change."""
    response = Response(data, mimetype=media_type)
    if media_type == SVG:
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
